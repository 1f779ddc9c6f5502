/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/plans.c - the sets of zones that an input chooses from, and their geometry.
 */
#include "plans.h"

#include <stddef.h>

#define B WORLD_BITS
#define N LAB_ZONE_NORMAL
#define D LAB_ZONE_DMA
#define H LAB_ZONE_HIGHMEM
#if LAB_WORD_BITS > 8
#define DEEP (LAB_SWEEP_WORDS + 1u)
#else
#define DEEP (B * B + 1u)
#endif
#define OVER_SWEEP (LAB_SWEEP_WORDS + 1u < DEEP ? LAB_SWEEP_WORDS + 1u : DEEP)

/* node, type, words, frames that the last word lacks, words in reserve, watermarks */
const struct plan plans[WORLD_PLANS] = {
	{"one-word", 1, {{0, N, 1, 0, 0, false}}},
	{"part-word", 1, {{0, N, 1, 1, 0, true}}},
	{"two-words", 1, {{0, N, 2, 0, 0, false}}},
	{"two-words-low", 1, {{0, N, 2, 1, 0, true}}},
	{"reserve", 1, {{0, N, 2, 0, 1, true}}},
	{"three-words", 1, {{0, N, 3, 1, 0, false}}},
	{"unswept-reserve", 1, {{0, N, OVER_SWEEP + 1u, 1, 1, true}}},
	{"unswept", 1, {{0, N, OVER_SWEEP, 0, 0, false}}},
	{"deep", 1, {{0, N, DEEP, 1, 0, true}}},
	{"normal-dma", 2, {{0, N, 1, 0, 0, true}, {0, D, 2, 1, 1, true}}},
	{"all-types", 3, {{0, D, 1, 1, 0, false}, {0, H, 2, 0, 1, true}, {0, N, 1, 0, 0, true}}},
	{"two-nodes", 2, {{0, N, 2, 0, 1, true}, {1, N, 1, 0, 0, true}}},
	{"far-and-near",
	 4,
	 {{1, N, 1, 0, 0, false},
	  {0, N, 1, 1, 0, true},
	  {0, D, 2, 0, 1, false},
	  {1, D, 1, 0, 0, true}}},
	{"highmem-only", 1, {{0, H, 3, 1, 1, false}}},
	{"dma-only", 1, {{1, D, 2, 0, 0, true}}},
	{"reserves", 2, {{0, N, 3, 1, 2, true}, {1, H, 2, 0, 1, false}}},
};

/* Words above `hinted` leaves: whole levels of a tree, because a node's number names its place. */
static void measure_hints(struct world_zone *zone)
{
	uint32_t width = 1;

	zone->level_count = 0;
	zone->hint_count = 0;
	while (width < zone->hinted_count) {
		zone->hint_count += width;
		zone->level_count++;
		width *= B;
	}
}

void plan_measure(const struct plan_zone *plan, struct world_zone *zone)
{
	*zone = (struct world_zone){.node = plan->node, .type = plan->type};
	zone->frame_count = plan->words * B - plan->short_by;
	zone->leaf_count = plan->words;
	zone->hinted_count = plan->words - plan->reserve;
	measure_hints(zone);
	if (plan->marks && zone->frame_count > 1) {
		zone->low = (zone->frame_count + 3) / 4;
		zone->high = zone->frame_count / 2 + 1;
	}
}

const char *world_plan_name(uint32_t zones)
{
	return zones < WORLD_PLANS ? plans[zones].name : NULL;
}
