/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/room.c - layer 4: what moves between a room and its zone.
 */
#include "room.h"

lab_status lab_room_refill(lab_room *room)
{
	/*@ assert bare: lab_bare(room); */
	/*@ assert map: lab_bare_map(room); */
	lab_found found = lab_zone_claim(room->zone, room->start, true);

	/*@ assert apart: lab_slots_kept{Pre,Here}(room, 0) && room->count == 0 &&
	    room->open.frames == 0; */
	/*@ assert hands: found.status != LAB_OK ==>
	    lab_ledger_rely{Pre,Here}(room->zone->id, lab_ghost_me); */
	/*@ assert map: found.status != LAB_OK ==> lab_bare_map(room); */
	/*@ assert none: found.status != LAB_OK ==> lab_nothing_lost(room); */
	if (found.status == LAB_OK) {
		room->open.base = lab_zone_base(room->zone, found.node);
		room->open.frames = found.frames;
		room->start = room->open.base + LAB_WORD_BITS;
		/*@ assert kept: lab_slots_kept{Pre,Here}(room, 0) && room->count == 0; */
		/*@ assert claimed: lab_filled{Pre,Here}(room); */
		/*@ assert lost: lab_nothing_lost(room); */
	}
	return found.status;
}

void lab_room_flush(lab_room *room)
{
	lab_zone_release(room->zone, room->open.base, room->open.frames);
	/*@ assert apart: lab_slots_kept{Pre,Here}(room, room->count); */
	/*@ assert released: lab_left{Pre,Here}(room); */
	room->open.frames = 0;
	/*@ assert kept: lab_left{Pre,Here}(room); */
}
