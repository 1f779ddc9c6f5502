/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/main.h - what the command-line tools share: reading inputs.
 */
#ifndef MAIN_H
#define MAIN_H

#include <stdlib.h>
#include <string.h>

#include "trace.h"

/** Read an input: a text when the name ends in .txt, else bytes. Ends the program with a message
 *  when it cannot. */
static inline size_t main_read(const char *name, uint8_t bytes[INPUT_SIZE_MAX + 1])
{
	size_t length = strlen(name);
	FILE *file = fopen(name, "rb");
	size_t size;

	if (file == NULL) {
		fprintf(stderr, "%s cannot be opened\n", name);
		exit(2);
	}
	if (length > 4 && strcmp(name + length - 4, ".txt") == 0)
		size = trace_assemble(file, name, bytes);
	else
		size = fread(bytes, 1, INPUT_SIZE_MAX + 1, file);
	(void)fclose(file);
	if (size <= INPUT_HEAD || size > INPUT_SIZE_MAX) {
		fprintf(stderr, "%s: an input has %u to %u bytes\n", name, INPUT_HEAD + 1,
			INPUT_SIZE_MAX);
		exit(2);
	}
	return size;
}

/** Run an input; whether a check failed. */
static inline bool main_fails(const uint8_t *bytes, size_t size)
{
	struct input input;

	if (!input_read(&input, bytes, size))
		return false;
	input_run(&input);
	return outcome.theorem != NULL;
}

#endif /* MAIN_H */
