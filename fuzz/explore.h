/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/explore.h - depth first over the decisions of the scheduler, with sleep sets.
 */
#ifndef EXPLORE_H
#define EXPLORE_H

#include "programs.h"

#define NODES_MAX 2048u
#define FIRST_INTERRUPT 8u /* choices 0 .. 3: this CPU goes on; from 8: this interrupt comes */

/* A decision: the choices there are, those that need no run, those that had theirs. */
struct node {
	uint32_t enabled;
	uint32_t asleep;
	uint32_t tried;
	uint32_t chosen;
	struct step next[WORLD_CPUS_MAX];
};

struct explore {
	const struct program *program;
	struct node node[NODES_MAX];
	uint32_t fixed; /* decisions that this run repeats */
	uint32_t count; /* decisions of this run */
	uint32_t come;  /* interrupts that came */
	uint32_t preemptions;
	uint64_t runs;
	uint64_t cut; /* runs that ended where all that was left is asleep */
	uint64_t steps;
	double started;
	double told;
};

extern struct explore all;

/** The chooser of a run: repeats the first `fixed` decisions, and makes new ones after them. */
void explore_choose(void *data, const struct point *point, struct decision *decision);

/** Prepare the next schedule; false when all have been run. */
bool explore_advance(void);

#endif /* EXPLORE_H */
