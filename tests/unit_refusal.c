/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_refusal.c - frees of every frame that nobody holds, and bulks that ask for what cannot
 * be: all the frames and all the flags, where unit_free.c and unit_bulk.c have one of each cause.
 */
#include <string.h>

#include "../core/labyrinth.h"
#include "support/check.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)

static const struct rig_zone two[] = {{0, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS + 1, 1, 0, 0},
				      {1, LAB_ZONE_NORMAL, LAB_WORD_BITS, 0, 0, 0}};
static lab_grant grants[4];

/* Zones with each possible last word: every frame before its first grant and after its free, and
 * the numbers past the last, among them the unused bits of that word. */
static void r6_free_refuses_each_frame_that_nobody_holds(void)
{
	static const uint32_t far[] = {UINT32_MAX, UINT32_MAX - LAB_WORD_BITS, 0x80000000u};

	for (uint32_t tail = 1; tail <= B; tail++) {
		const struct rig_zone ragged = {0, LAB_ZONE_NORMAL, 2 * B + tail, 0, 0, 0};
		struct rig rig;
		lab_context *context;
		lab_grant grant;

		check_note("tail", tail);
		rig_begin(&rig, &ragged, 1);
		context = rig_context(&rig, 0, tail % 3);
		grant = (lab_grant){0, LAB_HOLDERS + context->holder, LAB_OK, 0, false};
		for (; grant.frame < rig.frame_count; grant.frame++)
			RIG_REFUSED(&rig, lab_free(rig.lab, context, &grant), LAB_ERR_NEVER_HELD);
		for (uint32_t i = 0; i < rig.frame_count; i++) {
			CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_OK);
			CHECK_STATUS(lab_free(rig.lab, context, &grant), LAB_OK);
			RIG_REFUSED(&rig, lab_free(rig.lab, context, &grant), LAB_ERR_FREED);
		}
		for (grant.frame = rig.frame_count; grant.frame <= 4 * B; grant.frame++)
			RIG_REFUSED(&rig, lab_free(rig.lab, context, &grant), LAB_ERR_FRAME_RANGE);
		for (uint32_t i = 0; i < sizeof(far) / sizeof(far[0]); i++) {
			grant.frame = far[i];
			RIG_REFUSED(&rig, lab_free(rig.lab, context, &grant), LAB_ERR_FRAME_RANGE);
		}
		rig_check_no_false_empty(&rig, context);
		rig_end(&rig);
	}
}

/* The first frame's request is refused: its grant says why, the others stay as they are. Nothing
 * is requested where no frame is wanted. */
static void r6_alloc_bulk_refuses_bad_flags(void)
{
	static const struct {
		uint32_t flags;
		lab_status status;
	} rows[] = {{LAB_GFP_ALL, LAB_ERR_FLAGS},
		    {LAB_GFP_ALL + 1, LAB_ERR_FLAGS},
		    {LAB_GFP_DMA | LAB_GFP_HIGHMEM, LAB_ERR_FLAGS},
		    {LAB_GFP_ATOMIC | 64, LAB_ERR_FLAGS},
		    {UINT32_MAX, LAB_ERR_FLAGS},
		    {LAB_GFP_THISNODE, LAB_ERR_NO_ZONE},
		    {LAB_GFP_THISNODE | LAB_GFP_ATOMIC, LAB_ERR_NO_ZONE},
		    {LAB_GFP_DMA, LAB_ERR_NO_ZONE}};

	for (uint32_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (uint32_t capacity = 0; capacity <= 2; capacity++) {
			struct rig rig;
			lab_context *context;
			uint32_t done = 77;

			check_note("flags", rows[i].flags);
			check_note("capacity", capacity);
			rig_begin(&rig, two, 2);
			context = rig_context(&rig, 2, capacity);
			memset(grants, 0x5c, sizeof(grants));
			RIG_REFUSED(
				&rig,
				lab_alloc_bulk(rig.lab, context, rows[i].flags, grants, 0, &done),
				LAB_OK);
			CHECK_EQ(done, 0);
			CHECK_EQ(grants[0].tag, 0x5c5c5c5c);
			done = 77;
			RIG_REFUSED(
				&rig,
				lab_alloc_bulk(rig.lab, context, rows[i].flags, grants, 3, &done),
				rows[i].status);
			CHECK_EQ(done, 0);
			CHECK_STATUS(grants[0].status, rows[i].status);
			CHECK(grants[0].frame == LAB_FRAME_NONE && grants[0].zone == RIG_NONE);
			CHECK(grants[0].tag == 0 && !grants[0].low);
			CHECK_EQ(grants[1].tag, 0x5c5c5c5c);
			rig_end(&rig);
		}
	}
}

int main(void)
{
	RUN(r6_free_refuses_each_frame_that_nobody_holds);
	RUN(r6_alloc_bulk_refuses_bad_flags);
	return check_finish();
}
