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
#ifndef LAB_ROOM_H
#define LAB_ROOM_H

#include "gauge.h"
#include "ledger.h"

/** No frame. */
#define LAB_FRAME_NONE UINT32_MAX

/** Frames of one zone that one context has in store. */
typedef struct lab_room {
	const lab_zone *zone; /* the zone its frames belong to; null: there is no room */
	uint32_t *slot;       /* frame numbers of the list; the first `count` are in store */
	uint32_t capacity;    /* slots */
	uint32_t count;       /* frames in the list */
	uint32_t start;       /* where the next search for a word starts */
	lab_batch open;       /* frames of one word; none when open.frames is 0 */
} lab_room;

#ifdef __FRAMAC__
#include "../spec/room.acsl"
#endif

/* Take the last frame of the list. */
/*@ requires room: lab_room_ok(room) && lab_hoards(room) && lab_ghost_loose == LAB_FRAME_NONE;
    requires some: room->count > 0;
    terminates \true; exits \false;
    assigns room->count, lab_ghost_loose, lab_ghost_loose_zone;
    ensures room: lab_room_ok(room);
    ensures T3_list: lab_list_ok(room);
    ensures T3_open: lab_open_ok(room);
    ensures T3_lost: lab_nothing_lost(room);
    ensures T3_loose: lab_loose_ok(room->zone) && lab_loose(room->zone, \result) &&
        \result < room->zone->frame_count;
*/
static inline uint32_t lab_room_pop(lab_room *room)
{
	uint32_t last = room->count - 1;

	room->count = last;
	/*@ assert apart: lab_slots_still{Pre,Here}(room, room->capacity) &&
	    room->open.base == \at(room->open.base,Pre); */
	/*@ ghost lab_ghost_loose = room->slot[last]; */
	/*@ ghost lab_ghost_loose_zone = room->zone->id; */
	return room->slot[last];
}

/* Take a frame of the open word. */
/*@ requires room: lab_room_ok(room) && lab_hoards(room) && lab_ghost_loose == LAB_FRAME_NONE;
    requires some: room->open.frames != 0;
    terminates \true; exits \false;
    assigns room->open.frames, lab_ghost_loose, lab_ghost_loose_zone;
    ensures room: lab_room_ok(room);
    ensures T3_list: lab_list_ok(room);
    ensures T3_open: lab_open_ok(room);
    ensures T3_lost: lab_nothing_lost(room);
    ensures T3_loose: lab_loose_ok(room->zone) && lab_loose(room->zone, \result) &&
        \result < room->zone->frame_count;
*/
static inline uint32_t lab_room_draw(lab_room *room)
{
	uint32_t bit = lab_port_lowest(room->open.frames);

	room->open.frames = lab_bits_without(room->open.frames, bit);
	/*@ assert apart: lab_slots_still{Pre,Here}(room, room->capacity) &&
	    room->count == \at(room->count,Pre) && room->open.base == \at(room->open.base,Pre); */
	/*@ ghost lab_ghost_loose = room->open.base + bit; */
	/*@ ghost lab_ghost_loose_zone = room->zone->id; */
	return room->open.base + bit;
}

/** Take a frame out of the room; LAB_FRAME_NONE when there is none. Plain memory. */
/*@ requires room: lab_room_ok(room) && lab_hoards(room) && lab_ghost_loose == LAB_FRAME_NONE;
    terminates \true; exits \false;
    assigns room->count, room->open.frames, lab_ghost_loose, lab_ghost_loose_zone;
    ensures room: lab_room_ok(room);
    ensures T3_list: lab_list_ok(room);
    ensures T3_open: lab_open_ok(room);
    ensures T3_lost: lab_nothing_lost(room);
    ensures T3_loose: \result == LAB_FRAME_NONE ? lab_ghost_loose == LAB_FRAME_NONE :
        lab_loose_ok(room->zone) && lab_loose(room->zone, \result) &&
        \result < room->zone->frame_count;
    ensures T9_found: \result == LAB_FRAME_NONE <==>
        \old(room->count) == 0 && \old(room->open.frames) == 0;
*/
static inline uint32_t lab_room_take(lab_room *room)
{
	if (room->count > 0)
		return lab_room_pop(room);
	if (room->open.frames != 0)
		return lab_room_draw(room);
	return LAB_FRAME_NONE;
}

/* Put the frame in hand at the end of the list. */
/*@ requires room: lab_room_ok(room) && lab_hoards(room) && room->count < room->capacity;
    requires frame: lab_storable(room, frame) && !lab_opened(room, frame);
    terminates \true; exits \false;
    assigns room->count, room->slot[room->count], lab_ghost_loose, lab_ghost_place[frame];
    ensures room: lab_room_ok(room);
    ensures T3_list: lab_list_ok(room);
    ensures T3_open: lab_open_ok(room);
    ensures T3_lost: lab_nothing_lost(room);
    ensures T3_loose: lab_ghost_loose == LAB_FRAME_NONE;
*/
static inline void lab_room_push(lab_room *room, uint32_t frame)
{
	uint32_t end = room->count;

	room->slot[end] = frame;
	room->count = end + 1;
	/*@ assert apart: lab_slots_still{Pre,Here}(room, end) && room->slot[end] == frame; */
	/*@ assert same: \forall integer f; 0 <= f ==> (lab_opened(room, f) <==>
	    \at(lab_opened(room, f),Pre)); */
	/*@ ghost lab_ghost_place[frame] = end; */
	/*@ ghost lab_ghost_loose = LAB_FRAME_NONE; */
}

/* Put the frame in hand into the open word, which is of the same word of the pool or is empty. */
/*@ requires room: lab_room_ok(room) && lab_hoards(room);
    requires frame: lab_storable(room, frame);
    requires same: room->open.frames == 0 ||
        room->open.base == frame - frame % LAB_WORD_BITS;
    terminates \true; exits \false;
    assigns room->open, lab_ghost_loose;
    ensures room: lab_room_ok(room);
    ensures T3_list: lab_list_ok(room);
    ensures T3_open: lab_open_ok(room);
    ensures T3_lost: lab_nothing_lost(room);
    ensures T3_loose: lab_ghost_loose == LAB_FRAME_NONE;
*/
static inline void lab_room_gather(lab_room *room, uint32_t frame)
{
	room->open.base = frame - frame % LAB_WORD_BITS;
	room->open.frames = lab_bits_with(room->open.frames, frame % LAB_WORD_BITS);
	/*@ assert apart: lab_slots_still{Pre,Here}(room, room->capacity); */
	/*@ assert added: \forall integer f; 0 <= f ==> (lab_opened(room, f) <==>
	    \at(lab_opened(room, f),Pre) || f == frame); */
	/*@ ghost lab_ghost_loose = LAB_FRAME_NONE; */
}

/** Put the frame in hand into the room; false, and nothing changed, when there is no space: then
 *  there is an open word of other frames. Plain memory. */
/*@ requires room: lab_room_ok(room) && lab_hoards(room);
    requires frame: lab_storable(room, frame);
    terminates \true; exits \false;
    assigns room->count, room->open, room->slot[room->count], lab_ghost_loose,
        lab_ghost_place[frame];
    ensures room: lab_room_ok(room);
    ensures T3_list: lab_list_ok(room);
    ensures T3_open: lab_open_ok(room);
    ensures T3_lost: lab_nothing_lost(room);
    ensures T3_loose: lab_ghost_loose == (\result ? LAB_FRAME_NONE : frame);
    ensures T3_space: \result == 0 ==> room->open.frames != 0 && room->count == \old(room->count);
*/
static inline bool lab_room_store(lab_room *room, uint32_t frame)
{
	if (room->open.frames != 0 && room->open.base == frame - frame % LAB_WORD_BITS) {
		lab_room_gather(room, frame);
		return true;
	}
	if (room->count < room->capacity) {
		lab_room_push(room, frame);
		return true;
	}
	if (room->open.frames != 0)
		return false;
	lab_room_gather(room, frame);
	return true;
}

/**
 * Claim a word of frames into an empty room: the miss.
 *
 * LAB_OK                    the open word has frames
 * LAB_EMPTY, LAB_CONTENDED  as lab_zone_claim_word()
 * A failure changes nothing but hints. Steps as lab_zone_claim_word().
 */
/*@ requires room: lab_room_ok(room) && lab_inv(room->zone) && lab_hoards(room) &&
        lab_ghost_loose == LAB_FRAME_NONE;
    requires empty: room->count == 0 && room->open.frames == 0;
    requires calm: lab_counts(8) && lab_ghost_owing == 0;
    terminates \true; exits \false;
    assigns LAB_SHARED(room->zone), LAB_OURS(room->zone), room->open, room->start;
    ensures T3_T11_inv: lab_inv(room->zone) && lab_ghost_owing == 0;
    ensures T3_list: lab_room_ok(room) && room->count == 0;
    ensures T3_open: lab_open_ok(room);
    ensures T9_found: \result == LAB_OK <==> room->open.frames != 0;
    ensures T3_lost: lab_nothing_lost(room);
    ensures T4_bounded: lab_ghost_steps <= \old(lab_ghost_steps) +
        lab_claim_steps(lab_level(room->zone->leaf), 1);
    ensures T5_honest: \result != LAB_OK ==> lab_honest(room->zone, \result);
    ensures T9_complete: lab_ghost_quiet ==> lab_complete{Pre}(room->zone, \result);
*/
lab_status lab_room_refill(lab_room *room);

/**
 * Give the open word, if there is one, back to the pool: one locked instruction.
 *
 * Cannot fail. Steps as lab_zone_release_held().
 */
/*@ requires room: lab_room_ok(room) && lab_inv(room->zone) && lab_hoards(room);
    requires calm: lab_counts(8) && lab_ghost_owing == 0;
    terminates \true; exits \false;
    assigns LAB_SHARED(room->zone), LAB_OURS(room->zone), room->open.frames;
    ensures T3_T11_inv: lab_inv(room->zone) && lab_ghost_owing == 0;
    ensures room: lab_room_ok(room);
    ensures T3_list: lab_list_ok(room);
    ensures T3_open: room->open.frames == 0 && lab_open_ok(room);
    ensures T3_loose: lab_loose_ok(room->zone);
    ensures T3_lost: lab_nothing_lost(room);
    ensures T4_bounded: lab_spent{Pre,Post}(1 + 2 * lab_level(room->zone->leaf));
*/
void lab_room_flush(lab_room *room);

#endif /* LAB_ROOM_H */
