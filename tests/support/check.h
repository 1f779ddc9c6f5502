/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/check.h - count checks; name the place and the values of each that fails.
 *
 * Not for threads or signal handlers: these count on their own and check at the end.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../../core/status.h"

#define CHECK(condition) check_true(__FILE__, __LINE__, #condition, (condition))
#define CHECK_EQ(got, expected)                                                                    \
	check_equal(__FILE__, __LINE__, #got, (uint64_t)(got), (uint64_t)(expected))
#define CHECK_AT_MOST(got, limit)                                                                  \
	check_at_most(__FILE__, __LINE__, #got, (uint64_t)(got), (uint64_t)(limit))
#define CHECK_STATUS(got, expected) check_status(__FILE__, __LINE__, #got, (got), (expected))
#define RUN(test) check_run(#test, (test))

void check_true(const char *file, int line, const char *text, bool holds);
void check_equal(const char *file, int line, const char *text, uint64_t got, uint64_t expected);
void check_at_most(const char *file, int line, const char *text, uint64_t got, uint64_t limit);
void check_status(const char *file, int line, const char *text, lab_status got,
		  lab_status expected);

/** A named number that a failure prints, for example the loop index. Cheap; the name is kept. */
void check_note(const char *name, uint64_t value);

/** Run one test; its name is printed, its notes end with it. */
void check_run(const char *name, void (*test)(void));

/** Print the totals; the exit code: 0 only when something was checked and nothing failed. */
int check_finish(void);

/** Failures so far. */
uint64_t check_failed(void);

/** The name and the text of a status, from LAB_STATUS_LIST. */
const char *status_name(lab_status status);
const char *status_text(lab_status status);

#endif /* CHECK_H */
