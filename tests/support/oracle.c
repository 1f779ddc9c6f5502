/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/oracle.c - see oracle.h.
 */
#include "oracle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define B ((uint32_t)LAB_WORD_BITS)

struct oracle oracle;

static uint32_t *free_count_of(uint32_t frame)
{
	return frame / B < oracle.pool.hinted_count ? &oracle.ordinary_free : &oracle.reserve_free;
}

void oracle_begin(uint32_t frame_count, uint32_t reserve_words)
{
	memset(&oracle, 0, sizeof(oracle));
	pool_make(&oracle.pool, frame_count, reserve_words);
	oracle.held = calloc(frame_count, sizeof(*oracle.held));
	oracle.leaf_free = calloc(oracle.pool.leaf_count, sizeof(*oracle.leaf_free));
	if (oracle.held == NULL || oracle.leaf_free == NULL) {
		printf("oracle: no memory for %u frames\n", (unsigned)frame_count);
		exit(EXIT_FAILURE);
	}
	for (uint32_t frame = 0; frame < frame_count; frame++) {
		oracle.leaf_free[frame / B]++;
		(*free_count_of(frame))++;
	}
}

void oracle_end(void)
{
	free(oracle.held);
	free(oracle.leaf_free);
	pool_free(&oracle.pool);
}

void oracle_move(uint32_t frame, bool to_holder)
{
	check_note("frame", frame);
	CHECK(frame < oracle.pool.frame_count);
	if (frame >= oracle.pool.frame_count)
		return;
	CHECK(oracle.held[frame] != to_holder);
	if (oracle.held[frame] == to_holder)
		return;
	oracle.held[frame] = to_holder;
	oracle.leaf_free[frame / B] += to_holder ? UINT32_MAX : 1u;
	*free_count_of(frame) += to_holder ? UINT32_MAX : 1u;
}

void oracle_check_exact(void)
{
	uint32_t wrong = 0;

	for (uint32_t frame = 0; frame < oracle.pool.frame_count; frame++)
		wrong += pool_has(&oracle.pool, frame) == oracle.held[frame];
	CHECK_EQ(wrong, 0);
	CHECK_EQ(pool_stray(&oracle.pool), 0);
	CHECK_EQ(pool_inexact(&oracle.pool), 0);
	CHECK_EQ(pool_frames(&oracle.pool), oracle.ordinary_free + oracle.reserve_free);
	CHECK(pool_red_zones_intact(&oracle.pool));
}
