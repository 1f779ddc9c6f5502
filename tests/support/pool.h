/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/pool.h - a zone between red zones, and what must be true of its words.
 *
 * The geometry is computed here a second time, by loops, so that a wrong macro in core/zone.h
 * cannot hide itself.
 */
#ifndef POOL_H
#define POOL_H

#include "../../core/zone.h"
#include "zone_calls.h"

struct pool {
	lab_zone *zone;
	lab_word *storage;
	size_t storage_size;
	uint32_t frame_count;
	uint32_t leaf_count;   /* words that hold frames */
	uint32_t hinted_count; /* of these, the first that ordinary requests may take from */
	uint32_t level_count;  /* hint levels */
	uint32_t hint_count;   /* hint words */
	unsigned char *block;  /* red zone, zone, red zone, storage, red zone */
	unsigned char *saved;  /* the block when pool_save() was called */
	size_t block_size;
};

/** Only the numbers of `pool`, for a valid configuration; no memory. */
void pool_measure(struct pool *pool, uint32_t frame_count, uint32_t reserve_words);

/** Allocate the block, not initialised by lab_zone_init(): the zone and storage hold a pattern. */
void pool_prepare(struct pool *pool, uint32_t frame_count, uint32_t reserve_words);

/** pool_prepare() and lab_zone_init(), which must answer LAB_OK. */
void pool_make(struct pool *pool, uint32_t frame_count, uint32_t reserve_words);
void pool_free(struct pool *pool);

/** Remember every byte of the block; compare with it. */
void pool_save(struct pool *pool);
bool pool_unchanged(const struct pool *pool);

bool pool_red_zones_intact(const struct pool *pool);
bool pool_has(const struct pool *pool, uint32_t frame);
lab_word pool_leaf(const struct pool *pool, uint32_t leaf);

/** The frames that exist in leaf `leaf`. */
lab_word pool_existing(const struct pool *pool, uint32_t leaf);

/** Frames in the pool: all; of the ordinary words. */
uint32_t pool_frames(const struct pool *pool);
uint32_t pool_ordinary_frames(const struct pool *pool);

/** Non-empty words without their hint (T11: none at rest), and hint bits that are not exactly
 *  "my child word is not empty" (none in sequential use). */
uint32_t pool_hidden(const struct pool *pool);
uint32_t pool_inexact(const struct pool *pool);

/** Bits set for frames that do not exist. */
uint32_t pool_stray(const struct pool *pool);

/** Claim every ordinary frame by word; how many there were. */
uint32_t pool_drain(struct pool *pool);

uint32_t word_count(lab_word word);

#endif /* POOL_H */
