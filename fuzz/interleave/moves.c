/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/moves.c - drains, frames that leave the allocator and come back, and counting.
 */
#include "calls.h"

void call_drain(struct call *call)
{
	call->bound = bound_drain(call->context);
	call_expect(lab_drain(world.lab, call->context->context), LAB_OK);
	if (world_stored(call->context->context) != 0)
		sched_fail("T3", "%u frames are left in a drained room",
			   world_stored(call->context->context));
}

/* ---- frames that come and go; looking ---- */

void call_reclaim(struct call *call, uint32_t argument)
{
	uint32_t zone = (argument & 3u) % world.zone_count;
	uint32_t start = argument >> 2;
	uint32_t frame = WORLD_NONE;
	lab_status status;

	call->bound = bound_reclaim(zone);
	status = lab_reclaim(world.lab, zone, start * WORLD_BITS, &frame);
	judge_reclaim(call, zone, status, frame);
}

void call_donate(struct call *call, uint32_t index)
{
	lab_grant grant = world_remove(world.away, &world.away_count, index);
	struct world_frame *shadow = world_frame(grant.zone, grant.frame);

	shadow->state = WORLD_CORE;
	shadow->last_tag = shadow->last_tag / LAB_HOLDERS * LAB_HOLDERS;
	call->bound = bound_donate(grant.zone);
	call_expect(lab_donate(world.lab, grant.zone, grant.frame), LAB_OK);
}

/* An even argument asks for a frame that a client has, an odd one for any. */
void call_holder(struct call *call, uint32_t argument)
{
	uint32_t zone = argument % world.zone_count;
	uint32_t frame = argument % world.zone[zone].frame_count;
	lab_grant grant = {0, 1, LAB_OK, 0, true};
	const struct world_frame *shadow;
	lab_status status;

	if (argument % 2 == 0 && world.held_count > 0) {
		zone = world.held[argument % world.held_count].zone;
		frame = world.held[argument % world.held_count].frame;
	}
	shadow = world_frame(zone, frame);
	call->bound = 1;
	status = lab_holder(world.lab, zone, frame, &grant);
	call_expect(grant.status, status);
	if (!call_alone(call) || call->others != 0)
		return;
	call_expect(status, shadow->state == WORLD_CORE ? LAB_ERR_NOT_HELD : LAB_OK);
	if (status == LAB_OK && (grant.tag != shadow->last_tag || grant.frame != frame ||
				 grant.zone != zone || grant.low))
		sched_fail("T6", "zone %u frame %u: holder %x, and it is %x", zone, frame,
			   grant.tag, shadow->last_tag);
}

void call_count_frames(struct call *call, uint32_t zone)
{
	lab_zone_stats stats;
	uint32_t held = 0;
	uint32_t away = 0;

	call->bound = bound_stats(zone);
	call_expect(lab_stats_zone(world.lab, zone, &stats), LAB_OK);
	for (uint32_t frame = 0; frame < world.zone[zone].frame_count; frame++) {
		held += world_frame(zone, frame)->state == WORLD_HELD;
		away += world_frame(zone, frame)->state == WORLD_AWAY;
	}
	if (call_alone(call) && call->others == 0 &&
	    (stats.free != world.zone[zone].in_pool || stats.held != held || stats.away != away ||
	     stats.frame_count != world.zone[zone].frame_count))
		sched_fail("T3", "zone %u: %u free, %u held, %u away are counted; %u, %u, %u are",
			   zone, stats.free, stats.held, stats.away, world.zone[zone].in_pool, held,
			   away);
}

void call_count_own(const struct call *call)
{
	lab_context_stats stats;
	const struct world_context *own = call->context;
	uint32_t held = 0;

	call_expect(lab_stats_context(world.lab, own->context, &stats), LAB_OK);
	for (uint32_t i = 0; i < world.held_count; i++)
		held += world.held[i].tag % LAB_HOLDERS == own->holder;
	if (!call_alone(call) || call->others != 0)
		return;
	if (stats.hoarded != world_stored(own->context) || stats.held != held ||
	    (own->room_zone != WORLD_NONE &&
	     (stats.empty != own->refused[0] || stats.contended != own->refused[1] ||
	      stats.reserved != own->refused[2])))
		sched_fail("T3", "a context counts %u hoarded, %u held; %u, %u are", stats.hoarded,
			   stats.held, world_stored(own->context), held);
}
