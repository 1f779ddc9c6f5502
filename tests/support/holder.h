/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/holder.h - a context of a stress test: what it holds, and calls that check it.
 *
 * Each held frame has a plain (not atomic) stamp, written and checked by its holder only: two
 * holders are seen in any build, and a hand-over that orders nothing is a data race that
 * ThreadSanitizer sees. Everything here is safe in a signal handler.
 */
#ifndef HOLDER_H
#define HOLDER_H

#include "pool.h"
#include "random.h"

#define STAMP_FREE 0u
#define STAMP_IN_TRANSIT 99u

struct holder {
	struct pool *pool;
	uint32_t *stamps;    /* per frame, shared by all holders */
	uint32_t stamp;      /* this holder's, from 1 */
	lab_word *held;      /* per leaf */
	uint32_t held_count; /* frames */
	random_state random;
	uint64_t answers[LAB_STATUS_COUNT];
	uint64_t errors;
	const char *first_error;
};

/** `stamps` has an entry per frame, all STAMP_FREE. */
void holder_begin(struct holder *self, struct pool *pool, uint32_t *stamps, uint32_t stamp);
void holder_end(struct holder *self);

/** Count an error unless it holds; reported by holders_check(). */
void holder_expect(struct holder *self, bool holds, const char *text);

/** A frame that was stamped `from` is now ours; one of ours now has the stamp `to`. */
void holder_gain(struct holder *self, uint32_t frame, uint32_t from);
void holder_give(struct holder *self, uint32_t frame, uint32_t to);

/** Some held frame; there is one. */
uint32_t holder_random_frame(struct holder *self);

lab_status holder_claim_one(struct holder *self);
lab_status holder_claim_reserve(struct holder *self);
lab_status holder_claim_word(struct holder *self);

/** Of what is held, which is not nothing. */
void holder_release_one(struct holder *self);
void holder_release_word(struct holder *self);

/** At rest: no errors; pool and holders together are all frames, each once; nothing hidden. */
void holders_check(struct holder *const *holders, unsigned count);

/** Give all back: the zone is as new, and a drain finds each frame. */
void holders_release_everything(struct holder *const *holders, unsigned count);

#endif /* HOLDER_H */
