/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/bench.h - what the measures share: the peers that are there, the clock, the results.
 */
#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stdio.h>

#include "peer.h"

#define BENCH_FRAMES 65536u
#define BENCH_PEERS_MAX 24u

/** One run. */
struct bench {
	const struct peer *peer[BENCH_PEERS_MAX]; /* those that can be opened */
	uint32_t peer_count;
	uint32_t rounds; /* how often each timed batch is repeated */
	FILE *results;   /* measure,pattern,peer,metric,value */
};

/** One result; the value is written as it is, to three decimals. */
void bench_result(const struct bench *bench, const char *measure, const char *pattern,
		  const struct peer *peer, const char *metric, double value);

/** Say how far the measure is, with the time it still takes when it goes on like this. */
void bench_progress(const char *measure, const char *pattern, uint32_t done, uint32_t total);

/** End the program. */
_Noreturn void bench_stop(const char *who, const char *what);

/** Open a peer that opened before, and join it. */
void bench_open(const struct peer *peer, uint32_t frame_count);

/* ---- the clock ---- */

/** Nanoseconds since some instant. */
double clock_now(void);

/** Stay on one CPU. */
void clock_pin(uint32_t cpu);

/** How often this thread was taken off its CPU: such a batch is measured again. */
long clock_disturbances(void);

/** Sorts; the value that `share` of the values are not above. */
double clock_quantile(double *values, uint32_t count, double share);

/* ---- the measures ---- */

void pairs_measure(const struct bench *bench);
void exact_measure(const struct bench *bench);
void tail_measure(const struct bench *bench);
void threads_measure(const struct bench *bench);
void sizes_measure(const struct bench *bench);

#endif /* BENCH_BENCH_H */
