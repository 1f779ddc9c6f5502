// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * config.c - what is wrong with the configuration of a pool, if anything is.
 */
#include <linux/mm.h>
#include <linux/nodemask.h>

#include "pool.h"

u32 rank_of(gfp_t gfp)
{
	if (gfp & __GFP_DMA)
		return RANK_DMA;
	return gfp & __GFP_DMA32 ? RANK_DMA32 : RANK_NORMAL;
}

int refuse(const char *name, const char *why)
{
	pr_err("labyrinth: pool %s not made: %s\n", name, why);
	return -EINVAL;
}

static bool has_node(const struct labyrinth_zone_config *zone)
{
	return zone->node != NUMA_NO_NODE;
}

static const char *zone_wrong(const struct labyrinth_zone_config *zone)
{
	u32 max = zone->max_pages ? zone->max_pages : zone->pages;

	if (zone->pages == 0 || max < zone->pages || max > LAB_FRAMES_MAX)
		return "a zone needs 1 <= pages <= max_pages <= LAB_FRAMES_MAX";
	if (zone->reserve >= zone->pages || roundup(zone->reserve, LAB_WORD_BITS) >= max)
		return "reserve, rounded up to whole words of frames, must leave pages for others";
	if (max > zone->pages && zone->low == 0)
		return "max_pages needs low: without it there is no worker";
	if (zone->low != 0 && (zone->high <= zone->low || zone->high > max))
		return "watermarks must be low < high <= max_pages";
	if (has_node(zone) && (zone->node < 0 || zone->node >= MAX_NUMNODES ||
			       !node_state(zone->node, N_MEMORY)))
		return "node must be NUMA_NO_NODE, or a node with memory";
	return NULL;
}

int config_check(const struct labyrinth_pool_config *config)
{
	const char *why;
	u32 i, j;

	if (!config || !config->name || !config->name[0] ||
	    strnlen(config->name, NAME_SIZE) == NAME_SIZE)
		return refuse("(unnamed)", "a name has 1 to 31 characters");
	if (!config->zones || config->zone_count == 0 || config->zone_count > LAB_ZONES_MAX)
		return refuse(config->name, "zone_count must be 1 to LABYRINTH_ZONES_MAX");
	if (config->room > LABYRINTH_ROOM_MAX)
		return refuse(config->name, "room must be at most LABYRINTH_ROOM_MAX");
	if (strchr(config->name, '/'))
		return refuse(config->name, "a name has no '/'");
	for (i = 0; i < config->zone_count; i++) {
		const struct labyrinth_zone_config *zone = &config->zones[i];

		why = zone_wrong(zone);
		if (why)
			return refuse(config->name, why);
		for (j = 0; j < i; j++)
			if (config->zones[j].node == zone->node &&
			    rank_of(config->zones[j].gfp) == rank_of(zone->gfp))
				return refuse(config->name, "two zones have the same gfp and node");
		if (has_node(zone) != has_node(&config->zones[0]))
			return refuse(config->name, "all zones name a node, or none does");
	}
	return 0;
}
