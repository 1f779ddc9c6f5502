/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_release.c - releases: each refusal leaves every byte as it was; frames go home.
 */
#include <string.h>

#include "../core/zone.h"
#include "support/check.h"
#include "support/pool.h"

#define B ((uint32_t)LAB_WORD_BITS)

static void refuse_one(struct pool *p, uint32_t frame, lab_status expected)
{
	check_note("frame", frame);
	pool_save(p);
	CHECK_STATUS(lab_zone_release_one(p->zone, frame), expected);
	CHECK(pool_unchanged(p));
}

static void refuse_word(struct pool *p, uint32_t base, lab_word frames, lab_status expected)
{
	lab_batch batch = {base, frames};

	check_note("base", base);
	check_note("bits", frames);
	pool_save(p);
	CHECK_STATUS(lab_zone_release_word(p->zone, &batch), expected);
	CHECK(pool_unchanged(p));
	CHECK_EQ(batch.base, base);
	CHECK_EQ(batch.frames, frames);
}

static void r6_release_refuses_null_pointers(void)
{
	struct pool p;
	lab_batch batch = {0, 1};

	pool_make(&p, 3 * B, 0);
	pool_drain(&p);
	pool_save(&p);
	CHECK_STATUS(lab_zone_release_one(NULL, 0), LAB_ERR_NULL);
	CHECK_STATUS(lab_zone_release_word(NULL, &batch), LAB_ERR_NULL);
	CHECK_STATUS(lab_zone_release_word(p.zone, NULL), LAB_ERR_NULL);
	CHECK_STATUS(lab_zone_release_word(NULL, NULL), LAB_ERR_NULL);
	CHECK(pool_unchanged(&p));
	pool_free(&p);
}

/* Frame numbers past the last, among them the unused bits of the last word. */
static void r6_release_one_refuses_frames_out_of_range(void)
{
	for (uint32_t tail = 1; tail <= B; tail++) {
		struct pool p;
		uint32_t count = 2 * B + tail;

		pool_make(&p, count, 0);
		pool_drain(&p);
		for (uint32_t frame = count; frame <= 4 * B; frame++)
			refuse_one(&p, frame, LAB_ERR_FRAME_RANGE);
		refuse_one(&p, UINT32_MAX, LAB_ERR_FRAME_RANGE);
		refuse_one(&p, UINT32_MAX - B, LAB_ERR_FRAME_RANGE);
		refuse_one(&p, 0x80000000u, LAB_ERR_FRAME_RANGE);
		CHECK_STATUS(lab_zone_release_one(p.zone, count - 1), LAB_OK);
		pool_free(&p);
	}
}

static void r6_release_word_refuses_frames_out_of_range(void)
{
	for (uint32_t tail = 1; tail <= B; tail++) {
		struct pool p;
		uint32_t count = 2 * B + tail;

		pool_make(&p, count, 0);
		pool_drain(&p);
		for (uint32_t bit = tail; bit < B; bit++) {
			refuse_word(&p, 2 * B, (lab_word)((lab_word)1 << bit), LAB_ERR_FRAME_RANGE);
			refuse_word(&p, 2 * B, (lab_word)((lab_word)1 << bit | 1),
				    LAB_ERR_FRAME_RANGE);
		}
		refuse_word(&p, 3 * B, 1, LAB_ERR_FRAME_RANGE);
		refuse_word(&p, 4 * B, LAB_WORD_FULL, LAB_ERR_FRAME_RANGE);
		refuse_word(&p, UINT32_MAX - (B - 1), 1, LAB_ERR_FRAME_RANGE);
		refuse_word(&p, 0x80000000u, 1, LAB_ERR_FRAME_RANGE);
		if (tail < B)
			refuse_word(&p, 2 * B, LAB_WORD_FULL, LAB_ERR_FRAME_RANGE);
		pool_free(&p);
	}
}

static void r6_release_refuses_a_double_free(void)
{
	struct pool p;
	lab_batch batch = {0, 0};

	pool_make(&p, 3 * B + 1, 1);
	pool_drain(&p);
	CHECK_STATUS(lab_zone_release_one(p.zone, B + 1), LAB_OK);
	refuse_one(&p, B + 1, LAB_ERR_NOT_HELD);
	refuse_word(&p, B, 2, LAB_ERR_NOT_HELD);
	CHECK_STATUS(lab_zone_claim_word(p.zone, 0, &batch), LAB_OK);
	CHECK_STATUS(lab_zone_release_word(p.zone, &batch), LAB_OK);
	refuse_word(&p, batch.base, batch.frames, LAB_ERR_NOT_HELD);
	refuse_one(&p, B + 1, LAB_ERR_NOT_HELD);
	pool_free(&p);
}

static void r6_release_refuses_a_frame_never_handed_out(void)
{
	struct pool p;

	pool_make(&p, 3 * B + 1, 1);
	for (uint32_t frame = 0; frame < p.frame_count; frame++)
		refuse_one(&p, frame, LAB_ERR_NOT_HELD);
	for (uint32_t leaf = 0; leaf < p.leaf_count; leaf++) {
		refuse_word(&p, leaf * B, pool_existing(&p, leaf), LAB_ERR_NOT_HELD);
		refuse_word(&p, leaf * B, 1, LAB_ERR_NOT_HELD);
	}
	pool_free(&p);
}

static void r6_release_word_refuses_an_empty_batch(void)
{
	struct pool p;

	pool_make(&p, 2 * B, 0);
	refuse_word(&p, 0, 0, LAB_ERR_BATCH_EMPTY);
	refuse_word(&p, B, 0, LAB_ERR_BATCH_EMPTY);
	refuse_word(&p, 1, 0, LAB_ERR_BATCH_EMPTY);
	refuse_word(&p, UINT32_MAX, 0, LAB_ERR_BATCH_EMPTY);
	pool_drain(&p);
	refuse_word(&p, 0, 0, LAB_ERR_BATCH_EMPTY);
	pool_free(&p);
}

static void r6_release_word_refuses_a_misaligned_base(void)
{
	struct pool p;

	pool_make(&p, 3 * B, 0);
	pool_drain(&p);
	for (uint32_t off = 1; off < B; off++) {
		refuse_word(&p, off, 1, LAB_ERR_BATCH_BASE);
		refuse_word(&p, B + off, 1, LAB_ERR_BATCH_BASE);
	}
	refuse_word(&p, UINT32_MAX, 1, LAB_ERR_BATCH_BASE);
	pool_free(&p);
}

/* One frame of the batch is in the pool: the others stay held. */
static void r6_release_word_partly_in_the_pool_changes_nothing(void)
{
	struct pool p;

	pool_make(&p, 2 * B, 0);
	for (uint32_t bit = 0; bit < B; bit++) {
		lab_batch rest = {B, (lab_word)(LAB_WORD_FULL & ~((lab_word)1 << bit))};

		pool_drain(&p);
		CHECK_STATUS(lab_zone_release_one(p.zone, B + bit), LAB_OK);
		refuse_word(&p, B, LAB_WORD_FULL, LAB_ERR_NOT_HELD);
		CHECK_STATUS(lab_zone_release_word(p.zone, &rest), LAB_OK);
		refuse_word(&p, B, (lab_word)((lab_word)1 << bit), LAB_ERR_NOT_HELD);
		CHECK_EQ(pool_frames(&p), B);
	}
	pool_free(&p);
}

static void r3_released_frames_go_home(void)
{
	struct pool p;
	const uint32_t step = 31;
	uint32_t count = B * B + 3;

	if (count > LAB_FRAMES_MAX)
		count = 3 * B + 3;
	pool_make(&p, count, 0);
	CHECK_EQ(pool_drain(&p), count);
	/* Each frame once, in a scattered order: a prime step that does not divide the count. */
	CHECK(count % step != 0);
	for (uint32_t done = 0, frame = count / 2; done < count; frame = (frame + step) % count) {
		CHECK_STATUS(lab_zone_release_one(p.zone, frame), LAB_OK);
		CHECK(pool_has(&p, frame));
		CHECK_EQ(pool_frames(&p), ++done);
		CHECK_EQ(pool_inexact(&p), 0);
	}
	CHECK_EQ(pool_stray(&p), 0);
	CHECK_EQ(pool_drain(&p), count);
	pool_free(&p);
}

static void r3_released_batches_go_home(void)
{
	struct pool p;
	uint32_t count = 5 * B + B / 2;

	pool_make(&p, count, 0);
	CHECK_EQ(pool_drain(&p), count);
	for (uint32_t leaf = 0; leaf < p.leaf_count; leaf++) {
		lab_word all = pool_existing(&p, leaf);
		lab_batch low = {leaf * B, (lab_word)(all & 1)};
		lab_batch high = {leaf * B, (lab_word)(all & ~(lab_word)1)};

		CHECK_STATUS(lab_zone_release_word(p.zone, &high), LAB_OK);
		CHECK_EQ(pool_leaf(&p, leaf), high.frames);
		CHECK_STATUS(lab_zone_release_word(p.zone, &low), LAB_OK);
		CHECK_EQ(pool_leaf(&p, leaf), all);
		CHECK_EQ(pool_inexact(&p), 0);
	}
	CHECK_EQ(pool_frames(&p), count);
	pool_free(&p);
}

/* The unchecked release: the same words afterwards as lab_zone_release_word() leaves. */
static void r3_release_held_gives_back_exactly_the_batch(void)
{
	for (uint32_t reserve = 0; reserve <= 1; reserve++) {
		struct pool p;
		struct pool q;

		pool_make(&p, 3 * B + 1, reserve);
		pool_make(&q, 3 * B + 1, reserve);
		for (uint32_t leaf = 0; leaf < p.leaf_count; leaf++) {
			lab_word all = pool_existing(&p, leaf);
			lab_batch low = {leaf * B, (lab_word)(all & 1)};
			lab_batch high = {leaf * B, (lab_word)(all & ~(lab_word)1)};

			check_note("leaf", leaf);
			memset(p.storage, 0, p.storage_size);
			memset(q.storage, 0, q.storage_size);
			if (high.frames != 0) {
				lab_zone_release_held(p.zone, high.base, high.frames);
				CHECK_STATUS(lab_zone_release_word(q.zone, &high), LAB_OK);
			}
			lab_zone_release_held(p.zone, low.base, low.frames);
			CHECK_STATUS(lab_zone_release_word(q.zone, &low), LAB_OK);
			CHECK_EQ(pool_leaf(&p, leaf), all);
			CHECK(memcmp(p.storage, q.storage, p.storage_size) == 0);
			CHECK_EQ(pool_inexact(&p), 0);
			CHECK_EQ(pool_frames(&p), word_count(all));
		}
		pool_free(&p);
		pool_free(&q);
	}
}

int main(void)
{
	RUN(r6_release_refuses_null_pointers);
	RUN(r6_release_one_refuses_frames_out_of_range);
	RUN(r6_release_word_refuses_frames_out_of_range);
	RUN(r6_release_refuses_a_double_free);
	RUN(r6_release_refuses_a_frame_never_handed_out);
	RUN(r6_release_word_refuses_an_empty_batch);
	RUN(r6_release_word_refuses_a_misaligned_base);
	RUN(r6_release_word_partly_in_the_pool_changes_nothing);
	RUN(r3_released_frames_go_home);
	RUN(r3_released_batches_go_home);
	RUN(r3_release_held_gives_back_exactly_the_batch);
	return check_finish();
}
