/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/check.c - see check.h.
 */
#include "check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOTES_MAX 8
#define PRINTED_MAX 20

static struct {
	uint64_t check_count;
	uint64_t failed_count;
	size_t note_count;
	struct {
		const char *name;
		uint64_t value;
	} note[NOTES_MAX];
} state;

#define STATUS_NAME(name, text) #name,
#define STATUS_TEXT(name, text) text,
static const char *const status_names[] = {LAB_STATUS_LIST(STATUS_NAME)};
static const char *const status_texts[] = {LAB_STATUS_LIST(STATUS_TEXT)};

const char *status_name(lab_status status)
{
	return (unsigned)status < LAB_STATUS_COUNT ? status_names[status] : "(not a status)";
}

const char *status_text(lab_status status)
{
	return (unsigned)status < LAB_STATUS_COUNT ? status_texts[status] : "(not a status)";
}

/* Count a check; true when it failed and is still to be printed. */
static bool failed(bool holds)
{
	state.check_count++;
	if (holds)
		return false;
	state.failed_count++;
	if (state.failed_count == PRINTED_MAX + 1)
		printf("further failures are only counted\n");
	return state.failed_count <= PRINTED_MAX;
}

static void print_notes(void)
{
	for (size_t i = 0; i < state.note_count; i++)
		printf("%s %s=%" PRIu64, i == 0 ? "   with" : ",", state.note[i].name,
		       state.note[i].value);
	printf("%s", state.note_count > 0 ? "\n" : "");
	fflush(stdout);
}

void check_true(const char *file, int line, const char *text, bool holds)
{
	if (failed(holds)) {
		printf("%s:%d: not true: %s\n", file, line, text);
		print_notes();
	}
}

void check_equal(const char *file, int line, const char *text, uint64_t got, uint64_t expected)
{
	if (failed(got == expected)) {
		printf("%s:%d: %s is %" PRIu64 " (0x%" PRIx64 "), expected %" PRIu64 " (0x%" PRIx64
		       ")\n",
		       file, line, text, got, got, expected, expected);
		print_notes();
	}
}

void check_at_most(const char *file, int line, const char *text, uint64_t got, uint64_t limit)
{
	if (failed(got <= limit)) {
		printf("%s:%d: %s is %" PRIu64 ", at most %" PRIu64 " is right\n", file, line, text,
		       got, limit);
		print_notes();
	}
}

void check_status(const char *file, int line, const char *text, lab_status got, lab_status expected)
{
	if (failed(got == expected)) {
		printf("%s:%d: %s is %s (%s), expected %s (%s)\n", file, line, text,
		       status_name(got), status_text(got), status_name(expected),
		       status_text(expected));
		print_notes();
	}
}

void check_note(const char *name, uint64_t value)
{
	size_t i = 0;

	while (i < state.note_count && strcmp(state.note[i].name, name) != 0)
		i++;
	if (i == NOTES_MAX) {
		printf("check_note: more than %d notes; raise NOTES_MAX\n", NOTES_MAX);
		exit(EXIT_FAILURE);
	}
	state.note[i].name = name;
	state.note[i].value = value;
	if (i == state.note_count)
		state.note_count++;
}

void check_run(const char *name, void (*test)(void))
{
	uint64_t checks_before = state.check_count;
	uint64_t failed_before = state.failed_count;

	state.note_count = 0;
	printf("%s\n", name);
	fflush(stdout);
	test();
	printf("    %" PRIu64 " checks, %" PRIu64 " failed\n", state.check_count - checks_before,
	       state.failed_count - failed_before);
	if (state.check_count == checks_before) {
		state.failed_count++;
		printf("    %s checked nothing\n", name);
	}
	fflush(stdout);
}

uint64_t check_failed(void)
{
	return state.failed_count;
}

int check_finish(void)
{
	printf("total: %" PRIu64 " checks, %" PRIu64 " failed\n", state.check_count,
	       state.failed_count);
	fflush(stdout);
	return state.check_count > 0 && state.failed_count == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
