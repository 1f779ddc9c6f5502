/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/race.h - one call, interrupted at given seams by other calls, and all its oracles.
 *
 * A schedule is "operation a at seam s, operation b at seam t"; seams are counted through the
 * interrupting calls too, so that b may interrupt a. Interrupting calls KEEP what they claim. After
 * each run: each frame has one holder or is in the pool, nothing is hidden (T11), every call kept
 * its step bound, EMPTY was honest.
 */
#ifndef RACE_H
#define RACE_H

#include "pool.h"

#define EVENTS_MAX 3

enum operation {
	CLAIM_ONE,
	CLAIM_ONE_FAR,
	CLAIM_WORD,
	CLAIM_WORD_FAR,
	CLAIM_RESERVE,
	RELEASE_ONE,      /* a frame of the first word */
	RELEASE_FAR,      /* a frame of the second word */
	RELEASE_WORD,     /* two frames of the first word */
	RELEASE_WORD_FAR, /* two frames of the second word */
	OPERATIONS
};

struct race {
	struct pool pool;
	unsigned char *begin; /* the storage at the beginning of each run */
	lab_word *held;       /* per leaf: the frames that some context holds */
	lab_word *held_begin;
	/* What was seen at some seam of the call that runs at each depth, from 1. */
	struct {
		bool *empty;     /* per leaf: all its frames at once were taken */
		lab_word *taken; /* per leaf: the frames that were taken, each at some seam */
		bool root_empty; /* the root was zero */
	} seen[EVENTS_MAX + 2];
	unsigned depth;
	struct {
		uint64_t position;
		enum operation operation;
		bool done;
	} event[EVENTS_MAX];
	unsigned event_count;
	uint32_t used; /* release operations already done: each frees its own frames once */
	uint64_t runs;
	uint64_t contended;
	uint64_t empty;
};

extern struct race race;

/** One run from the beginning that `race` holds, with the events that it holds. */
void race_run(enum operation operation);

#endif /* RACE_H */
