/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/target.c - what libFuzzer and AFL++ call: one input, one run, an abort when a check fails.
 */
#include <stdio.h>
#include <stdlib.h>

#include "input.h"
#include "trace.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct input input;

	if (size > INPUT_SIZE_MAX || !input_read(&input, bytes, size))
		return 0;
	input_run(&input);
	if (outcome.theorem == NULL)
		return 0;
	fprintf(stderr, "%s is broken: %s\n", outcome.theorem, outcome.text);
	trace_input(stderr, bytes, size);
	abort();
}
