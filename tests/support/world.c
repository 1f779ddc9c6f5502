/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/world.c - see world.h.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define B ((uint32_t)LAB_WORD_BITS)
#define HALF 65536u

struct world world;

/* ---- the pool's count, and its watermarks ---- */

static bool in_reserve(uint32_t z, uint32_t frame)
{
	return frame / B >= world.rig.pool[z].hinted_count;
}

static uint32_t free_count(uint32_t z)
{
	return world.zone[z].ordinary_free + world.zone[z].reserve_free;
}

void world_move(uint32_t z, uint32_t frame, bool to_pool)
{
	struct world_zone *zone = &world.zone[z];
	uint32_t *count = in_reserve(z, frame) ? &zone->reserve_free : &zone->ordinary_free;

	CHECK(zone->in_pool[frame] != to_pool);
	zone->in_pool[frame] = to_pool;
	*count += to_pool ? 1u : UINT32_MAX;
}

/* Frames of one request left: whether it warns. One does for each time that high was reached. */
static bool sunk(uint32_t z)
{
	struct world_zone *zone = &world.zone[z];
	bool low = zone->low != 0 && free_count(z) <= zone->low && !zone->warned;

	zone->warned |= low;
	return low;
}

/* Frames of one call came back. */
static void risen(uint32_t z)
{
	struct world_zone *zone = &world.zone[z];

	if (zone->low != 0 && free_count(z) >= zone->high)
		zone->warned = false;
}

/* ---- rooms ---- */

static bool has_stored(const struct world_room *room)
{
	return room->count + room->open_count > 0;
}

/* The frame that a room which has one hands out. */
static uint32_t room_take(struct world_room *room)
{
	uint32_t bit = 0;

	if (room->count > 0)
		return room->slot[--room->count];
	while (!room->open[bit])
		bit++;
	room->open[bit] = false;
	room->open_count--;
	return room->base + bit;
}

static void flush(struct world_room *room)
{
	if (room->open_count == 0)
		return;
	for (uint32_t bit = 0; bit < B; bit++)
		if (room->open[bit])
			world_move(room->zone, room->base + bit, true);
	memset(room->open, 0, sizeof(room->open));
	room->open_count = 0;
	risen(room->zone);
}

static void room_store(struct world_room *room, uint32_t frame)
{
	bool neighbour = room->open_count > 0 && room->base == frame / B * B;

	if (!neighbour && room->count < room->capacity) {
		room->slot[room->count++] = frame;
		return;
	}
	if (!neighbour)
		flush(room);
	room->base = frame / B * B;
	CHECK(!room->open[frame % B]);
	room->open[frame % B] = true;
	room->open_count++;
}

/* An empty room took in the word that `frame` is of, all of it that was in the pool. */
static bool refill(struct world_room *room, uint32_t frame)
{
	room->base = frame / B * B;
	for (uint32_t bit = 0; bit < B; bit++) {
		uint32_t near = room->base + bit;

		if (near >= world.rig.pool[room->zone].frame_count ||
		    !world.zone[room->zone].in_pool[near])
			continue;
		world_move(room->zone, near, false);
		room->open[bit] = true;
		room->open_count++;
	}
	CHECK(room->open_count > 0);
	return sunk(room->zone);
}

struct world_room *world_hand(uint32_t c, struct world_room *hand, uint32_t zone)
{
	if (world.context[c].room.zone != RIG_NONE)
		return &world.context[c].room;
	memset(hand, 0, sizeof(*hand));
	hand->zone = zone;
	return hand;
}

void world_drop_hand(struct world_room *hand)
{
	flush(hand);
	CHECK(!has_stored(hand));
}

/* ---- requests ---- */

/* How far zone `z` is: node by distance and number, the near one first. */
static uint32_t far_of(const struct world_context *context, uint32_t z)
{
	uint32_t node = world.zone[z].node;
	uint32_t distance = context->distance == NULL ? 0 : context->distance[node];

	return node == context->node ? 0 : 1 + distance * LAB_NODES_MAX + node;
}

/* Insertion sort of the zones that the flags allow. */
static void lay_path(const struct world_context *context, uint32_t flags)
{
	uint32_t type = (flags & LAB_GFP_DMA) != 0       ? (uint32_t)LAB_ZONE_DMA
			: (flags & LAB_GFP_HIGHMEM) != 0 ? (uint32_t)LAB_ZONE_HIGHMEM
							 : (uint32_t)LAB_ZONE_NORMAL;

	world.path_count = 0;
	for (uint32_t z = 0; z < world.rig.lab->zone_count; z++) {
		uint32_t far = far_of(context, z);
		uint32_t at = world.path_count;

		if (world.zone[z].type > type || ((flags & LAB_GFP_THISNODE) != 0 && far != 0))
			continue;
		while (at > 0 && (far_of(context, world.path[at - 1]) > far ||
				  (far_of(context, world.path[at - 1]) == far &&
				   world.zone[world.path[at - 1]].type < world.zone[z].type))) {
			world.path[at] = world.path[at - 1];
			at--;
		}
		world.path[at] = z;
		world.path_count++;
	}
}

lab_status world_check_request(uint32_t c, uint32_t flags)
{
	if (flags > LAB_GFP_ALL || ((flags & LAB_GFP_DMA) != 0 && (flags & LAB_GFP_HIGHMEM) != 0))
		return LAB_ERR_FLAGS;
	lay_path(&world.context[c], flags);
	return world.path_count == 0 ? LAB_ERR_NO_ZONE : LAB_OK;
}

/* The zone that must answer, and whether its reserve does; or RIG_NONE and why. */
static lab_status choose(const struct world_room *room, uint32_t flags, uint32_t *zone)
{
	uint32_t reserve = RIG_NONE;

	for (uint32_t i = world.path_count; i-- > 0;)
		if (world.zone[world.path[i]].reserve_free > 0)
			reserve = world.path[i];
	for (uint32_t i = 0; i < world.path_count; i++) {
		*zone = world.path[i];
		if (world.zone[*zone].ordinary_free > 0 ||
		    (room->zone == *zone && has_stored(room)))
			return LAB_OK;
	}
	*zone = (flags & LAB_GFP_ATOMIC) != 0 ? reserve : RIG_NONE;
	return reserve == RIG_NONE ? LAB_EMPTY : LAB_RESERVED;
}

/* A granted frame leaves the pool or the room; whether this is the grant that says low. */
static bool take(struct world_room *room, const lab_grant *grant, bool reserve)
{
	bool low = false;

	CHECK_EQ(in_reserve(grant->zone, grant->frame), reserve);
	if (room->zone != grant->zone || reserve) {
		world_move(grant->zone, grant->frame, false);
		return sunk(grant->zone);
	}
	if (!has_stored(room))
		low = refill(room, grant->frame);
	if (has_stored(room))
		CHECK_EQ(grant->frame, room_take(room));
	return low;
}

uint32_t world_next_tag(uint32_t tag)
{
	return (tag / HALF == HALF - 1 ? 1 : tag / HALF + 1) * HALF;
}

static void check_grant(uint32_t c, const lab_grant *grant, uint32_t old_tag, bool low)
{
	CHECK_EQ(grant->tag, world_next_tag(old_tag) + world.context[c].holder);
	CHECK_EQ(grant->low, low);
	CHECK_EQ(old_tag % HALF, 0);
}

void world_alloc(uint32_t c, struct world_room *room, uint32_t flags, const lab_grant *grant)
{
	uint32_t zone;
	lab_status expected = choose(room, flags, &zone);
	bool reserve = expected == LAB_RESERVED;

	if (zone == RIG_NONE) {
		CHECK_STATUS(grant->status, expected);
		CHECK(grant->tag == 0 && grant->frame == LAB_FRAME_NONE && !grant->low);
		world.context[c].refused[expected - LAB_EMPTY]++;
		return;
	}
	CHECK_STATUS(grant->status, LAB_OK);
	CHECK_EQ(grant->zone, zone);
	if (grant->zone != zone || grant->frame >= world.rig.pool[zone].frame_count)
		return;
	check_grant(c, grant, world.zone[zone].tag[grant->frame], take(room, grant, reserve));
	world.zone[zone].tag[grant->frame] = grant->tag;
}

/* ---- frees ---- */

lab_status world_free_status(const lab_grant *grant)
{
	uint32_t tag;

	if (grant->tag % HALF == 0)
		return LAB_ERR_GRANT_EMPTY;
	if (grant->tag % HALF == LAB_CONTEXT_AWAY)
		return LAB_ERR_AWAY;
	if (grant->zone >= world.rig.lab->zone_count)
		return LAB_ERR_ZONE;
	if (grant->frame >= world.rig.pool[grant->zone].frame_count)
		return LAB_ERR_FRAME_RANGE;
	tag = world.zone[grant->zone].tag[grant->frame];
	if (tag == grant->tag)
		return LAB_OK;
	if (tag == 0)
		return LAB_ERR_NEVER_HELD;
	return tag == grant->tag / HALF * HALF ? LAB_ERR_FREED : LAB_ERR_STALE;
}

static void go_home(uint32_t zone, uint32_t frame)
{
	world_move(zone, frame, true);
	risen(zone);
}

void world_free(struct world_room *room, const lab_grant *grant)
{
	world.zone[grant->zone].tag[grant->frame] -= grant->tag % HALF;
	if (room->zone != grant->zone || in_reserve(grant->zone, grant->frame))
		go_home(grant->zone, grant->frame);
	else
		room_store(room, grant->frame);
}

void world_drain(uint32_t c)
{
	struct world_room *room = &world.context[c].room;

	flush(room);
	while (room->count > 0)
		go_home(room->zone, room_take(room));
}
