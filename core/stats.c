/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/stats.c - layer 5: where the frames are, counted when somebody asks.
 */
#include "labyrinth.h"

/* Frames of a zone that context `number` has handed out; 0: any context; LAB_CONTEXT_AWAY: that are
 * away. */
/*@ requires pool: lab_pool_inv(lab, zone) && zone < lab->zone_count && lab_counts(1);
    terminates \true; exits \false;
    assigns LAB_TRADED(&lab->zone[zone], lab->tag[zone]), lab_ghost_steps;
    ensures T3_T11_inv: lab_pool_inv(lab, zone);
    ensures T1_hands: lab_hands_still{Pre,Post}(zone);
    ensures held: \result <= lab->zone[zone].frame_count;
    ensures T4_bounded: lab_spent{Pre,Post}(lab->zone[zone].frame_count);
*/
static uint32_t held_frames(const lab_allocator *lab, uint32_t zone, uint32_t number)
{
	uint32_t count = 0;

	/*@ loop invariant range: 0 <= frame <= lab->zone[zone].frame_count && count <= frame;
	    loop invariant still: lab_pool_well{Pre,Here}(lab, zone);
	    loop invariant T1_hands: lab_hands_still{Pre,Here}(zone);
	    loop invariant T4_bounded: lab_ghost_steps == \at(lab_ghost_steps,Pre) + frame;
	    loop assigns frame, count, lab_ghost_steps, lab_ghost_map[zone],
	        \at(lab->tag[zone],Pre)[0 .. \at(lab->zone[zone].frame_count,Pre) - 1];
	    loop variant lab->zone[zone].frame_count - frame; */
	for (uint32_t frame = 0; frame < lab->zone[zone].frame_count; frame++) {
		uint32_t tag = lab_atomic_tag_load_relaxed(&lab->zone[zone], lab->tag[zone], frame);
		uint32_t holder = LAB_TAG_HOLDER(tag) % LAB_CONTEXTS;

		count += number == 0 ? holder != 0 && holder != LAB_CONTEXT_AWAY : holder == number;
	}
	return count;
}

lab_status lab_stats_zone(const lab_allocator *lab, uint32_t zone, lab_zone_stats *stats)
{
	const lab_zone *of;

	if (lab == NULL || stats == NULL)
		return LAB_ERR_NULL;
	if (zone >= lab->zone_count)
		return LAB_ERR_ZONE;
	of = &lab->zone[zone];
	*stats = (lab_zone_stats){of->frame_count, 0, 0, 0, 0};
	/*@ loop invariant range: of->leaf <= node <= of->end;
	    loop invariant still: lab_pool_well{Pre,Here}(lab, zone);
	    loop invariant T1_hands: lab_hands_still{Pre,Here}(zone);
	    loop invariant T4_bounded: lab_ghost_steps ==
	        \at(lab_ghost_steps,Pre) + node - of->leaf;
	    loop assigns node, *stats, LAB_SPEC_OURS(zone), LAB_SPEC_GHOSTS(zone),
	        \at(lab->zone[zone].word,Pre)[0 .. \at(lab->zone[zone].end,Pre) - 1];
	    loop variant of->end - node; */
	for (uint32_t node = of->leaf; node < of->end; node++) {
		uint32_t count = lab_bits_count(lab_atomic_load_relaxed(of, node));

		stats->free += count;
		stats->reserve_free += node >= of->reserve ? count : 0;
	}
	stats->away = held_frames(lab, zone, LAB_CONTEXT_AWAY);
	stats->held = held_frames(lab, zone, 0);
	return LAB_OK;
}

lab_status lab_stats_context(const lab_allocator *lab, const lab_context *context,
			     lab_context_stats *stats)
{
	if (lab == NULL || context == NULL || stats == NULL)
		return LAB_ERR_NULL;
	if (context->lab != lab)
		return LAB_ERR_CONTEXT;
	stats->hoarded = context->room.count + lab_bits_count(context->room.open.frames);
	stats->held = 0;
	for (uint32_t zone = 0; zone < lab->zone_count; zone++)
		stats->held += held_frames(lab, zone, context->holder % LAB_CONTEXTS);
	stats->empty = context->refused[0];
	stats->contended = context->refused[LAB_CONTENDED - LAB_EMPTY];
	stats->reserved = context->refused[LAB_RESERVED - LAB_EMPTY];
	return LAB_OK;
}
