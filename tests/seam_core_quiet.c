/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/seam_core_quiet.c - atomic steps of the allocator's calls when nobody interrupts, counted
 * at the seam. With D hint levels:
 *   a hit          alloc 2 (look at the tag, grant it), free 1 (revoke): none on the pool
 *   a miss         what lab_zone_claim() takes, and 2
 *   a bulk         for each word at most 4 D + 2, for each frame 2; back 1 for each frame, and for
 *                  each word at most 2 D + 1
 *   a gauge        3 where its flag changes, else 2; on the way up 1 under high
 */
#include "../core/labyrinth.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define HIT_ALLOC 2u
#define HIT_FREE 1u

static lab_grant grants[8 * LAB_WORD_BITS];

static uint64_t steps_alloc(struct rig *rig, lab_context *context, uint32_t flags, lab_grant *grant,
			    lab_status expected)
{
	seam_call_begin();
	CHECK_STATUS(lab_alloc(rig->lab, context, flags, grant), expected);
	return seam_call_steps();
}

static uint64_t steps_free(struct rig *rig, lab_context *context, const lab_grant *grant,
			   lab_status expected)
{
	seam_call_begin();
	CHECK_STATUS(lab_free(rig->lab, context, grant), expected);
	return seam_call_steps();
}

/* A zone of `levels` hint levels, with two words more than the smallest of these. */
static bool begin(struct rig *rig, uint32_t levels)
{
	struct rig_zone zone = {0, LAB_ZONE_NORMAL, levels == 0 ? B : B + 2 * B, 0, 0, 0};

	for (uint32_t level = 1; level < levels; level++)
		zone.frame_count = (zone.frame_count - 2 * B) * B + 2 * B;
	if (zone.frame_count > LAB_FRAMES_MAX || zone.frame_count > 1u << 20)
		return false;
	check_note("levels", levels);
	seam_start(NULL, NULL, 0);
	rig_begin(rig, &zone, 1);
	CHECK_EQ(rig->pool[0].level_count, levels);
	return true;
}

static void r4_a_hit_takes_no_step_on_the_pool(void)
{
	for (uint32_t levels = 0; levels <= 4; levels++) {
		struct rig rig;
		lab_context *context;
		lab_grant more;

		if (!begin(&rig, levels))
			continue;
		context = rig_context(&rig, 0, 4);
		CHECK_EQ(steps_alloc(&rig, context, 0, &grants[0], LAB_OK),
			 levels + 2 + (levels > 0 ? 3 : 0) + (levels > 1 ? 1 : 0) + HIT_ALLOC);
		for (uint32_t i = 1; i < B; i++)
			CHECK_EQ(steps_alloc(&rig, context, i % 2, &grants[i], LAB_OK), HIT_ALLOC);
		for (uint32_t i = 0; i < B; i++) {
			CHECK_EQ(steps_free(&rig, context, &grants[i], LAB_OK), HIT_FREE);
			CHECK_EQ(steps_free(&rig, context, &grants[i], LAB_ERR_FREED), HIT_FREE);
		}
		for (uint32_t i = 0; i < B; i++)
			CHECK_EQ(steps_alloc(&rig, context, 0, &more, LAB_OK), HIT_ALLOC);
		CHECK_EQ(steps_free(&rig, context, &grants[0], LAB_ERR_STALE), HIT_FREE);
		rig_end(&rig);
	}
}

static void r4_without_a_room_one_frame_is_one_claim(void)
{
	for (uint32_t levels = 0; levels <= 4; levels++) {
		struct rig rig;
		lab_context *context;

		if (!begin(&rig, levels))
			continue;
		context = rig_context(&rig, 0, 0);
		for (uint32_t i = 0; i + 1 < B; i++)
			CHECK_EQ(steps_alloc(&rig, context, 0, &grants[i], LAB_OK),
				 levels + 2 + (levels > 0 ? 1 : 0) + HIT_ALLOC);
		for (uint32_t i = 0; i + 1 < B; i++)
			CHECK_EQ(steps_free(&rig, context, &grants[i], LAB_OK),
				 HIT_FREE + 1 + (levels > 0 ? 1 : 0));
		rig_end(&rig);
	}
}

/* What the gauge adds to calls: count, look at the flag, change it. Against the same calls on a
 * zone without watermarks. */
static void r4_a_gauge_takes_at_most_three_steps(void)
{
	static const uint64_t down[] = {2, 2, 2, 3, 2}; /* two from high, between, to low, under */
	static const uint64_t up[] = {1, 1, 1, 3, 2};   /* to low, between, to high, over */
	struct rig_zone zone = {0, LAB_ZONE_NORMAL, 3 * B, 0, 0, 0};
	struct rig rig[2];
	lab_grant grant[2][5];

	seam_start(NULL, NULL, 0);
	rig_begin(&rig[0], &zone, 1);
	zone.low = 3 * B - 4;
	zone.high = 3 * B - 1;
	rig_begin(&rig[1], &zone, 1);
	for (uint32_t r = 0; r < 2; r++)
		(void)rig_context(&rig[r], 0, 0);
	for (uint32_t i = 0; i < 5; i++) {
		uint64_t plain = steps_alloc(&rig[0], rig[0].context[0], 0, &grant[0][i], LAB_OK);

		check_note("frame", i);
		CHECK_EQ(steps_alloc(&rig[1], rig[1].context[0], 0, &grant[1][i], LAB_OK),
			 plain + down[i]);
		CHECK_EQ(grant[1][i].low, i == 3);
	}
	for (uint32_t i = 0; i < 5; i++) {
		uint64_t plain = steps_free(&rig[0], rig[0].context[0], &grant[0][i], LAB_OK);

		check_note("frame", i);
		CHECK_EQ(steps_free(&rig[1], rig[1].context[0], &grant[1][i], LAB_OK),
			 plain + up[i]);
	}
	rig_end(&rig[0]);
	rig_end(&rig[1]);
}

/* Flags, numbers and pointers are refused before any step. */
static void r4_refusals_take_no_step(void)
{
	struct rig rig;
	lab_context *context;
	lab_grant bad = {0, 0x10001, LAB_OK, 1, false};
	uint32_t done;

	CHECK(begin(&rig, 1));
	context = rig_context(&rig, 0, 1);
	CHECK_EQ(steps_alloc(&rig, context, UINT32_MAX, &grants[0], LAB_ERR_FLAGS), 0);
	CHECK_EQ(steps_alloc(&rig, context, LAB_GFP_DMA, &grants[0], LAB_ERR_NO_ZONE), 0);
	CHECK_EQ(steps_free(&rig, context, &bad, LAB_ERR_ZONE), 0);
	bad = (lab_grant){3 * B, 0x10001, LAB_OK, 0, false};
	CHECK_EQ(steps_free(&rig, context, &bad, LAB_ERR_FRAME_RANGE), 0);
	bad = (lab_grant){0, 0x10000, LAB_OK, 0, false};
	CHECK_EQ(steps_free(&rig, context, &bad, LAB_ERR_GRANT_EMPTY), 0);
	seam_call_begin();
	CHECK_STATUS(lab_alloc_bulk(rig.lab, context, 0, grants, 0, &done), LAB_OK);
	CHECK_STATUS(lab_free_bulk(rig.lab, context, grants, 0, &done), LAB_OK);
	CHECK_STATUS(lab_drain(rig.lab, context), LAB_OK);
	CHECK_EQ(seam_call_steps(), 0);
	rig_end(&rig);
}

/* As many whole words as there are, up to 8, out of a full zone, and back. */
static void bulk(uint32_t levels, uint32_t capacity)
{
	struct rig rig;
	lab_context *context;
	uint32_t words;
	uint32_t done;

	if (!begin(&rig, levels))
		return;
	check_note("capacity", capacity);
	context = rig_context(&rig, 0, capacity);
	for (words = 1; words <= 8 && words * B <= rig.frame_count; words++) {
		check_note("words", words);
		seam_call_begin();
		CHECK_STATUS(lab_alloc_bulk(rig.lab, context, 0, grants, words * B, &done), LAB_OK);
		CHECK_AT_MOST(seam_call_steps(), words * (4 * levels + 2) + words * B * HIT_ALLOC);
		CHECK_EQ(rig_stored(context), 0);
		seam_call_begin();
		CHECK_STATUS(lab_free_bulk(rig.lab, context, grants, words * B, &done), LAB_OK);
		CHECK_AT_MOST(seam_call_steps(), words * (2 * levels + 1) + words * B * HIT_FREE);
		/* Without a room, exactly one release for each word. */
		if (capacity == 0 && levels == 1)
			CHECK_EQ(pool_frames(&rig.pool[0]), rig.frame_count);
		seam_call_begin();
		CHECK_STATUS(lab_drain(rig.lab, context), LAB_OK);
		CHECK_AT_MOST(seam_call_steps(), (capacity + 1) * (2 * levels + 1));
		rig_check_rest(&rig);
	}
	rig_end(&rig);
}

static void r4_a_bulk_takes_words_not_frames(void)
{
	for (uint32_t levels = 0; levels <= 4; levels++)
		for (uint32_t capacity = 0; capacity <= 3; capacity++)
			bulk(levels, capacity);
}

/* Each zone of the path is asked once, then each reserve: being exhausted costs their sum. */
static void r4_an_empty_path_costs_its_zones(void)
{
	uint32_t reserve = LAB_SWEEP_WORDS < 2 ? LAB_SWEEP_WORDS : 2;
	const struct rig_zone zones[] = {{0, LAB_ZONE_NORMAL, 4 * B, reserve, 0, 0},
					 {0, LAB_ZONE_DMA, B, 0, 0, 0},
					 {1, LAB_ZONE_NORMAL, B + 1, 1, 0, 0}};
	/* A look at the root of the one zone that has hints; the sweep, a look at each ordinary
	 * word, of those small enough. */
	uint64_t sweep = (4 - reserve <= LAB_SWEEP_WORDS ? 4 - reserve : 0) + 1 + 1;
	struct rig rig;
	lab_context *context;
	lab_grant grant;

	seam_start(NULL, NULL, 0);
	rig_begin(&rig, zones, 3);
	context = rig_context(&rig, 0, 2);
	while (lab_alloc(rig.lab, context, 0, &grant) == LAB_OK)
		;
	CHECK_EQ(steps_alloc(&rig, context, 0, &grant, LAB_RESERVED), 1 + sweep + 1);
	while (lab_alloc(rig.lab, context, LAB_GFP_ATOMIC, &grant) == LAB_OK)
		;
	CHECK_EQ(steps_alloc(&rig, context, 0, &grant, LAB_EMPTY), 1 + sweep + reserve + 1);
	CHECK_EQ(steps_alloc(&rig, context, LAB_GFP_ATOMIC, &grant, LAB_EMPTY),
		 1 + sweep + reserve + 1);
	rig_end(&rig);
}

int main(void)
{
	RUN(r4_a_hit_takes_no_step_on_the_pool);
	RUN(r4_without_a_room_one_frame_is_one_claim);
	RUN(r4_a_gauge_takes_at_most_three_steps);
	RUN(r4_refusals_take_no_step);
	RUN(r4_a_bulk_takes_words_not_frames);
	RUN(r4_an_empty_path_costs_its_zones);
	return check_finish();
}
