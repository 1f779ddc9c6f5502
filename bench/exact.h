/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/exact.h - instructions and locked read-modify-writes of each call of a pattern.
 */
#ifndef BENCH_EXACT_H
#define BENCH_EXACT_H

#include "count.h"
#include "peer.h"

/** What the calls of one kind did, together and at most. */
struct tally {
	uint64_t calls;
	struct count nothing; /* what calling no allocator costs */
	struct count sum;
	struct count max;
};

/** One pattern; `run` leaves the pool as it found it. */
struct exact_pattern {
	const char *name;
	void (*run)(const struct peer *peer, uint32_t frame_count, struct tally tally[2]);
};

enum { EXACT_ALLOC, EXACT_FREE };

extern const struct exact_pattern exact_patterns[];
extern const uint32_t exact_pattern_count;

/** The name of EXACT_ALLOC or EXACT_FREE. */
extern const char *const exact_call_name[2];

#endif /* BENCH_EXACT_H */
