/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_watermark.c - `low` is set in exactly one grant from low until high is reached again.
 */
#include "../core/labyrinth.h"
#include "support/check.h"
#include "support/random.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define FRAMES (3u * LAB_WORD_BITS + 1u)

static lab_grant grants[FRAMES];
static uint32_t held_count;

/* One more frame; whether its grant is the one that says low. */
static bool take(struct rig *rig, lab_context *context)
{
	lab_grant *grant = &grants[held_count++];

	CHECK_STATUS(lab_alloc(rig->lab, context, LAB_GFP_ATOMIC, grant), LAB_OK);
	return grant->low;
}

static void give(struct rig *rig, lab_context *context)
{
	CHECK_STATUS(lab_free(rig->lab, context, &grants[--held_count]), LAB_OK);
}

/* One at a time, without a room: low in the grant that leaves `low` frames, no other. */
static void down_and_up(uint32_t low, uint32_t high)
{
	const struct rig_zone zone = {0, LAB_ZONE_NORMAL, FRAMES, 1, low, high};
	struct rig rig;
	lab_context *context;

	check_note("low", low);
	check_note("high", high);
	rig_begin(&rig, &zone, 1);
	context = rig_context(&rig, 0, 0);
	held_count = 0;
	for (uint32_t lap = 0; lap < 3; lap++) {
		for (uint32_t left = FRAMES - held_count; left-- > 0;) {
			check_note("left", left);
			CHECK_EQ(take(&rig, context), left == low);
		}
		/* Up, to one frame under high, and down again: no new warning. */
		for (uint32_t left = 1; left < high; left++)
			give(&rig, context);
		CHECK_EQ(rig.lab->gauge[0].raised, 1);
		for (uint32_t left = high - 1; left-- > 0;)
			CHECK(!take(&rig, context));
		/* Up to high: from there on a new warning. */
		for (uint32_t left = 1; left <= high; left++)
			give(&rig, context);
		CHECK_EQ(rig.lab->gauge[0].raised, 0);
		rig_check_rest(&rig);
	}
	rig_end(&rig);
}

static void r3_low_comes_once_for_each_way_down(void)
{
	down_and_up(1, 2);
	down_and_up(1, FRAMES);
	down_and_up(2, 4);
	down_and_up(B, 2 * B);
	down_and_up(FRAMES - 1, FRAMES);
}

/* Without watermarks the gauge is not kept and nobody is warned. */
static void r3_without_watermarks_nothing_is_counted(void)
{
	const struct rig_zone zone = {0, LAB_ZONE_NORMAL, FRAMES, 0, 0, FRAMES};
	struct rig rig;
	lab_context *context;

	rig_begin(&rig, &zone, 1);
	context = rig_context(&rig, 0, 2);
	held_count = 0;
	while (held_count < FRAMES)
		CHECK(!take(&rig, context));
	CHECK_EQ(rig.lab->gauge[0].free, FRAMES);
	rig_check_rest(&rig);
	rig_end(&rig);
}

/* As take(), but other rooms may have the last frames in store. */
static bool try_to_take(struct rig *rig, lab_context *context)
{
	lab_grant *grant = &grants[held_count];

	held_count += lab_alloc(rig->lab, context, LAB_GFP_ATOMIC, grant) == LAB_OK;
	return grant->low;
}

static uint32_t away[FRAMES];
static uint32_t away_count;

/* A frame goes away, or comes back. */
static void go_or_come(struct rig *rig, bool go)
{
	if (!go && away_count > 0)
		CHECK_STATUS(lab_donate(rig->lab, 0, away[--away_count]), LAB_OK);
	else if (go && away_count < B)
		away_count += lab_reclaim(rig->lab, 0, 0, &away[away_count]) == LAB_OK;
}

/* With rooms, frames leave by the word; the warnings follow the pool's level. A reclaim may take it
 * down without one: then the next request that takes from the pool says so. */
static void r3_low_follows_the_pool_through_rooms(void)
{
	const struct rig_zone zone = {0, LAB_ZONE_NORMAL, FRAMES, 1, B + 1, 2 * B + 1};
	random_state random = {23};
	uint32_t warnings = 0;
	uint32_t unseen = 0; /* times that a reclaim went down to low first */
	bool armed = true;
	struct rig rig;

	rig_begin(&rig, &zone, 1);
	for (uint32_t c = 0; c < 4; c++)
		(void)rig_context(&rig, 0, c);
	held_count = 0;
	away_count = 0;
	for (uint32_t step = 0; step < 50000; step++) {
		lab_context *context = rig.context[random_below(&random, 4)];
		uint32_t before = pool_frames(&rig.pool[0]);
		bool down = random_below(&random, 64) < (step % 256 < 128 ? 40 : 24);
		bool request = false;
		bool low = false;
		uint32_t after;

		check_note("step", step);
		if (random_below(&random, 16) == 0)
			CHECK_STATUS(lab_drain(rig.lab, context), LAB_OK);
		else if (random_below(&random, 3) == 0)
			go_or_come(&rig, down);
		else if ((request = down && held_count < FRAMES / 2))
			low = try_to_take(&rig, context);
		else if (held_count > 0)
			give(&rig, context);
		after = pool_frames(&rig.pool[0]);
		CHECK_EQ(low, request && after < before && after <= B + 1 && armed);
		unseen += !request && after < before && before > B + 1 && after <= B + 1 && armed;
		armed = (armed && !low) || (after > before && after >= 2 * B + 1);
		CHECK_EQ(rig.lab->gauge[0].raised, !armed);
		CHECK_EQ(rig.lab->gauge[0].free, after);
		warnings += low;
	}
	CHECK(warnings > 10 && unseen > 0);
	rig_check_rest(&rig);
	rig_end(&rig);
}

/* A bulk call warns in one of its grants; each zone has its own warning. */
static void r3_each_zone_warns_once_in_a_bulk(void)
{
	static const struct rig_zone zones[] = {{0, LAB_ZONE_NORMAL, 3 * B, 0, B / 2, B},
						{0, LAB_ZONE_DMA, B, 0, 1, 2}};
	static lab_grant all[4 * LAB_WORD_BITS];

	for (uint32_t capacity = 0; capacity <= 2; capacity++) {
		uint32_t warnings[2] = {0, 0};
		struct rig rig;
		uint32_t done;

		rig_begin(&rig, zones, 2);
		CHECK_STATUS(lab_alloc_bulk(rig.lab, rig_context(&rig, 0, capacity), 0, all, 4 * B,
					    &done),
			     LAB_OK);
		for (uint32_t i = 0; i < done; i++)
			warnings[all[i].zone] += all[i].low;
		CHECK_EQ(done, 4 * B);
		CHECK_EQ(warnings[0], 1);
		CHECK_EQ(warnings[1], 1);
		rig_check_rest(&rig);
		rig_end(&rig);
	}
}

int main(void)
{
	RUN(r3_low_comes_once_for_each_way_down);
	RUN(r3_without_watermarks_nothing_is_counted);
	RUN(r3_low_follows_the_pool_through_rooms);
	RUN(r3_each_zone_warns_once_in_a_bulk);
	return check_finish();
}
