/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_alloc.c - lab_alloc(), the call in one name, and lab_holder(): each answer.
 */
#include <string.h>

#include "../core/labyrinth.h"
#include "support/check.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)

static const struct rig_zone one[] = {{0, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS + 1, 0, 0, 0}};
static const struct rig_zone reserved[] = {{0, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS + 1, 1, 0, 0}};

/* Every field of a grant that names no frame. */
static void check_none(const lab_grant *grant, lab_status status)
{
	CHECK_EQ(grant->frame, LAB_FRAME_NONE);
	CHECK_EQ(grant->tag, 0);
	CHECK_EQ(grant->zone, RIG_NONE);
	CHECK_STATUS(grant->status, status);
	CHECK(!grant->low);
}

static void r6_alloc_refuses_by_name(void)
{
	static const uint32_t bad[] = {LAB_GFP_DMA | LAB_GFP_HIGHMEM, LAB_GFP_ALL, 32,
				       LAB_GFP_ATOMIC | 64,           1u << 31,    UINT32_MAX};
	struct rig rig;
	struct rig other;
	lab_context *context;
	lab_grant grant;

	rig_begin(&rig, one, 1);
	rig_begin(&other, one, 1);
	context = rig_context(&rig, 0, 2);
	(void)rig_context(&rig, 1, 2);
	RIG_REFUSED(&rig, lab_alloc(rig.lab, context, 0, NULL), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_alloc(NULL, context, 0, &grant), LAB_ERR_NULL);
	check_none(&grant, LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_alloc(rig.lab, NULL, 0, &grant), LAB_ERR_NULL);
	check_none(&grant, LAB_ERR_NULL);
	rig_save(&rig);
	RIG_REFUSED(&other, lab_alloc(other.lab, context, 0, &grant), LAB_ERR_CONTEXT);
	CHECK(rig_unchanged(&rig));
	check_none(&grant, LAB_ERR_CONTEXT);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		check_note("flags", bad[i]);
		memset(&grant, 0x5c, sizeof(grant));
		RIG_REFUSED(&rig, lab_alloc(rig.lab, context, bad[i], &grant), LAB_ERR_FLAGS);
		check_none(&grant, LAB_ERR_FLAGS);
	}
	RIG_REFUSED(&rig, lab_alloc(rig.lab, context, LAB_GFP_DMA, &grant), LAB_ERR_NO_ZONE);
	check_none(&grant, LAB_ERR_NO_ZONE);
	context = rig.context[1];
	RIG_REFUSED(&rig, lab_alloc(rig.lab, context, LAB_GFP_THISNODE, &grant), LAB_ERR_NO_ZONE);
	CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_OK);
	rig_check_rest(&rig);
	rig_end(&rig);
	rig_end(&other);
}

/* Each frame once; the grant is what the ledger has; then EMPTY, counted, which changes nothing. */
static void exhaust(uint32_t capacity)
{
	struct rig rig;
	lab_context *context;
	lab_grant grant;
	lab_grant held;

	rig_begin(&rig, one, 1);
	context = rig_context(&rig, 0, capacity);
	for (uint32_t i = 0; i < rig.frame_count; i++) {
		CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_OK);
		CHECK_STATUS(grant.status, LAB_OK);
		CHECK(grant.frame < rig.frame_count && !grant.low);
		CHECK_EQ(grant.zone, 0);
		CHECK_EQ(LAB_TAG_HOLDER(grant.tag), context->holder);
		CHECK_EQ(LAB_TAG_GENERATION(grant.tag), 1);
		CHECK_STATUS(lab_holder(rig.lab, 0, grant.frame, &held), LAB_OK);
		CHECK(held.frame == grant.frame && held.zone == 0 && held.tag == grant.tag);
		CHECK_STATUS(held.status, LAB_OK);
		CHECK_EQ(rig_held(&rig, 0), i + 1);
		rig_check_rest(&rig);
	}
	for (uint32_t i = 0; i < 3; i++) {
		CHECK_STATUS(lab_alloc(rig.lab, context, i % 2, &grant), LAB_EMPTY);
		check_none(&grant, LAB_EMPTY);
		CHECK_EQ(context->refused[0], i + 1);
		CHECK_EQ(context->refused[1] + context->refused[2], 0);
	}
	rig_check_rest(&rig);
	rig_end(&rig);
}

static void r1_alloc_hands_out_each_frame_once(void)
{
	for (uint32_t capacity = 0; capacity <= 3; capacity++) {
		check_note("capacity", capacity);
		exhaust(capacity);
	}
}

/* RESERVED exactly while a frame of the reserve is left, and only to who may not have it. */
static void r5_reserved_and_empty_are_honest(void)
{
	struct rig rig;

	for (uint32_t capacity = 0; capacity <= 2; capacity++) {
		lab_context *context;
		lab_grant grant;
		lab_grant last = {0};

		rig_begin(&rig, reserved, 1);
		context = rig_context(&rig, 0, capacity);
		for (uint32_t i = 0; i < 2 * B; i++) {
			CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_OK);
			CHECK(grant.frame < 2 * B);
		}
		CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_RESERVED);
		check_none(&grant, LAB_RESERVED);
		CHECK_EQ(context->refused[2], 1);
		CHECK_STATUS(lab_alloc(rig.lab, context, LAB_GFP_ATOMIC, &last), LAB_OK);
		CHECK_EQ(last.frame, 2 * B);
		CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_EMPTY);
		CHECK_STATUS(lab_alloc(rig.lab, context, LAB_GFP_ATOMIC, &grant), LAB_EMPTY);
		check_none(&grant, LAB_EMPTY);
		CHECK_EQ(context->refused[0], 2);
		/* A reserve frame goes home, past the room; plain requests do not get it. */
		CHECK_STATUS(lab_free(rig.lab, context, &last), LAB_OK);
		CHECK_EQ(rig_stored(context), 0);
		CHECK_STATUS(lab_alloc(rig.lab, context, LAB_GFP_ZERO, &grant), LAB_RESERVED);
		CHECK_EQ(context->refused[0] + context->refused[1] + context->refused[2], 4);
		rig_check_rest(&rig);
		rig_end(&rig);
	}
}

/* An ATOMIC request takes ordinary frames, its room's too, while there are any. */
static void r7_atomic_requests_take_ordinary_frames_first(void)
{
	struct rig rig;
	lab_context *context;
	lab_grant grant;

	rig_begin(&rig, reserved, 1);
	context = rig_context(&rig, 0, 4);
	for (uint32_t i = 0; i <= 2 * B; i++) {
		labyrinth_void_alloc_page_gfp_atomic_exclusive(rig.lab, context, &grant);
		CHECK_STATUS(grant.status, LAB_OK);
		CHECK_EQ(grant.frame == 2 * B, i == 2 * B);
	}
	labyrinth_void_alloc_page_gfp_atomic_exclusive(rig.lab, context, &grant);
	check_none(&grant, LAB_EMPTY);
	labyrinth_void_alloc_page_gfp_atomic_exclusive(rig.lab, NULL, &grant);
	check_none(&grant, LAB_ERR_NULL);
	rig_check_rest(&rig);
	rig_end(&rig);
}

/* A miss takes a whole word into the room; hits then come from it. */
static void r3_a_miss_takes_one_word(void)
{
	struct rig rig;
	lab_context *context;
	lab_grant grant;

	rig_begin(&rig, one, 1);
	context = rig_context(&rig, 0, 1);
	CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_OK);
	CHECK_EQ(rig_stored(context) + 1 + pool_frames(&rig.pool[0]), rig.frame_count);
	CHECK(rig_stored(context) + 1 <= B);
	for (uint32_t left = rig_stored(context); left > 0; left--) {
		uint32_t pool = pool_frames(&rig.pool[0]);

		CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_OK);
		CHECK_EQ(pool_frames(&rig.pool[0]), pool);
	}
	CHECK_EQ(rig_stored(context), 0);
	rig_check_rest(&rig);
	rig_end(&rig);
}

static void r6_holder_refuses_by_name(void)
{
	struct rig rig;
	lab_context *context;
	lab_grant grant;
	lab_grant held;

	rig_begin(&rig, one, 1);
	context = rig_context(&rig, 0, 2);
	CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_OK);
	RIG_REFUSED(&rig, lab_holder(rig.lab, 0, 0, NULL), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_holder(NULL, 0, 0, &held), LAB_ERR_NULL);
	check_none(&held, LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_holder(rig.lab, 1, 0, &held), LAB_ERR_ZONE);
	check_none(&held, LAB_ERR_ZONE);
	RIG_REFUSED(&rig, lab_holder(rig.lab, UINT32_MAX, 0, &held), LAB_ERR_ZONE);
	RIG_REFUSED(&rig, lab_holder(rig.lab, 0, rig.frame_count, &held), LAB_ERR_FRAME_RANGE);
	check_none(&held, LAB_ERR_FRAME_RANGE);
	RIG_REFUSED(&rig, lab_holder(rig.lab, 0, UINT32_MAX, &held), LAB_ERR_FRAME_RANGE);
	for (uint32_t frame = 0; frame < rig.frame_count; frame++) {
		bool is = frame == grant.frame;

		check_note("frame", frame);
		RIG_REFUSED(&rig, lab_holder(rig.lab, 0, frame, &held),
			    is ? LAB_OK : LAB_ERR_NOT_HELD);
		if (!is)
			check_none(&held, LAB_ERR_NOT_HELD);
	}
	CHECK_STATUS(lab_free(rig.lab, context, &grant), LAB_OK);
	RIG_REFUSED(&rig, lab_holder(rig.lab, 0, grant.frame, &held), LAB_ERR_NOT_HELD);
	rig_end(&rig);
}

int main(void)
{
	RUN(r6_alloc_refuses_by_name);
	RUN(r1_alloc_hands_out_each_frame_once);
	RUN(r5_reserved_and_empty_are_honest);
	RUN(r7_atomic_requests_take_ordinary_frames_first);
	RUN(r3_a_miss_takes_one_word);
	RUN(r6_holder_refuses_by_name);
	return check_finish();
}
