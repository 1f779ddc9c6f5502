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
    ensures T3_T11_inv: lab_pool_well{Pre,Post}(lab, zone);
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
	lab_zone_stats found = {0, 0, 0, 0, 0};

	if (lab == NULL || stats == NULL)
		return LAB_ERR_NULL;
	if (zone >= lab->zone_count)
		return LAB_ERR_ZONE;
	/*@ loop invariant range: lab->zone[zone].leaf <= node <= lab->zone[zone].end;
	    loop invariant still: lab_pool_well{Pre,Here}(lab, zone);
	    loop invariant T1_hands: lab_hands_still{Pre,Here}(zone);
	    loop invariant T4_bounded: lab_ghost_steps ==
	        \at(lab_ghost_steps,Pre) + node - lab->zone[zone].leaf;
	    loop assigns node, found, LAB_SPEC_OURS(zone), LAB_SPEC_GHOSTS(zone),
	        \at(lab->zone[zone].word,Pre)[0 .. \at(lab->zone[zone].end,Pre) - 1];
	    loop variant lab->zone[zone].end - node; */
	for (uint32_t node = lab->zone[zone].leaf; node < lab->zone[zone].end; node++) {
		/*@ ghost seen: ; */
		uint32_t count = lab_bits_count(lab_atomic_load_relaxed(&lab->zone[zone], node));

		/*@ assert numbers: lab_numbers_still{seen,Here}(\at(&lab->zone[zone],seen)) &&
		    lab->tag[zone] == \at(lab->tag[zone],seen) &&
		    lab->zone_count == \at(lab->zone_count,seen); */
		/*@ assert pool: lab_pool_ok(lab, zone); */
		/*@ assert T3_tags: lab_tags_still{seen,Here}(&lab->zone[zone], lab->tag[zone]); */
		found.free += count;
		found.reserve_free += node >= lab->zone[zone].reserve ? count : 0;
	}
	found.frame_count = lab->zone[zone].frame_count;
	found.away = held_frames(lab, zone, LAB_CONTEXT_AWAY);
	found.held = held_frames(lab, zone, 0);
	/*@ assert well: lab_pool_well{Pre,Here}(lab, zone); */
	/*@ assert T1_still: lab_hands_still{Pre,Here}(zone); */
	/*@ assert T4_all: lab_spent{Pre,Here}(lab->zone[zone].end - lab->zone[zone].leaf +
	    2 * lab->zone[zone].frame_count); */
	/*@ assert apart: \separated(stats, lab) &&
	    \separated(stats, LAB_WORDS(&lab->zone[zone])) &&
	    \separated(stats, LAB_TAGS_OF(&lab->zone[zone], lab->tag[zone])); */
	/*@ ghost before: ; */
	*stats = found;
	/*@ assert numbers: lab_numbers_still{before,Here}(&lab->zone[zone]); */
	/*@ assert words: lab_same{before,Here}(&lab->zone[zone]); */
	/*@ assert tags: lab_tags_still{before,Here}(&lab->zone[zone], lab->tag[zone]); */
	/*@ assert same: lab_zone_same{before,Here}(&lab->zone[zone], lab->tag[zone]); */
	/*@ assert whole: lab->zone_count == \at(lab->zone_count,before); */
	/*@ assert ok: lab_pool_ok(lab, zone); */
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
