/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/counts.c - the exact counts of every peer, as results.
 */
#include "bench.h"
#include "exact.h"

static double mean(uint64_t sum, uint64_t calls)
{
	return (double)sum / (double)calls;
}

static void report(const struct bench *bench, const struct peer *peer, const char *pattern,
		   const struct tally tally[2])
{
	static const char *const metrics[2][5] = {
		{"alloc_instructions_mean", "alloc_instructions_max", "alloc_locked_mean",
		 "alloc_locked_max", "alloc_loads_mean"},
		{"free_instructions_mean", "free_instructions_max", "free_locked_mean",
		 "free_locked_max", "free_loads_mean"},
	};

	for (uint32_t call = 0; call < 2; call++) {
		const struct tally *of = &tally[call];
		const char *const *metric = metrics[call];

		if (of->calls == 0)
			continue;
		bench_result(bench, "exact", pattern, peer, metric[0],
			     mean(of->sum.instructions, of->calls));
		bench_result(bench, "exact", pattern, peer, metric[1],
			     (double)of->max.instructions);
		bench_result(bench, "exact", pattern, peer, metric[2],
			     mean(of->sum.locked, of->calls));
		bench_result(bench, "exact", pattern, peer, metric[3], (double)of->max.locked);
		bench_result(bench, "exact", pattern, peer, metric[4],
			     mean(of->sum.loads, of->calls));
	}
}

void exact_measure(const struct bench *bench)
{
	const uint32_t total = bench->peer_count * exact_pattern_count;
	uint32_t done = 0;

	count_begin();
	for (uint32_t i = 0; i < bench->peer_count; i++) {
		const struct peer *peer = bench->peer[i];

		bench_open(peer, BENCH_FRAMES);
		for (uint32_t p = 0; p < exact_pattern_count; p++) {
			struct tally tally[2] = {0};

			bench_progress("exact", peer->name, done++, total);
			exact_patterns[p].run(peer, BENCH_FRAMES, tally);
			report(bench, peer, exact_patterns[p].name, tally);
		}
		peer->close();
	}
}
