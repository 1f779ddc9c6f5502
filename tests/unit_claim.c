/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_claim.c - lab_zone_claim(), a whole word or one frame, alone on a zone.
 */
#include "../core/zone.h"
#include "support/check.h"
#include "support/pool.h"
#include "support/random.h"

#define B ((uint32_t)LAB_WORD_BITS)

/* Frame counts that make 0, 1 and 2 hint levels, with full and with ragged last words. */
static const uint32_t counts[] = {
	1,
	2,
	LAB_WORD_BITS - 1,
	LAB_WORD_BITS,
	B + 1,
	3 * B,
	LAB_WORD_BITS *LAB_WORD_BITS,
	B *B + 1,
	B *B + 5 * B + 3,
	2 * B *B,
};
#define COUNTS (sizeof(counts) / sizeof(counts[0]))

/* Claim by word until empty: each word once, whole, and all of them. */
static void claim_all_words(struct pool *p, uint32_t start)
{
	lab_batch batch = {1, 0};

	for (uint32_t words = 0; words < p->leaf_count; words++) {
		uint32_t leaf;

		CHECK_STATUS(zone_claim_word(p->zone, start, &batch), LAB_OK);
		CHECK_EQ(batch.base % B, 0);
		leaf = batch.base / B;
		CHECK(leaf < p->leaf_count);
		if (leaf >= p->leaf_count)
			return;
		CHECK_EQ(batch.frames, pool_existing(p, leaf));
		CHECK_EQ(pool_leaf(p, leaf), 0);
		CHECK_EQ(pool_inexact(p), 0);
	}
	CHECK_EQ(pool_frames(p), 0);
}

static void r1_claim_word_takes_each_word_once(void)
{
	for (size_t i = 0; i < COUNTS; i++) {
		static const uint32_t starts[] = {0, 1, B, 2 * B + 1, UINT32_MAX, 0x80000000u};

		if (counts[i] > LAB_FRAMES_MAX)
			continue;
		for (size_t j = 0; j < sizeof(starts) / sizeof(starts[0]); j++) {
			struct pool p;

			check_note("frames", counts[i]);
			check_note("start", starts[j]);
			pool_make(&p, counts[i], 0);
			claim_all_words(&p, starts[j]);
			pool_free(&p);
		}
	}
}

static void r1_claim_one_takes_each_frame_once(void)
{
	for (size_t i = 0; i < COUNTS; i++) {
		struct pool p;
		uint32_t frame = UINT32_MAX;
		random_state random = {21 + i};

		if (counts[i] > LAB_FRAMES_MAX)
			continue;
		check_note("frames", counts[i]);
		pool_make(&p, counts[i], 0);
		for (uint32_t left = counts[i]; left > 0; left--) {
			uint32_t start = (uint32_t)random_next(&random);

			pool_save(&p);
			CHECK_STATUS(zone_claim_one(p.zone, start, &frame), LAB_OK);
			CHECK(frame < counts[i]);
			CHECK(!pool_has(&p, frame % counts[i]));
			CHECK_EQ(pool_frames(&p), left - 1);
		}
		CHECK_EQ(pool_inexact(&p), 0);
		pool_free(&p);
	}
}

static void r5_empty_is_said_only_when_empty_and_changes_nothing(void)
{
	for (size_t i = 0; i < COUNTS; i++) {
		struct pool p;
		lab_batch batch = {7 * B, 5};
		uint32_t frame = 77;

		if (counts[i] > LAB_FRAMES_MAX)
			continue;
		check_note("frames", counts[i]);
		pool_make(&p, counts[i], 0);
		CHECK_EQ(pool_drain(&p), counts[i]);
		pool_save(&p);
		CHECK_STATUS(zone_claim_word(p.zone, 0, &batch), LAB_EMPTY);
		CHECK_STATUS(zone_claim_word(p.zone, UINT32_MAX, &batch), LAB_EMPTY);
		CHECK_STATUS(zone_claim_one(p.zone, 0, &frame), LAB_EMPTY);
		CHECK_STATUS(zone_claim_one(p.zone, UINT32_MAX, &frame), LAB_EMPTY);
		CHECK(pool_unchanged(&p));
		CHECK_EQ(batch.base, 7 * B);
		CHECK_EQ(batch.frames, 5);
		CHECK_EQ(frame, 77);
		pool_free(&p);
	}
}

/* One free frame anywhere is found from any start, by either claim. */
static void r9_the_last_frame_is_found_from_any_start(void)
{
	struct pool p;
	uint32_t count = B * B + 2 * B + 1;
	random_state random = {22};

	if (count > LAB_FRAMES_MAX)
		count = 3 * B;
	pool_make(&p, count, 0);
	CHECK_EQ(pool_drain(&p), count);
	for (uint32_t frame = 0; frame < count; frame++) {
		lab_batch batch = {0, 0};
		uint32_t got = UINT32_MAX;
		uint32_t start = (uint32_t)random_next(&random) % (2 * count);

		check_note("frame", frame);
		CHECK(zone_release_one(p.zone, frame));
		CHECK_STATUS(zone_claim_word(p.zone, start, &batch), LAB_OK);
		CHECK_EQ(batch.base, frame / B * B);
		CHECK_EQ(batch.frames, (lab_word)1 << frame % B);
		CHECK(zone_release_word(p.zone, &batch));
		CHECK_STATUS(zone_claim_one(p.zone, start, &got), LAB_OK);
		CHECK_EQ(got, frame);
	}
	pool_free(&p);
}

/* Next-fit: the word of `start` when it has a free frame; a start past the end is legal. */
static void r9_claims_begin_at_start(void)
{
	struct pool p;
	uint32_t count = B * B + B;

	if (count > LAB_FRAMES_MAX)
		count = 3 * B;
	for (uint32_t leaf = 0; leaf < count / B; leaf++) {
		lab_batch batch = {0, 0};
		uint32_t frame = 0;

		check_note("leaf", leaf);
		pool_make(&p, count, 0);
		CHECK_STATUS(zone_claim_one(p.zone, leaf * B + B / 2, &frame), LAB_OK);
		CHECK_EQ(frame / B, leaf);
		CHECK_STATUS(zone_claim_word(p.zone, leaf * B + B - 1, &batch), LAB_OK);
		CHECK_EQ(batch.base, leaf * B);
		CHECK_EQ(word_count(batch.frames), B - 1);
		CHECK_STATUS(zone_claim_word(p.zone, leaf * B, &batch), LAB_OK);
		CHECK(batch.base != leaf * B);
		pool_free(&p);
	}
}

/* With one level: the first word at or after start's, then round to the beginning. */
static void r9_next_fit_goes_on_and_wraps(void)
{
	struct pool p;
	lab_batch batch = {0, 0};

	pool_make(&p, 4 * B, 0);
	CHECK_STATUS(zone_claim_word(p.zone, 2 * B, &batch), LAB_OK);
	CHECK_EQ(batch.base, 2 * B);
	CHECK_STATUS(zone_claim_word(p.zone, 2 * B, &batch), LAB_OK);
	CHECK_EQ(batch.base, 3 * B);
	CHECK_STATUS(zone_claim_word(p.zone, 2 * B, &batch), LAB_OK);
	CHECK_EQ(batch.base, 0);
	CHECK_STATUS(zone_claim_word(p.zone, 2 * B, &batch), LAB_OK);
	CHECK_EQ(batch.base, B);
	CHECK_STATUS(zone_claim_word(p.zone, 2 * B, &batch), LAB_EMPTY);
	pool_free(&p);
}

/* A partly used word: claim_word takes what is there, nothing else. */
static void r1_claim_word_takes_only_free_frames(void)
{
	struct pool p;
	random_state random = {23};

	pool_make(&p, 2 * B + 1, 0);
	for (uint32_t round = 0; round < 300; round++) {
		lab_batch whole = {0, 0};
		lab_batch back = {0, 0};
		lab_batch again = {0, 0};

		CHECK_STATUS(zone_claim_word(p.zone, B, &whole), LAB_OK);
		CHECK_EQ(whole.frames, LAB_WORD_FULL);
		back.base = whole.base;
		back.frames = (lab_word)(random_next(&random) & LAB_WORD_FULL);
		if (back.frames == 0)
			back.frames = 1;
		CHECK(zone_release_word(p.zone, &back));
		CHECK_STATUS(zone_claim_word(p.zone, whole.base, &again), LAB_OK);
		CHECK_EQ(again.base, back.base);
		CHECK_EQ(again.frames, back.frames);
		CHECK(zone_release_word(p.zone, &whole));
	}
	CHECK_EQ(pool_frames(&p), 2 * B + 1);
	CHECK_EQ(pool_inexact(&p), 0);
	pool_free(&p);
}

int main(void)
{
	RUN(r1_claim_word_takes_each_word_once);
	RUN(r1_claim_one_takes_each_frame_once);
	RUN(r5_empty_is_said_only_when_empty_and_changes_nothing);
	RUN(r9_the_last_frame_is_found_from_any_start);
	RUN(r9_claims_begin_at_start);
	RUN(r9_next_fit_goes_on_and_wraps);
	RUN(r1_claim_word_takes_only_free_frames);
	return check_finish();
}
