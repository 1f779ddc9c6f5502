/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/timers.h - POSIX timers that strike at levels: handlers nest, higher over lower.
 */
#ifndef TIMERS_H
#define TIMERS_H

#include <signal.h>
#include <stdbool.h>

#define TIMERS_MAX 8u

/** Gets the level that strikes in info->si_value.sival_int. */
typedef void timers_handler(int signal_number, siginfo_t *info, void *context);

/** A timer and a real-time signal for each of the levels 1 .. count. */
void timers_begin(unsigned count, timers_handler *handler);

/** Strike once at `level` after `ns`; safe in a handler. */
bool timers_arm(unsigned level, long ns);

/** Afterwards no handler runs, and nothing is pending. */
void timers_end(void);

#endif /* TIMERS_H */
