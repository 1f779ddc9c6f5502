/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/room.h - layer 4: the private frame store of one context.
 *
 * Nothing but its own context touches a room, so a hit is plain loads and stores. A room has two
 * parts: a last-in-first-out list of `capacity` frames, and one open word, which gathers frames of
 * one word of the pool: a miss claims a whole word into it, frees of neighbours fill it, and one
 * locked instruction gives it back. A room holds at most capacity + LAB_WORD_BITS frames, all of
 * one zone and none of its reserve.
 */
#pragma once

#include "gauge.h"
#include "ledger.h"

/** No frame. */
#define LAB_FRAME_NONE UINT32_MAX

/** No zone. */
#define LAB_ZONE_NONE UINT16_MAX

/** Frames of one zone that one context has in store. */
typedef struct lab_room {
	const lab_zone *zone; /* the zone its frames belong to; null: there is no room */
	uint32_t *tag;        /* the ledger of that zone */
	uint32_t limit;       /* frames of the zone below this may be stored; 0: no room */
	uint16_t id;          /* the zone's number; LAB_ZONE_NONE: no room */
	uint32_t *slot;       /* frame numbers of the list; the first `count` are in store */
	uint32_t capacity;    /* slots */
	uint32_t count;       /* frames in the list */
	uint32_t start;       /* where the next search for a word starts */
	lab_batch open;       /* frames of one word; none when open.frames is 0 */
} lab_room;

#ifdef __FRAMAC__
#include "../spec/room.acsl"
#endif

/* Make a room without frames; `zone` null: there is no room. */
/*@ requires room: \valid(room) && (zone != \null ==> \valid_read(zone) &&
        \separated(room, zone) && lab_zone_shape(zone));
    terminates \true; exits \false; assigns *room;
    ensures empty: room->count == 0 && room->open.frames == 0;
    ensures room: room->zone == zone && room->tag == tag && room->slot == slot &&
        room->capacity == capacity && room->id == (zone != \null ? zone->id : LAB_ZONE_NONE);
    ensures T7_limit: \forall integer f; 0 <= f ==> (f < room->limit <==>
        zone != \null && f < zone->frame_count && lab_node(zone, f) < zone->reserve);
*/
static inline void lab_room_init(lab_room *room, const lab_zone *zone, uint32_t *tag,
				 uint32_t *slot, uint32_t capacity, uint32_t start)
{
	room->zone = zone;
	room->tag = tag;
	room->limit = zone != NULL ? lab_zone_limit(zone) : 0;
	room->id = zone != NULL ? zone->id : LAB_ZONE_NONE;
	room->slot = slot;
	room->capacity = capacity;
	room->count = 0;
	room->start = start;
	room->open.base = 0;
	room->open.frames = 0;
}

/** Take a frame out of the room; LAB_FRAME_NONE when there is none. Plain memory. */
/*@ requires room: lab_room_ok(room) && lab_hoards(room) && lab_ghost_loose == LAB_FRAME_NONE;
    terminates \true; exits \false;
    assigns room->count, room->open.frames, lab_ghost_loose, lab_ghost_loose_zone;
    ensures room: lab_room_ok(room);
    ensures T3_kept: lab_room_kept{Pre,Post}(room) &&
        lab_zone_same{Pre,Post}(room->zone, room->tag);
    ensures T3_roomed: lab_roomed{Pre,Post}(room);
    ensures T3_list: lab_list_ok(room);
    ensures T3_open: lab_open_ok(room);
    ensures T3_lost: lab_nothing_lost(room);
    ensures T3_loose: \result == LAB_FRAME_NONE ? lab_ghost_loose == LAB_FRAME_NONE :
        lab_loose_ok(room->zone) && lab_storable(room, \result);
    ensures T9_found: \result == LAB_FRAME_NONE <==>
        \old(room->count) == 0 && \old(room->open.frames) == 0;
    ensures T9_listed: \old(room->count) > 0 ==> room->count == \old(room->count) - 1 &&
        room->open.frames == \old(room->open.frames);
*/
static inline uint32_t lab_room_take(lab_room *room)
{
	uint32_t frame = LAB_FRAME_NONE;

	if (room->count > 0) {
		room->count--;
		frame = room->slot[room->count];
		/*@ ghost lab_ghost_loose = frame; */
		/*@ ghost lab_ghost_loose_zone = room->zone->id; */
		/*@ assert apart: lab_slots_still{Pre,Here}(room, room->capacity); */
		/*@ assert open: lab_open_ok(room); */
		/*@ assert lost: lab_nothing_lost(room); */
	} else if (room->open.frames != 0) {
		uint32_t bit = lab_port_lowest(room->open.frames);

		frame = room->open.base + bit;
		room->open.frames = lab_bits_without(room->open.frames, bit);
		/*@ ghost lab_ghost_loose = frame; */
		/*@ ghost lab_ghost_loose_zone = room->zone->id; */
		/*@ assert apart: lab_slots_still{Pre,Here}(room, room->capacity) &&
		    room->count == \at(room->count,Pre) &&
		    room->open.base == \at(room->open.base,Pre); */
		/*@ assert open: lab_open_ok(room); */
		/*@ assert lost: lab_nothing_lost(room); */
	}
	return frame;
}

/** Put the frame in hand into the room; false, and nothing changed, when there is no space: then
 *  there is an open word of other frames. Plain memory. */
/*@ requires room: lab_room_ok(room) && lab_hoards(room);
    requires frame: lab_storable(room, frame);
    terminates \true; exits \false;
    assigns room->count, room->open.base, room->open.frames,
        room->slot[0 .. room->capacity - 1], lab_ghost_loose, lab_ghost_place[frame];
    ensures room: lab_room_ok(room);
    ensures T3_roomed: lab_roomed{Pre,Post}(room);
    ensures T3_list: lab_list_ok(room);
    ensures T3_open: lab_open_ok(room);
    ensures T3_lost: lab_nothing_lost(room);
    ensures T3_loose: lab_ghost_loose == (\result ? LAB_FRAME_NONE : frame);
    ensures T3_kept: lab_room_kept{Pre,Post}(room);
    ensures T3_space: \result == 0 ==> \old(room->open.frames) != 0 &&
        room->open.frames == \old(room->open.frames) && room->count == \old(room->count);
*/
static inline bool lab_room_store(lab_room *room, uint32_t frame)
{
	uint32_t base = frame - frame % LAB_WORD_BITS;
	bool other = room->open.frames == 0 || room->open.base != base;

	if (other && room->count < room->capacity) {
		room->slot[room->count] = frame;
		room->count++;
		/*@ assert apart: lab_slots_still{Pre,Here}(room, \at(room->count,Pre)) &&
		    room->slot[room->count - 1] == frame; */
		/*@ assert same: \forall integer f; 0 <= f ==> (lab_opened(room, f) <==>
		    \at(lab_opened(room, f),Pre)); */
		/*@ ghost lab_ghost_place[frame] = room->count - 1; */
		/*@ ghost lab_ghost_loose = LAB_FRAME_NONE; */
		/*@ assert open: lab_open_ok(room); */
	} else if (other && room->open.frames != 0) {
		return false;
	} else {
		room->open.base = base;
		room->open.frames = lab_bits_with(room->open.frames, frame % LAB_WORD_BITS);
		/*@ assert apart: lab_slots_still{Pre,Here}(room, room->capacity) &&
		    room->count == \at(room->count,Pre); */
		/*@ assert added: \forall integer f; 0 <= f ==> (lab_opened(room, f) <==>
		    \at(lab_opened(room, f),Pre) || f == frame); */
		/*@ ghost lab_ghost_loose = LAB_FRAME_NONE; */
		/*@ assert open: lab_open_ok(room); */
	}
	return true;
}

/**
 * Claim a word of frames into an empty room: the miss.
 *
 * LAB_OK                    the open word has frames
 * LAB_EMPTY, LAB_CONTENDED  as lab_zone_claim()
 * A failure changes nothing but hints. Steps as lab_zone_claim().
 */
/*@ requires room: lab_room_ok(room) && lab_inv(room->zone) && lab_hoards(room) &&
        lab_ghost_loose == LAB_FRAME_NONE;
    requires empty: room->count == 0 && room->open.frames == 0;
    requires calm: lab_counts(8) && lab_ghost_owing == 0;
    terminates \true; exits \false;
    assigns LAB_SHARED(room->zone), LAB_OURS(room->zone), room->open.base, room->open.frames,
        room->start;
    ensures T3_T11_inv: lab_inv(room->zone) && lab_ghost_owing == 0;
    ensures T3_list: lab_room_ok(room) && room->count == 0;
    ensures T3_open: lab_open_ok(room);
    ensures T9_found: \result == LAB_OK <==> room->open.frames != 0;
    ensures T3_lost: lab_nothing_lost(room);
    ensures T4_bounded: lab_spent{Pre,Post}(lab_claim_steps(lab_level(room->zone->leaf), 1));
    ensures T5_honest: \result != LAB_OK ==> lab_honest(room->zone, \result);
    ensures T9_complete: lab_ghost_quiet ==> lab_complete{Pre}(room->zone, \result);
    ensures T1_exclusive: lab_gained{Pre,Post}(room->zone->id, lab_ghost_me,
        lab_node(room->zone, room->open.base), room->open.frames);
    ensures T5_seen: lab_looked{Pre,Post}(room->zone->id);
*/
lab_status lab_room_refill(lab_room *room);

/**
 * Give the open word, which is not empty, back to the pool: one locked instruction.
 *
 * Cannot fail. Steps as lab_zone_release().
 */
/*@ requires room: lab_room_ok(room) && lab_inv(room->zone) && lab_hoards(room);
    requires some: room->open.frames != 0;
    requires calm: lab_counts(8) && lab_ghost_owing == 0;
    terminates \true; exits \false;
    assigns LAB_SHARED(room->zone), LAB_OURS(room->zone), room->open.frames;
    ensures T3_T11_inv: lab_inv(room->zone) && lab_ghost_owing == 0;
    ensures room: lab_room_ok(room);
    ensures T3_list: lab_list_ok(room);
    ensures T3_open: room->open.frames == 0 && lab_open_ok(room);
    ensures T3_loose: lab_loose_ok(room->zone);
    ensures T3_lost: lab_nothing_lost(room);
    ensures T1_exclusive: lab_gained{Post,Pre}(room->zone->id, lab_ghost_me,
        lab_node(room->zone, room->open.base), \old(room->open.frames));
    ensures T4_bounded: lab_spent{Pre,Post}(1 + 2 * lab_level(room->zone->leaf));
*/
void lab_room_flush(lab_room *room);
