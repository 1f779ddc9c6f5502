/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/figures.c - see figures.h.
 */
#include "figures.h"

#include <string.h>

#include "interleave/calls.h"

#define ACTS ((uint32_t)CALL_KINDS * (uint32_t)STEP_KINDS)
#define PLACES 4096u

/* The last step at each place of the world in this run; a place is found by its address. */
static struct {
	const volatile void *where;
	uint64_t run;
	const struct call *who; /* one for each CPU and depth */
	uint32_t act;
} last[PLACES];
static uint8_t met[ACTS][ACTS];
static uint64_t run;
static struct figures_sum sum;

static void meet(const char *event, const struct call *call, const struct step *step)
{
	uint32_t act;
	uint32_t place;

	(void)event;
	if (step == NULL)
		return;
	act = call->op.kind * (uint32_t)STEP_KINDS + (uint32_t)step->kind;
	place = (uint32_t)((uintptr_t)step->where / sizeof(lab_word)) % PLACES;
	if (last[place].where == step->where && last[place].run == run && last[place].who != call &&
	    met[last[place].act][act] == 0) {
		met[last[place].act][act] = 1;
		sum.pairs++;
	}
	last[place].where = step->where;
	last[place].run = run;
	last[place].who = call;
	last[place].act = act;
}

void figures_begin(void)
{
	sched_trace = meet;
}

void figures_add(void)
{
	run++;
	sum.steps += outcome.figures.steps;
	sum.interrupts += outcome.figures.interrupts;
	sum.switches += outcome.figures.switches;
	if (outcome.figures.depth > sum.depth)
		sum.depth = outcome.figures.depth;
}

const struct figures_sum *figures_sum(void)
{
	return &sum;
}
