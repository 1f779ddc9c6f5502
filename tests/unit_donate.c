/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_donate.c - lab_reclaim() and lab_donate(): frames that go away and come back.
 */
#include "../core/labyrinth.h"
#include "support/check.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define FRAMES (2u * LAB_WORD_BITS + 1u)

static const struct rig_zone two[] = {{0, LAB_ZONE_NORMAL, FRAMES, 1, 0, 0},
				      {1, LAB_ZONE_NORMAL, LAB_WORD_BITS, 0, 0, 0}};

static void r6_reclaim_refuses_by_name(void)
{
	struct rig rig;
	uint32_t frame = 77;

	rig_begin(&rig, two, 2);
	RIG_REFUSED(&rig, lab_reclaim(NULL, 0, 0, &frame), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_reclaim(rig.lab, 0, 0, NULL), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_reclaim(rig.lab, 2, 0, &frame), LAB_ERR_ZONE);
	RIG_REFUSED(&rig, lab_reclaim(rig.lab, UINT32_MAX, 0, &frame), LAB_ERR_ZONE);
	CHECK_EQ(frame, 77);
	rig_end(&rig);
}

static void r6_donate_refuses_by_name(void)
{
	struct rig rig;
	lab_context *context;
	lab_grant grant;
	uint32_t frame;

	rig_begin(&rig, two, 2);
	context = rig_context(&rig, 0, 1);
	RIG_REFUSED(&rig, lab_donate(NULL, 0, 0), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_donate(rig.lab, 2, 0), LAB_ERR_ZONE);
	RIG_REFUSED(&rig, lab_donate(rig.lab, 0, FRAMES), LAB_ERR_FRAME_RANGE);
	RIG_REFUSED(&rig, lab_donate(rig.lab, 0, UINT32_MAX), LAB_ERR_FRAME_RANGE);
	CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_OK);
	/* In the pool, in a room, held: none of them is away. */
	for (frame = 0; frame < FRAMES; frame++)
		RIG_REFUSED(&rig, lab_donate(rig.lab, 0, frame), LAB_ERR_NOT_AWAY);
	CHECK_STATUS(lab_reclaim(rig.lab, 1, 0, &frame), LAB_OK);
	CHECK_STATUS(lab_donate(rig.lab, 1, frame), LAB_OK);
	RIG_REFUSED(&rig, lab_donate(rig.lab, 1, frame), LAB_ERR_NOT_AWAY);
	rig_check_rest(&rig);
	rig_end(&rig);
}

/* Ordinary frames only; then EMPTY, and nothing is changed; all of them come back. */
static void r3_reclaim_and_donate_every_frame(void)
{
	bool away[FRAMES] = {false};
	struct rig rig;
	lab_context *context;
	lab_grant grant;
	uint32_t frame = 77;

	rig_begin(&rig, two, 2);
	context = rig_context(&rig, 0, 2);
	for (uint32_t i = 0; i < 2 * B; i++) {
		CHECK_STATUS(lab_reclaim(rig.lab, 0, i % B == 1 ? B : 0, &frame), LAB_OK);
		CHECK(frame < 2 * B && !away[frame]);
		away[frame] = true;
		CHECK(!pool_has(&rig.pool[0], frame));
		CHECK_STATUS(lab_holder(rig.lab, 0, frame, &grant), LAB_OK);
		CHECK_EQ(LAB_TAG_HOLDER(grant.tag), LAB_CONTEXT_AWAY);
		rig_check_rest(&rig);
	}
	frame = 77;
	RIG_REFUSED(&rig, lab_reclaim(rig.lab, 0, 0, &frame), LAB_EMPTY);
	CHECK_EQ(frame, 77);
	CHECK_STATUS(lab_alloc(rig.lab, context, LAB_GFP_THISNODE, &grant), LAB_RESERVED);
	for (uint32_t i = 0; i < 2 * B; i++) {
		CHECK_STATUS(lab_donate(rig.lab, 0, i), LAB_OK);
		CHECK(pool_has(&rig.pool[0], i));
		rig_check_rest(&rig);
	}
	rig_check_no_false_empty(&rig, context);
	rig_end(&rig);
}

/* `start` is where the search begins. */
static void r3_reclaim_starts_where_it_is_told(void)
{
	struct rig rig;
	uint32_t frame = 77;

	rig_begin(&rig, two, 1);
	CHECK_STATUS(lab_reclaim(rig.lab, 0, B, &frame), LAB_OK);
	CHECK_EQ(frame / B, 1);
	CHECK_STATUS(lab_reclaim(rig.lab, 0, 0, &frame), LAB_OK);
	CHECK_EQ(frame / B, 0);
	rig_end(&rig);
}

/* Grants of before are dead while the frame is away, and after. */
static void r6_old_grants_stay_dead_across_an_absence(void)
{
	struct rig rig;
	lab_context *context;
	lab_grant old;
	uint32_t frame = 77;

	rig_begin(&rig, two, 1);
	context = rig_context(&rig, 0, 0);
	CHECK_STATUS(lab_alloc(rig.lab, context, 0, &old), LAB_OK);
	CHECK_STATUS(lab_free(rig.lab, context, &old), LAB_OK);
	do {
		CHECK_STATUS(lab_reclaim(rig.lab, 0, old.frame, &frame), LAB_OK);
	} while (frame != old.frame && rig_held(&rig, 0) < FRAMES);
	RIG_REFUSED(&rig, lab_free(rig.lab, context, &old), LAB_ERR_STALE);
	CHECK_STATUS(lab_donate(rig.lab, 0, frame), LAB_OK);
	RIG_REFUSED(&rig, lab_free(rig.lab, context, &old), LAB_ERR_STALE);
	rig_check_rest(&rig);
	rig_end(&rig);
}

/* The grant that lab_holder() tells of is the frame's, not its reader's. */
static void r6_a_frame_that_is_away_cannot_be_freed(void)
{
	for (uint32_t capacity = 0; capacity <= 1; capacity++) {
		struct rig rig;
		lab_context *context;
		lab_grant grant;
		uint32_t frame = 77;
		uint32_t done = 77;

		rig_begin(&rig, two, 2);
		context = rig_context(&rig, 0, capacity);
		CHECK_STATUS(lab_reclaim(rig.lab, 0, 0, &frame), LAB_OK);
		CHECK_STATUS(lab_holder(rig.lab, 0, frame, &grant), LAB_OK);
		CHECK_EQ(LAB_TAG_HOLDER(grant.tag), LAB_CONTEXT_AWAY);
		RIG_REFUSED(&rig, lab_free(rig.lab, context, &grant), LAB_ERR_AWAY);
		RIG_REFUSED(&rig, lab_free_bulk(rig.lab, context, &grant, 1, &done), LAB_ERR_AWAY);
		CHECK_EQ(done, 0);
		CHECK_STATUS(lab_donate(rig.lab, 0, frame), LAB_OK);
		RIG_REFUSED(&rig, lab_free(rig.lab, context, &grant), LAB_ERR_AWAY);
		rig_check_no_false_empty(&rig, context);
		rig_end(&rig);
	}
}

/* Frames that go away leave the gauge, and come back into it; nobody is warned of them. */
static void r3_reclaim_and_donate_move_the_gauge(void)
{
	static const struct rig_zone zone = {0, LAB_ZONE_NORMAL, FRAMES, 0, 2, 4};
	struct rig rig;
	uint32_t frames[FRAMES] = {0};

	rig_begin(&rig, &zone, 1);
	for (uint32_t i = 0; i < FRAMES; i++) {
		CHECK_STATUS(lab_reclaim(rig.lab, 0, 0, &frames[i]), LAB_OK);
		CHECK_EQ(rig.lab->gauge[0].free, FRAMES - 1 - i);
		CHECK_EQ(rig.lab->gauge[0].raised, 0);
	}
	for (uint32_t i = 0; i < FRAMES; i++) {
		CHECK_STATUS(lab_donate(rig.lab, 0, frames[i]), LAB_OK);
		CHECK_EQ(rig.lab->gauge[0].free, i + 1);
		CHECK_EQ(rig.lab->gauge[0].raised, 0);
	}
	rig_check_rest(&rig);
	rig_end(&rig);
}

/* However few frames a reclaim leaves: the next request warns, once until high is reached. */
static void r3_the_request_after_a_reclaim_warns(void)
{
	static const struct rig_zone zone = {0, LAB_ZONE_NORMAL, 6, 0, 3, 5};

	for (uint32_t left = 2; left <= 4; left++) {
		struct rig rig;
		lab_context *context;
		lab_grant grants[2];
		uint32_t frames[4] = {0};

		check_note("left", left);
		rig_begin(&rig, &zone, 1);
		context = rig_context(&rig, 0, 0);
		for (uint32_t i = 0; i < 6 - left; i++)
			CHECK_STATUS(lab_reclaim(rig.lab, 0, 0, &frames[i]), LAB_OK);
		for (uint32_t i = 0; i < 2; i++) {
			CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grants[i]), LAB_OK);
			CHECK_EQ(grants[i].low, i == 0);
		}
		/* What comes back takes the warning back when it reaches high. */
		for (uint32_t i = 0; i < 6 - left; i++) {
			CHECK_STATUS(lab_donate(rig.lab, 0, frames[i]), LAB_OK);
			CHECK_EQ(rig.lab->gauge[0].raised, left - 2 + i + 1 < 5);
		}
		for (uint32_t i = 0; i < 2; i++)
			CHECK_STATUS(lab_free(rig.lab, context, &grants[i]), LAB_OK);
		rig_check_no_false_empty(&rig, context);
		rig_end(&rig);
	}
}

int main(void)
{
	RUN(r6_reclaim_refuses_by_name);
	RUN(r6_donate_refuses_by_name);
	RUN(r3_reclaim_and_donate_every_frame);
	RUN(r3_reclaim_starts_where_it_is_told);
	RUN(r6_old_grants_stay_dead_across_an_absence);
	RUN(r6_a_frame_that_is_away_cannot_be_freed);
	RUN(r3_reclaim_and_donate_move_the_gauge);
	RUN(r3_the_request_after_a_reclaim_warns);
	return check_finish();
}
