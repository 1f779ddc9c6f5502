/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/bound.c - T4: the greatest number of steps of each call, by the manual of
 * core/labyrinth.h and the contracts' lab_claim_steps().
 *
 * Tighter than the contracts where a zone is smaller than its configuration allows: a zone of one
 * word is swept without a search, and a sweep reads the words that there are.
 */
#include "calls.h"

#define B WORLD_BITS

static uint64_t gauge_steps(uint32_t z)
{
	return world.zone[z].low != 0 ? 3 : 0;
}

uint64_t bound_claim(uint32_t z, bool whole)
{
	const struct world_zone *zone = &world.zone[z];
	uint64_t levels = zone->level_count;
	uint64_t retire = levels == 0 ? 0 : 3 * levels + 2;
	uint64_t leaf = 1 + (whole ? 1 : B);
	uint64_t visits = levels == 0 ? 0 : LAB_VISITS_MAX;
	uint64_t swept = zone->hinted_count;

	return visits * (levels + leaf + retire) +
	       (swept <= LAB_SWEEP_WORDS ? swept * leaf + retire : 0);
}

/* A request that found nothing in a room, whole words from zone `whole`. */
static uint64_t request(const struct world_context *context, uint32_t flags, uint32_t whole)
{
	uint32_t zones[LAB_ZONES_MAX];
	uint32_t count = world_path(context, flags, zones);
	uint64_t gauge = 0;
	uint64_t bound = 2;

	for (uint32_t i = 0; i < count; i++) {
		const struct world_zone *zone = &world.zone[zones[i]];
		uint64_t reserve = zone->leaf_count - zone->hinted_count;

		bound += bound_claim(zones[i], zones[i] == whole);
		bound += (flags & LAB_GFP_ATOMIC) != 0 ? reserve * (1 + B) : reserve;
		if (gauge_steps(zones[i]) > gauge)
			gauge = gauge_steps(zones[i]);
	}
	return bound + gauge;
}

uint64_t bound_alloc(const struct world_context *context, uint32_t flags)
{
	uint32_t zones[LAB_ZONES_MAX];

	if (world_path(context, flags, zones) > 0 && zones[0] == context->room_zone &&
	    world_stored(context->context) > 0)
		return 2;
	return request(context, flags, context->room_zone);
}

/* One locked set and the hints above: of zone `z`. */
uint64_t bound_give(uint32_t z)
{
	return gauge_steps(z) + 1 + 2 * world.zone[z].level_count;
}

static uint64_t give_any(void)
{
	uint64_t most = 0;

	for (uint32_t z = 0; z < world.zone_count; z++)
		if (bound_give(z) > most)
			most = bound_give(z);
	return most;
}

uint64_t bound_alloc_bulk(const struct world_context *context, uint32_t flags, uint32_t count)
{
	uint32_t zones[LAB_ZONES_MAX];
	uint32_t path_count = world_path(context, flags, zones);
	uint32_t whole = context->room_zone;

	if (path_count > 0 && whole == WORLD_NONE)
		whole = zones[0];
	return count * request(context, flags, whole) +
	       (context->room_zone == WORLD_NONE ? give_any() : 0);
}

uint64_t bound_free(void)
{
	return 1 + give_any();
}

uint64_t bound_free_bulk(const struct world_context *context, uint32_t count)
{
	return count * bound_free() + (context->room_zone == WORLD_NONE ? give_any() : 0);
}

uint64_t bound_drain(const struct world_context *context)
{
	if (context->room_zone == WORLD_NONE)
		return 0;
	return (1 + context->context->room.count) * bound_give(context->room_zone);
}

uint64_t bound_donate(uint32_t zone)
{
	return 2 + bound_give(zone);
}

uint64_t bound_reclaim(uint32_t zone)
{
	return bound_claim(zone, false) + 2 + gauge_steps(zone);
}

uint64_t bound_stats(uint32_t zone)
{
	return world.zone[zone].leaf_count + 2ull * world.zone[zone].frame_count +
	       world.frame_count;
}
