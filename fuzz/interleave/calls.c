/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/calls.c - see calls.h.
 */
#include "calls.h"

#define BULK_MAX 16u

/* The first are what interrupts ask for, whose arguments are small. */
uint32_t call_flags(uint32_t argument)
{
	static const uint32_t flags[16] = {0,
					   LAB_GFP_ATOMIC,
					   LAB_GFP_HIGHMEM,
					   LAB_GFP_DMA | LAB_GFP_ATOMIC,
					   LAB_GFP_HIGHMEM | LAB_GFP_ATOMIC,
					   LAB_GFP_DMA,
					   LAB_GFP_THISNODE,
					   LAB_GFP_THISNODE | LAB_GFP_ATOMIC,
					   LAB_GFP_THISNODE | LAB_GFP_HIGHMEM,
					   LAB_GFP_THISNODE | LAB_GFP_DMA | LAB_GFP_ATOMIC,
					   LAB_GFP_ZERO,
					   LAB_GFP_ZERO | LAB_GFP_ATOMIC,
					   LAB_GFP_DMA | LAB_GFP_HIGHMEM,
					   LAB_GFP_ALL + 1,
					   LAB_GFP_ALL,
					   UINT32_MAX};

	return flags[argument % 16u];
}

/* ---- allocation ---- */

static lab_status bad_request(const struct call *call, uint32_t flags)
{
	uint32_t zones[LAB_ZONES_MAX];

	if (flags > LAB_GFP_ALL || ((flags & LAB_GFP_DMA) != 0 && (flags & LAB_GFP_HIGHMEM) != 0))
		return LAB_ERR_FLAGS;
	return world_path(call->context, flags, zones) == 0 ? LAB_ERR_NO_ZONE : LAB_OK;
}

void call_expect(lab_status status, lab_status expected)
{
	if (status != expected)
		sched_fail("T6", "status %u, and %u is due", status, expected);
}

static void alloc(struct call *call, uint32_t flags, bool named)
{
	lab_status bad = bad_request(call, flags);
	lab_grant grant = {0, 1, LAB_OK, 0, true};
	lab_status status;

	call->bound = bad == LAB_OK ? bound_alloc(call->context, flags) : 0;
	if (named) {
		labyrinth_void_alloc_page_gfp_atomic_exclusive(world.lab, call->context->context,
							       &grant);
		status = grant.status;
	} else {
		status = lab_alloc(world.lab, call->context->context, flags, &grant);
	}
	call_expect(grant.status, status);
	if (bad != LAB_OK)
		judge_no_grant(&grant, bad);
	else
		judge_grant(call, flags, &grant, 0);
}

static void alloc_bulk(struct call *call, uint32_t argument)
{
	static const uint32_t counts[4] = {1, 2, WORLD_BITS < 5 ? WORLD_BITS + 1 : 5, BULK_MAX - 1};
	uint32_t flags = call_flags((argument >> 2) % 4u == 3 ? 4 : (argument >> 2) % 4u);
	uint32_t count = counts[argument & 3u];
	uint32_t before = due_available(call, flags);
	lab_status bad = bad_request(call, flags);
	lab_grant grants[BULK_MAX] = {{0, 0, LAB_OK, 0, false}};
	uint32_t done_count = WORLD_NONE;
	lab_status status;

	call->bound = bad == LAB_OK ? bound_alloc_bulk(call->context, flags, count) : 0;
	status = lab_alloc_bulk(world.lab, call->context->context, flags, grants, count,
				&done_count);
	if (bad != LAB_OK) {
		call_expect(status, bad);
		judge_no_grant(&grants[0], bad);
		if (done_count != 0)
			sched_fail("T6", "a refused request, and %u frames", done_count);
		return;
	}
	if (done_count > count || (status == LAB_OK) != (done_count == count))
		sched_fail("T6", "status %u, and %u of %u frames", status, done_count, count);
	for (uint32_t i = 0; i < count && i <= done_count; i++) {
		call_expect(grants[i].status, i < done_count ? LAB_OK : status);
		judge_grant(call, flags, &grants[i], i);
	}
	due_bulk(call, flags, count, done_count, before);
}

/* ---- the way back ---- */

/* The client parts with its grant; what becomes of the frame from here on is the core's affair. */
static lab_grant part_with(uint32_t index)
{
	lab_grant grant = world_remove(world.held, &world.held_count, index);
	struct world_frame *shadow = world_frame(grant.zone, grant.frame);

	if (shadow->state != WORLD_HELD || shadow->last_tag != grant.tag)
		sched_fail("T1", "zone %u frame %u is not its client's any more", grant.zone,
			   grant.frame);
	shadow->state = WORLD_CORE;
	shadow->last_tag = grant.tag / LAB_HOLDERS * LAB_HOLDERS;
	return grant;
}

static void bury(const lab_grant *grant)
{
	if (world.dead_count == WORLD_DEAD)
		(void)world_remove(world.dead, &world.dead_count, 0);
	world.dead[world.dead_count++] = *grant;
}

static void free_one(struct call *call, uint32_t index)
{
	lab_grant grant = part_with(index);

	call->bound = bound_free();
	if (CALL_RACES)
		bury(&grant);
	race_enter(&grant);
	race_leave(&grant, lab_free(world.lab, call->context->context, &grant));
	if (!CALL_RACES)
		bury(&grant);
}

static bool call_of_cpu(const struct call *call, const lab_grant *grant)
{
	return (grant->tag % LAB_HOLDERS - 1) / LAB_LEVELS_MAX == call->cpu;
}

/* The newest grants; with bit 3 of the argument a dead one after the first. */
static void free_bulk(struct call *call, uint32_t argument)
{
	uint32_t wanted = (argument & 7u) + 1;
	bool bad = (argument & 8u) != 0 && world.dead_count > 0 && world.held_count > 0 &&
		   !race_runs(&world.dead[world.dead_count - 1]);
	lab_grant grants[BULK_MAX];
	uint32_t count = 0;
	uint32_t good;
	uint32_t done_count = WORLD_NONE;
	lab_status status;

	while (count < wanted && world.held_count > 0 && (!bad || count < 1))
		grants[count++] = part_with(world.held_count - 1);
	good = count;
	if (bad)
		grants[count++] = world.dead[world.dead_count - 1];
	call->bound = bound_free_bulk(call->context, count);
	status = lab_free_bulk(world.lab, call->context->context, grants, count, &done_count);
	if (done_count != good || (status == LAB_OK) == bad)
		sched_fail("T6", "status %u after %u of %u good frees", status, done_count, good);
	for (uint32_t i = 0; i < good; i++)
		bury(&grants[i]);
}

/* ---- one call ---- */

static void perform_misuse(const struct op *op)
{
	switch (op->kind) {
	case CALL_DOUBLE_FREE:
		misuse_double_free(op->argument);
		break;
	case CALL_WILD_FREE:
		misuse_wild_free(op->argument);
		break;
	case CALL_WILD_DONATE:
		misuse_wild_donate(op->argument);
		break;
	case CALL_SET_UP:
		misuse_set_up(op->argument);
		break;
	default:
		misuse_bad_call(op->argument);
		break;
	}
}

/* The k-th newest of the grants that contexts of this CPU got; `count` when it has none. */
static uint32_t own_grant(const struct call *call, uint32_t k)
{
	uint32_t count = world.held_count;
	uint32_t own = 0;

	for (uint32_t i = 0; i < count; i++)
		own += call_of_cpu(call, &world.held[i]);
	if (own == 0)
		return count;
	for (uint32_t i = count; i-- > 0;)
		if (call_of_cpu(call, &world.held[i]) && k-- % own == 0)
			return i;
	return count;
}

static void perform_free(struct call *call, const struct op *op)
{
	uint32_t index = world.held_count;

	if (op->kind == CALL_FREE)
		index = own_grant(call, op->argument);
	else if (world.held_count > 0)
		index = op->argument % world.held_count;
	if (index < world.held_count)
		free_one(call, index);
}

void call_perform(struct op op)
{
	struct call *call = sched_enter(op);

	switch ((enum call_kind)op.kind) {
	case CALL_ALLOC:
		alloc(call, call_flags(op.argument), false);
		break;
	case CALL_ATOMIC:
		alloc(call, LAB_GFP_ATOMIC, true);
		break;
	case CALL_FREE:
	case CALL_FREE_OLDEST:
		perform_free(call, &op);
		break;
	case CALL_ALLOC_BULK:
		alloc_bulk(call, op.argument);
		break;
	case CALL_FREE_BULK:
		free_bulk(call, op.argument);
		break;
	case CALL_DRAIN:
		call_drain(call);
		break;
	case CALL_RECLAIM:
		call_reclaim(call, op.argument);
		break;
	case CALL_DONATE:
		if (world.away_count > 0)
			call_donate(call, world.away_count - 1 - op.argument % world.away_count);
		break;
	case CALL_HOLDER:
		call_holder(call, op.argument);
		break;
	case CALL_STATS:
		call_count_frames(call, op.argument % world.zone_count);
		call_count_own(call);
		break;
	case CALL_DOUBLE_FREE:
	case CALL_WILD_FREE:
	case CALL_WILD_DONATE:
	case CALL_BAD_CALL:
	case CALL_SET_UP:
		perform_misuse(&op);
		break;
	case CALL_KINDS:
	default:
		break;
	}
	sched_leave();
}
