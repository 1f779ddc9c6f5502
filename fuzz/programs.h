/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/programs.h - the small programs of which every schedule is run.
 */
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include "interleave/calls.h"

#define PROGRAM_CALLS 7u
#define PROGRAM_INTERRUPTS 4u

struct program {
	const char *name;
	struct world_plan plan;
	struct op call[WORLD_CPUS_MAX][PROGRAM_CALLS]; /* ends at CALL_NOTHING */
	/* Each comes at most once, at any yield point of any CPU; without them schedules that
	 * differ only in the order of independent steps are run once. */
	struct op interrupt[PROGRAM_INTERRUPTS];
	uint32_t interrupt_count;
	uint32_t nmis;        /* bit i: interrupt i is an NMI */
	bool after;           /* interrupts come after steps too, not only before them */
	uint32_t preemptions; /* with interrupts on several CPUs: how often one is preempted */
};

extern const struct program programs[];
extern const uint32_t program_count;

#endif /* PROGRAMS_H */
