/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_free.c - lab_free() and lab_drain(): only the first free of the last grant is taken.
 */
#include "../core/labyrinth.h"
#include "support/check.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)

static const struct rig_zone two[] = {{0, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS + 1, 1, 0, 0},
				      {1, LAB_ZONE_NORMAL, LAB_WORD_BITS, 0, 0, 0}};

static lab_grant take(struct rig *rig, lab_context *context, uint32_t flags)
{
	lab_grant grant;

	CHECK_STATUS(lab_alloc(rig->lab, context, flags, &grant), LAB_OK);
	return grant;
}

static void r6_free_refuses_by_name(void)
{
	struct rig rig;
	struct rig other;
	lab_context *context;
	lab_grant grant;
	lab_grant bad;

	rig_begin(&rig, two, 2);
	rig_begin(&other, two, 2);
	context = rig_context(&rig, 0, 2);
	grant = take(&rig, context, 0);
	RIG_REFUSED(&rig, lab_free(NULL, context, &grant), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_free(rig.lab, NULL, &grant), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_free(rig.lab, context, NULL), LAB_ERR_NULL);
	rig_save(&rig);
	RIG_REFUSED(&other, lab_free(other.lab, context, &grant), LAB_ERR_CONTEXT);
	CHECK(rig_unchanged(&rig));
#define REFUSE(field, value, expected)                                                             \
	bad = grant;                                                                               \
	bad.field = (value);                                                                       \
	RIG_REFUSED(&rig, lab_free(rig.lab, context, &bad), expected)
	REFUSE(tag, 0, LAB_ERR_GRANT_EMPTY);
	REFUSE(tag, grant.tag - context->holder, LAB_ERR_GRANT_EMPTY);
	REFUSE(tag, grant.tag - context->holder + LAB_CONTEXT_AWAY, LAB_ERR_AWAY);
	REFUSE(zone, 2, LAB_ERR_ZONE);
	REFUSE(zone, RIG_NONE, LAB_ERR_ZONE);
	REFUSE(frame, 2 * B + 1, LAB_ERR_FRAME_RANGE);
	REFUSE(frame, LAB_FRAME_NONE, LAB_ERR_FRAME_RANGE);
	REFUSE(frame, (grant.frame + 1) % B, LAB_ERR_NEVER_HELD);
	REFUSE(zone, 1, LAB_ERR_NEVER_HELD);
	REFUSE(tag, grant.tag + 1, LAB_ERR_STALE);
	REFUSE(tag, grant.tag + LAB_HOLDERS, LAB_ERR_STALE);
#undef REFUSE
	CHECK_STATUS(lab_free(rig.lab, context, &grant), LAB_OK);
	RIG_REFUSED(&rig, lab_free(rig.lab, context, &grant), LAB_ERR_FREED);
	rig_check_rest(&rig);
	rig_end(&rig);
	rig_end(&other);
}

/* The holder in the tag is looked at before the rest: nobody, then away, whatever the place. */
static void r6_free_looks_at_the_holder_first(void)
{
	static const uint32_t places[][2] = {
		{0, 0}, {1, 0}, {0, 2 * B + 1}, {2, 0}, {RIG_NONE, LAB_FRAME_NONE}};
	struct rig rig;

	rig_begin(&rig, two, 2);
	for (uint32_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		for (uint32_t generation = 0; generation < 3; generation++) {
			lab_context *context = rig_context(&rig, 0, i % 2);
			lab_grant bad = {places[i][1], generation * LAB_HOLDERS, LAB_OK,
					 (uint16_t)places[i][0], false};
			uint32_t done = 77;

			check_note("place", i);
			RIG_REFUSED(&rig, lab_free(rig.lab, context, &bad), LAB_ERR_GRANT_EMPTY);
			RIG_REFUSED(&rig, lab_free_bulk(rig.lab, context, &bad, 1, &done),
				    LAB_ERR_GRANT_EMPTY);
			bad.tag += LAB_CONTEXT_AWAY;
			RIG_REFUSED(&rig, lab_free(rig.lab, context, &bad), LAB_ERR_AWAY);
			RIG_REFUSED(&rig, lab_free_bulk(rig.lab, context, &bad, 1, &done),
				    LAB_ERR_AWAY);
			CHECK_EQ(done, 0);
		}
	}
	rig_end(&rig);
}

/* A failed request's grant frees nothing. */
static void r6_free_refuses_the_grant_of_a_failure(void)
{
	struct rig rig;
	lab_context *context;
	lab_grant grant;

	rig_begin(&rig, two, 2);
	context = rig_context(&rig, 0, 0);
	for (uint32_t i = 0; i < 3 * B; i++)
		(void)take(&rig, context, 0);
	CHECK_STATUS(lab_alloc(rig.lab, context, 0, &grant), LAB_RESERVED);
	RIG_REFUSED(&rig, lab_free(rig.lab, context, &grant), LAB_ERR_GRANT_EMPTY);
	CHECK_STATUS(lab_alloc(rig.lab, context, UINT32_MAX, &grant), LAB_ERR_FLAGS);
	RIG_REFUSED(&rig, lab_free(rig.lab, context, &grant), LAB_ERR_GRANT_EMPTY);
	rig_end(&rig);
}

/* After the frame went to a new holder, the old grant is stale and the new one holds. */
static void r6_a_stale_free_leaves_the_new_holder_alone(void)
{
	struct rig rig;

	for (uint32_t capacity = 0; capacity <= 2; capacity++) {
		lab_context *first;
		lab_context *second;
		lab_grant old;
		lab_grant new;

		check_note("capacity", capacity);
		rig_begin(&rig, two, 2);
		first = rig_context(&rig, 0, capacity);
		second = rig_context(&rig, 0, capacity);
		old = take(&rig, first, 0);
		CHECK_STATUS(lab_free(rig.lab, second, &old), LAB_OK);
		RIG_REFUSED(&rig, lab_free(rig.lab, first, &old), LAB_ERR_FREED);
		RIG_REFUSED(&rig, lab_free(rig.lab, second, &old), LAB_ERR_FREED);
		do {
			new = take(&rig, second, 0);
		} while (new.frame != old.frame || new.zone != old.zone);
		CHECK_EQ(LAB_TAG_GENERATION(new.tag), LAB_TAG_GENERATION(old.tag) + 1);
		RIG_REFUSED(&rig, lab_free(rig.lab, first, &old), LAB_ERR_STALE);
		RIG_REFUSED(&rig, lab_free(rig.lab, second, &old), LAB_ERR_STALE);
		CHECK_STATUS(lab_free(rig.lab, first, &new), LAB_OK);
		RIG_REFUSED(&rig, lab_free(rig.lab, second, &new), LAB_ERR_FREED);
		RIG_REFUSED(&rig, lab_free(rig.lab, second, &old), LAB_ERR_STALE);
		rig_check_rest(&rig);
		rig_end(&rig);
	}
}

/* Only frames of the room's own zone, and none of a reserve, go into a room. */
static void r3_frames_go_to_the_room_or_home(void)
{
	struct rig rig;
	lab_context *context;
	lab_grant near;
	lab_grant far;
	lab_grant last;

	rig_begin(&rig, two, 2);
	context = rig_context(&rig, 0, 2);
	far = take(&rig, rig_context(&rig, 1, 0), 0);
	for (uint32_t i = 0; i < 2 * B; i++)
		near = take(&rig, context, 0);
	for (uint32_t i = 0; i < B - 1; i++)
		(void)take(&rig, context, 0);
	last = take(&rig, context, LAB_GFP_ATOMIC);
	CHECK(near.zone == 0 && far.zone == 1 && last.zone == 0 && last.frame == 2 * B);
	CHECK_STATUS(lab_free(rig.lab, context, &far), LAB_OK);
	CHECK(pool_has(&rig.pool[1], far.frame));
	CHECK_STATUS(lab_free(rig.lab, context, &last), LAB_OK);
	CHECK(pool_has(&rig.pool[0], last.frame));
	CHECK_EQ(rig_stored(context), 0);
	CHECK_STATUS(lab_free(rig.lab, context, &near), LAB_OK);
	CHECK(!pool_has(&rig.pool[0], near.frame));
	CHECK_EQ(rig_stored(context), 1);
	/* Without a room, straight home. */
	near = take(&rig, context, 0);
	CHECK_STATUS(lab_free(rig.lab, rig.context[1], &near), LAB_OK);
	CHECK(pool_has(&rig.pool[0], near.frame));
	rig_check_rest(&rig);
	rig_end(&rig);
}

/* Frees of any order keep a room within capacity + LAB_WORD_BITS, and a drain empties it. */
static void r3_a_room_hoards_no_more_than_its_bound(void)
{
	static const struct rig_zone large[] = {
		{0, LAB_ZONE_NORMAL, 4 * LAB_WORD_BITS + 1, 0, 0, 0}};
	static lab_grant grants[4 * LAB_WORD_BITS + 1];

	for (uint32_t step = 1; step < 2 * B; step++) {
		struct rig rig;
		lab_context *context;
		uint32_t count;
		uint32_t most = 0;

		check_note("step", step);
		rig_begin(&rig, large, 1);
		count = rig.frame_count;
		context = rig_context(&rig, 0, 3);
		for (uint32_t i = 0; i < count; i++)
			grants[i] = take(&rig, context, 0);
		for (uint32_t i = 0, at = 0; i < count; i++, at = (at + step) % count) {
			while (lab_free(rig.lab, context, &grants[at]) != LAB_OK)
				at = (at + 1) % count;
			CHECK_AT_MOST(rig_stored(context), 3 + B);
			most = rig_stored(context) > most ? rig_stored(context) : most;
		}
		if (step == 1)
			CHECK_EQ(most, 3 + B);
		rig_check_rest(&rig);
		CHECK_STATUS(lab_drain(rig.lab, context), LAB_OK);
		CHECK_EQ(rig_stored(context), 0);
		CHECK_EQ(pool_frames(&rig.pool[0]), count);
		rig_check_rest(&rig);
		rig_end(&rig);
	}
}

static void r6_drain_refuses_by_name(void)
{
	struct rig rig;
	struct rig other;
	lab_context *context;

	rig_begin(&rig, two, 2);
	rig_begin(&other, two, 2);
	context = rig_context(&rig, 0, 2);
	(void)take(&rig, context, 0);
	RIG_REFUSED(&rig, lab_drain(NULL, context), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_drain(rig.lab, NULL), LAB_ERR_NULL);
	rig_save(&rig);
	RIG_REFUSED(&other, lab_drain(other.lab, context), LAB_ERR_CONTEXT);
	CHECK(rig_unchanged(&rig));
	CHECK_STATUS(lab_drain(rig.lab, context), LAB_OK);
	/* Again, and without a room: nothing to do. */
	RIG_REFUSED(&rig, lab_drain(rig.lab, context), LAB_OK);
	context = rig_context(&rig, 0, 0);
	RIG_REFUSED(&rig, lab_drain(rig.lab, context), LAB_OK);
	rig_check_rest(&rig);
	rig_end(&rig);
	rig_end(&other);
}

/* Frames freed into other contexts' rooms are found again after a drain of each. */
static void r9_no_false_empty_after_a_drain(void)
{
	static lab_grant grants[3 * LAB_WORD_BITS + 1];
	struct rig rig;

	rig_begin(&rig, two, 2);
	for (uint32_t i = 0; i < 5; i++)
		(void)rig_context(&rig, i % 3, i);
	for (uint32_t step = 1; step < 2 * B; step += 2) {
		check_note("step", step);
		for (uint32_t i = 0; i < rig.frame_count; i++)
			grants[i] = take(&rig, rig.context[0], LAB_GFP_ATOMIC);
		for (uint32_t i = 0; i < rig.frame_count; i++)
			CHECK_STATUS(lab_free(rig.lab, rig.context[(i / step) % 5], &grants[i]),
				     LAB_OK);
		rig_check_rest(&rig);
		rig_check_no_false_empty(&rig, rig.context[step % 5]);
	}
	rig_end(&rig);
}

int main(void)
{
	RUN(r6_free_refuses_by_name);
	RUN(r6_free_looks_at_the_holder_first);
	RUN(r6_free_refuses_the_grant_of_a_failure);
	RUN(r6_a_stale_free_leaves_the_new_holder_alone);
	RUN(r3_frames_go_to_the_room_or_home);
	RUN(r3_a_room_hoards_no_more_than_its_bound);
	RUN(r6_drain_refuses_by_name);
	RUN(r9_no_false_empty_after_a_drain);
	return check_finish();
}
