/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_room.c - core/room.h: a list that is last in, first out, over one open word.
 */
#include <string.h>

#include "../core/room.h"
#include "support/check.h"
#include "support/pool.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define SLOTS 3u

static uint32_t slots[SLOTS + 1];

static lab_room fresh_room(uint32_t capacity)
{
	for (uint32_t i = 0; i <= SLOTS; i++)
		slots[i] = 77;
	return (lab_room){.slot = slots, .capacity = capacity};
}

static void check_room(const lab_room *room, uint32_t count, uint32_t base, lab_word open)
{
	CHECK_EQ(room->count, count);
	CHECK_EQ(room->open.frames, open);
	if (open != 0)
		CHECK_EQ(room->open.base, base);
	CHECK(room->slot == slots);
	CHECK_EQ(slots[room->capacity], 77);
}

static void r3_the_list_is_last_in_first_out(void)
{
	lab_room room = fresh_room(SLOTS);

	CHECK_EQ(lab_room_take(&room), LAB_FRAME_NONE);
	check_room(&room, 0, 0, 0);
	for (uint32_t i = 0; i < SLOTS; i++) {
		CHECK(lab_room_store(&room, 5 * B + i % 2));
		check_room(&room, i + 1, 0, 0);
	}
	for (uint32_t i = SLOTS; i-- > 0;)
		CHECK_EQ(lab_room_take(&room), 5 * B + i % 2);
	CHECK_EQ(lab_room_take(&room), LAB_FRAME_NONE);
}

/* A full list opens a word; its neighbours go there, strangers are refused and change nothing. */
static void r3_a_full_list_opens_a_word(void)
{
	for (uint32_t capacity = 0; capacity <= SLOTS; capacity++) {
		lab_room room = fresh_room(capacity);
		lab_room before;

		check_note("capacity", capacity);
		for (uint32_t i = 0; i < capacity; i++)
			CHECK(lab_room_store(&room, 9 * B + i));
		CHECK(lab_room_store(&room, 3 * B + 1));
		check_room(&room, capacity, 3 * B, 2);
		before = room;
		CHECK(!lab_room_store(&room, 4 * B));
		CHECK(!lab_room_store(&room, 2 * B + 1));
		CHECK(!lab_room_store(&room, 0));
		CHECK(memcmp(&room, &before, sizeof(room)) == 0);
		for (uint32_t bit = 0; bit < B; bit++)
			CHECK(lab_room_store(&room, 3 * B + bit));
		check_room(&room, capacity, 3 * B, LAB_WORD_FULL);
		for (uint32_t i = capacity; i-- > 0;)
			CHECK_EQ(lab_room_take(&room), 9 * B + i);
		for (uint32_t bit = 0; bit < B; bit++)
			CHECK_EQ(lab_room_take(&room), 3 * B + bit);
		CHECK_EQ(lab_room_take(&room), LAB_FRAME_NONE);
		check_room(&room, 0, 0, 0);
	}
}

/* Neighbours of the open word fill it even when the list has space. */
static void r3_neighbours_fill_the_open_word_first(void)
{
	lab_room room = fresh_room(SLOTS);

	room.open = (lab_batch){2 * B, 1};
	CHECK(lab_room_store(&room, 2 * B + 1));
	check_room(&room, 0, 2 * B, 3);
	CHECK(lab_room_store(&room, 3 * B + 1));
	check_room(&room, 1, 2 * B, 3);
	CHECK_EQ(lab_room_take(&room), 3 * B + 1);
	CHECK_EQ(lab_room_take(&room), 2 * B);
	check_room(&room, 0, 2 * B, 2);
}

static void r1_refill_claims_a_whole_word(void)
{
	lab_room room = fresh_room(SLOTS);
	struct pool p;

	pool_make(&p, 3 * B + 1, 0);
	room.zone = p.zone;
	room.start = B;
	CHECK_STATUS(lab_room_refill(&room), LAB_OK);
	check_room(&room, 0, B, LAB_WORD_FULL);
	CHECK_EQ(room.start, 2 * B);
	CHECK_EQ(pool_leaf(&p, 1), 0);
	CHECK_EQ(pool_frames(&p), 2 * B + 1);
	room.open.frames = 0;
	CHECK_STATUS(lab_room_refill(&room), LAB_OK);
	check_room(&room, 0, 2 * B, LAB_WORD_FULL);
	CHECK_EQ(room.start, 3 * B);
	room.open.frames = 0;
	CHECK_STATUS(lab_room_refill(&room), LAB_OK);
	check_room(&room, 0, 3 * B, 1);
	CHECK_EQ(pool_frames(&p), B);
	pool_free(&p);
}

static void r5_refill_of_an_empty_zone_changes_nothing(void)
{
	lab_room room = fresh_room(SLOTS);
	lab_room before;
	struct pool p;

	pool_make(&p, 3 * B + 1, 1);
	room.zone = p.zone;
	pool_drain(&p);
	before = room;
	pool_save(&p);
	CHECK_STATUS(lab_room_refill(&room), LAB_EMPTY);
	CHECK(memcmp(&room, &before, sizeof(room)) == 0);
	CHECK(pool_unchanged(&p));
	pool_free(&p);
}

static void r3_flush_gives_the_open_word_back(void)
{
	lab_room room = fresh_room(SLOTS);
	struct pool p;

	pool_make(&p, 3 * B + 1, 0);
	room.zone = p.zone;
	CHECK(lab_room_store(&room, 0));
	pool_save(&p);
	lab_room_flush(&room);
	CHECK(pool_unchanged(&p));
	check_room(&room, 1, 0, 0);
	pool_drain(&p);
	room.open = (lab_batch){2 * B, (lab_word)(LAB_WORD_FULL & ~(lab_word)1)};
	lab_room_flush(&room);
	check_room(&room, 1, 0, 0);
	CHECK_EQ(pool_leaf(&p, 2), LAB_WORD_FULL & ~(lab_word)1);
	CHECK_EQ(pool_frames(&p), B - 1);
	CHECK_EQ(pool_inexact(&p), 0);
	pool_free(&p);
}

int main(void)
{
	RUN(r3_the_list_is_last_in_first_out);
	RUN(r3_a_full_list_opens_a_word);
	RUN(r3_neighbours_fill_the_open_word_first);
	RUN(r1_refill_claims_a_whole_word);
	RUN(r5_refill_of_an_empty_zone_changes_nothing);
	RUN(r3_flush_gives_the_open_word_back);
	return check_finish();
}
