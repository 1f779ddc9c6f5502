/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/frames.c - layer 5: who holds a frame, and frames that leave an allocator and come back.
 */
#include "labyrinth.h"

/* The tag of a frame, or why there is none. */
static lab_status look(const lab_allocator *lab, uint32_t zone, uint32_t frame, uint32_t *tag)
{
	if (lab == NULL)
		return LAB_ERR_NULL;
	if (zone >= lab->zone_count)
		return LAB_ERR_ZONE;
	if (frame >= lab->zone[zone].frame_count)
		return LAB_ERR_FRAME_RANGE;
	*tag = lab_atomic_tag_load_relaxed(&lab->zone[zone], lab->tag[zone], frame);
	return LAB_OK;
}

lab_status lab_holder(const lab_allocator *lab, uint32_t zone, uint32_t frame, lab_grant *grant)
{
	lab_status status;
	uint32_t tag = 0;

	if (grant == NULL)
		return LAB_ERR_NULL;
	status = look(lab, zone, frame, &tag);
	if (status == LAB_OK && LAB_TAG_HOLDER(tag) == 0)
		status = LAB_ERR_NOT_HELD;
	*grant = (lab_grant){LAB_FRAME_NONE, 0, LAB_ZONE_NONE, status, false};
	if (status == LAB_OK) {
		grant->frame = frame;
		grant->tag = tag;
		grant->zone = zone;
	}
	return status;
}

lab_status lab_reclaim(lab_allocator *lab, uint32_t zone, uint32_t start, uint32_t *frame)
{
	lab_status status;
	uint32_t taken = 0;

	if (lab == NULL || frame == NULL)
		return LAB_ERR_NULL;
	if (zone >= lab->zone_count)
		return LAB_ERR_ZONE;
	status = lab_zone_claim_one(&lab->zone[zone], start, &taken);
	if (status != LAB_OK)
		return status;
	lab_gauge_fall(&lab->gauge[zone], 1);
	(void)lab_ledger_grant(&lab->zone[zone], lab->tag[zone], taken, LAB_CONTEXT_AWAY);
	*frame = taken;
	return LAB_OK;
}

lab_status lab_donate(lab_allocator *lab, uint32_t zone, uint32_t frame)
{
	uint32_t tag = 0;
	lab_status status = look(lab, zone, frame, &tag);
	uint32_t bit = frame % LAB_WORD_BITS;

	if (status != LAB_OK)
		return status;
	if (LAB_TAG_HOLDER(tag) != LAB_CONTEXT_AWAY)
		return LAB_ERR_NOT_AWAY;
	if (lab_ledger_revoke(&lab->zone[zone], lab->tag[zone], frame, tag) != LAB_OK)
		return LAB_ERR_NOT_AWAY;
	lab_gauge_rise(&lab->gauge[zone], 1);
	lab_zone_release_held(&lab->zone[zone], frame - bit, lab_bits_mask(bit));
	return LAB_OK;
}

/* ---- statistics ---- */

/* Frames of the leaves first .. last - 1 that are in the pool. */
static uint32_t free_frames(const lab_zone *zone, uint32_t first, uint32_t last)
{
	uint32_t count = 0;

	for (uint32_t node = first; node < last; node++)
		count += lab_bits_count(lab_atomic_load_relaxed(zone, node));
	return count;
}

/* Frames of a zone that a context has handed out; LAB_CONTEXT_AWAY: that are away; 0: that any
 * context has handed out, or that are away. */
static uint32_t held_frames(const lab_allocator *lab, uint32_t zone, uint32_t number)
{
	uint32_t count = 0;

	for (uint32_t frame = 0; frame < lab->zone[zone].frame_count; frame++) {
		uint32_t holder = LAB_TAG_HOLDER(
			lab_atomic_tag_load_relaxed(&lab->zone[zone], lab->tag[zone], frame));

		if (number == 0 ? holder != 0 : holder % LAB_CONTEXTS == number)
			count++;
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
	stats->frame_count = of->frame_count;
	stats->reserve_free = free_frames(of, of->reserve, of->end);
	stats->free = stats->reserve_free + free_frames(of, of->leaf, of->reserve);
	stats->away = held_frames(lab, zone, LAB_CONTEXT_AWAY);
	stats->held = held_frames(lab, zone, 0) - stats->away;
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
