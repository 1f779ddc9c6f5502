/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/labyrinth.c - layer 5: the path of a request, and the way back of a frame.
 */
#include "labyrinth.h"

/* The grant of no frame, for this reason. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures T6_none: \result.frame == LAB_FRAME_NONE && \result.tag == 0 &&
        \result.status == status && \result.zone == LAB_ZONE_NONE && \result.low == 0;
*/
static lab_grant no_grant(lab_status status)
{
	return (lab_grant){LAB_FRAME_NONE, 0, status, LAB_ZONE_NONE, false};
}

/* ---- the path ---- */

/* The grant of what a claim in zone `z` found; the ledger has not seen it yet. */
/*@ requires pool: \valid(lab) && z < LAB_ZONES_MAX && lab_zone_shape(&lab->zone[z]) &&
        lab_counts(3);
    requires T1_some: found.status == LAB_OK ==> found.frames != 0 &&
        lab->zone[z].leaf <= found.node < lab->zone[z].end;
    terminates \true; exits \false;
    assigns lab->gauge[z].free, lab->gauge[z].raised, lab_ghost_steps;
    ensures T6_status: \result.status == found.status;
    ensures T1_picked: found.status == LAB_OK ==>
        \result.zone == z && lab_node(&lab->zone[z], \result.frame) == found.node &&
        lab_bit(found.frames, lab_slot(\result.frame));
    ensures T4_bounded: lab_spent{Pre,Post}(3);
*/
static inline lab_grant pick(lab_allocator *lab, uint32_t z, lab_found found, bool warn)
{
	lab_grant grant = no_grant(found.status);

	if (found.status == LAB_OK) {
		grant.frame =
			lab_zone_base(&lab->zone[z], found.node) + lab_port_lowest(found.frames);
		grant.zone = (uint16_t)z;
		grant.low = lab_gauge_sink(&lab->gauge[z], found.frames, warn);
	}
	return grant;
}

/* A frame of the room; when it is empty, it takes in a whole word first. */
static inline lab_grant pick_stored(lab_allocator *lab, lab_room *room)
{
	lab_grant grant = {lab_room_take(room), 0, LAB_OK, room->id, false};

	if (grant.frame != LAB_FRAME_NONE)
		return grant;
	grant.status = lab_room_refill(room);
	if (grant.status == LAB_OK) {
		grant.low = lab_gauge_sink(&lab->gauge[room->id], room->open.frames, true);
		grant.frame = lab_room_take(room);
	}
	return grant;
}

/* A frame of the first `count` zones of the path. */
static lab_grant walk(lab_allocator *lab, lab_room *room, const lab_path *path, uint32_t count)
{
	lab_status status = LAB_EMPTY;

	for (uint32_t i = 0; i < count; i++) {
		uint32_t z = path->zone[i];
		lab_grant grant =
			z == room->id
				? pick_stored(lab, room)
				: pick(lab, z, lab_zone_claim(&lab->zone[z], room->start, false),
				       true);

		if (grant.status == LAB_OK)
			return grant;
		status = grant.status == LAB_CONTENDED ? LAB_CONTENDED : status;
	}
	return no_grant(status);
}

/* What there is when the first `count` zones of the path had nothing, and said so by `status`: a
 * frame of their reserves, or that there is one for others. */
LAB_APART static lab_grant last_resort(lab_allocator *lab, const lab_path *path, uint32_t count,
				       bool atomic, lab_status status)
{
	for (uint32_t i = 0; i < count; i++) {
		const lab_zone *zone = &lab->zone[path->zone[i]];

		if (atomic) {
			lab_found found = lab_zone_claim_reserve(zone);

			if (found.status == LAB_OK)
				return pick(lab, zone->id, found, true);
		} else if (status == LAB_EMPTY && lab_zone_reserve_left(zone)) {
			return no_grant(LAB_RESERVED);
		}
	}
	return no_grant(status);
}

/* ---- allocation ---- */

/* What is wrong with a call's first arguments, if anything is. A debug build also notices when the
 * context, which has a room, is in a call already. */
/*@ requires memory: (lab == \null || \valid_read(lab)) && (context == \null || \valid(context));
    terminates \true; exits \false; assigns \nothing;
    ensures T6_status: \result == lab_enter_status(lab, context);
*/
/* cppcheck-suppress constParameter; the context has a pointer of this type, to compare with */
static lab_status enter(lab_allocator *lab, lab_context *context)
{
	if (lab == NULL || context == NULL)
		return LAB_ERR_NULL;
	if (context->lab != lab)
		return LAB_ERR_CONTEXT;
#ifdef LAB_DEBUG
	if (context->room.zone != NULL && lab_port_flag_swap_relaxed(&context->busy, 1))
		return LAB_ERR_BUSY;
#endif
	return LAB_OK;
}

/*@ requires memory: \valid(context);
    terminates \true; exits \false; assigns \nothing;
    ensures T6_status: \result == status;
*/
static lab_status leave(lab_context *context, lab_status status)
{
	(void)context;
#ifdef LAB_DEBUG
	context->busy = 0;
#endif
	return status;
}

/*@ requires memory: \valid_read(context);
    terminates \true; exits \false; assigns \result \from context, flags;
    ensures T5_path: \result == &context->path[(flags & LAB_GFP_DMA) != 0 ? LAB_ZONE_DMA :
        (flags & LAB_GFP_HIGHMEM) != 0 ? LAB_ZONE_HIGHMEM : LAB_ZONE_NORMAL];
*/
static const lab_path *path_of(const lab_context *context, uint32_t flags)
{
	if ((flags & LAB_GFP_DMA) != 0)
		return &context->path[LAB_ZONE_DMA];
	return &context->path[(flags & LAB_GFP_HIGHMEM) != 0 ? LAB_ZONE_HIGHMEM : LAB_ZONE_NORMAL];
}

/* One frame, from the whole path. */
LAB_APART static lab_grant alloc_far(lab_allocator *lab, lab_context *context, lab_room *room,
				     uint32_t flags)
{
	const lab_path *path = path_of(context, flags);
	uint32_t count = (flags & LAB_GFP_THISNODE) != 0 ? path->near_count : path->count;
	lab_grant grant;

	if (flags > LAB_GFP_ALL || (~flags & (LAB_GFP_DMA | LAB_GFP_HIGHMEM)) == 0)
		return no_grant(LAB_ERR_FLAGS);
	if (count == 0)
		return no_grant(LAB_ERR_NO_ZONE);
	grant = walk(lab, room, path, count);
	if (grant.status != LAB_OK)
		grant = last_resort(lab, path, count, (flags & LAB_GFP_ATOMIC) != 0, grant.status);
	if (grant.status == LAB_OK)
		grant.tag = lab_ledger_grant(&lab->zone[grant.zone], lab->tag[grant.zone],
					     grant.frame, context->holder);
	else
		context->refused[grant.status - LAB_EMPTY]++;
	return grant;
}

/* One frame: of the room, when the path starts there and it has one. */
static inline lab_status alloc(lab_allocator *lab, lab_context *context, lab_room *room,
			       uint32_t flags, lab_grant *grant)
{
	bool direct = (flags & ~(LAB_GFP_ATOMIC | LAB_GFP_ZERO)) == context->direct;
	uint32_t frame = direct ? lab_room_take(room) : LAB_FRAME_NONE;

	if (frame == LAB_FRAME_NONE) {
		*grant = alloc_far(lab, context, room, flags);
		return grant->status;
	}
	*grant = (lab_grant){frame, lab_ledger_grant(room->zone, room->tag, frame, context->holder),
			     LAB_OK, room->id, false};
	return LAB_OK;
}

lab_status lab_alloc(lab_allocator *lab, lab_context *context, uint32_t flags, lab_grant *grant)
{
	lab_status status = grant != NULL ? enter(lab, context) : LAB_ERR_NULL;

	if (status == LAB_OK)
		return leave(context, alloc(lab, context, &context->room, flags, grant));
	if (grant != NULL)
		*grant = no_grant(status);
	return status;
}

void labyrinth_void_alloc_page_gfp_atomic_exclusive(lab_allocator *lab, lab_context *context,
						    lab_grant *grant)
{
	(void)lab_alloc(lab, context, LAB_GFP_ATOMIC, grant);
}

/* ---- the way back ---- */

/* Give a frame in hand back to its zone. */
/*@ requires pool: lab_pool_inv(lab, z) && lab_counts(8);
    requires T1_holder: lab_frame(lab, z, frame) && lab_in_hand(&lab->zone[z], frame);
    terminates \true; exits \false;
    assigns LAB_POOL_OF(lab, z);
    ensures T3_T11_inv: lab_pool_well{Pre,Post}(lab, z);
    ensures T1_given: lab_handed{Pre,Post}(z, lab_ghost_me, lab_node(&lab->zone[z], frame),
        lab_slot(frame));
    ensures T3_framed: lab_framed{Pre,Post}(lab, z);
    ensures T4_bounded: lab_spent{Pre,Post}(4 + 2 * lab_level(lab->zone[z].leaf));
*/
LAB_APART static void give(lab_allocator *lab, uint32_t z, uint32_t frame)
{
	lab_word frames = lab_bits_mask(frame % LAB_WORD_BITS);

	lab_gauge_rise(&lab->gauge[z], frames);
	lab_zone_release(&lab->zone[z], frame - frame % LAB_WORD_BITS, frames);
	/*@ assert T1_one: lab_only_bit(frames, lab_slot(frame)); */
	/*@ assert T3_tags: lab_pool_kept{Pre,Here}(lab, z); */
}

/* Give the open word of a room, if there is one, back to its zone. */
/*@ requires ready: lab_ready(lab, room) && lab_counts(9) &&
        (lab_ghost_loose == LAB_FRAME_NONE || lab_ghost_loose_zone == room->id);
    terminates \true; exits \false; assigns LAB_POOLS(lab), room->open.frames;
    ensures T3_T11_inv: lab_ready(lab, room) && lab_well{Pre,Post}(lab, room);
    ensures T3_open: room->open.frames == 0;
    ensures T4_bounded: lab_spent{Pre,Post}(4 + 2 * lab_ghost_levels);
*/
static void flush(lab_allocator *lab, lab_room *room)
{
	if (room->open.frames == 0)
		return;
	/*@ assert zone: lab_placed(lab, room->id) && room->zone == &lab->zone[room->id]; */
	lab_gauge_rise(&lab->gauge[room->id], room->open.frames);
	lab_room_flush(room);
	/*@ assert unmoved: lab_unmoved{Pre,Here}(lab); */
	/*@ assert T3_tags: lab_pool_kept{Pre,Here}(lab, room->id); */
	/*@ assert tags: lab_no_tag{Pre,Here}(lab, room->id); */
	/*@ assert words: lab_no_word{Pre,Here}(lab, room->id); */
	/*@ assert step: lab_step{Pre,Here}(lab, room->id); */
	/*@ assert T3_room: lab_room_step{Pre,Here}(lab, room); */
}

/* Put a frame in hand into a full room: its open word makes place. */
/*@ requires ready: lab_ready(lab, room) && lab_counts(10) && room->zone != \null &&
        lab_storable(room, frame);
    terminates \true; exits \false; assigns LAB_POOLS(lab), LAB_ROOM(room);
    ensures T3_T11_inv: lab_ready(lab, room) && lab_well{Pre,Post}(lab, room);
    ensures T3_loose: lab_ghost_loose == LAB_FRAME_NONE;
    ensures T6_status: \result == LAB_OK;
    ensures T4_bounded: lab_spent{Pre,Post}(4 + 2 * lab_ghost_levels);
*/
LAB_APART static lab_status store_far(lab_allocator *lab, lab_room *room, uint32_t frame)
{
	flush(lab, room);
	/*@ ghost flushed: ; */
	/*@ assert storable: lab_storable(room, frame); */
	(void)lab_room_store(room, frame);
	/*@ assert only: lab_roomed_only{flushed,Here}(lab, room); */
	/*@ assert T3_room: lab_room_step{flushed,Here}(lab, room); */
	return LAB_OK;
}

/* What is wrong with a frame's name, if anything is. */
/*@ requires pool: lab == \null || \valid_read(lab) && lab->zone_count <= LAB_ZONES_MAX;
    terminates \true; exits \false; assigns \nothing;
    ensures T6_status: \result == lab_locate_status(lab, zone, frame);
*/
static lab_status locate(const lab_allocator *lab, uint32_t zone, uint32_t frame)
{
	if (lab == NULL)
		return LAB_ERR_NULL;
	if (zone >= lab->zone_count)
		return LAB_ERR_ZONE;
	return frame < lab->zone[zone].frame_count ? LAB_OK : LAB_ERR_FRAME_RANGE;
}

/* Take back a frame that no room stores. */
/*@ requires pool: lab_pool_inv(lab, lab_known(lab, grant.zone)) && lab_counts(9);
    terminates \true; exits \false;
    assigns LAB_POOL(lab, grant.zone), LAB_TAGS(lab, grant.zone);
    ensures T3_T11_inv: lab_pool_inv(lab, lab_known(lab, grant.zone));
    ensures T1_hands: lab_hands_still{Pre,Post}(lab_known(lab, grant.zone));
    ensures T6_cause: lab_ghost_quiet ==> \result == \old(lab_take_back_status(lab, grant));
    ensures T6_where: \result == LAB_OK ==> \old(lab_frame(lab, grant.zone, grant.frame));
    ensures T4_bounded: lab_spent{Pre,Post}(
        5 + 2 * lab_level(lab->zone[lab_known(lab, grant.zone)].leaf));
*/
LAB_APART static lab_status take_back_far(lab_allocator *lab, lab_grant grant)
{
	lab_status status = locate(lab, grant.zone, grant.frame);

	if (LAB_TAG_HOLDER(grant.tag) == 0)
		return LAB_ERR_GRANT_EMPTY;
	if (LAB_TAG_HOLDER(grant.tag) == LAB_CONTEXT_AWAY)
		return LAB_ERR_AWAY;
	if (status == LAB_OK)
		status = lab_ledger_revoke(&lab->zone[grant.zone], lab->tag[grant.zone],
					   grant.frame, grant.tag);
	/*@ assert well: status == LAB_OK ==> lab_pool_well{Pre,Here}(lab, grant.zone) &&
	    lab_revoked{Pre,Here}(grant.zone, lab_ghost_me,
	        lab_node(&lab->zone[grant.zone], grant.frame), lab_slot(grant.frame)); */
	/*@ assert pool: lab_pool_inv(lab, lab_known(lab, grant.zone)); */
	if (status == LAB_OK)
		give(lab, grant.zone, grant.frame);
	return status;
}

/* Take back the frame of a grant, into the room if it belongs there. */
/*@ requires ready: lab_ready(lab, room) && lab_ghost_loose == LAB_FRAME_NONE && lab_counts(12);
    terminates \true; exits \false; assigns LAB_POOLS(lab), LAB_TAGS_ALL, LAB_ROOM(room);
    ensures T3_T11_inv: lab_well{Pre,Post}(lab, room);
    ensures T3_loose: lab_ghost_loose == LAB_FRAME_NONE;
    ensures T6_cause: lab_ghost_quiet ==> \result == \old(lab_take_back_status(lab, grant));
    ensures T6_where: \result == LAB_OK ==> \old(lab_frame(lab, grant.zone, grant.frame));
    ensures T4_bounded: lab_spent{Pre,Post}(5 + 2 * lab_ghost_levels);
*/
static inline lab_status take_back(lab_allocator *lab, lab_room *room, lab_grant grant)
{
	lab_status status;

	/*@ ghost uint32_t z = grant.zone < lab->zone_count ? grant.zone : 0; */
	/*@ assert known: z == lab_known(lab, grant.zone) && lab_is_zone(lab, z); */
	/*@ assert zone: lab_pool_inv(lab, z) && lab_placed(lab, z); */
	/*@ assert part: z < LAB_ZONES_MAX &&
	    \subset(&lab->tag[z][0 .. lab->zone[z].frame_count - 1],
	        &lab_ghost_tags[0 .. lab_ghost_tag_count - 1]); */
	if (grant.zone != room->id || grant.frame >= room->limit ||
	    LAB_TAG_HOLDER(grant.tag) == LAB_CONTEXT_AWAY) {
		status = take_back_far(lab, grant);
		/*@ assert framed: lab_framed{Pre,Here}(lab, z); */
		/*@ assert move: lab_move{Pre,Here}(lab, room, z); */
		/*@ assert T1_stayed: lab_stayed{Pre,Here}(&lab->zone[z]); */
		/*@ assert T3_pass: lab_pass{Pre,Here}(lab, room, z); */
		/*@ assert T3_far: lab_ready(lab, room) && lab_well{Pre,Here}(lab, room); */
		return status;
	}
	/*@ assert near: room->zone == &lab->zone[z] && room->tag == lab->tag[z]; */
	status = lab_ledger_revoke(room->zone, room->tag, grant.frame, grant.tag);
	/*@ ghost if (status == LAB_OK) { lab_ghost_loose = grant.frame;
	        lab_ghost_loose_zone = z; } */
	/*@ assert framed: lab_framed{Pre,Here}(lab, z); */
	/*@ assert move: lab_move{Pre,Here}(lab, room, z); */
	/*@ assert T1_came: status == LAB_OK ? lab_came{Pre,Here}(room->zone, grant.frame) :
	    lab_stayed{Pre,Here}(room->zone); */
	/*@ assert T3_pass: lab_pass{Pre,Here}(lab, room, z); */
	/*@ assert T3_revoked: lab_ready(lab, room) && lab_well{Pre,Here}(lab, room); */
	/*@ ghost revoked: ; */
	if (status != LAB_OK || lab_room_store(room, grant.frame)) {
		/*@ assert only: lab_roomed_only{revoked,Here}(lab, room); */
		/*@ assert T3_room: lab_room_step{revoked,Here}(lab, room); */
		/*@ assert T3_near: lab_ready(lab, room) && lab_well{Pre,Here}(lab, room); */
		return status;
	}
	/*@ assert only: lab_roomed_only{revoked,Here}(lab, room); */
	/*@ assert T3_room: lab_room_step{revoked,Here}(lab, room); */
	/*@ assert T3_full: lab_ready(lab, room) && lab_well{Pre,Here}(lab, room) &&
	    room->capacity == \at(room->capacity,Pre); */
	status = store_far(lab, room, grant.frame);
	/*@ assert T3_still: lab_whole_still{Pre,Here}(lab); */
	/*@ assert T3_kept: room->zone != \null && lab_room_kept{Pre,Here}(room); */
	/*@ assert T3_stored: lab_ready(lab, room) && lab_well{Pre,Here}(lab, room); */
	return status;
}

lab_status lab_free(lab_allocator *lab, lab_context *context, const lab_grant *grant)
{
	lab_status status = grant != NULL ? enter(lab, context) : LAB_ERR_NULL;

	return status == LAB_OK ? leave(context, take_back(lab, &context->room, *grant)) : status;
}

/* Give what a room stores back to its zone: the open word, then frame by frame. */
/*@ requires ready: lab_ready(lab, room) && lab_ghost_loose == LAB_FRAME_NONE && lab_counts(12);
    terminates \true; exits \false;
    assigns LAB_POOLS(lab), room->open.frames, room->count, lab_ghost_loose, lab_ghost_loose_zone;
    ensures T3_T11_inv: lab_ready(lab, room) && lab_well{Pre,Post}(lab, room) &&
        lab_ghost_loose == LAB_FRAME_NONE;
    ensures T3_room: room->count == 0 && room->open.frames == 0;
    ensures T3_bare: room->zone != \null ==> lab_bare(room);
    ensures T6_status: \result == LAB_OK;
    ensures T4_bounded: lab_spent_each{Pre,Post}(1 + \old(room->count), 4 + 2 * lab_ghost_levels);
*/
static inline lab_status drain(lab_allocator *lab, lab_room *room)
{
	/*@ ghost uint32_t z = room->id; */
	flush(lab, room);
	/*@ loop invariant T3_ready: lab_ready(lab, room) && lab_well{Pre,Here}(lab, room) &&
	        lab_ghost_loose == LAB_FRAME_NONE && room->open.frames == 0 && room->id == z;
	    loop invariant T4_range: room->count <= \at(room->count,Pre) &&
	        lab_spent{Pre,Here}(12 * (1 + \at(room->count,Pre) - room->count));
	    loop invariant T4_bounded: lab_spent_each{Pre,Here}(
	        1 + \at(room->count,Pre) - room->count, 4 + 2 * lab_ghost_levels);
	    loop assigns LAB_POOLS(lab), room->open.frames, room->count, lab_ghost_loose,
	        lab_ghost_loose_zone;
	    loop variant room->count; */
	while (room->count > 0) {
		/*@ ghost before: ; */
		uint32_t frame = lab_room_take(room);

		/*@ assert only: lab_roomed_only{before,Here}(lab, room); */
		/*@ assert T3_room: lab_room_step{before,Here}(lab, room); */
		/*@ assert T3_taken: lab_ready(lab, room) && lab_is_zone(lab, z) &&
		    lab_well{Pre,Here}(lab, room); */
		/*@ assert zone: lab_pool_inv(lab, z) && lab_placed(lab, z) && lab_part(lab, z) &&
		    room->id == z < LAB_ZONES_MAX; */
		/*@ assert part: \subset(&lab->zone[z].word[0 .. lab->zone[z].end - 1],
		    &lab_ghost_words[0 .. lab_ghost_word_count - 1]); */
		/*@ ghost taken: ; */
		give(lab, room->id, frame);
		/*@ ghost lab_ghost_loose = LAB_FRAME_NONE; */
		/*@ assert move: lab_move{taken,Here}(lab, room, z); */
		/*@ assert T1_went: lab_went{taken,Here}(&lab->zone[z], frame); */
		/*@ assert T3_pass: lab_pass{taken,Here}(lab, room, z); */
		/*@ assert T3_still: lab_whole_still{Pre,Here}(lab); */
		/*@ assert T3_given: lab_ready(lab, room) && lab_well{Pre,Here}(lab, room); */
		/*@ assert T4_level: lab_level(lab->zone[z].leaf) <= lab_ghost_levels; */
		/*@ assert T4_step: lab_spent{before,Here}(4 + 2 * lab_ghost_levels); */
		/*@ assert T4_more: lab_spent_each{Pre,Here}(
		    1 + \at(room->count,Pre) - \at(room->count,before) + 1,
		    4 + 2 * lab_ghost_levels); */
	}
	/*@ assert T3_empty: room->count == 0; */
	/*@ assert T3_lost: room->zone != \null ==> lab_nothing_lost(room) && room->count == 0 &&
	    room->open.frames == 0; */
	return LAB_OK;
}

lab_status lab_drain(lab_allocator *lab, lab_context *context)
{
	lab_status status = enter(lab, context);

	return status == LAB_OK ? leave(context, drain(lab, &context->room)) : status;
}

/* ---- many at once ---- */

/* The room that a bulk call works with: the context's own, or, when it has none, one for frames of
 * zone `z` that lasts as long as the call. */
/*@ requires memory: \valid(lab) && \valid(context) && hand != \null && LAB_ANSWER(lab, z, hand) &&
        \separated(hand, context);
    requires pool: lab_pool_inv(lab, z);
    requires T3_bare: lab_ghost_loose == LAB_FRAME_NONE &&
        (z < lab->zone_count && context->room.zone == \null ==> \forall integer f;
        0 <= f < lab->zone[z].frame_count ==> !lab_in_hand(&lab->zone[z], f));
    terminates \true; exits \false;
    assigns *hand; assigns \result \from context, hand;
    ensures T3_own: context->room.zone != \null || z >= lab->zone_count ==>
        \result == &context->room;
    ensures T3_hand: context->room.zone == \null && z < lab->zone_count ==> \result == hand &&
        hand->id == z && lab_room_inv(lab, hand);
*/
static lab_room *hand_of(lab_allocator *lab, lab_context *context, lab_room *hand, uint32_t z)
{
	if (context->room.zone != NULL || z >= lab->zone_count)
		return &context->room;
	lab_room_init(hand, &lab->zone[z], lab->tag[z], NULL, 0, context->room.start);
	/*@ assert numbers: lab_numbers_still{Pre,Here}(&lab->zone[z]); */
	/*@ assert words: lab_same{Pre,Here}(&lab->zone[z]) &&
	    lab->zone_count == \at(lab->zone_count,Pre); */
	/*@ assert tags: lab_tags_still{Pre,Here}(&lab->zone[z], lab->tag[z]); */
	/*@ assert same: lab_zone_same{Pre,Here}(&lab->zone[z], lab->tag[z]); */
	/*@ assert pool: lab_pool_inv(lab, z); */
	/*@ assert of: lab_room_of(lab, hand); */
	/*@ assert T3_hoards: lab_hoards(hand); */
	return hand;
}

lab_status lab_alloc_bulk(lab_allocator *lab, lab_context *context, uint32_t flags,
			  lab_grant *grants, uint32_t count, uint32_t *done_count)
{
	lab_status status =
		grants != NULL && done_count != NULL ? enter(lab, context) : LAB_ERR_NULL;
	lab_room hand;
	lab_room *room;
	uint32_t done = 0;

	if (status != LAB_OK)
		return status;
	room = hand_of(lab, context, &hand, path_of(context, flags)->zone[0]);
	for (; done < count && status == LAB_OK; done += status == LAB_OK)
		status = alloc(lab, context, room, flags, &grants[done]);
	if (room == &hand)
		flush(lab, room);
	*done_count = done;
	return leave(context, status);
}

lab_status lab_free_bulk(lab_allocator *lab, lab_context *context, const lab_grant *grants,
			 uint32_t count, uint32_t *done_count)
{
	lab_status status =
		grants != NULL && done_count != NULL ? enter(lab, context) : LAB_ERR_NULL;
	lab_room hand;
	lab_room *room;
	uint32_t done = 0;

	if (status != LAB_OK)
		return status;
	room = hand_of(lab, context, &hand, count != 0 ? grants[0].zone : 0);
	for (; done < count && status == LAB_OK; done += status == LAB_OK)
		status = take_back(lab, room, grants[done]);
	if (room == &hand)
		flush(lab, room);
	*done_count = done;
	return leave(context, status);
}

/* ---- frames that leave and come back ---- */

lab_status lab_reclaim(lab_allocator *lab, uint32_t zone, uint32_t start, uint32_t *frame)
{
	lab_status status = frame != NULL ? locate(lab, zone, 0) : LAB_ERR_NULL;
	lab_grant grant;

	if (status != LAB_OK)
		return status;
	grant = pick(lab, zone, lab_zone_claim(&lab->zone[zone], start, false), false);
	/*@ assert T3_tags: lab_pool_kept{Pre,Here}(lab, zone); */
	/*@ assert pool: lab_pool_inv(lab, zone); */
	/*@ assert T4_claimed: lab_spent{Pre,Here}(3 +
	    lab_claim_steps(lab_level(lab->zone[zone].leaf), LAB_WORD_BITS)); */
	/*@ assert T1_gained: grant.status == LAB_OK ==> lab_frame(lab, zone, grant.frame) &&
	    lab_revoked{Pre,Here}(zone, lab_ghost_me,
	        lab_node(&lab->zone[zone], grant.frame), lab_slot(grant.frame)); */
	if (grant.status == LAB_OK) {
		(void)lab_ledger_grant(&lab->zone[zone], lab->tag[zone], grant.frame,
				       LAB_CONTEXT_AWAY);
		/*@ assert well: lab_pool_well{Pre,Here}(lab, zone); */
		/*@ assert T1_still: lab_hands_still{Pre,Here}(zone); */
		/*@ assert apart: \separated(frame, lab) &&
		    \separated(frame, LAB_WORDS(&lab->zone[zone])) &&
		    \separated(frame, LAB_TAGS_OF(&lab->zone[zone], lab->tag[zone])); */
		/*@ ghost before: ; */
		*frame = grant.frame;
		/*@ assert numbers: lab_numbers_still{before,Here}(&lab->zone[zone]); */
		/*@ assert words: lab_same{before,Here}(&lab->zone[zone]); */
		/*@ assert tags: lab_tags_still{before,Here}(&lab->zone[zone], lab->tag[zone]); */
		/*@ assert same: lab_zone_same{before,Here}(&lab->zone[zone], lab->tag[zone]); */
		/*@ assert whole: lab->zone_count == \at(lab->zone_count,before); */
		/*@ assert ok: lab_pool_ok(lab, zone); */
	}
	/*@ assert T3_pool: lab_pool_inv(lab, zone); */
	/*@ assert T4_all: lab_frame(lab, zone, 0) && lab_spent{Pre,Here}(5 +
	    lab_claim_steps(lab_level(lab->zone[zone].leaf), LAB_WORD_BITS)); */
	return grant.status;
}

lab_status lab_donate(lab_allocator *lab, uint32_t zone, uint32_t frame)
{
	lab_status status = locate(lab, zone, frame);
	uint32_t tag;

	if (status != LAB_OK)
		return status;
	tag = lab_atomic_tag_load_relaxed(&lab->zone[zone], lab->tag[zone], frame);
	/*@ assert well: lab_pool_well{Pre,Here}(lab, zone); */
	/*@ assert T9_quiet: lab_ghost_quiet ==> tag == \at(lab->tag[zone][frame],Pre) &&
	    lab->tag[zone][frame] == tag; */
	if (LAB_TAG_HOLDER(tag) != LAB_CONTEXT_AWAY ||
	    lab_ledger_revoke(&lab->zone[zone], lab->tag[zone], frame, tag) != LAB_OK) {
		/*@ assert T3_not: lab_pool_inv(lab, zone); */
		return LAB_ERR_NOT_AWAY;
	}
	/*@ assert well: lab_pool_well{Pre,Here}(lab, zone); */
	/*@ assert T1_revoked: lab_revoked{Pre,Here}(zone, lab_ghost_me,
	    lab_node(&lab->zone[zone], frame), lab_slot(frame)); */
	give(lab, zone, frame);
	/*@ assert pool: lab_pool_inv(lab, zone); */
	return LAB_OK;
}

lab_status lab_holder(const lab_allocator *lab, uint32_t zone, uint32_t frame, lab_grant *grant)
{
	lab_status status = locate(lab, zone, frame);
	lab_grant found = {frame, 0, status, (uint16_t)zone, false};

	if (grant == NULL)
		return LAB_ERR_NULL;
	if (status == LAB_OK)
		found.tag = lab_atomic_tag_load_relaxed(&lab->zone[zone], lab->tag[zone], frame);
	/*@ assert T9_quiet: lab_ghost_quiet && status == LAB_OK ==>
	    found.tag == \at(lab->tag[zone][frame],Pre); */
	if (LAB_TAG_HOLDER(found.tag) == 0)
		found = no_grant(status == LAB_OK ? LAB_ERR_NOT_HELD : status);
	/*@ assert pool: lab != \null ==> lab_pool_inv(lab, zone) &&
	    lab->zone_count == \at(lab->zone_count,Pre); */
	/*@ assert well: lab != \null && zone < lab->zone_count ==>
	    lab_pool_well{Pre,Here}(lab, zone); */
	/*@ assert apart: lab != \null && zone < lab->zone_count ==> \separated(grant, lab) &&
	    \separated(grant, LAB_WORDS(&lab->zone[zone])) &&
	    \separated(grant, LAB_TAGS_OF(&lab->zone[zone], lab->tag[zone])); */
	/*@ ghost before: ; */
	*grant = found;
	/*@ assert numbers: lab != \null && zone < \at(lab->zone_count,before) ==>
	    lab_numbers_still{before,Here}(\at(&lab->zone[zone],before)); */
	/*@ assert words: lab != \null && zone < \at(lab->zone_count,before) ==>
	    lab_same{before,Here}(\at(&lab->zone[zone],before)) &&
	    lab->zone_count == \at(lab->zone_count,before); */
	/*@ assert tags: lab != \null && zone < lab->zone_count ==>
	    lab_tags_still{before,Here}(&lab->zone[zone], lab->tag[zone]); */
	/*@ assert same: lab != \null && zone < lab->zone_count ==>
	    lab_zone_same{before,Here}(&lab->zone[zone], lab->tag[zone]); */
	/*@ assert whole: lab != \null ==> lab->zone_count == \at(lab->zone_count,before); */
	/*@ assert ok: lab != \null ==> lab_pool_ok(lab, zone); */
	return found.status;
}
