/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/sizes.c - what the pool's size changes: the instructions and loads of a claim, the time of
 * a pair, and the bytes that each frame costs beside itself.
 */
#include <stdlib.h>
#include <string.h>

#include "bench.h"
#include "exact.h"
#include "scatter.h"

#define CLAIMS 200u
#define PAIRS 8192u
#define TIMES 21u

static const uint32_t frame_counts[] = {8, 64, 512, 4096, 32768, 262144u, 2097152u, 16777216u};
#define SIZES (sizeof(frame_counts) / sizeof(frame_counts[0]))

static const char *name_of(uint32_t frame_count)
{
	static char name[16];

	snprintf(name, sizeof(name), "%u", frame_count);
	return name;
}

static uint32_t lesser(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

static void count_claims(const struct bench *bench, const struct peer *peer, uint32_t frame_count,
			 const uint32_t *free_places)
{
	const uint32_t claims = lesser(frame_count / 2, CLAIMS);
	uint64_t instructions = 0;
	uint64_t loads = 0;
	uint64_t max = 0;

	for (uint32_t i = 0; i < claims; i++) {
		struct count count;

		if (!count_call(peer->alloc, 0, free_places[i], &count))
			bench_stop(peer->name, "an allocation failed that must not");
		instructions += count.instructions;
		loads += count.loads;
		max = count.instructions > max ? count.instructions : max;
	}
	for (uint32_t i = 0; i < claims; i++)
		peer->free(0, free_places[i]);
	bench_result(bench, "sizes", name_of(frame_count), peer, "alloc_instructions_mean",
		     (double)instructions / claims);
	bench_result(bench, "sizes", name_of(frame_count), peer, "alloc_instructions_max",
		     (double)max);
	bench_result(bench, "sizes", name_of(frame_count), peer, "alloc_loads_mean",
		     (double)loads / claims);
}

static void time_pairs(const struct bench *bench, const struct peer *peer, uint32_t frame_count,
		       const uint32_t *held_places)
{
	static uint32_t victim[PAIRS];
	double ns[TIMES];
	uint64_t random = 9;

	for (uint32_t i = 0; i < PAIRS; i++)
		victim[i] = held_places[scatter_below(&random, frame_count / 2)];
	for (uint32_t i = 0; i < TIMES; i++) {
		double start = clock_now();

		if (peer->churn(0, victim, PAIRS) != 0)
			bench_stop(peer->name, "an allocation failed that must not");
		ns[i] = (clock_now() - start) / PAIRS;
	}
	bench_result(bench, "sizes", name_of(frame_count), peer, "median_ns",
		     clock_quantile(ns, TIMES, 0.5));
}

static void measure(const struct bench *bench, const struct peer *peer, uint32_t frame_count)
{
	const uint32_t held = frame_count / 2;
	uint32_t *order;

	bench_open(peer, frame_count);
	order = scatter_fill(peer, 0, frame_count, held);
	peer->reset(0);
	count_claims(bench, peer, frame_count, order + held);
	time_pairs(bench, peer, frame_count, order);
	peer->close();
	free(order);
}

static void report_metadata(const struct bench *bench)
{
	for (uint32_t i = 0; i < bench->peer_count; i++) {
		const struct peer *peer = bench->peer[i];
		const size_t size = peer->metadata_size(BENCH_FRAMES);

		if (size != 0)
			bench_result(bench, "metadata", "bytes per frame", peer, "bytes",
				     (double)size / BENCH_FRAMES);
	}
}

/* Of Labyrinth's default build only: others need more memory for 2^24 pages than a machine has. */
void sizes_measure(const struct bench *bench)
{
	count_begin();
	report_metadata(bench);
	for (uint32_t s = 0; s < SIZES; s++) {
		bench_progress("sizes", name_of(frame_counts[s]), s, SIZES);
		for (uint32_t i = 0; i < bench->peer_count; i++)
			if (strcmp(bench->peer[i]->name, "labyrinth") == 0 ||
			    strcmp(bench->peer[i]->name, "labyrinth-bare") == 0)
				measure(bench, bench->peer[i], frame_counts[s]);
	}
}
