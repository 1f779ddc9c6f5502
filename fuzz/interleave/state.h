/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/state.h - the scheduler's own state: of sched.c and yield.c alone.
 */
#ifndef STATE_H
#define STATE_H

#include "fiber.h"
#include "sched.h"

#define STACK_SIZE (256u * 1024u)
#define INTERRUPTS_MAX 4096u /* of one run; more are not let in */

struct cpu {
	struct fiber fiber;
	struct call call[SCHED_DEPTH];
	uint32_t level[SCHED_DEPTH];
	uint32_t depth;   /* of the context that runs: 0 is the task */
	uint32_t entered; /* calls in flight, at depths 0 .. entered - 1 */
	bool done;
	struct step next;
};

struct sched {
	const struct script *script;
	sched_chooser *chooser;
	void *data;
	struct fiber main;
	struct cpu cpu[WORLD_CPUS_MAX];
	uint32_t current;
	uint32_t in_flight;
	bool running; /* yields ask the chooser */
	bool started;
	_Alignas(64) unsigned char stack[WORLD_CPUS_MAX][STACK_SIZE];
};

extern struct sched sched;

struct cpu *sched_running(void);
struct fiber *sched_fiber_of(uint32_t cpu);

/** Ask the chooser, and do what it says; `after` the step, or before it. */
void sched_yield_at(const struct step *step, bool after);

/** Run another CPU until somebody switches back. */
void sched_switch_to(uint32_t to);

#endif /* STATE_H */
