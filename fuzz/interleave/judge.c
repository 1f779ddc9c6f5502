/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/judge.c - T1 and T6: what answers say, against the clients' own account.
 */
#include "calls.h"

/* The tag that the next grant of a frame to `holder` has. */
static uint32_t next_tag(uint32_t last, uint32_t holder)
{
	uint32_t generation = last / LAB_HOLDERS + 1;

	return (generation == LAB_HOLDERS ? 1 : generation) * LAB_HOLDERS + holder;
}

/* A frame has just left the core with `tag`; a reserve frame or not, it was nobody's. */
static void check_frame(uint32_t z, uint32_t frame, uint32_t holder, uint32_t tag)
{
	struct world_frame *shadow;

	if (z >= world.zone_count || frame >= world.zone[z].frame_count)
		sched_fail("T1", "zone %u frame %u does not exist", z, frame);
	shadow = world_frame(z, frame);
	if (shadow->state != WORLD_CORE)
		sched_fail("T1", "zone %u frame %u is handed out, and %s", z, frame,
			   shadow->state == WORLD_HELD ? "a client has it" : "it is away");
	if (tag != next_tag(shadow->last_tag, holder))
		sched_fail("T6", "zone %u frame %u has tag %x; after %x it must be %x", z, frame,
			   tag, shadow->last_tag, next_tag(shadow->last_tag, holder));
	if (world.zone[z].tag[frame] != tag)
		sched_fail("T1", "zone %u frame %u: the ledger has tag %x, the grant %x", z, frame,
			   world.zone[z].tag[frame], tag);
	shadow->last_tag = tag;
}

void judge_no_grant(const lab_grant *grant, lab_status status)
{
	if (grant->status != status || grant->tag != 0 || grant->frame != LAB_FRAME_NONE ||
	    grant->zone != LAB_ZONE_NONE || grant->low)
		sched_fail("T6", "the grant of a failure (%u) names zone %u frame %u tag %x",
			   status, grant->zone, grant->frame, grant->tag);
}

static void check_warning(const struct call *call, const lab_grant *grant)
{
	if (!grant->low)
		return;
	if (!call->low[grant->zone])
		sched_fail("T3", "zone %u: a warning, and the gauge was never low", grant->zone);
	watch_warning(grant->zone);
}

void judge_grant(const struct call *call, uint32_t flags, const lab_grant *grant, uint32_t number)
{
	if (grant->status != LAB_OK) {
		judge_no_grant(grant, grant->status);
		if (grant->status < LAB_EMPTY || grant->status > LAB_RESERVED)
			sched_fail("T6", "a good request was refused with status %u",
				   grant->status);
		call->context->refused[grant->status - LAB_EMPTY]++;
		due_refusal(call, flags, grant->status);
		return;
	}
	check_frame(grant->zone, grant->frame, call->context->holder, grant->tag);
	if (number == 0 || call->op.kind != CALL_ALLOC_BULK)
		due_grant(call, flags, grant);
	check_warning(call, grant);
	world_frame(grant->zone, grant->frame)->state = WORLD_HELD;
	world.held[world.held_count++] = *grant;
}

void judge_reclaim(const struct call *call, uint32_t zone, lab_status status, uint32_t frame)
{
	if (status == LAB_OK) {
		check_frame(zone, frame, LAB_CONTEXT_AWAY, world.zone[zone].tag[frame]);
		if (world_in_reserve(zone, frame))
			sched_fail("T7", "zone %u frame %u of the reserve is reclaimed", zone,
				   frame);
		world_frame(zone, frame)->state = WORLD_AWAY;
		world.away[world.away_count++] =
			(lab_grant){.frame = frame, .zone = (uint16_t)zone};
		return;
	}
	if (frame != WORLD_NONE)
		sched_fail("T6", "a refused lab_reclaim() names frame %u", frame);
	due_reclaim(call, zone, status);
}
