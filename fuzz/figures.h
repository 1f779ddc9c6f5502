/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/figures.h - how much the schedules of many runs differ.
 */
#ifndef FIGURES_H
#define FIGURES_H

#include "interleave/sched.h"

struct figures_sum {
	uint64_t steps;
	uint64_t interrupts;
	uint64_t switches;
	uint32_t depth;
	uint32_t pairs; /* (call, step) after another context's (call, step) at one place */
};

/** Look on at the runs from now on; not while a trace is printed. */
void figures_begin(void);

/** Add the run that has just ended. */
void figures_add(void);

/** The sum of what was added. */
const struct figures_sum *figures_sum(void);

#endif /* FIGURES_H */
