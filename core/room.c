/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/room.c - layer 4: what moves between a room and its zone.
 */
#include "room.h"

lab_status lab_room_refill(lab_room *room)
{
	lab_status status = lab_zone_claim_word(room->zone, room->start, &room->open);

	/*@ assert apart: lab_slots_kept{Pre,Here}(room, 0) && room->count == 0; */
	/*@ assert claimed: status == LAB_OK ==> lab_filled{Pre,Here}(room); */
	if (status == LAB_OK)
		room->start = room->open.base + LAB_WORD_BITS;
	/*@ assert kept: status == LAB_OK ==> lab_filled{Pre,Here}(room); */
	return status;
}

void lab_room_flush(lab_room *room)
{
	if (room->open.frames == 0)
		return;
	lab_zone_release_held(room->zone, room->open.base, room->open.frames);
	/*@ assert apart: lab_slots_kept{Pre,Here}(room, room->count); */
	/*@ assert released: lab_left{Pre,Here}(room); */
	room->open.frames = 0;
	/*@ assert kept: lab_left{Pre,Here}(room); */
}
