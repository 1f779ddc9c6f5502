/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/labyrinth.c - layer 5: the path of a request, and the way back of a frame.
 */
#include "labyrinth.h"

/* ---- the path ---- */

/* A frame in this context's hands, or why there is none. */
struct pick {
	lab_status status;
	uint32_t zone;
	uint32_t frame;
	bool low;
};

/* From the room; when it is empty, it takes in a whole word first. */
static struct pick pick_stored(lab_allocator *lab, lab_room *room)
{
	struct pick pick = {LAB_OK, room->zone->id, lab_room_take(room), false};

	if (pick.frame != LAB_FRAME_NONE)
		return pick;
	pick.status = lab_room_refill(room);
	if (pick.status == LAB_OK) {
		pick.low =
			lab_gauge_sink(&lab->gauge[pick.zone], lab_bits_count(room->open.frames));
		pick.frame = lab_room_take(room);
	}
	return pick;
}

/* From the zone itself, one frame. */
static struct pick pick_one(lab_allocator *lab, uint32_t zone, uint32_t start, bool reserve)
{
	struct pick pick = {LAB_OK, zone, LAB_FRAME_NONE, false};

	if (reserve)
		pick.status = lab_zone_claim_reserve(&lab->zone[zone], &pick.frame);
	else
		pick.status = lab_zone_claim_one(&lab->zone[zone], start, &pick.frame);
	if (pick.status == LAB_OK)
		pick.low = lab_gauge_sink(&lab->gauge[zone], 1);
	return pick;
}

/* From the first `count` zones of the path, not their reserves. */
static struct pick walk(lab_allocator *lab, lab_room *room, const lab_path *path, uint32_t count)
{
	struct pick pick = {LAB_EMPTY, LAB_ZONE_NONE, LAB_FRAME_NONE, false};
	lab_status status = LAB_EMPTY;

	for (uint32_t i = 0; i < count; i++) {
		if (&lab->zone[path->zone[i]] == room->zone)
			pick = pick_stored(lab, room);
		else
			pick = pick_one(lab, path->zone[i], room->start, false);
		if (pick.status == LAB_OK)
			return pick;
		if (pick.status == LAB_CONTENDED)
			status = LAB_CONTENDED;
	}
	pick.status = status;
	return pick;
}

/* From the reserves of the first `count` zones of the path. */
static struct pick walk_reserves(lab_allocator *lab, const lab_path *path, uint32_t count)
{
	struct pick pick = {LAB_EMPTY, LAB_ZONE_NONE, LAB_FRAME_NONE, false};

	for (uint32_t i = 0; i < count && pick.status != LAB_OK; i++)
		pick = pick_one(lab, path->zone[i], 0, true);
	return pick;
}

/* Whether one of these reserves has a frame. */
static bool reserve_left(const lab_allocator *lab, const lab_path *path, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		if (lab_zone_reserve_left(&lab->zone[path->zone[i]]))
			return true;
	return false;
}

static struct pick pick_frame(lab_allocator *lab, lab_room *room, const lab_path *path,
			      uint32_t flags)
{
	uint32_t count = (flags & LAB_GFP_THISNODE) != 0 ? path->near_count : path->count;
	struct pick pick = walk(lab, room, path, count);

	if (pick.status == LAB_OK)
		return pick;
	if ((flags & LAB_GFP_ATOMIC) != 0) {
		struct pick last = walk_reserves(lab, path, count);

		if (last.status == LAB_OK)
			return last;
	} else if (pick.status == LAB_EMPTY && reserve_left(lab, path, count)) {
		pick.status = LAB_RESERVED;
	}
	return pick;
}

/* ---- allocation ---- */

static const lab_path *path_of(const lab_context *context, uint32_t flags)
{
	if ((flags & LAB_GFP_DMA) != 0)
		return &context->path[LAB_ZONE_DMA];
	if ((flags & LAB_GFP_HIGHMEM) != 0)
		return &context->path[LAB_ZONE_HIGHMEM];
	return &context->path[LAB_ZONE_NORMAL];
}

static lab_status check_request(const lab_allocator *lab, const lab_context *context,
				uint32_t flags)
{
	const lab_path *path;

	if (lab == NULL || context == NULL)
		return LAB_ERR_NULL;
	if (context->lab != lab)
		return LAB_ERR_CONTEXT;
	if (flags > LAB_GFP_ALL || (flags & LAB_GFP_ZONES) == LAB_GFP_ZONES)
		return LAB_ERR_FLAGS;
	path = path_of(context, flags);
	if (((flags & LAB_GFP_THISNODE) != 0 ? path->near_count : path->count) == 0)
		return LAB_ERR_NO_ZONE;
	return LAB_OK;
}

static void refuse(lab_grant *grant, lab_status status)
{
	grant->frame = LAB_FRAME_NONE;
	grant->tag = 0;
	grant->zone = LAB_ZONE_NONE;
	grant->status = status;
	grant->low = false;
}

/* One frame of a valid request, through `room`. */
static lab_status alloc(lab_allocator *lab, lab_context *context, lab_room *room, uint32_t flags,
			lab_grant *grant)
{
	struct pick pick = pick_frame(lab, room, path_of(context, flags), flags);

	if (pick.status != LAB_OK) {
		context->refused[pick.status - LAB_EMPTY]++;
		refuse(grant, pick.status);
		return pick.status;
	}
	grant->frame = pick.frame;
	grant->zone = pick.zone;
	grant->status = LAB_OK;
	grant->low = pick.low;
	grant->tag = lab_ledger_grant(&lab->zone[pick.zone], lab->tag[pick.zone], pick.frame,
				      context->holder);
	return LAB_OK;
}

lab_status lab_alloc(lab_allocator *lab, lab_context *context, uint32_t flags, lab_grant *grant)
{
	lab_status status;

	if (grant == NULL)
		return LAB_ERR_NULL;
	status = check_request(lab, context, flags);
	if (status != LAB_OK) {
		refuse(grant, status);
		return status;
	}
	return alloc(lab, context, &context->room, flags, grant);
}

void labyrinth_void_alloc_page_gfp_atomic_exclusive(lab_allocator *lab, lab_context *context,
						    lab_grant *grant)
{
	(void)lab_alloc(lab, context, LAB_GFP_ATOMIC, grant);
}

/* ---- the way back ---- */

/* Give the open word of a room back to its zone. */
static void flush(lab_allocator *lab, lab_room *room)
{
	if (room->zone == NULL || room->open.frames == 0)
		return;
	lab_gauge_rise(&lab->gauge[room->zone->id], lab_bits_count(room->open.frames));
	lab_room_flush(room);
}

/* Give one frame in hand back to its zone. */
static void give(lab_allocator *lab, uint32_t zone, uint32_t frame)
{
	uint32_t bit = frame % LAB_WORD_BITS;

	lab_gauge_rise(&lab->gauge[zone], 1);
	lab_zone_release_held(&lab->zone[zone], frame - bit, lab_bits_mask(bit));
}

/* Put a frame in hand into the room if it belongs there, else back into its zone. */
static void shelve(lab_allocator *lab, lab_room *room, uint32_t zone, uint32_t frame)
{
	if (room->zone != &lab->zone[zone] || lab_zone_in_reserve(&lab->zone[zone], frame)) {
		give(lab, zone, frame);
		return;
	}
	if (lab_room_store(room, frame))
		return;
	flush(lab, room);
	(void)lab_room_store(room, frame);
}

/* Take back the frame of a grant. */
static lab_status revoke(lab_allocator *lab, const lab_grant *grant)
{
	if (LAB_TAG_HOLDER(grant->tag) == 0)
		return LAB_ERR_GRANT_EMPTY;
	if (LAB_TAG_HOLDER(grant->tag) == LAB_CONTEXT_AWAY)
		return LAB_ERR_AWAY;
	if (grant->zone >= lab->zone_count)
		return LAB_ERR_ZONE;
	if (grant->frame >= lab->zone[grant->zone].frame_count)
		return LAB_ERR_FRAME_RANGE;
	return lab_ledger_revoke(&lab->zone[grant->zone], lab->tag[grant->zone], grant->frame,
				 grant->tag);
}

lab_status lab_free(lab_allocator *lab, lab_context *context, const lab_grant *grant)
{
	lab_status status;

	if (lab == NULL || context == NULL || grant == NULL)
		return LAB_ERR_NULL;
	if (context->lab != lab)
		return LAB_ERR_CONTEXT;
	status = revoke(lab, grant);
	if (status == LAB_OK)
		shelve(lab, &context->room, grant->zone, grant->frame);
	return status;
}

lab_status lab_drain(lab_allocator *lab, lab_context *context)
{
	lab_room *room;

	if (lab == NULL || context == NULL)
		return LAB_ERR_NULL;
	if (context->lab != lab)
		return LAB_ERR_CONTEXT;
	room = &context->room;
	flush(lab, room);
	while (room->count > 0) {
		uint32_t frame = lab_room_take(room);

		give(lab, room->zone->id, frame);
	}
	return LAB_OK;
}

/* ---- many at once ---- */

/* The room that a bulk call works with: the context's own, or, when it has none, one that lasts as
 * long as the call. */
static lab_room *hand_of(lab_context *context, lab_room *hand, const lab_zone *zone)
{
	if (context->room.zone != NULL)
		return &context->room;
	*hand = context->room;
	hand->zone = zone;
	return hand;
}

lab_status lab_alloc_bulk(lab_allocator *lab, lab_context *context, uint32_t flags,
			  lab_grant *grants, uint32_t count, uint32_t *done_count)
{
	lab_status status;
	lab_room hand;
	lab_room *room;

	if (grants == NULL || done_count == NULL)
		return LAB_ERR_NULL;
	*done_count = 0;
	status = check_request(lab, context, flags);
	if (status != LAB_OK)
		return status;
	room = hand_of(context, &hand, &lab->zone[path_of(context, flags)->zone[0]]);
	while (*done_count < count && status == LAB_OK) {
		status = alloc(lab, context, room, flags, &grants[*done_count]);
		*done_count += status == LAB_OK;
	}
	if (room == &hand)
		flush(lab, room);
	return status;
}

lab_status lab_free_bulk(lab_allocator *lab, lab_context *context, const lab_grant *grants,
			 uint32_t count, uint32_t *done_count)
{
	lab_status status = LAB_OK;
	lab_room hand;
	lab_room *room;

	if (lab == NULL || context == NULL || grants == NULL || done_count == NULL)
		return LAB_ERR_NULL;
	*done_count = 0;
	if (context->lab != lab)
		return LAB_ERR_CONTEXT;
	if (count == 0)
		return LAB_OK;
	room = hand_of(context, &hand,
		       grants[0].zone < lab->zone_count ? &lab->zone[grants[0].zone] : NULL);
	while (*done_count < count) {
		const lab_grant *grant = &grants[*done_count];

		status = revoke(lab, grant);
		if (status != LAB_OK)
			break;
		shelve(lab, room, grant->zone, grant->frame);
		*done_count += 1;
	}
	if (room == &hand)
		flush(lab, room);
	return status;
}
