/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/world.c - see world.h.
 */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plans.h"

#define RED_SIZE 16u
#define RED_BYTE 0xa5
#define FRESH_BYTE 0x5c
#define PARTS_MAX (3u + 2u * LAB_ZONES_MAX + 2u * WORLD_CONTEXTS + 4u)
#define OLD_GENERATION 65534u

struct world world;

/* The block, what it was after set-up, and what it was when world_save() was called. */
static struct {
	_Alignas(64) unsigned char now[WORLD_BLOCK_SIZE];
	unsigned char fresh[WORLD_BLOCK_SIZE];
	unsigned char saved[WORLD_BLOCK_SIZE];
	struct world fresh_world;
	uint32_t used_size;
	uint32_t gap[PARTS_MAX]; /* where each red zone begins; the next part begins after it */
	uint32_t gap_end[PARTS_MAX];
	uint32_t gap_count;
	bool built;
} block;

static void stop(const char *what, unsigned status)
{
	fprintf(stderr, "world: %s (%u) while building \"%s\"\n", what, status,
		world_plan_name(world.plan.zones));
	abort();
}

static void leave_gap(void)
{
	uint32_t end = (block.used_size + 2 * RED_SIZE - 1) / RED_SIZE * RED_SIZE;

	if (block.gap_count == PARTS_MAX || end > WORLD_BLOCK_SIZE)
		stop("the block is full: raise WORLD_BLOCK_SIZE or PARTS_MAX", end);
	block.gap[block.gap_count] = block.used_size;
	block.gap_end[block.gap_count] = end;
	block.gap_count++;
	memset(block.now + block.used_size, RED_BYTE, end - block.used_size);
	block.used_size = end;
}

static void *place(size_t size)
{
	unsigned char *part = block.now + block.used_size;

	if (block.used_size + size > WORLD_BLOCK_SIZE)
		stop("the block is full: raise WORLD_BLOCK_SIZE", (unsigned)size);
	memset(part, FRESH_BYTE, size);
	block.used_size += (uint32_t)size;
	leave_gap();
	return part;
}

bool world_red_zones_intact(void)
{
	for (uint32_t i = 0; i < block.gap_count; i++)
		for (uint32_t at = block.gap[i]; at < block.gap_end[i]; at++)
			if (block.now[at] != RED_BYTE)
				return false;
	return true;
}

void world_save(void)
{
	memcpy(block.saved, block.now, block.used_size);
}

bool world_unchanged(void)
{
	return memcmp(block.saved, block.now, block.used_size) == 0;
}

/* ---- building ---- */

static void add_zone(uint32_t z, const struct plan_zone *plan)
{
	struct world_zone *zone = &world.zone[z];
	lab_zone_config config;
	lab_status status;

	plan_measure(plan, zone);
	zone->first_word = world.word_count;
	zone->first_frame = world.frame_count;
	world.word_count += zone->hint_count + zone->leaf_count;
	world.frame_count += zone->frame_count;
	if (world.word_count > WORLD_WORDS_MAX || world.frame_count > WORLD_FRAMES_MAX)
		stop("too many words or frames for the arrays", world.frame_count);
	zone->word = place((zone->hint_count + zone->leaf_count) * sizeof(lab_word));
	zone->tag = place(zone->frame_count * sizeof(uint32_t));
	config = (lab_zone_config){.words = zone->word,
				   .words_size =
					   (zone->hint_count + zone->leaf_count) * sizeof(lab_word),
				   .tags = zone->tag,
				   .frame_count = zone->frame_count,
				   .reserve_words = zone->leaf_count - zone->hinted_count,
				   .low = zone->low,
				   .high = zone->high,
				   .node = zone->node,
				   .type = zone->type};
	status = lab_add_zone(world.lab, &config);
	if (status != LAB_OK)
		stop("lab_add_zone() refused", status);
	zone->gauge = &world.lab->gauge[z];
	zone->in_pool = zone->frame_count;
}

static uint32_t room_zone(const lab_context *context)
{
	for (uint32_t z = 0; z < world.zone_count; z++)
		if (context->room.zone == &world.lab->zone[z])
			return z;
	return WORLD_NONE;
}

static void add_context(uint32_t cpu, uint32_t level)
{
	static const uint8_t capacities[4][WORLD_LEVELS] = {
		{2, 1, 1, 1}, {1, 0, 2, 1}, {0, 0, 0, 0}, {WORLD_BITS + 1, 2, WORLD_BITS, 1}};
	static const uint8_t distance[LAB_NODES_MAX] = {1, 1};
	struct world_context *own = &world.context[cpu * (WORLD_LEVELS + 1) + level];
	lab_context_config config = {.cpu = cpu, .level = level, .node = cpu % 2};
	lab_status status;

	config.distance = level % 2 == 0 ? NULL : distance;
	own->capacity = level == WORLD_NMI ? 0 : capacities[world.plan.rooms % 4u][level];
	config.capacity = own->capacity;
	config.slot = own->capacity == 0 ? NULL : place(own->capacity * sizeof(uint32_t));
	own->context = place(sizeof(lab_context));
	own->node = config.node;
	status = lab_context_init(own->context, world.lab, &config);
	if (status != LAB_OK)
		stop("lab_context_init() refused", status);
	own->holder = 1 + cpu * LAB_LEVELS_MAX + level;
	own->room_zone = room_zone(own->context);
}

/* Another allocator, without a zone of its own: its context is foreign to the first. */
static void add_other(void)
{
	world.other_lab = place(sizeof(lab_allocator));
	world.other_context = place(sizeof(lab_context));
	*world.other_lab = *world.lab;
	*world.other_context = *world.context[0].context;
	world.other_context->lab = world.other_lab;
}

static void age_tags(void)
{
	for (uint32_t z = 0; z < world.zone_count; z++)
		for (uint32_t frame = 0; frame < world.zone[z].frame_count; frame++) {
			world.zone[z].tag[frame] = OLD_GENERATION * LAB_HOLDERS;
			world_frame(z, frame)->last_tag = OLD_GENERATION * LAB_HOLDERS;
		}
}

static void build(const struct world_plan *plan)
{
	const struct plan *set = &plans[plan->zones % WORLD_PLANS];

	memset(&world, 0, sizeof(world));
	world.plan = *plan;
	block.used_size = 0;
	block.gap_count = 0;
	leave_gap();
	world.lab = place(sizeof(lab_allocator));
	if (lab_init(world.lab) != LAB_OK)
		stop("lab_init() refused", 0);
	for (uint32_t z = 0; z < set->zone_count; z++)
		add_zone(z, &set->zone[z]);
	world.zone_count = set->zone_count;
	for (uint32_t cpu = 0; cpu < plan->cpus; cpu++)
		for (uint32_t level = 0; level <= WORLD_NMI; level++)
			add_context(cpu, level);
	add_other();
	if (plan->old_tags)
		age_tags();
}

static bool same_plan(const struct world_plan *plan)
{
	return block.built && world.plan.zones == plan->zones && world.plan.cpus == plan->cpus &&
	       world.plan.rooms == plan->rooms && world.plan.old_tags == plan->old_tags;
}

void world_begin(const struct world_plan *plan)
{
	if (same_plan(plan)) {
		memcpy(block.now, block.fresh, block.used_size);
		memcpy(&world, &block.fresh_world, offsetof(struct world, frame));
		memcpy(world.frame, block.fresh_world.frame,
		       world.frame_count * sizeof(world.frame[0]));
		memcpy(world.context, block.fresh_world.context, sizeof(world.context));
		world.held_count = 0;
		world.away_count = 0;
		world.dead_count = 0;
		return;
	}
	build(plan);
	memcpy(block.fresh, block.now, block.used_size);
	block.fresh_world = world;
	block.built = true;
}
