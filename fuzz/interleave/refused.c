/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/refused.c - T6: bad arguments, which are refused before the first step.
 */
#include "calls.h"

void refused_expect(const char *what, lab_status status, lab_status expected)
{
	if (status != expected)
		sched_fail("T6", "%s: status %u, and %u is due", what, status, expected);
	if (!world_unchanged())
		sched_fail("T6", "%s (status %u) has changed something", what, status);
}

/* A request that is refused says so in its grant. */
static void bad_request(const char *what, lab_allocator *lab, lab_context *context, uint32_t flags,
			lab_status expected)
{
	lab_grant grant = {0, 1, LAB_OK, 0, true};

	refused_expect(what, lab_alloc(lab, context, flags, &grant), expected);
	judge_no_grant(&grant, expected);
}

static void bad_bulks(lab_context *context)
{
	lab_grant grant = {0, 1, LAB_OK, 0, true};
	uint32_t done_count = WORLD_NONE;

	refused_expect("bulk, no grants",
		       lab_alloc_bulk(world.lab, context, 0, NULL, 1, &done_count), LAB_ERR_NULL);
	refused_expect("bulk, no count", lab_alloc_bulk(world.lab, context, 0, &grant, 1, NULL),
		       LAB_ERR_NULL);
	refused_expect("bulk, no allocator",
		       lab_alloc_bulk(NULL, context, 0, &grant, 1, &done_count), LAB_ERR_NULL);
	refused_expect("bulk, no context",
		       lab_alloc_bulk(world.lab, NULL, 0, &grant, 1, &done_count), LAB_ERR_NULL);
	refused_expect("bulk, foreign context",
		       lab_alloc_bulk(world.lab, world.other_context, 0, &grant, 1, &done_count),
		       LAB_ERR_CONTEXT);
	if (done_count != WORLD_NONE)
		sched_fail("T6", "a bulk that was refused has counted %u frames", done_count);
	refused_expect("bulk of nothing",
		       lab_alloc_bulk(world.lab, context, 0, &grant, 0, &done_count), LAB_OK);
	if (done_count != 0 || grant.tag != 1 || grant.status != LAB_OK)
		sched_fail("T6", "a bulk of nothing has %u frames, tag %x", done_count, grant.tag);
}

static void bad_requests(lab_context *context)
{
	labyrinth_void_alloc_page_gfp_atomic_exclusive(world.lab, context, NULL);
	refused_expect("alloc, no grant", lab_alloc(world.lab, context, 0, NULL), LAB_ERR_NULL);
	bad_request("alloc, no allocator", NULL, context, 0, LAB_ERR_NULL);
	bad_request("alloc, no context", world.lab, NULL, 0, LAB_ERR_NULL);
	bad_request("alloc, foreign context", world.lab, world.other_context, 0, LAB_ERR_CONTEXT);
	bad_bulks(context);
}

static void bad_frees(lab_context *context)
{
	lab_grant grant = {0, 1, LAB_OK, 0, false};
	uint32_t done_count = WORLD_NONE;

	const lab_grant nowhere = {0, 1, LAB_OK, LAB_ZONE_NONE, false};

	if (world.held_count > 0)
		grant = world.held[0];
	refused_expect("bulk free, no zone",
		       lab_free_bulk(world.lab, context, &nowhere, 1, &done_count), LAB_ERR_ZONE);
	if (done_count != 0)
		sched_fail("T6", "a bulk free of nothing good has counted %u", done_count);
	done_count = WORLD_NONE;
	refused_expect("free, no grant", lab_free(world.lab, context, NULL), LAB_ERR_NULL);
	refused_expect("free, no allocator", lab_free(NULL, context, &grant), LAB_ERR_NULL);
	refused_expect("free, no context", lab_free(world.lab, NULL, &grant), LAB_ERR_NULL);
	refused_expect("free, foreign context", lab_free(world.lab, world.other_context, &grant),
		       LAB_ERR_CONTEXT);
	refused_expect("bulk free, no count", lab_free_bulk(world.lab, context, &grant, 1, NULL),
		       LAB_ERR_NULL);
	refused_expect("bulk free, no grants",
		       lab_free_bulk(world.lab, context, NULL, 1, &done_count), LAB_ERR_NULL);
	refused_expect("bulk free, no context",
		       lab_free_bulk(world.lab, NULL, &grant, 1, &done_count), LAB_ERR_NULL);
	refused_expect("bulk free, no allocator",
		       lab_free_bulk(NULL, context, &grant, 1, &done_count), LAB_ERR_NULL);
	refused_expect("bulk free, foreign context",
		       lab_free_bulk(world.lab, world.other_context, &grant, 1, &done_count),
		       LAB_ERR_CONTEXT);
	if (done_count != WORLD_NONE)
		sched_fail("T6", "a bulk free that was refused has counted %u", done_count);
	refused_expect("bulk free of nothing",
		       lab_free_bulk(world.lab, context, &grant, 0, &done_count), LAB_OK);
	refused_expect("drain, foreign context", lab_drain(world.lab, world.other_context),
		       LAB_ERR_CONTEXT);
	refused_expect("drain, no allocator", lab_drain(NULL, context), LAB_ERR_NULL);
	refused_expect("drain, no context", lab_drain(world.lab, NULL), LAB_ERR_NULL);
}

static void bad_looks(lab_context *context)
{
	lab_grant grant;
	lab_zone_stats stats;
	lab_context_stats own;
	uint32_t frame = 0;
	uint32_t none = world.zone_count;

	refused_expect("reclaim, no zone", lab_reclaim(world.lab, none, 0, &frame), LAB_ERR_ZONE);
	refused_expect("reclaim, no allocator", lab_reclaim(NULL, 0, 0, &frame), LAB_ERR_NULL);
	refused_expect("reclaim, no frame", lab_reclaim(world.lab, 0, 0, NULL), LAB_ERR_NULL);
	refused_expect("donate, no allocator", lab_donate(NULL, 0, 0), LAB_ERR_NULL);
	refused_expect("holder, no zone", lab_holder(world.lab, none, 0, &grant), LAB_ERR_ZONE);
	refused_expect("holder, no frame",
		       lab_holder(world.lab, 0, world.zone[0].frame_count, &grant),
		       LAB_ERR_FRAME_RANGE);
	refused_expect("holder, no allocator", lab_holder(NULL, 0, 0, &grant), LAB_ERR_NULL);
	refused_expect("holder, no grant", lab_holder(world.lab, 0, 0, NULL), LAB_ERR_NULL);
	refused_expect("stats, no zone", lab_stats_zone(world.lab, none, &stats), LAB_ERR_ZONE);
	refused_expect("stats, no allocator", lab_stats_zone(NULL, 0, &stats), LAB_ERR_NULL);
	refused_expect("stats, no place", lab_stats_zone(world.lab, 0, NULL), LAB_ERR_NULL);
	refused_expect("stats, no context", lab_stats_context(world.lab, NULL, &own), LAB_ERR_NULL);
	refused_expect("stats, nothing", lab_stats_context(NULL, context, &own), LAB_ERR_NULL);
	refused_expect("context stats, no place", lab_stats_context(world.lab, context, NULL),
		       LAB_ERR_NULL);
	refused_expect("stats, foreign context",
		       lab_stats_context(world.lab, world.other_context, &own), LAB_ERR_CONTEXT);
}

void misuse_bad_call(uint32_t which)
{
	struct call *call = sched_call();

	world_save();
	call->bound = 0;
	if (which < 5)
		bad_requests(call->context->context);
	else if (which < 10)
		bad_frees(call->context->context);
	else
		bad_looks(call->context->context);
}
