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
/*@ requires room: lab_room_of(lab, room) && lab_hoards(room) && lab_counts(12) &&
        lab_ghost_loose == LAB_FRAME_NONE;
    requires pool: lab_pool_inv(lab, room->id);
    terminates \true; exits \false;
    assigns LAB_POOL_OF(lab, room->id), room->open.base, room->open.frames, room->count, room->start,
        lab_ghost_loose, lab_ghost_loose_zone;
    ensures T3_T11_inv: lab_pool_well{Pre,Post}(lab, room->id);
    ensures T3_room: lab_room_of(lab, room) && lab_hoards(room) && lab_room_kept{Pre,Post}(room);
    ensures T1_picked: \result.status == LAB_OK ==> \result.zone == room->id &&
        lab_storable(room, \result.frame);
    ensures T3_loose: \result.status != LAB_OK ==> lab_ghost_loose == LAB_FRAME_NONE;
    ensures T5_honest: \result.status != LAB_OK ==> lab_honest(room->zone, \result.status);
    ensures T5_seen: lab_looked{Pre,Post}(room->id);
    ensures T4_bounded: lab_spent{Pre,Post}(
        3 + lab_claim_steps(lab_level(\old(room->zone->leaf)), 1));
*/
static inline lab_grant pick_stored(lab_allocator *lab, lab_room *room)
{
	lab_grant grant = {lab_room_take(room), 0, LAB_OK, room->id, false};

	/*@ assert kept: lab_room_kept{Pre,Here}(room); */
	/*@ assert T3_pool: lab_pool_well{Pre,Here}(lab, room->id); */
	if (grant.frame != LAB_FRAME_NONE)
		return grant;
	/*@ assert missed: lab_room_kept{Pre,Here}(room) && room->count == 0 &&
	    room->open.frames == 0; */
	grant.status = lab_room_refill(room);
	/*@ assert numbers: lab_numbers_still{Pre,Here}(\at(room->zone,Pre)); */
	/*@ assert kept: lab_room_kept{Pre,Here}(room); */
	/*@ assert of: lab_room_of(lab, room) && lab_hoards(room); */
	/*@ assert T3_refilled: lab_pool_kept{Pre,Here}(lab, room->id); */
	/*@ assert T4_refilled: lab_spent{Pre,Here}(
	    lab_claim_steps(lab_level(\at(room->zone->leaf,Pre)), 1)); */
	/*@ assert T3_pool: lab_pool_well{Pre,Here}(lab, room->id); */
	if (grant.status == LAB_OK) {
		grant.low = lab_gauge_sink(&lab->gauge[room->id], room->open.frames, true);
		/*@ assert of: lab_room_of(lab, room) && lab_hoards(room); */
		/*@ assert T3_pool: lab_pool_well{Pre,Here}(lab, room->id); */
		/*@ assert T4_sunk: lab_spent{Pre,Here}(
		    3 + lab_claim_steps(lab_level(\at(room->zone->leaf,Pre)), 1)); */
		grant.frame = lab_room_take(room);
		/*@ assert of: lab_room_of(lab, room) && lab_hoards(room); */
		/*@ assert T3_pool: lab_pool_well{Pre,Here}(lab, room->id); */
	}
	return grant;
}

/* A frame of zone `z`, past any room. Or, `again`: of the reserve if `atomic`, else whether there
 * is one for others. */
/*@ requires pool: lab_pool_inv(lab, z) && lab_is_zone(lab, z) && lab_counts(12);
    terminates \true; exits \false; assigns LAB_POOL_OF(lab, z);
    ensures T3_T11_inv: lab_pool_well{Pre,Post}(lab, z);
    ensures T1_picked: \result.status == LAB_OK ? \result.zone == z && lab_frame(lab,
        z, \result.frame) && lab_revoked{Pre,Post}(z, lab_ghost_me, lab_node(&lab->zone[z],
        \result.frame), lab_slot(\result.frame)) : lab_hands_still{Pre,Post}(z);
    ensures T7_range: \result.status == LAB_OK ==> (again != 0 ==> atomic != 0) &&
        (again == 0 ==> lab_node(&lab->zone[z], \result.frame) < lab->zone[z].reserve);
    ensures T5_honest: \result.status != LAB_OK ==>
        lab_said(&lab->zone[z], again, atomic, \result.status);
    ensures T5_seen: lab_looked{Pre,Post}(z);
    ensures T4_bounded: lab_spent{Pre,Post}(again != 0 ?
        lab_reserve_steps(lab->zone[z].end - lab->zone[z].reserve) :
        lab_visit_zone_steps(lab_level(lab->zone[z].leaf)));
*/
static inline lab_grant pick_shared(lab_allocator *lab, uint32_t z, uint32_t start, bool again,
				    bool atomic)
{
	const lab_zone *zone = &lab->zone[z];
	lab_found found = {LAB_EMPTY, 0, 0};

	if (!again)
		found = lab_zone_claim(zone, start, false);
	else if (atomic)
		found = lab_zone_claim_reserve(zone);
	else if (lab_zone_reserve_left(zone))
		found.status = LAB_RESERVED;
	/*@ assert T1_claimed: lab_gained{Pre,Here}(z, lab_ghost_me, found.node, found.frames); */
	/*@ assert T1_some: found.status == LAB_OK ? lab_one(found.frames) &&
	    lab->zone[z].leaf <= found.node < lab->zone[z].end : found.frames == 0; */
	/*@ assert T1_one: \forall integer b; 0 <= b < LAB_WORD_BITS && lab_bit(found.frames, b) ==>
	    lab_revoked{Pre,Here}(z, lab_ghost_me, found.node, b); */
	/*@ assert T1_none: found.status != LAB_OK ==> lab_hands_still{Pre,Here}(z); */
	/*@ assert elsewhere: \forall lab_word *p; \separated(p, \at(LAB_WORDS(&lab->zone[z]),Pre)) ==>
	    *p == \at(*p,Pre); */
	/*@ assert T3_tags: lab_pool_kept{Pre,Here}(lab, z) &&
	    lab->zone_count == \at(lab->zone_count,Pre); */
	/*@ assert T3_ok: lab_pool_ok(lab, z); */
	/*@ assert T3_zone: lab_pool_well{Pre,Here}(lab, z) && lab_looked{Pre,Here}(z); */
	/*@ assert T1_exists: \forall integer b; 0 <= b < LAB_WORD_BITS && lab_bit(found.frames, b) ==>
	    LAB_WORD_BITS * (found.node - lab->zone[z].leaf) + b < lab->zone[z].frame_count; */
	return pick(lab, z, found, true);
}

/* A frame of zone `z`: of the room, if it is for that zone; else as pick_shared(). */
/*@ requires ready: lab_ready(lab, room) && lab_ghost_loose == LAB_FRAME_NONE;
    requires zone: lab_is_zone(lab, z) && lab_counts(13);
    terminates \true; exits \false; assigns LAB_POOL_OF(lab, z), LAB_TAKEN(room);
    ensures T3_T11_inv: lab_well{Pre,Post}(lab, room);
    ensures T1_picked: lab_picked_from(lab, \result) &&
        (\result.status == LAB_OK ==> \result.zone == z);
    ensures T7_range: \result.status == LAB_OK ==> (again != 0 ==> atomic != 0) &&
        (again == 0 ==> lab_node(&lab->zone[z], \result.frame) < lab->zone[z].reserve);
    ensures T5_honest: \result.status != LAB_OK ==>
        lab_said(&lab->zone[z], again, atomic, \result.status);
    ensures T5_seen: lab_looked_all{Pre,Post};
    ensures T4_bounded: lab_spent{Pre,Post}(again != 0 ? lab_reserve_steps(lab_ghost_reserve) :
        lab_visit_zone_steps(lab_ghost_levels));
*/
static inline lab_grant pick_from(lab_allocator *lab, lab_room *room, uint32_t z, bool again,
				  bool atomic)
{
	lab_grant grant;

	/*@ assert zone: lab_pool_inv(lab, z) && lab_part(lab, z) && lab_known(lab, z) == z &&
	    \valid(room); */
	if (!again && z == room->id) {
		grant = pick_stored(lab, room);
		/*@ assert unmoved: lab_unmoved{Pre,Here}(lab); */
		/*@ assert step: lab_step{Pre,Here}(lab, z); */
		/*@ assert T3_room: lab_room_step{Pre,Here}(lab, room); */
		/*@ assert T4_visit: lab_spent{Pre,Here}(lab_visit_zone_steps(lab_ghost_levels)); */
		/*@ assert T5_seen: lab_looked_all{Pre,Here}; */
		return grant;
	}
	grant = pick_shared(lab, z, room->start, again, atomic);
	/*@ ghost if (grant.status == LAB_OK) { lab_ghost_loose = grant.frame;
	        lab_ghost_loose_zone = z; } */
	/*@ assert framed: lab_framed{Pre,Here}(lab, z); */
	/*@ assert move: lab_move{Pre,Here}(lab, room, z); */
	/*@ assert T1_came: grant.status == LAB_OK ? lab_came{Pre,Here}(&lab->zone[z], grant.frame) :
	    lab_stayed{Pre,Here}(&lab->zone[z]); */
	/*@ assert T3_pass: lab_pass{Pre,Here}(lab, room, z); */
	/*@ assert T5_seen: lab_looked_all{Pre,Here}; */
	/*@ assert T4_shared: lab_spent{Pre,Here}(again != 0 ? lab_reserve_steps(lab_ghost_reserve) :
	    lab_visit_zone_steps(lab_ghost_levels)); */
	return grant;
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

/* A frame of the first `count` zones of the path, or else of their reserves. */
/*@ requires ready: lab_ready(lab, room) && lab_ghost_loose == LAB_FRAME_NONE;
    requires path: lab_path_zones(lab, path, count) && lab_counts(14);
    terminates \true; exits \false; assigns LAB_POOLS(lab), LAB_TAKEN(room);
    ensures T3_T11_inv: lab_well{Pre,Post}(lab, room);
    ensures T1_picked: lab_picked_from(lab, \result);
    ensures T6_none: \result.status != LAB_OK ==>
        \result.frame == LAB_FRAME_NONE && \result.tag == 0;
    ensures T7_range: \result.status == LAB_OK && !atomic ==>
        lab_node(&lab->zone[\result.zone], \result.frame) < lab->zone[\result.zone].reserve;
    ensures T5_honest: \result.status == LAB_OK ||
        lab_path_honest(lab, path, count, atomic, \result.status);
    ensures T4_bounded: lab_spent_each{Pre,Post}(count,
        lab_path_steps(lab_ghost_levels, lab_ghost_reserve));
*/
static lab_grant walk(lab_allocator *lab, lab_room *room, const lab_path *path, uint32_t count,
		      bool atomic)
{
	lab_status status = LAB_EMPTY;
	lab_grant grant;

	/*@ assert T4_each: 0 <= lab_visit_zone_steps(lab_ghost_levels) &&
	    0 <= lab_reserve_steps(lab_ghost_reserve); */
	/*@ loop invariant range: 0 <= i <= 2 * count;
	    loop invariant T3_ready: lab_ready(lab, room) && lab_ghost_loose == LAB_FRAME_NONE &&
	        lab_whole_still{Pre,Here}(lab) && lab_path_same{Pre,Here}(path);
	    loop invariant T3_kept: \at(room->zone,Pre) != \null ? lab_room_kept{Pre,Here}(room) :
	        room->zone == \null;
	    loop invariant path: lab_path_zones(lab, path, count);
	    loop invariant T5_honest: status == LAB_CONTENDED || (status == LAB_EMPTY ||
	        (status == LAB_RESERVED && i > count && !atomic)) &&
	        lab_path_empty(lab, path, i < count ? i : count);
	    loop invariant T5_reserves: status != LAB_RESERVED && i >= count ==>
	        lab_reserves_seen(lab, path, i - count);
	    loop invariant T5_seen: lab_looked_all{Pre,Here};
	    loop invariant T4_range: lab_spent{Pre,Here}(100000 * i);
	    loop invariant T4_bounded: lab_spent_twice{Pre,Here}(i, count,
	        lab_visit_zone_steps(lab_ghost_levels), lab_reserve_steps(lab_ghost_reserve));
	    loop assigns i, status, grant, LAB_POOLS(lab), LAB_TAKEN(room);
	    loop variant 2 * count - i; */
	for (uint32_t i = 0; i < count || (i < 2 * count && (atomic || status == LAB_EMPTY)); i++) {
		/*@ ghost before: ; */
		uint32_t z = path->zone[i < count ? i : i - count];

		/*@ assert zone: lab_is_zone(lab, z) && lab_part(lab, z) && lab_known(lab, z) == z; */
		grant = pick_from(lab, room, z, i >= count, atomic);
		/*@ assert still: lab_path_same{before,Here}(path) &&
		    lab_whole_still{before,Here}(lab) && lab_whole_still{Pre,Here}(lab); */
		/*@ assert T5_seen: lab_looked_all{Pre,Here}; */
		/*@ assert T5_before: lab_path_still{before,Here}(lab, path, count); */
		/*@ assert T5_empty: status != LAB_CONTENDED ==>
		    lab_path_empty(lab, path, i < count ? i : count); */
		/*@ assert T5_reserves: i >= count ==> lab_reserves_seen(lab, path, i - count); */
		/*@ assert T5_first: status != LAB_CONTENDED && i < count &&
		    grant.status == LAB_EMPTY ==> lab_path_empty(lab, path, i + 1); */
		/*@ assert T5_again: i >= count && grant.status == LAB_EMPTY ==>
		    lab_reserves_seen(lab, path, i + 1 - count); */
		/*@ assert T4_more: lab_spent_twice{Pre,Here}(i + 1, count,
		    lab_visit_zone_steps(lab_ghost_levels), lab_reserve_steps(lab_ghost_reserve)); */
		/*@ assert T4_less: 0 <= i + 1 <= 2 * count; */
		/*@ assert T4_all: lab_spent_each{Pre,Here}(count,
		    lab_path_steps(lab_ghost_levels, lab_ghost_reserve)); */
		if (grant.status == LAB_OK)
			return grant;
		if (grant.status != LAB_EMPTY)
			status = grant.status;
		/*@ assert T4_next: (uint32_t)(i + 1) == i + 1; */
	}
	/*@ assert T4_all: lab_spent_each{Pre,Here}(count,
	    lab_path_steps(lab_ghost_levels, lab_ghost_reserve)); */
	return no_grant(status);
}

/* A frame from the whole path; the ledger has not seen it yet. */
/*@ requires ready: lab_ready(lab, room) && lab_ghost_loose == LAB_FRAME_NONE && lab_counts(15);
    requires context: lab_context_ok(lab, context, room);
    terminates \true; exits \false;
    assigns LAB_POOLS(lab), LAB_TAKEN(room), context->refused[0 .. 2];
    ensures T3_T11_inv: lab_well{Pre,Post}(lab, room);
    ensures T1_picked: lab_picked_from(lab, \result);
    ensures T6_none: \result.status != LAB_OK ==>
        \result.frame == LAB_FRAME_NONE && \result.tag == 0;
    ensures T7_range: \result.status == LAB_OK && (flags & LAB_GFP_ATOMIC) == 0 ==>
        lab_node(&lab->zone[\result.zone], \result.frame) < lab->zone[\result.zone].reserve;
    ensures T5_honest: \result.status == LAB_OK ||
        lab_refused(lab, context, flags, \result.status);
    ensures T6_context: lab_context_ok(lab, context, room) &&
        context->holder == \old(context->holder);
    ensures T4_bounded: lab_spent_each{Pre,Post}(\old(lab->zone_count),
        lab_path_steps(lab_ghost_levels, lab_ghost_reserve));
*/
LAB_APART static lab_grant pick_far(lab_allocator *lab, lab_context *context, lab_room *room,
				    uint32_t flags)
{
	const lab_path *path = path_of(context, flags);
	uint32_t count = (flags & LAB_GFP_THISNODE) != 0 ? path->near_count : path->count;
	lab_grant grant;

	/*@ assert T4_each: 0 <= lab_path_steps(lab_ghost_levels, lab_ghost_reserve) <= 100000; */
	/*@ assert path: lab_path_zones(lab, path, count) && path == lab_path_for(context, flags) &&
	    count == lab_path_count(context, flags) && count <= lab->zone_count; */
	/*@ assert T4_none: lab_spent_each{Pre,Here}(lab->zone_count,
	    lab_path_steps(lab_ghost_levels, lab_ghost_reserve)); */
	if (flags > LAB_GFP_ALL || (~flags & (LAB_GFP_DMA | LAB_GFP_HIGHMEM)) == 0)
		return no_grant(LAB_ERR_FLAGS);
	if (count == 0)
		return no_grant(LAB_ERR_NO_ZONE);
	grant = walk(lab, room, path, count, (flags & LAB_GFP_ATOMIC) != 0);
	/*@ assert kept: lab_context_kept{Pre,Here}(context, room); */
	/*@ assert context: lab_context_ok(lab, context, room); */
	/*@ ghost walked: ; */
	/*@ assert T5_path: lab_path_zones(lab, path, count); */
	/*@ assert T4_walked: lab_spent_each{Pre,Here}(\at(lab->zone_count,Pre),
	    lab_path_steps(lab_ghost_levels, lab_ghost_reserve)); */
	if (grant.status != LAB_OK) {
		context->refused[grant.status - LAB_EMPTY]++;
		/*@ assert rests: LAB_RESTS(walked, lab, room); */
		/*@ assert counted: lab_counted{walked,Here}(lab, context, room); */
		/*@ assert T3_pass: lab_pass{walked,Here}(lab, room, 0); */
		/*@ assert T5_still: lab_path_still{walked,Here}(lab, path, count); */
		/*@ assert T5_honest: lab_path_honest(lab, path, count,
		    (flags & LAB_GFP_ATOMIC) != 0 ? 1 : 0, grant.status); */
		/*@ assert T5_same: path == lab_path_for(context, flags) &&
		    count == lab_path_count(context, flags); */
		/*@ assert T5_refused: lab_refused(lab, context, flags, grant.status); */
	}
	/*@ assert T3_well: lab_well{Pre,Here}(lab, room); */
	/*@ assert kept: lab_context_kept{Pre,Here}(context, room); */
	/*@ assert count: lab->zone_count == \at(lab->zone_count,Pre); */
	/*@ assert paths: lab_paths_ok(context, lab); */
	/*@ assert T6_context: lab_context_ok(lab, context, room); */
	return grant;
}

/* A frame of the room, when the path starts there and it has one; else as pick_far(). */
/*@ requires ready: lab_ready(lab, room) && lab_ghost_loose == LAB_FRAME_NONE && lab_counts(16);
    requires context: lab_context_ok(lab, context, room);
    terminates \true; exits \false;
    assigns LAB_POOLS(lab), LAB_TAKEN(room), context->refused[0 .. 2];
    ensures T3_T11_inv: lab_ready(lab, room) && lab_well{Pre,Post}(lab, room);
    ensures T1_picked: lab_picked_from(lab, \result);
    ensures T6_none: \result.status != LAB_OK ==>
        \result.frame == LAB_FRAME_NONE && \result.tag == 0;
    ensures T7_range: \result.status == LAB_OK && (flags & LAB_GFP_ATOMIC) == 0 ==>
        lab_node(&lab->zone[\result.zone], \result.frame) < lab->zone[\result.zone].reserve;
    ensures T5_honest: \result.status == LAB_OK ||
        lab_refused(lab, context, flags, \result.status);
    ensures T6_context: lab_context_ok(lab, context, room) &&
        context->holder == \old(context->holder);
    ensures T4_bounded: lab_spent_each{Pre,Post}(\old(lab->zone_count),
        lab_path_steps(lab_ghost_levels, lab_ghost_reserve));
*/
static inline lab_grant pick_any(lab_allocator *lab, lab_context *context, lab_room *room,
				 uint32_t flags)
{
	bool direct = (flags & ~(LAB_GFP_ATOMIC | LAB_GFP_ZERO)) == context->direct;
	lab_grant grant = {direct ? lab_room_take(room) : LAB_FRAME_NONE, 0, LAB_OK, room->id, false};

	/*@ assert only: lab_roomed_only{Pre,Here}(lab, room); */
	/*@ assert same: room->zone == \null ==> lab_room_same{Pre,Here}(room); */
	/*@ assert T3_pass: room->zone == \null ==> lab_pass{Pre,Here}(lab, room, 0); */
	/*@ assert T3_room: room->zone != \null ==> lab_room_step{Pre,Here}(lab, room); */
	/*@ assert T3_taken: lab_well{Pre,Here}(lab, room) && lab_ready(lab, room); */
	/*@ assert kept: lab_context_kept{Pre,Here}(context, room); */
	/*@ assert paths: lab_paths_ok(context, lab); */
	/*@ assert context: lab_context_ok(lab, context, room); */
	/*@ assert T1_taken: grant.frame != LAB_FRAME_NONE ? lab_picked_from(lab, grant) &&
	    lab_node(&lab->zone[grant.zone], grant.frame) < lab->zone[grant.zone].reserve :
	    lab_ghost_loose == LAB_FRAME_NONE; */
	/*@ assert T4_none: lab_spent_each{Pre,Here}(\at(lab->zone_count,Pre),
	    lab_path_steps(lab_ghost_levels, lab_ghost_reserve)); */
	return grant.frame != LAB_FRAME_NONE ? grant : pick_far(lab, context, room, flags);
}

/* One frame, handed to the context's holder. */
/*@ requires ready: lab_ready(lab, room) && lab_ghost_loose == LAB_FRAME_NONE && lab_counts(17);
    requires context: lab_context_ok(lab, context, room);
    terminates \true; exits \false;
    assigns LAB_POOLS(lab), LAB_TAGS_ALL, LAB_TAKEN(room), context->refused[0 .. 2];
    ensures T3_T11_inv: lab_ready(lab, room) && lab_well{Pre,Post}(lab, room) &&
        lab_ghost_loose == LAB_FRAME_NONE;
    ensures T6_none: \result.status != LAB_OK ==>
        \result.frame == LAB_FRAME_NONE && \result.tag == 0;
    ensures T1_granted: \result.status == LAB_OK ==>
        lab_granted(lab, \result, \old(context->holder));
    ensures T7_range: \result.status == LAB_OK && (flags & LAB_GFP_ATOMIC) == 0 ==>
        lab_node(&lab->zone[\result.zone], \result.frame) < lab->zone[\result.zone].reserve;
    ensures T5_honest: \result.status == LAB_OK || lab_context_ok(lab, context, room) &&
        lab_refused(lab, context, flags, \result.status);
    ensures T4_bounded: lab_spent{Pre,Post}(2 +
        \old(lab->zone_count) * lab_path_steps(lab_ghost_levels, lab_ghost_reserve));
*/
static inline lab_grant alloc(lab_allocator *lab, lab_context *context, lab_room *room,
			      uint32_t flags)
{
	lab_grant found = pick_any(lab, context, room, flags);

	/*@ ghost picked: ; */
	/*@ assert T4_each: 0 <= lab_path_steps(lab_ghost_levels, lab_ghost_reserve) <= 100000; */
	/*@ assert T4_most: lab_spent_each{Pre,Here}(LAB_ZONES_MAX,
	    lab_path_steps(lab_ghost_levels, lab_ghost_reserve)); */
	if (found.status == LAB_OK) {
		/*@ assert zone: lab_is_zone(lab, found.zone) && lab_pool_inv(lab, found.zone) &&
		    lab_part(lab, found.zone); */
		found.tag = lab_ledger_grant(&lab->zone[found.zone], lab->tag[found.zone],
					     found.frame, context->holder);
		/*@ ghost lab_ghost_loose = LAB_FRAME_NONE; */
		/*@ assert framed: lab_framed{picked,Here}(lab, found.zone); */
		/*@ assert move: lab_move{picked,Here}(lab, room, found.zone); */
		/*@ assert pool: lab_pool_inv(lab, found.zone); */
		/*@ assert T1_went: lab_went{picked,Here}(&lab->zone[found.zone], found.frame); */
		/*@ assert T3_pass: lab_pass{picked,Here}(lab, room, found.zone); */
		/*@ assert T1_granted: lab_granted(lab, found, \at(context->holder,Pre)); */
	}
	return found;
}

lab_status lab_alloc(lab_allocator *lab, lab_context *context, uint32_t flags, lab_grant *grant)
{
	lab_status status = grant != NULL ? enter(lab, context) : LAB_ERR_NULL;

	if (status == LAB_OK) {
		lab_grant found = alloc(lab, context, &context->room, flags);

		/*@ assert outside: lab_outside_all(lab, context, &context->room, grant); */
		/*@ ghost granted: ; */
		*grant = found;
		/*@ assert stored: *grant == found; */
		/*@ assert rests: LAB_RESTS(granted, lab, &context->room); */
		/*@ assert answered: lab_answered{granted,Here}(lab, context, &context->room, grant); */
		/*@ assert T3_pass: lab_pass{granted,Here}(lab, &context->room, 0); */
		/*@ assert T3_all: lab_well{Pre,Here}(lab, &context->room); */
		/*@ assert context: lab_context_same{granted,Here}(context); */
		/*@ assert T5_path: found.status == LAB_OK || \at(lab_path_zones(lab,
		    lab_path_for(context, flags), lab_path_count(context, flags)),granted); */
		/*@ assert T5_still: found.status == LAB_OK ||
		    lab_refusal_still{granted,Here}(lab, context, flags); */
		return leave(context, found.status);
	}
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
	lab_status status = grants && done_count ? enter(lab, context) : LAB_ERR_NULL;
	lab_room hand, *room;
	uint32_t done = 0;

	if (status != LAB_OK)
		return status;
	room = hand_of(lab, context, &hand, path_of(context, flags)->zone[0]);
	for (; done < count && status == LAB_OK; done += status == LAB_OK)
		status = (grants[done] = alloc(lab, context, room, flags)).status;
	if (room == &hand)
		flush(lab, room);
	*done_count = done;
	return leave(context, status);
}

lab_status lab_free_bulk(lab_allocator *lab, lab_context *context, const lab_grant *grants,
			 uint32_t count, uint32_t *done_count)
{
	lab_status status = grants && done_count ? enter(lab, context) : LAB_ERR_NULL;
	lab_room hand, *room;
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
