/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/trace.h - a run told step by step, and an input as a text that can be written by hand.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdio.h>

#include "input.h"

/** Print each call and step of the runs from here on; NULL: no more. */
void trace_to(FILE *file);

/** Print an input in the language of text.c. */
void trace_input(FILE *file, const uint8_t *bytes, size_t size);

/** The names of a kind of call, of its index, or NULL. */
const char *trace_call_name(uint32_t kind);

/** Read a text into bytes; returns their number, or 0 after a message that names the line. */
size_t trace_assemble(FILE *file, const char *name, uint8_t *bytes);

#endif /* TRACE_H */
