/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/pairs.c - nanoseconds of one allocation and one free, one thread. Each round times one
 * batch of every peer, in turn, so that what disturbs the machine disturbs all of them alike.
 */
#include <stdlib.h>

#include "bench.h"
#include "scatter.h"

#define BATCH 16384u /* pairs that are timed at once */
#define TRIES 4u     /* for a batch in which the thread lost its CPU */

struct pattern {
	const char *name;
	uint32_t held; /* pages out, in hundredths of the pool; with depth: none */
	uint32_t depth;
	bool bulk;
};

static const struct pattern patterns[] = {
	{"LIFO 1", 0, 1, false},         {"LIFO 32", 0, 32, false},
	{"random 50 %", 50, 0, false},   {"random 95 %", 95, 0, false},
	{"random 100 %", 100, 0, false}, {"bulk 32", 0, BENCH_BULK, true},
};
#define PATTERNS (sizeof(patterns) / sizeof(patterns[0]))

/* One peer in one pattern. */
struct lane {
	const struct peer *peer;
	uint32_t *order; /* of the places that hold a page */
	uint32_t *victim;
	double *ns; /* per pair, of each round */
};

static uint32_t held_of(const struct pattern *pattern)
{
	return (uint32_t)((uint64_t)BENCH_FRAMES * pattern->held / 100);
}

static void lane_open(struct lane *lane, const struct peer *peer, const struct pattern *pattern,
		      uint32_t rounds)
{
	const uint32_t held = held_of(pattern);
	uint64_t random = 4242;

	lane->peer = peer;
	lane->ns = calloc(rounds, sizeof(*lane->ns));
	lane->victim = calloc(BATCH, sizeof(*lane->victim));
	if (lane->ns == NULL || lane->victim == NULL)
		bench_stop("pairs", "no memory");
	bench_open(peer, BENCH_FRAMES);
	lane->order = NULL;
	if (pattern->depth != 0)
		return;
	lane->order = scatter_fill(peer, 0, BENCH_FRAMES, held);
	for (uint32_t i = 0; i < BATCH; i++)
		lane->victim[i] = lane->order[scatter_below(&random, held)];
}

static void lane_close(struct lane *lane, const struct pattern *pattern)
{
	if (lane->order != NULL)
		scatter_empty(lane->peer, 0, lane->order, held_of(pattern));
	lane->peer->reset(0);
	lane->peer->close();
	free(lane->order);
	free(lane->victim);
	free(lane->ns);
}

static uint32_t run(const struct lane *lane, const struct pattern *pattern, uint32_t pairs)
{
	if (pattern->bulk)
		return lane->peer->bulk(0, pairs / BENCH_BULK);
	if (pattern->depth != 0)
		return lane->peer->lifo(0, pattern->depth, pairs / pattern->depth);
	return lane->peer->churn(0, lane->victim, pairs);
}

static double batch(const struct lane *lane, const struct pattern *pattern)
{
	double ns = 0;

	for (uint32_t i = 0; i < TRIES; i++) {
		long before;
		double start;

		/* Once before, so that what other peers left in the caches does not count. */
		if (run(lane, pattern, BATCH) != 0)
			bench_stop(lane->peer->name, "an allocation failed that must not");
		before = clock_disturbances();
		start = clock_now();
		if (run(lane, pattern, BATCH) != 0)
			bench_stop(lane->peer->name, "an allocation failed that must not");
		ns = (clock_now() - start) / BATCH;
		if (clock_disturbances() == before)
			break;
	}
	return ns;
}

/* Peers are compared within a round: the first of them is Labyrinth. */
static void report(const struct bench *bench, const struct lane *lanes,
		   const struct pattern *pattern)
{
	double *ratio = calloc(bench->rounds + 1, sizeof(*ratio));
	double *sorted = calloc(bench->rounds + 1, sizeof(*sorted));

	if (ratio == NULL || sorted == NULL)
		bench_stop("pairs", "no memory");
	for (uint32_t i = 0; i < bench->peer_count; i++) {
		const struct peer *peer = lanes[i].peer;

		for (uint32_t round = 0; round < bench->rounds; round++) {
			ratio[round] = lanes[i].ns[round] / lanes[0].ns[round];
			sorted[round] = lanes[i].ns[round];
		}
		bench_result(bench, "pairs", pattern->name, peer, "median_ns",
			     clock_quantile(sorted, bench->rounds, 0.5));
		bench_result(bench, "pairs", pattern->name, peer, "p10_ns",
			     clock_quantile(sorted, bench->rounds, 0.1));
		bench_result(bench, "pairs", pattern->name, peer, "ratio",
			     clock_quantile(ratio, bench->rounds, 0.5));
	}
	free(ratio);
	free(sorted);
}

static void measure(const struct bench *bench, const struct pattern *pattern)
{
	static struct lane lanes[BENCH_PEERS_MAX];

	for (uint32_t i = 0; i < bench->peer_count; i++)
		lane_open(&lanes[i], bench->peer[i], pattern, bench->rounds);
	for (uint32_t round = 0; round < bench->rounds; round++) {
		bench_progress("pairs", pattern->name, round, bench->rounds);
		for (uint32_t i = 0; i < bench->peer_count; i++)
			lanes[i].ns[round] = batch(&lanes[i], pattern);
	}
	report(bench, lanes, pattern);
	for (uint32_t i = 0; i < bench->peer_count; i++)
		lane_close(&lanes[i], pattern);
}

void pairs_measure(const struct bench *bench)
{
	for (uint32_t i = 0; i < PATTERNS; i++)
		measure(bench, &patterns[i]);
}
