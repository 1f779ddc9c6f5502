/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_large.c - the same code from 8 frames (32 KB) to 2^24 frames (64 GiB of 4 KiB pages).
 */
#include <stdlib.h>

#include "../core/zone.h"
#include "support/check.h"
#include "support/pool.h"
#include "support/random.h"

#define B ((uint32_t)LAB_WORD_BITS)

static const uint32_t sizes[] = {8, 63, 64, 65, 4096, 4097, 65536, (1u << 18) + 1, 1u << 24};

static void check_full(const struct pool *p)
{
	CHECK_EQ(pool_frames(p), p->frame_count);
	CHECK_EQ(pool_inexact(p), 0);
	CHECK_EQ(pool_stray(p), 0);
}

/* Claim all by word from changing starts, then release all, once by word and once by frame. */
static void use_whole_zone(uint32_t frame_count, uint32_t reserve_words)
{
	struct pool p;
	random_state random = {frame_count};
	lab_batch *batches;
	uint32_t words = 0;
	uint32_t bad = 0;

	pool_make(&p, frame_count, reserve_words);
	check_full(&p);
	batches = malloc(p.leaf_count * sizeof(*batches));
	CHECK(batches != NULL);
	if (batches == NULL)
		return;
	while (words < p.leaf_count &&
	       zone_claim_word(p.zone, (uint32_t)random_next(&random), &batches[words]) == LAB_OK) {
		bad += batches[words].frames != pool_existing(&p, batches[words].base / B);
		words++;
	}
	CHECK_EQ(words, p.hinted_count);
	CHECK_EQ(bad, 0);
	CHECK_EQ(pool_ordinary_frames(&p), 0);
	CHECK_EQ(pool_inexact(&p), 0);
	for (uint32_t i = 0; i < words; i++)
		bad += !zone_release_word(p.zone, &batches[i]);
	CHECK_EQ(bad, 0);
	check_full(&p);
	free(batches);
	pool_free(&p);
}

static void r9_whole_zones_of_all_sizes_by_word(void)
{
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		check_note("frames", sizes[i]);
		if (sizes[i] > LAB_FRAMES_MAX)
			continue;
		use_whole_zone(sizes[i], 0);
		if (sizes[i] > B)
			use_whole_zone(sizes[i], 1);
	}
	use_whole_zone(LAB_FRAMES_MAX, 0);
}

static void r9_whole_zones_of_all_sizes_by_frame(void)
{
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct pool p;
		uint32_t frame = 0;
		uint32_t bad = 0;
		uint32_t count = 0;

		if (sizes[i] > LAB_FRAMES_MAX || sizes[i] > 1u << 20)
			continue;
		check_note("frames", sizes[i]);
		pool_make(&p, sizes[i], 0);
		while (zone_claim_one(p.zone, frame, &frame) == LAB_OK) {
			bad += frame >= sizes[i] || pool_has(&p, frame);
			count++;
		}
		CHECK_EQ(count, sizes[i]);
		CHECK_EQ(pool_inexact(&p), 0);
		for (uint32_t f = 0; f < sizes[i]; f++)
			bad += !zone_release_one(p.zone, sizes[i] - 1 - f);
		CHECK_EQ(bad, 0);
		check_full(&p);
		pool_free(&p);
	}
}

/* The far corners of the largest zone. */
static void r11_hints_of_the_largest_zone(void)
{
	struct pool p;
	random_state random = {41};

	pool_make(&p, LAB_FRAMES_MAX, 0);
	CHECK_EQ(pool_drain(&p), LAB_FRAMES_MAX);
	for (uint32_t round = 0; round < 2000; round++) {
		uint32_t frame = round == 0   ? 0
				 : round == 1 ? LAB_FRAMES_MAX - 1
					      : random_below(&random, LAB_FRAMES_MAX);
		uint32_t got = UINT32_MAX;

		CHECK(zone_release_one(p.zone, frame));
		CHECK_STATUS(zone_claim_one(p.zone, (uint32_t)random_next(&random), &got), LAB_OK);
		CHECK_EQ(got, frame);
		CHECK_STATUS(zone_claim_one(p.zone, frame, &got), LAB_EMPTY);
	}
	CHECK_EQ(pool_inexact(&p), 0);
	pool_free(&p);
}

int main(void)
{
	RUN(r9_whole_zones_of_all_sizes_by_word);
	RUN(r9_whole_zones_of_all_sizes_by_frame);
	RUN(r11_hints_of_the_largest_zone);
	return check_finish();
}
