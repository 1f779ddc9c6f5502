/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/step.h - the kinds of atomic steps, and where a step tells the scheduler.
 */
#ifndef STEP_H
#define STEP_H

#include <stdint.h>

enum step_kind {
	STEP_ENTER, /* no step: the instant before a call */
	STEP_LOAD,
	STEP_LOAD_SEQ_CST,
	STEP_TAKE,
	STEP_CLEAR_BIT,
	STEP_OR,
	STEP_TAG_LOAD,
	STEP_TAG_STORE,
	STEP_TAG_SWAP,
	STEP_COUNT_ADD,
	STEP_FLAG_LOAD,
	STEP_FLAG_SWAP,
	STEP_DONE, /* no step: the CPU has made all of its calls */
	STEP_KINDS
};

/** The step that a context is about to take, or has just taken. */
struct step {
	enum step_kind kind;
	const volatile void *where;
	uint64_t operand; /* what it is to put there, if anything */
	uint64_t saw;     /* what it found, afterwards */
};

/** Before and after each atomic step of the core: other contexts may run inside these two. */
void step_before(enum step_kind kind, const volatile void *where, uint64_t operand);
void step_after(uint64_t saw);

/** The middle of a step that is not atomic: only broken cores have one (see mutants). */
void step_middle(void);

#endif /* STEP_H */
