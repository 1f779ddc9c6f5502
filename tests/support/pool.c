/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/pool.c - see pool.h.
 */
#include "pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define RED_SIZE 64u
#define RED_BYTE 0xa5
#define FRESH_BYTE 0x5c

static size_t round_up(size_t size)
{
	return (size + RED_SIZE - 1) / RED_SIZE * RED_SIZE;
}

static size_t storage_offset(void)
{
	return RED_SIZE + round_up(sizeof(lab_zone)) + RED_SIZE;
}

void pool_measure(struct pool *pool, uint32_t frame_count, uint32_t reserve_words)
{
	uint64_t reach = 1;

	pool->frame_count = frame_count;
	pool->leaf_count = frame_count / LAB_WORD_BITS + (frame_count % LAB_WORD_BITS != 0);
	pool->hinted_count = pool->leaf_count - reserve_words;
	pool->level_count = 0;
	pool->hint_count = 0;
	while (reach < pool->hinted_count) {
		pool->hint_count += (uint32_t)reach;
		pool->level_count++;
		reach *= LAB_WORD_BITS;
	}
	pool->storage_size = (pool->hint_count + pool->leaf_count) * sizeof(lab_word);
}

void pool_prepare(struct pool *pool, uint32_t frame_count, uint32_t reserve_words)
{
	pool_measure(pool, frame_count, reserve_words);
	pool->block_size = round_up(storage_offset() + pool->storage_size + RED_SIZE);
	pool->block = aligned_alloc(RED_SIZE, pool->block_size);
	pool->saved = malloc(pool->block_size);
	if (pool->block == NULL || pool->saved == NULL) {
		printf("pool_prepare: no memory for %zu bytes\n", pool->block_size);
		exit(EXIT_FAILURE);
	}
	memset(pool->block, RED_BYTE, pool->block_size);
	pool->zone = (lab_zone *)(void *)(pool->block + RED_SIZE);
	pool->storage = (lab_word *)(void *)(pool->block + storage_offset());
	memset(pool->zone, FRESH_BYTE, sizeof(lab_zone));
	memset(pool->storage, FRESH_BYTE, pool->storage_size);
}

void pool_make(struct pool *pool, uint32_t frame_count, uint32_t reserve_words)
{
	lab_status status;

	pool_prepare(pool, frame_count, reserve_words);
	status = lab_zone_init(pool->zone, 0, pool->storage, pool->storage_size, frame_count,
			       reserve_words);
	CHECK_STATUS(status, LAB_OK);
	if (status != LAB_OK)
		exit(check_finish());
}

void pool_free(struct pool *pool)
{
	CHECK(pool_red_zones_intact(pool));
	free(pool->block);
	free(pool->saved);
	memset(pool, 0, sizeof(*pool));
}

void pool_save(struct pool *pool)
{
	memcpy(pool->saved, pool->block, pool->block_size);
}

bool pool_unchanged(const struct pool *pool)
{
	return memcmp(pool->saved, pool->block, pool->block_size) == 0;
}

static bool all_red(const struct pool *pool, size_t first, size_t last)
{
	for (size_t i = first; i < last; i++) {
		if (pool->block[i] != RED_BYTE)
			return false;
	}
	return true;
}

bool pool_red_zones_intact(const struct pool *pool)
{
	return all_red(pool, 0, RED_SIZE) &&
	       all_red(pool, RED_SIZE + sizeof(lab_zone), storage_offset()) &&
	       all_red(pool, storage_offset() + pool->storage_size, pool->block_size);
}

lab_word pool_leaf(const struct pool *pool, uint32_t leaf)
{
	return pool->storage[pool->hint_count + leaf];
}

bool pool_has(const struct pool *pool, uint32_t frame)
{
	return (pool_leaf(pool, frame / LAB_WORD_BITS) >> (frame % LAB_WORD_BITS) & 1u) != 0;
}

lab_word pool_existing(const struct pool *pool, uint32_t leaf)
{
	lab_word word = 0;

	for (uint32_t bit = 0; bit < LAB_WORD_BITS; bit++) {
		if ((uint64_t)leaf * LAB_WORD_BITS + bit < pool->frame_count)
			word = (lab_word)(word | (lab_word)((lab_word)1 << bit));
	}
	return word;
}

uint32_t word_count(lab_word word)
{
	return (uint32_t)__builtin_popcountll((unsigned long long)word);
}

static uint32_t frames_of(const struct pool *pool, uint32_t leaf_count)
{
	uint32_t count = 0;

	for (uint32_t leaf = 0; leaf < leaf_count; leaf++)
		count += word_count(pool_leaf(pool, leaf));
	return count;
}

uint32_t pool_frames(const struct pool *pool)
{
	return frames_of(pool, pool->leaf_count);
}

uint32_t pool_ordinary_frames(const struct pool *pool)
{
	return frames_of(pool, pool->hinted_count);
}

/* Hint bit `bit` of hint word `node`, and whether its child word exists and is not empty. */
static void hint_and_truth(const struct pool *pool, uint32_t node, uint32_t bit, bool *hint,
			   bool *truth)
{
	uint64_t child = (uint64_t)node * LAB_WORD_BITS + 1 + bit;

	*hint = (pool->storage[node] >> bit & 1u) != 0;
	*truth = child < (uint64_t)pool->hint_count + pool->hinted_count &&
		 pool->storage[child] != 0;
}

uint32_t pool_hidden(const struct pool *pool)
{
	uint32_t count = 0;

	for (uint32_t node = 0; node < pool->hint_count; node++) {
		for (uint32_t bit = 0; bit < LAB_WORD_BITS; bit++) {
			bool hint;
			bool truth;

			hint_and_truth(pool, node, bit, &hint, &truth);
			count += truth && !hint;
		}
	}
	return count;
}

uint32_t pool_inexact(const struct pool *pool)
{
	uint32_t count = 0;

	for (uint32_t node = 0; node < pool->hint_count; node++) {
		for (uint32_t bit = 0; bit < LAB_WORD_BITS; bit++) {
			bool hint;
			bool truth;

			hint_and_truth(pool, node, bit, &hint, &truth);
			count += truth != hint;
		}
	}
	return count;
}

uint32_t pool_stray(const struct pool *pool)
{
	uint32_t count = 0;

	for (uint32_t leaf = 0; leaf < pool->leaf_count; leaf++)
		count += word_count((lab_word)(pool_leaf(pool, leaf) & ~pool_existing(pool, leaf)));
	return count;
}

uint32_t pool_drain(struct pool *pool)
{
	uint32_t count = 0;
	lab_batch batch = {0, 0};

	while (zone_claim_word(pool->zone, 0, &batch) == LAB_OK)
		count += word_count(batch.frames);
	return count;
}
