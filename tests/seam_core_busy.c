/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/seam_core_busy.c - LAB_DEBUG: a context with a room that is entered again while one of its
 * calls runs is told so, at each seam of each call, and nothing changes.
 *
 * The first seam of a call is before the step that marks its context, so there it may be entered.
 */
#include <stdlib.h>
#include <string.h>

#include "../core/labyrinth.h"
#include "support/rig.h"

#ifndef LAB_DEBUG
#error "LAB_ERR_BUSY is said only where the core and this test are compiled with -DLAB_DEBUG"
#endif

#define B ((uint32_t)LAB_WORD_BITS)
#define CALLS_MAX (10u * LAB_WORD_BITS)
#define BULK 5u

static const struct rig_zone two[] = {{0, LAB_ZONE_NORMAL, 6 * LAB_WORD_BITS + 1, 1, 1, 3},
				      {1, LAB_ZONE_NORMAL, LAB_WORD_BITS, 0, 0, 0}};

static struct {
	struct rig rig;
	lab_context *context; /* whose calls are interrupted */
	lab_grant good;       /* held; the interrupting calls try to free it */
	uint64_t wanted;      /* the seam of each call where it is interrupted */
	uint32_t entered;     /* calls that were interrupted, in this run */
	lab_grant grant[CALLS_MAX];
	lab_grant plain[CALLS_MAX]; /* what a run that nobody interrupts gets */
} test;

static void check_none(const lab_grant *grant, lab_status status)
{
	CHECK(grant->frame == LAB_FRAME_NONE && grant->tag == 0 && grant->zone == RIG_NONE);
	CHECK_STATUS(grant->status, status);
	CHECK(!grant->low);
}

/* ---- entered again ---- */

/* Each call of the context is refused, and leaves every byte of the core's state as it was. */
static void refuse_all(const struct lab_zone *zone, uint64_t position, void *data)
{
	struct rig *rig = &test.rig;
	lab_grant grants[2];
	lab_grant before[2];
	uint32_t done = 77;

	(void)zone;
	(void)data;
	if (position != test.wanted)
		return;
	test.entered++;
	memset(grants, 0x5c, sizeof(grants));
	RIG_REFUSED(rig, lab_alloc(rig->lab, test.context, 0, &grants[0]), LAB_ERR_BUSY);
	check_none(&grants[0], LAB_ERR_BUSY);
	rig_save(rig);
	labyrinth_void_alloc_page_gfp_atomic_exclusive(rig->lab, test.context, &grants[1]);
	CHECK(rig_unchanged(rig));
	check_none(&grants[1], LAB_ERR_BUSY);
	RIG_REFUSED(rig, lab_free(rig->lab, test.context, &test.good), LAB_ERR_BUSY);
	memset(grants, 0x5c, sizeof(grants));
	memcpy(before, grants, sizeof(grants));
	RIG_REFUSED(rig, lab_alloc_bulk(rig->lab, test.context, 0, grants, 2, &done), LAB_ERR_BUSY);
	CHECK(memcmp(before, grants, sizeof(grants)) == 0);
	RIG_REFUSED(rig, lab_free_bulk(rig->lab, test.context, &test.good, 1, &done), LAB_ERR_BUSY);
	CHECK_EQ(done, 77);
	RIG_REFUSED(rig, lab_drain(rig->lab, test.context), LAB_ERR_BUSY);
	/* A call that was let in has spoilt the room of the one that it interrupts. */
	if (check_failed() > 0)
		exit(check_finish());
}

/* One call of the context, interrupted at the wanted seam. */
#define INTERRUPTED(action, call, expected)                                                        \
	do {                                                                                       \
		seam_start(action, NULL, 1);                                                       \
		CHECK_STATUS(call, expected);                                                      \
		seam_stop();                                                                       \
	} while (0)

/* Until nothing is left, then all of it back. */
static void alloc_and_free(seam_action *action)
{
	struct rig *rig = &test.rig;
	uint32_t count = 0;
	lab_status status;

	do {
		seam_start(action, NULL, 1);
		status = lab_alloc(rig->lab, test.context, count % 2, &test.grant[count]);
		seam_stop();
		count++;
	} while ((status == LAB_OK || count % 2 != 0) && count < CALLS_MAX);
	CHECK(count > 6 * B && count < CALLS_MAX);
	for (uint32_t i = 0; i < count; i++)
		if (test.grant[i].status == LAB_OK)
			INTERRUPTED(action, lab_free(rig->lab, test.context, &test.grant[i]),
				    LAB_OK);
}

static void bulk_and_drain(seam_action *action)
{
	struct rig *rig = &test.rig;
	lab_grant grants[BULK];
	uint32_t done = 77;

	INTERRUPTED(action, lab_drain(rig->lab, test.context), LAB_OK);
	INTERRUPTED(action, lab_alloc_bulk(rig->lab, test.context, 0, grants, BULK, &done), LAB_OK);
	CHECK_EQ(done, BULK);
	INTERRUPTED(action, lab_free_bulk(rig->lab, test.context, grants, BULK, &done), LAB_OK);
	CHECK_EQ(done, BULK);
	INTERRUPTED(action, lab_drain(rig->lab, test.context), LAB_OK);
	CHECK_EQ(rig_stored(test.context), 0);
}

static void begin(uint32_t capacity, uint64_t wanted)
{
	check_note("seam", wanted);
	seam_start(NULL, NULL, 0);
	rig_begin(&test.rig, two, 2);
	test.context = rig_context(&test.rig, 0, capacity);
	(void)rig_context(&test.rig, 1, 2);
	CHECK_STATUS(lab_alloc(test.rig.lab, test.rig.context[1], 0, &test.good), LAB_OK);
	memset(test.grant, 0, sizeof(test.grant));
	test.wanted = wanted;
	test.entered = 0;
}

/* After all of its calls the context works, and no frame is lost. */
static void end(void)
{
	CHECK_EQ(test.context->busy, 0);
	CHECK_STATUS(lab_free(test.rig.lab, test.context, &test.good), LAB_OK);
	rig_check_rest(&test.rig);
	rig_check_no_false_empty(&test.rig, test.context);
	rig_end(&test.rig);
}

/* The interrupted calls do what they do when nobody interrupts. */
static void r6_a_context_that_is_entered_again_says_so(void)
{
	uint32_t calls = 0;

	begin(2, 0);
	alloc_and_free(NULL);
	memcpy(test.plain, test.grant, sizeof(test.plain));
	bulk_and_drain(NULL);
	end();
	for (uint64_t at = 2; at == 2 || test.entered > 0; at++) {
		begin(2, at);
		alloc_and_free(refuse_all);
		for (uint32_t i = 0; i < CALLS_MAX; i++) {
			CHECK_STATUS(test.grant[i].status, test.plain[i].status);
			CHECK(test.grant[i].frame == test.plain[i].frame &&
			      test.grant[i].zone == test.plain[i].zone &&
			      test.grant[i].tag == test.plain[i].tag &&
			      test.grant[i].low == test.plain[i].low);
		}
		bulk_and_drain(refuse_all);
		calls += test.entered;
		/* The step that marks the context has two seams, and every call has that one. */
		CHECK(at != 2 || test.entered > 12 * B + 4);
		end();
	}
	CHECK(calls > 24 * B);
}

/* ---- entered where it may be ---- */

/* Each call, whole, in a context that may run now: data. */
static void serve_all(const struct lab_zone *zone, uint64_t position, void *data)
{
	lab_allocator *lab = test.rig.lab;
	lab_context *context = data;
	lab_grant grants[2];
	uint32_t done = 77;

	(void)zone;
	if (position != test.wanted)
		return;
	test.entered++;
	CHECK_STATUS(lab_alloc(lab, context, LAB_GFP_ATOMIC, &grants[0]), LAB_OK);
	CHECK_STATUS(lab_free(lab, context, &grants[0]), LAB_OK);
	CHECK_STATUS(lab_alloc_bulk(lab, context, LAB_GFP_ATOMIC, grants, 2, &done), LAB_OK);
	CHECK_EQ(done, 2);
	CHECK_STATUS(lab_free_bulk(lab, context, grants, 2, &done), LAB_OK);
	CHECK_EQ(done, 2);
	CHECK_STATUS(lab_drain(lab, context), LAB_OK);
}

/* A few calls of the context, each interrupted by calls of `inner`; how many were. */
static uint32_t serve(lab_context *inner)
{
	lab_allocator *lab = test.rig.lab;
	lab_grant grants[BULK];
	uint32_t done;

#define SERVED(call)                                                                               \
	seam_start(serve_all, inner, 1);                                                           \
	CHECK_STATUS(call, LAB_OK);                                                                \
	seam_stop()
	SERVED(lab_alloc(lab, test.context, 0, &grants[0]));
	SERVED(lab_free(lab, test.context, &grants[0]));
	SERVED(lab_alloc_bulk(lab, test.context, 0, grants, BULK, &done));
	CHECK_EQ(done, BULK);
	SERVED(lab_free_bulk(lab, test.context, grants, BULK, &done));
	CHECK_EQ(done, BULK);
	SERVED(lab_drain(lab, test.context));
#undef SERVED
	return test.entered;
}

static void r6_a_context_without_a_room_may_nest(void)
{
	uint32_t entered = 1;

	for (uint64_t at = 1; entered > 0; at++) {
		begin(0, at);
		entered = serve(test.context);
		CHECK(at > 4 || entered > 0);
		end();
	}
}

static void r6_other_contexts_are_served_meanwhile(void)
{
	uint32_t entered = 1;

	for (uint64_t at = 1; entered > 0; at++) {
		begin(2, at);
		entered = serve(test.rig.context[1]);
		CHECK(at > 4 || entered > 0);
		end();
	}
}

static void r6_before_its_mark_a_context_may_be_entered(void)
{
	begin(2, 1);
	CHECK_EQ(serve(test.context), 5);
	end();
}

/* ---- refused for another reason ---- */

/* Whatever a call is refused for, its context is free again. */
static void r6_a_refused_call_lets_its_context_go(void)
{
	lab_grant grants[2];
	lab_grant bad;
	uint32_t done = 77;
	lab_allocator *lab;

	begin(2, 0);
	lab = test.rig.lab;
#define REFUSE(call, expected)                                                                     \
	CHECK_STATUS(call, expected);                                                              \
	CHECK_EQ(test.context->busy, 0);                                                           \
	CHECK_STATUS(lab_alloc(lab, test.context, 0, &grants[0]), LAB_OK);                         \
	CHECK_STATUS(lab_free(lab, test.context, &grants[0]), LAB_OK)
	REFUSE(lab_alloc(lab, test.context, 0, NULL), LAB_ERR_NULL);
	REFUSE(lab_alloc(NULL, test.context, 0, &bad), LAB_ERR_NULL);
	REFUSE(lab_alloc(lab, test.context, UINT32_MAX, &bad), LAB_ERR_FLAGS);
	REFUSE(lab_alloc(lab, test.context, LAB_GFP_DMA, &bad), LAB_ERR_NO_ZONE);
	REFUSE(lab_free(lab, test.context, &bad), LAB_ERR_GRANT_EMPTY);
	REFUSE(lab_free(lab, test.context, NULL), LAB_ERR_NULL);
	REFUSE(lab_alloc_bulk(lab, test.context, 0, NULL, 1, &done), LAB_ERR_NULL);
	REFUSE(lab_alloc_bulk(lab, test.context, 0, &bad, 1, NULL), LAB_ERR_NULL);
	REFUSE(lab_alloc_bulk(lab, test.context, UINT32_MAX, &bad, 1, &done), LAB_ERR_FLAGS);
	REFUSE(lab_free_bulk(lab, test.context, NULL, 1, &done), LAB_ERR_NULL);
	REFUSE(lab_free_bulk(lab, test.context, &bad, 1, NULL), LAB_ERR_NULL);
	REFUSE(lab_free_bulk(lab, test.context, &bad, 1, &done), LAB_ERR_GRANT_EMPTY);
	REFUSE(lab_drain(NULL, test.context), LAB_ERR_NULL);
#undef REFUSE
	end();
}

int main(void)
{
	RUN(r6_a_context_that_is_entered_again_says_so);
	RUN(r6_a_context_without_a_room_may_nest);
	RUN(r6_other_contexts_are_served_meanwhile);
	RUN(r6_before_its_mark_a_context_may_be_entered);
	RUN(r6_a_refused_call_lets_its_context_go);
	return check_finish();
}
