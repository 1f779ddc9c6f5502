/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/tail.c - how long the slowest calls of a burst take. The same sequence is replayed, and
 * each call is given the mean of the better half of its times: noise of the machine drops out, and
 * a clock that counts in steps of 10 ns still tells 2 ns from 5.
 */
#include <stdlib.h>
#include <x86intrin.h>

#include "bench.h"
#include "scatter.h"

#define BURST 1500u
#define BURSTS 8u
#define CALLS (2 * BURST * BURSTS)
#define REPLAYS 100u

static uint32_t times[CALLS][REPLAYS];
static double typical[CALLS];
static double sorted[CALLS];
static uint32_t *orders[BURSTS];

static inline uint64_t ticks(void)
{
	unsigned processor;
	uint64_t now;

	_mm_lfence();
	now = __rdtscp(&processor);
	_mm_lfence();
	return now;
}

static int compare(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left;
	const uint32_t b = *(const uint32_t *)right;

	return (a > b) - (a < b);
}

/* The mean of the better half. */
static double better_half(uint32_t *of)
{
	uint64_t sum = 0;

	qsort(of, REPLAYS, sizeof(*of), compare);
	for (uint32_t i = 0; i < REPLAYS / 2; i++)
		sum += of[i];
	return (double)sum * 2 / REPLAYS;
}

static void replay(const struct peer *peer, uint32_t number)
{
	uint32_t call = 0;

	peer->reset(0);
	for (uint32_t b = 0; b < BURSTS; b++) {
		for (uint32_t i = 0; i < BURST; i++) {
			uint64_t start = ticks();

			(void)peer->alloc(0, i);
			times[call++][number] = (uint32_t)(ticks() - start);
		}
		for (uint32_t i = 0; i < BURST; i++) {
			uint64_t start = ticks();

			peer->free(0, orders[b][i]);
			times[call++][number] = (uint32_t)(ticks() - start);
		}
	}
}

/* What the two looks at the clock and the call itself cost. */
static double overhead(const struct peer *peer)
{
	double sum = 0;

	for (uint32_t i = 0; i < BURST; i++)
		for (uint32_t number = 0; number < REPLAYS; number++) {
			uint64_t start = ticks();

			(void)peer->nothing(0, i);
			times[i][number] = (uint32_t)(ticks() - start);
		}
	for (uint32_t i = 0; i < BURST; i++)
		sum += better_half(times[i]);
	return sum / BURST;
}

static double ns_per_tick(void)
{
	double start = clock_now();
	uint64_t first = ticks();

	while (clock_now() - start < 5e7)
		;
	return (clock_now() - start) / (double)(ticks() - first);
}

static void report(const struct bench *bench, const struct peer *peer, uint32_t call)
{
	static const char *const names[] = {"alloc", "free"};
	uint32_t count = 0;

	for (uint32_t i = 0; i < CALLS; i++)
		if (i / BURST % 2 == call)
			sorted[count++] = typical[i];
	bench_result(bench, "tail", names[call], peer, "p50_ns",
		     clock_quantile(sorted, count, 0.5));
	bench_result(bench, "tail", names[call], peer, "p99.99_ns",
		     clock_quantile(sorted, count, 0.9999));
	bench_result(bench, "tail", names[call], peer, "max_ns", sorted[count - 1]);
}

static void measure(const struct bench *bench, const struct peer *peer, double scale)
{
	double empty;

	bench_open(peer, BENCH_FRAMES);
	empty = overhead(peer);
	for (uint32_t i = 0; i < REPLAYS; i++)
		replay(peer, i);
	peer->close();
	for (uint32_t i = 0; i < CALLS; i++) {
		double spent = better_half(times[i]) - empty;

		typical[i] = spent < 0 ? 0 : spent * scale;
	}
	for (uint32_t call = 0; call < 2; call++)
		report(bench, peer, call);
}

void tail_measure(const struct bench *bench)
{
	const double scale = ns_per_tick();

	for (uint32_t b = 0; b < BURSTS; b++)
		orders[b] = scatter_order(BURST, 5 + b);
	for (uint32_t i = 0; i < bench->peer_count; i++) {
		bench_progress("tail", "burst 1500", i, bench->peer_count);
		measure(bench, bench->peer[i], scale);
	}
	for (uint32_t b = 0; b < BURSTS; b++)
		free(orders[b]);
}
