/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_bulk.c - lab_alloc_bulk() and lab_free_bulk(): as many single calls, stopped at the
 * first that fails.
 */
#include <string.h>

#include "../core/labyrinth.h"
#include "support/check.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define FRAMES_MAX_HERE (4u * LAB_WORD_BITS)

static const struct rig_zone two[] = {{0, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS + 1, 1, 0, 0},
				      {1, LAB_ZONE_NORMAL, LAB_WORD_BITS, 0, 0, 0}};
static lab_grant grants[FRAMES_MAX_HERE + 1];

/* The call itself is refused: both outputs stay as they are. */
static void r6_alloc_bulk_refuses_by_name(void)
{
	struct rig rig;
	struct rig other;
	lab_context *context;
	uint32_t done;

	rig_begin(&rig, two, 2);
	rig_begin(&other, two, 2);
	context = rig_context(&rig, 2, 2);
	memset(grants, 0x5c, sizeof(grants));
#define REFUSE(lab, ctx, to, done_to, expected)                                                    \
	done = 77;                                                                                 \
	rig_save(&other);                                                                          \
	RIG_REFUSED(&rig, lab_alloc_bulk(lab, ctx, 0, to, 3, done_to), expected);                  \
	CHECK(rig_unchanged(&other));                                                              \
	CHECK_EQ(grants[0].tag, 0x5c5c5c5c);                                                       \
	CHECK_EQ(done, 77)
	REFUSE(rig.lab, context, NULL, &done, LAB_ERR_NULL);
	REFUSE(rig.lab, context, grants, NULL, LAB_ERR_NULL);
	REFUSE(NULL, context, grants, &done, LAB_ERR_NULL);
	REFUSE(rig.lab, NULL, grants, &done, LAB_ERR_NULL);
	REFUSE(other.lab, context, grants, &done, LAB_ERR_CONTEXT);
#undef REFUSE
	rig_end(&rig);
	rig_end(&other);
}

static void r6_free_bulk_refuses_by_name(void)
{
	struct rig rig;
	struct rig other;
	lab_context *context;
	uint32_t done;

	rig_begin(&rig, two, 2);
	rig_begin(&other, two, 2);
	context = rig_context(&rig, 0, 2);
	CHECK_STATUS(lab_alloc_bulk(rig.lab, context, 0, grants, 3, &done), LAB_OK);
#define REFUSE(lab, ctx, from, done_to, expected)                                                  \
	done = 77;                                                                                 \
	rig_save(&other);                                                                          \
	RIG_REFUSED(&rig, lab_free_bulk(lab, ctx, from, 3, done_to), expected);                    \
	CHECK(rig_unchanged(&other));                                                              \
	CHECK_EQ(done, 77)
	REFUSE(NULL, context, grants, &done, LAB_ERR_NULL);
	REFUSE(rig.lab, NULL, grants, &done, LAB_ERR_NULL);
	REFUSE(rig.lab, context, NULL, &done, LAB_ERR_NULL);
	REFUSE(rig.lab, context, grants, NULL, LAB_ERR_NULL);
	REFUSE(other.lab, context, grants, &done, LAB_ERR_CONTEXT);
#undef REFUSE
	rig_end(&rig);
	rig_end(&other);
}

static void r3_bulk_of_none_changes_nothing(void)
{
	struct rig rig;
	lab_context *context;
	uint32_t done = 77;

	rig_begin(&rig, two, 2);
	for (uint32_t capacity = 0; capacity <= 2; capacity++) {
		context = rig_context(&rig, 0, capacity);
		memset(grants, 0x5c, sizeof(grants));
		RIG_REFUSED(&rig, lab_alloc_bulk(rig.lab, context, 0, grants, 0, &done), LAB_OK);
		CHECK_EQ(done, 0);
		done = 77;
		RIG_REFUSED(&rig, lab_free_bulk(rig.lab, context, grants, 0, &done), LAB_OK);
		CHECK_EQ(done, 0);
	}
	rig_end(&rig);
}

/* `count` frames at once, then back: each is good by itself, and all of them go home. */
static void there_and_back(uint32_t count, uint32_t capacity, lab_status expected)
{
	struct rig rig;
	lab_context *context;
	uint32_t done = 77;

	check_note("count", count);
	check_note("capacity", capacity);
	rig_begin(&rig, two, 2);
	context = rig_context(&rig, 0, capacity);
	memset(grants, 0x5c, sizeof(grants));
	CHECK_STATUS(lab_alloc_bulk(rig.lab, context, 0, grants, count, &done), expected);
	CHECK_EQ(done, count < 3 * B ? count : 3 * B);
	for (uint32_t i = 0; i < done; i++) {
		CHECK_STATUS(grants[i].status, LAB_OK);
		CHECK_EQ(grants[i].tag, rig_tag(&rig, grants[i].zone, grants[i].frame));
		CHECK_EQ(LAB_TAG_HOLDER(grants[i].tag), context->holder);
		CHECK_EQ(grants[i].zone, i / (2 * B));
	}
	if (done < count)
		CHECK_STATUS(grants[done].status, expected);
	CHECK_EQ(grants[count < 3 * B ? count : 3 * B + 1].tag, 0x5c5c5c5c);
	CHECK_EQ(rig_held(&rig, 0) + rig_held(&rig, 1), done);
	CHECK(capacity != 0 ||
	      pool_frames(&rig.pool[0]) + pool_frames(&rig.pool[1]) + done == rig.frame_count);
	rig_check_rest(&rig);
	CHECK_STATUS(lab_free_bulk(rig.lab, context, grants, count < 3 * B ? count : 3 * B, &done),
		     LAB_OK);
	CHECK_EQ(done, count < 3 * B ? count : 3 * B);
	CHECK_EQ(rig_held(&rig, 0) + rig_held(&rig, 1), 0);
	rig_check_rest(&rig);
	CHECK(capacity != 0 ||
	      pool_frames(&rig.pool[0]) + pool_frames(&rig.pool[1]) == rig.frame_count);
	rig_check_no_false_empty(&rig, context);
	rig_end(&rig);
}

static void r1_bulk_there_and_back(void)
{
	for (uint32_t capacity = 0; capacity <= 3; capacity++) {
		for (uint32_t count = 1; count <= 3 * B; count++)
			there_and_back(count, capacity, LAB_OK);
		there_and_back(3 * B + 1, capacity, LAB_RESERVED);
		there_and_back(4 * B, capacity, LAB_RESERVED);
	}
}

/* The first grant that is refused ends it; those before are freed, those after are held. */
static void r6_free_bulk_stops_at_the_first_refusal(void)
{
	for (uint32_t bad = 0; bad < 6; bad++) {
		for (uint32_t capacity = 0; capacity <= 2; capacity++) {
			struct rig rig;
			lab_context *context;
			lab_grant good;
			uint32_t done;

			check_note("bad", bad);
			rig_begin(&rig, two, 2);
			context = rig_context(&rig, 0, capacity);
			CHECK_STATUS(lab_alloc_bulk(rig.lab, context, 0, grants, 6, &done), LAB_OK);
			good = grants[bad];
			grants[bad].tag += LAB_HOLDERS;
			CHECK_STATUS(lab_free_bulk(rig.lab, context, grants, 6, &done),
				     LAB_ERR_STALE);
			CHECK_EQ(done, bad);
			for (uint32_t i = 0; i < 6; i++)
				CHECK_EQ(LAB_TAG_HOLDER(rig_tag(&rig, grants[i].zone,
								grants[i].frame)) != 0,
					 i >= bad);
			rig_check_rest(&rig);
			grants[bad] = good;
			CHECK_STATUS(lab_free_bulk(rig.lab, context, grants + bad, 6 - bad, &done),
				     LAB_OK);
			RIG_REFUSED(&rig, lab_free_bulk(rig.lab, context, grants, 6, &done),
				    LAB_ERR_FREED);
			CHECK_EQ(done, 0);
			rig_check_no_false_empty(&rig, context);
			rig_end(&rig);
		}
	}
}

/* Wild first grants: nothing that they name is touched. */
static void r6_free_bulk_refuses_wild_grants(void)
{
	struct rig rig;
	uint32_t done;

	rig_begin(&rig, two, 2);
	for (uint32_t capacity = 0; capacity <= 2; capacity++) {
		lab_context *context = rig_context(&rig, 0, capacity);

		check_note("capacity", capacity);
		grants[0] = (lab_grant){0, 0x10001, LAB_OK, 99, false};
		RIG_REFUSED(&rig, lab_free_bulk(rig.lab, context, grants, 1, &done), LAB_ERR_ZONE);
		grants[0].zone = 1;
		RIG_REFUSED(&rig, lab_free_bulk(rig.lab, context, grants, 1, &done),
			    LAB_ERR_NEVER_HELD);
		grants[0].frame = B;
		RIG_REFUSED(&rig, lab_free_bulk(rig.lab, context, grants, 1, &done),
			    LAB_ERR_FRAME_RANGE);
		grants[0].frame = 0;
		grants[0].tag = 0x10000;
		RIG_REFUSED(&rig, lab_free_bulk(rig.lab, context, grants, 1, &done),
			    LAB_ERR_GRANT_EMPTY);
		CHECK_EQ(done, 0);
	}
	rig_end(&rig);
}

/* A grant with a wild zone in the middle: those before it are freed, and it is named. */
static void r6_free_bulk_goes_up_to_a_wild_zone(void)
{
	for (uint32_t bad = 0; bad < 3; bad++) {
		for (uint32_t capacity = 0; capacity <= 2; capacity++) {
			struct rig rig;
			lab_context *context;
			uint32_t done;

			check_note("bad", bad);
			check_note("capacity", capacity);
			rig_begin(&rig, two, 2);
			context = rig_context(&rig, 0, capacity);
			CHECK_STATUS(lab_alloc_bulk(rig.lab, context, 0, grants, 3, &done), LAB_OK);
			grants[bad].zone = RIG_NONE;
			CHECK_STATUS(lab_free_bulk(rig.lab, context, grants, 3, &done),
				     LAB_ERR_ZONE);
			CHECK_EQ(done, bad);
			grants[bad].zone = 0;
			CHECK_STATUS(lab_free_bulk(rig.lab, context, grants + bad, 3 - bad, &done),
				     LAB_OK);
			CHECK_EQ(done, 3 - bad);
			rig_check_rest(&rig);
			rig_check_no_false_empty(&rig, context);
			rig_end(&rig);
		}
	}
}

/* The frames of a bulk are whole words: one context without a room gets them in order. */
static void r3_bulk_takes_whole_words(void)
{
	struct rig rig;
	lab_context *context;
	uint32_t done;

	rig_begin(&rig, two, 2);
	context = rig_context(&rig, 0, 0);
	CHECK_STATUS(lab_alloc_bulk(rig.lab, context, 0, grants, 2 * B, &done), LAB_OK);
	for (uint32_t i = 1; i < 2 * B; i++)
		CHECK_EQ(grants[i].frame,
			 i % B == 0 ? grants[i].frame / B * B : grants[i - 1].frame + 1);
	CHECK_EQ(pool_ordinary_frames(&rig.pool[0]), 0);
	rig_end(&rig);
}

int main(void)
{
	RUN(r6_alloc_bulk_refuses_by_name);
	RUN(r6_free_bulk_refuses_by_name);
	RUN(r3_bulk_of_none_changes_nothing);
	RUN(r1_bulk_there_and_back);
	RUN(r6_free_bulk_stops_at_the_first_refusal);
	RUN(r6_free_bulk_refuses_wild_grants);
	RUN(r6_free_bulk_goes_up_to_a_wild_zone);
	RUN(r3_bulk_takes_whole_words);
	return check_finish();
}
