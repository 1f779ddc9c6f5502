/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/lookup.c - questions about a world: paths, and what an address is.
 */
#include <string.h>

#include "world.h"

struct world_context *world_context(uint32_t cpu, uint32_t level)
{
	return &world.context[cpu * (WORLD_LEVELS + 1) + level];
}

/* Whether a request walks zone `a` before zone `b`: the near node first, then nodes by number, and
 * in a node the types from the top. */
static bool before(const struct world_context *context, const struct world_zone *a,
		   const struct world_zone *b)
{
	bool a_near = a->node == context->node;
	bool b_near = b->node == context->node;

	if (a_near != b_near)
		return a_near;
	if (a->node != b->node)
		return a->node < b->node;
	return a->type > b->type;
}

uint32_t world_path(const struct world_context *context, uint32_t flags, uint32_t *zones)
{
	uint32_t type = (flags & LAB_GFP_DMA) != 0       ? (uint32_t)LAB_ZONE_DMA
			: (flags & LAB_GFP_HIGHMEM) != 0 ? (uint32_t)LAB_ZONE_HIGHMEM
							 : (uint32_t)LAB_ZONE_NORMAL;
	uint32_t count = 0;

	for (uint32_t z = 0; z < world.zone_count; z++) {
		uint32_t at = count;

		if (world.zone[z].type > type ||
		    ((flags & LAB_GFP_THISNODE) != 0 && world.zone[z].node != context->node))
			continue;
		for (; at > 0 && before(context, &world.zone[z], &world.zone[zones[at - 1]]); at--)
			zones[at] = zones[at - 1];
		zones[at] = z;
		count++;
	}
	return count;
}

/* The index of `where` in `count` things of `size` bytes from `first` on; `count`: it is none. */
static uint32_t index_in(const volatile void *where, const void *first, uint32_t count, size_t size)
{
	size_t offset = (size_t)((uintptr_t)where - (uintptr_t)first);

	return offset < count * size ? (uint32_t)(offset / size) : count;
}

bool world_find_word(const volatile void *where, uint32_t *zone, uint32_t *node)
{
	for (uint32_t z = 0; z < world.zone_count; z++) {
		uint32_t count = world.zone[z].hint_count + world.zone[z].leaf_count;

		*zone = z;
		*node = index_in(where, world.zone[z].word, count, sizeof(lab_word));
		if (*node < count)
			return true;
	}
	return false;
}

bool world_find_tag(const volatile void *where, uint32_t *zone, uint32_t *frame)
{
	for (uint32_t z = 0; z < world.zone_count; z++) {
		uint32_t count = world.zone[z].frame_count;

		*zone = z;
		*frame = index_in(where, world.zone[z].tag, count, sizeof(uint32_t));
		if (*frame < count)
			return true;
	}
	return false;
}

bool world_find_gauge(const volatile void *where, uint32_t *zone)
{
	*zone = index_in(where, world.lab->gauge, world.zone_count, sizeof(lab_gauge));
	return *zone < world.zone_count;
}

struct world_frame *world_frame(uint32_t zone, uint32_t frame)
{
	return &world.frame[world.zone[zone].first_frame + frame];
}

uint32_t world_counted(uint32_t zone)
{
	return (uint32_t)world.zone[zone].gauge->free;
}

uint32_t world_count_bits(uint64_t word)
{
	uint32_t count = 0;

	for (; word != 0; word &= word - 1)
		count++;
	return count;
}

uint32_t world_stored(const lab_context *context)
{
	return context->room.count + world_count_bits(context->room.open.frames);
}

bool world_in_reserve(uint32_t zone, uint32_t frame)
{
	return frame / WORLD_BITS >= world.zone[zone].hinted_count;
}

lab_grant world_remove(lab_grant *list, uint32_t *count, uint32_t index)
{
	lab_grant grant = list[index];

	*count -= 1;
	memmove(&list[index], &list[index + 1], (*count - index) * sizeof(list[0]));
	return grant;
}
