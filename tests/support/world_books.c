/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/world_books.c - see world.h: the beginning, the end, and the comparison.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "world.h"

#define HALF 65536u

static void *allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (memory == NULL) {
		printf("world: no memory\n");
		exit(EXIT_FAILURE);
	}
	return memory;
}

void world_begin(const struct rig_zone *zones, uint32_t count)
{
	memset(&world, 0, sizeof(world));
	rig_begin(&world.rig, zones, count);
	for (uint32_t z = 0; z < count; z++) {
		struct world_zone *zone = &world.zone[z];
		uint32_t ordinary = world.rig.pool[z].hinted_count * LAB_WORD_BITS;
		uint32_t frame_count = zones[z].frame_count;

		zone->node = zones[z].node;
		zone->type = zones[z].type;
		zone->low = zones[z].low;
		zone->high = zones[z].high;
		zone->ordinary_free = frame_count < ordinary ? frame_count : ordinary;
		zone->reserve_free = frame_count - zone->ordinary_free;
		zone->in_pool = allocate(frame_count * sizeof(*zone->in_pool));
		zone->tag = allocate(frame_count * sizeof(*zone->tag));
		for (uint32_t frame = 0; frame < frame_count; frame++)
			zone->in_pool[frame] = true;
	}
}

void world_add_context(const lab_context_config *config)
{
	uint32_t c = world.rig.context_count;
	struct world_context *context = &world.context[c];

	(void)rig_configure(&world.rig, config);
	context->node = config->node;
	context->holder =
		1 + config->cpu * LAB_LEVELS_MAX + config->level + LAB_CONTEXTS * config->client;
	context->distance = config->distance;
	context->room.capacity = config->capacity;
	context->room.zone = RIG_NONE;
	if (config->capacity == 0)
		return;
	/* A room is of the first zone of plain requests, else of HIGHMEM requests. */
	if (world_check_request(c, 0) != LAB_OK)
		CHECK_STATUS(world_check_request(c, LAB_GFP_HIGHMEM), LAB_OK);
	context->room.zone = world.path[0];
}

void world_end(void)
{
	for (uint32_t z = 0; z < world.rig.lab->zone_count; z++) {
		free(world.zone[z].in_pool);
		free(world.zone[z].tag);
	}
	rig_end(&world.rig);
}

/* ---- frames that go away and come back ---- */

void world_reclaim(uint32_t zone, lab_status status, uint32_t frame)
{
	struct world_zone *from = &world.zone[zone];

	CHECK_STATUS(status, from->ordinary_free > 0 ? LAB_OK : LAB_EMPTY);
	if (status != LAB_OK)
		return;
	CHECK(frame < world.rig.pool[zone].frame_count);
	if (frame >= world.rig.pool[zone].frame_count)
		return;
	CHECK(frame / LAB_WORD_BITS < world.rig.pool[zone].hinted_count);
	world_move(zone, frame, false);
	CHECK_EQ(from->tag[frame] % HALF, 0);
	from->tag[frame] = world_next_tag(from->tag[frame]) + LAB_CONTEXT_AWAY;
}

lab_status world_donate_status(uint32_t zone, uint32_t frame)
{
	if (zone >= world.rig.lab->zone_count)
		return LAB_ERR_ZONE;
	if (frame >= world.rig.pool[zone].frame_count)
		return LAB_ERR_FRAME_RANGE;
	return world.zone[zone].tag[frame] % HALF == LAB_CONTEXT_AWAY ? LAB_OK : LAB_ERR_NOT_AWAY;
}

void world_donate(uint32_t zone, uint32_t frame)
{
	lab_grant grant = {frame, world.zone[zone].tag[frame], LAB_OK, (uint16_t)zone, false};
	struct world_room none = {.zone = RIG_NONE};

	world_free(&none, &grant);
}

/* ---- the comparison ---- */

static void check_zone(uint32_t z)
{
	const struct pool *pool = &world.rig.pool[z];
	uint32_t wrong = 0;

	check_note("zone", z);
	for (uint32_t frame = 0; frame < pool->frame_count; frame++) {
		wrong += pool_has(pool, frame) != world.zone[z].in_pool[frame];
		wrong += rig_tag(&world.rig, z, frame) != world.zone[z].tag[frame];
	}
	CHECK_EQ(wrong, 0);
	CHECK_EQ(pool_frames(pool), world.zone[z].ordinary_free + world.zone[z].reserve_free);
	CHECK_EQ(pool_inexact(pool), 0);
	CHECK_EQ(world.rig.lab->gauge[z].raised, world.zone[z].warned);
}

static void check_context(uint32_t c)
{
	const lab_context *context = world.rig.context[c];
	const struct world_room *room = &world.context[c].room;

	check_note("context", c);
	CHECK_EQ(context->holder, world.context[c].holder);
	CHECK_EQ(rig_room_zone(&world.rig, context), room->zone);
	CHECK_EQ(context->room.count, room->count);
	CHECK(room->count == 0 ||
	      memcmp(context->room.slot, room->slot, room->count * sizeof(uint32_t)) == 0);
	CHECK(room->open_count == 0 || context->room.open.base == room->base);
	for (uint32_t bit = 0; bit < LAB_WORD_BITS; bit++)
		CHECK_EQ(context->room.open.frames >> bit & 1u, room->open[bit]);
	for (uint32_t cause = 0; cause < 3; cause++)
		CHECK_EQ(context->refused[cause], world.context[c].refused[cause]);
}

void world_check_exact(void)
{
	for (uint32_t z = 0; z < world.rig.lab->zone_count; z++)
		check_zone(z);
	for (uint32_t c = 0; c < world.rig.context_count; c++)
		check_context(c);
	rig_check_rest(&world.rig);
}
