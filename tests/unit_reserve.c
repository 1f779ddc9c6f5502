/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_reserve.c - the reserve: for lab_zone_claim_reserve() only, and back again.
 */
#include <string.h>

#include "../core/zone.h"
#include "support/check.h"
#include "support/pool.h"

#define B ((uint32_t)LAB_WORD_BITS)

static const struct {
	uint32_t frame_count;
	uint32_t reserve_words;
} shapes[] = {
	{LAB_WORD_BITS + 1, 1},
	{2 * LAB_WORD_BITS, 1},
	{5 * LAB_WORD_BITS + 3, 2},
	{LAB_WORD_BITS * LAB_WORD_BITS + 2 * LAB_WORD_BITS, 1},
	{LAB_WORD_BITS * LAB_WORD_BITS + 3 * LAB_WORD_BITS + 1, 3},
	{2 * LAB_WORD_BITS, 0},
};
#define SHAPES (sizeof(shapes) / sizeof(shapes[0]))

/* The next shape that this configuration can have. */
static bool make_shape(struct pool *p, size_t i)
{
	if (shapes[i].frame_count > LAB_FRAMES_MAX || shapes[i].reserve_words > LAB_SWEEP_WORDS)
		return false;
	check_note("frames", shapes[i].frame_count);
	check_note("reserve", shapes[i].reserve_words);
	pool_make(p, shapes[i].frame_count, shapes[i].reserve_words);
	return true;
}

static uint32_t reserve_frames(const struct pool *p)
{
	return p->frame_count -
	       (p->hinted_count * B < p->frame_count ? p->hinted_count * B : p->frame_count);
}

static void r7_ordinary_claims_never_take_reserve_frames(void)
{
	for (size_t i = 0; i < SHAPES; i++) {
		struct pool p;
		lab_batch batch = {0, 0};
		uint32_t frame = 77;

		if (!make_shape(&p, i))
			continue;
		while (zone_claim_word(p.zone, p.frame_count - 1, &batch) == LAB_OK)
			CHECK(batch.base < p.hinted_count * B);
		CHECK_EQ(pool_ordinary_frames(&p), 0);
		CHECK_EQ(pool_frames(&p), reserve_frames(&p));
		for (uint32_t start = 0; start <= p.frame_count; start += B / 2) {
			pool_save(&p);
			CHECK_STATUS(zone_claim_one(p.zone, start, &frame), LAB_EMPTY);
			CHECK_STATUS(zone_claim_word(p.zone, start, &batch), LAB_EMPTY);
			CHECK(pool_unchanged(&p));
		}
		CHECK_EQ(frame, 77);
		pool_free(&p);
	}
}

static void r7_claim_reserve_takes_only_reserve_frames_then_empty(void)
{
	for (size_t i = 0; i < SHAPES; i++) {
		struct pool p;
		uint32_t frame = 77;
		uint32_t left;

		if (!make_shape(&p, i))
			continue;
		for (left = reserve_frames(&p); left > 0; left--) {
			CHECK_STATUS(zone_claim_reserve(p.zone, &frame), LAB_OK);
			CHECK(frame >= p.hinted_count * B && frame < p.frame_count);
			CHECK(!pool_has(&p, frame % p.frame_count));
		}
		pool_save(&p);
		frame = 77;
		CHECK_STATUS(zone_claim_reserve(p.zone, &frame), LAB_EMPTY);
		CHECK_EQ(frame, 77);
		CHECK(pool_unchanged(&p));
		CHECK_EQ(pool_frames(&p),
			 p.hinted_count * B < p.frame_count ? p.hinted_count * B : p.frame_count);
		CHECK_EQ(pool_inexact(&p), 0);
		pool_free(&p);
	}
}

static void r7_reserve_frames_go_back_to_the_reserve(void)
{
	for (size_t i = 0; i < SHAPES; i++) {
		struct pool p;
		uint32_t first = 0;
		uint32_t frame = 0;

		if (!make_shape(&p, i))
			continue;
		pool_drain(&p);
		while (zone_claim_reserve(p.zone, &frame) == LAB_OK)
			first = frame;
		CHECK_EQ(pool_frames(&p), 0);
		if (reserve_frames(&p) == 0) {
			pool_free(&p);
			continue;
		}
		CHECK(zone_release_one(p.zone, first));
		CHECK_EQ(pool_inexact(&p), 0);
		CHECK_STATUS(zone_claim_one(p.zone, first, &frame), LAB_EMPTY);
		CHECK_STATUS(zone_claim_reserve(p.zone, &frame), LAB_OK);
		CHECK_EQ(frame, first);
		for (uint32_t leaf = p.hinted_count; leaf < p.leaf_count; leaf++) {
			lab_batch batch = {leaf * B, pool_existing(&p, leaf)};

			CHECK(zone_release_word(p.zone, &batch));
			CHECK_EQ(pool_leaf(&p, leaf), batch.frames);
		}
		CHECK_EQ(pool_frames(&p), reserve_frames(&p));
		CHECK_EQ(pool_inexact(&p), 0);
		CHECK_STATUS(zone_claim_one(p.zone, 0, &frame), LAB_EMPTY);
		pool_free(&p);
	}
}

static void r7_in_reserve_names_exactly_the_frames_of_the_reserve(void)
{
	for (size_t i = 0; i < SHAPES; i++) {
		struct pool p;
		uint32_t count = 0;

		if (!make_shape(&p, i))
			continue;
		pool_save(&p);
		for (uint32_t frame = 0; frame < p.frame_count; frame++) {
			check_note("frame", frame);
			CHECK_EQ(frame >= lab_zone_limit(p.zone), frame / B >= p.hinted_count);
			count += frame >= lab_zone_limit(p.zone);
		}
		CHECK_EQ(count, reserve_frames(&p));
		CHECK(pool_unchanged(&p));
		pool_free(&p);
	}
}

/* True while one frame of the reserve is in the pool, whichever; the ordinary ones do not count. */
static void r7_reserve_left_sees_each_frame_of_the_reserve(void)
{
	for (size_t i = 0; i < SHAPES; i++) {
		struct pool p;
		uint32_t frame = 0;

		if (!make_shape(&p, i))
			continue;
		CHECK_EQ(lab_zone_reserve_left(p.zone), reserve_frames(&p) > 0);
		for (uint32_t left = reserve_frames(&p); left > 0; left--) {
			CHECK(lab_zone_reserve_left(p.zone));
			CHECK_STATUS(zone_claim_reserve(p.zone, &frame), LAB_OK);
		}
		CHECK(!lab_zone_reserve_left(p.zone));
		/* One frame alone in the pool, each in turn. */
		for (frame = 0; frame < p.frame_count; frame++) {
			check_note("frame", frame);
			memset(p.storage, 0, p.storage_size);
			CHECK(zone_release_one(p.zone, frame));
			pool_save(&p);
			CHECK_EQ(lab_zone_reserve_left(p.zone), frame / B >= p.hinted_count);
			CHECK(pool_unchanged(&p));
		}
		pool_free(&p);
	}
}

int main(void)
{
	RUN(r7_ordinary_claims_never_take_reserve_frames);
	RUN(r7_claim_reserve_takes_only_reserve_frames_then_empty);
	RUN(r7_reserve_frames_go_back_to_the_reserve);
	RUN(r7_in_reserve_names_exactly_the_frames_of_the_reserve);
	RUN(r7_reserve_left_sees_each_frame_of_the_reserve);
	return check_finish();
}
