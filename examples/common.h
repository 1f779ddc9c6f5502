/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/common.h - what several examples need: options, texts of statuses, checks.
 */
#ifndef EXAMPLES_COMMON_H
#define EXAMPLES_COMMON_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/labyrinth.h"

/** One option of a program, `--name NUMBER`. */
typedef struct option_number {
	const char *name; /* with its dashes */
	const char *help;
	uint32_t min;
	uint32_t max;
	uint32_t usual; /* when it is not given */
	uint32_t *value;
} option_number;

/** Read a decimal number from min to max; on failure say what is wrong. */
static inline bool number_read(const char *program, const option_number *option, const char *text)
{
	char *end;
	unsigned long long number;

	if (text == NULL) {
		fprintf(stderr, "%s: %s needs a number after it\n", program, option->name);
		return false;
	}
	errno = 0;
	number = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number > option->max) {
		fprintf(stderr, "%s: %s '%s' is not a number from %u to %u\n", program,
			option->name, text, option->min, option->max);
		return false;
	}
	if (number < option->min) {
		fprintf(stderr, "%s: %s %s is too few: at least %u\n", program, option->name, text,
			option->min);
		return false;
	}
	*option->value = (uint32_t)number;
	return true;
}

static inline bool option_read(const char *program, const option_number *options,
			       uint32_t option_count, char *const *argument)
{
	for (uint32_t index = 0; index < option_count; index++) {
		if (strcmp(argument[0], options[index].name) == 0)
			return number_read(program, &options[index], argument[1]);
	}
	fprintf(stderr, "%s: unknown option '%s'\n", program, argument[0]);
	return false;
}

/** Read a command line that has only options; on failure say what is wrong, and the usage. */
static inline bool options_read(const char *program, const option_number *options,
				uint32_t option_count, char *const *argument)
{
	bool good = true;

	for (uint32_t index = 0; index < option_count; index++)
		*options[index].value = options[index].usual;
	for (argument++; good && *argument != NULL; argument += 2) {
		good = option_read(program, options, option_count, argument);
		if (argument[1] == NULL)
			break;
	}
	if (good)
		return true;
	fprintf(stderr, "usage: %s [--NAME NUMBER]...\n", program);
	for (uint32_t index = 0; index < option_count; index++)
		fprintf(stderr, "  %-13s %s (%u to %u, default %u)\n", options[index].name,
			options[index].help, options[index].min, options[index].max,
			options[index].usual);
	return false;
}

/** The name and the text of a status. */
static inline const char *status_text(lab_status status)
{
#define LAB_TEXT(name, text) #name ": " text,
	static const char *const texts[] = {LAB_STATUS_LIST(LAB_TEXT)};
#undef LAB_TEXT

	return (uint32_t)status < LAB_STATUS_COUNT ? texts[status] : "not a status";
}

/** One fact that must hold; says what is broken when it does not. */
static inline bool require(const char *program, bool holds, const char *broken)
{
	if (!holds)
		fprintf(stderr, "%s: FAILED: %s\n", program, broken);
	return holds;
}

/** Empty the context's room, then take every frame that is left, and say how many there were; one
 *  more than `frame_count` when there is no end of them. */
static inline uint32_t frames_take(lab_allocator *lab, lab_context *context, uint32_t frame_count)
{
	uint32_t taken_count = 0;
	lab_grant grant;

	(void)lab_drain(lab, context);
	while (taken_count <= frame_count &&
	       lab_alloc(lab, context, LAB_GFP_ATOMIC, &grant) == LAB_OK)
		taken_count++;
	return taken_count;
}

#endif /* EXAMPLES_COMMON_H */
