/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/exact.c - see exact.h.
 */
#include "exact.h"

#include <stdlib.h>

#include "scatter.h"

#define PAIRS 96u /* counted pairs of a pattern */
#define BURST 1500u
#define FAILS 16u
/* Calls after so many instructions of a pattern are made, and not counted any more. Labyrinth's all
 * are; this is for allocators that take a thousand instructions and more for a page. */
#define BUDGET 1500000u

const char *const exact_call_name[2] = {"alloc", "free"};

static uint64_t less(uint64_t value, uint64_t part)
{
	return value < part ? 0 : value - part;
}

static void raise_to(uint64_t *max, uint64_t value)
{
	if (value > *max)
		*max = value;
}

static void note(struct tally *tally, const struct count *count)
{
	tally->calls++;
	tally->sum.instructions += count->instructions;
	tally->sum.locked += count->locked;
	tally->sum.loads += count->loads;
	raise_to(&tally->max.instructions, count->instructions);
	raise_to(&tally->max.locked, count->locked);
	raise_to(&tally->max.loads, count->loads);
}

/* Count a call, less what the same call of nothing executes. */
static bool measure(const struct peer *peer, peer_call call, uint32_t place, struct tally *tally)
{
	struct count count;
	bool answer;

	if (tally->sum.instructions > BUDGET)
		return call(0, place);
	answer = count_call(call, 0, place, &count);
	if (tally->calls == 0)
		(void)count_call(peer->nothing, 0, place, &tally->nothing);
	count.instructions = less(count.instructions, tally->nothing.instructions);
	count.loads = less(count.loads, tally->nothing.loads);
	note(tally, &count);
	return answer;
}

static bool alloc(const struct peer *peer, uint32_t place, struct tally *tally)
{
	return measure(peer, peer->alloc, place, &tally[EXACT_ALLOC]);
}

static void release(const struct peer *peer, uint32_t place, struct tally *tally)
{
	(void)measure(peer, peer->free, place, &tally[EXACT_FREE]);
}

/* ---- the patterns ---- */

static void lifo(const struct peer *peer, uint32_t depth, struct tally *tally)
{
	for (uint32_t done = 0; done < PAIRS; done += depth) {
		for (uint32_t i = 0; i < depth; i++)
			(void)alloc(peer, i, tally);
		for (uint32_t i = depth; i-- > 0;)
			release(peer, i, tally);
	}
	peer->reset(0);
}

static void lifo_1(const struct peer *peer, uint32_t frame_count, struct tally *tally)
{
	(void)frame_count;
	lifo(peer, 1, tally);
}

static void lifo_32(const struct peer *peer, uint32_t frame_count, struct tally *tally)
{
	(void)frame_count;
	lifo(peer, 32, tally);
}

static void churn(const struct peer *peer, uint32_t frame_count, uint32_t held, struct tally *tally)
{
	uint32_t *order = scatter_fill(peer, 0, frame_count, held);
	uint64_t random = 77;

	for (uint32_t i = 0; i < PAIRS; i++) {
		uint32_t place = order[scatter_below(&random, held)];

		release(peer, place, tally);
		(void)alloc(peer, place, tally);
	}
	scatter_empty(peer, 0, order, held);
	peer->reset(0);
	free(order);
}

static void random_50(const struct peer *peer, uint32_t frame_count, struct tally *tally)
{
	churn(peer, frame_count, frame_count / 2, tally);
}

static void random_95(const struct peer *peer, uint32_t frame_count, struct tally *tally)
{
	churn(peer, frame_count, frame_count - frame_count / 20, tally);
}

static void random_100(const struct peer *peer, uint32_t frame_count, struct tally *tally)
{
	churn(peer, frame_count, frame_count, tally);
}

static void bulk_32(const struct peer *peer, uint32_t frame_count, struct tally *tally)
{
	(void)frame_count;
	for (uint32_t done = 0; done < PAIRS; done += BENCH_BULK) {
		(void)measure(peer, peer->alloc_bulk, 0, &tally[EXACT_ALLOC]);
		(void)measure(peer, peer->free_bulk, 0, &tally[EXACT_FREE]);
	}
	peer->reset(0);
}

/* Many allocations, then many frees in another order, from a pool with `held` pages out. */
static void burst(const struct peer *peer, uint32_t frame_count, uint32_t held, struct tally *tally)
{
	uint32_t *filled = scatter_fill(peer, 0, frame_count, held);
	uint32_t *order = scatter_order(BURST, 99);

	peer->reset(0);
	for (uint32_t i = 0; i < BURST; i++)
		(void)alloc(peer, filled[held + i], tally);
	for (uint32_t i = 0; i < BURST; i++)
		release(peer, filled[held + order[i]], tally);
	scatter_empty(peer, 0, filled, held);
	peer->reset(0);
	free(filled);
	free(order);
}

static void burst_0(const struct peer *peer, uint32_t frame_count, struct tally *tally)
{
	(void)frame_count;
	burst(peer, BURST, 0, tally);
}

static void burst_95(const struct peer *peer, uint32_t frame_count, struct tally *tally)
{
	burst(peer, frame_count, frame_count - frame_count / 20, tally);
}

static void fail(const struct peer *peer, uint32_t frame_count, struct tally *tally)
{
	uint32_t *order = scatter_fill(peer, 0, frame_count, frame_count);

	for (uint32_t i = 0; i < FAILS; i++)
		if (alloc(peer, frame_count, tally)) { /* it has no end: no such figure */
			tally[EXACT_ALLOC] = (struct tally){0};
			peer->free(0, frame_count);
			break;
		}
	scatter_empty(peer, 0, order, frame_count);
	peer->reset(0);
	free(order);
}

const struct exact_pattern exact_patterns[] = {
	{"LIFO 1", lifo_1},           {"LIFO 32", lifo_32},
	{"random 50 %", random_50},   {"random 95 %", random_95},
	{"random 100 %", random_100}, {"bulk 32", bulk_32},
	{"burst 1500", burst_0},      {"burst 1500 at 95 %", burst_95},
	{"alloc that fails", fail},
};
const uint32_t exact_pattern_count = sizeof(exact_patterns) / sizeof(exact_patterns[0]);
