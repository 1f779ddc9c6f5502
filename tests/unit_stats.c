/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_stats.c - lab_stats_zone() and lab_stats_context(): where frames are.
 */
#include "../core/labyrinth.h"
#include "support/check.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define FRAMES (3u * LAB_WORD_BITS)

static const struct rig_zone two[] = {{0, LAB_ZONE_NORMAL, FRAMES, 1, 0, 0},
				      {1, LAB_ZONE_NORMAL, LAB_WORD_BITS, 0, 0, 0}};

static void r6_stats_refuse_by_name(void)
{
	struct rig rig;
	lab_zone_stats zone = {0};
	lab_context_stats mine = {0};
	lab_context other = {0};
	lab_context *context;

	rig_begin(&rig, two, 2);
	context = rig_context(&rig, 0, 2);
	RIG_REFUSED(&rig, lab_stats_zone(NULL, 0, &zone), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_stats_zone(rig.lab, 0, NULL), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_stats_zone(rig.lab, 2, &zone), LAB_ERR_ZONE);
	RIG_REFUSED(&rig, lab_stats_context(NULL, context, &mine), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_stats_context(rig.lab, NULL, &mine), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_stats_context(rig.lab, context, NULL), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_stats_context(rig.lab, &other, &mine), LAB_ERR_CONTEXT);
	CHECK_EQ(zone.frame_count, 0);
	CHECK_EQ(mine.hoarded, 0);
	rig_end(&rig);
}

static void check_zone(const struct rig *rig, uint32_t free, uint32_t reserve_free, uint32_t held,
		       uint32_t away)
{
	lab_zone_stats stats;

	CHECK_STATUS(lab_stats_zone(rig->lab, 0, &stats), LAB_OK);
	CHECK_EQ(stats.frame_count, FRAMES);
	CHECK_EQ(stats.free, free);
	CHECK_EQ(stats.reserve_free, reserve_free);
	CHECK_EQ(stats.held, held);
	CHECK_EQ(stats.away, away);
}

static void check_context(const struct rig *rig, const lab_context *context, uint32_t hoarded,
			  uint32_t held)
{
	lab_context_stats stats;

	CHECK_STATUS(lab_stats_context(rig->lab, context, &stats), LAB_OK);
	CHECK_EQ(stats.hoarded, hoarded);
	CHECK_EQ(stats.held, held);
}

/* Every frame is counted once: pool, reserve, room, holders, away. */
static void r3_stats_account_for_every_frame(void)
{
	struct rig rig;
	lab_context *context;
	lab_context *other;
	lab_grant grant;
	uint32_t frame;

	rig_begin(&rig, two, 2);
	context = rig_context(&rig, 0, 2);
	other = rig_context(&rig, 0, 0);
	check_zone(&rig, FRAMES, B, 0, 0);
	CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_OK);
	check_zone(&rig, FRAMES - B, B, 1, 0);
	check_context(&rig, context, B - 1, 1);
	check_context(&rig, other, 0, 0);
	/* Freed elsewhere, it is the pool's again; what the room hoards stays there. */
	CHECK_STATUS(lab_free(rig.lab, other, &grant), LAB_OK);
	check_zone(&rig, FRAMES - B + 1, B, 0, 0);
	CHECK_STATUS(lab_reclaim(rig.lab, 0, 0, &frame), LAB_OK);
	check_zone(&rig, FRAMES - B, B, 0, 1);
	CHECK_STATUS(lab_donate(rig.lab, 0, frame), LAB_OK);
	CHECK_STATUS(lab_drain(rig.lab, context), LAB_OK);
	check_context(&rig, context, 0, 0);
	check_zone(&rig, FRAMES, B, 0, 0);
	rig_end(&rig);
}

/* Refusals are counted by cause. */
static void r5_stats_count_refusals_by_cause(void)
{
	struct rig rig;
	lab_context_stats stats;
	lab_context *context;
	lab_grant grant;
	lab_status status = LAB_OK;

	rig_begin(&rig, two, 1);
	context = rig_context(&rig, 0, 1);
	while (status == LAB_OK)
		status = lab_alloc(rig.lab, context, 0, &grant);
	CHECK_STATUS(status, LAB_RESERVED);
	CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_RESERVED);
	do
		status = lab_alloc(rig.lab, context, LAB_GFP_ATOMIC, &grant);
	while (status == LAB_OK);
	CHECK_STATUS(status, LAB_EMPTY);
	CHECK_STATUS(lab_stats_context(rig.lab, context, &stats), LAB_OK);
	CHECK_EQ(stats.reserved, 2);
	CHECK_EQ(stats.empty, 1);
	CHECK_EQ(stats.contended, 0);
	CHECK_EQ(stats.held, FRAMES);
	check_zone(&rig, 0, 0, FRAMES, 0);
	rig_end(&rig);
}

int main(void)
{
	RUN(r6_stats_refuse_by_name);
	RUN(r3_stats_account_for_every_frame);
	RUN(r5_stats_count_refusals_by_cause);
	return check_finish();
}
