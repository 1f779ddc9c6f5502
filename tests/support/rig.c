/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/rig.c - see rig.h.
 */
#include "rig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RED_SIZE 64u
#define RED_BYTE 0xa5
#define FRESH_BYTE 0x5c
#define CONTEXTS_SIZE 65536u

static void stop(const char *what)
{
	printf("rig: %s\n", what);
	exit(EXIT_FAILURE);
}

static size_t round_up(size_t size)
{
	return (size + RED_SIZE - 1) / RED_SIZE * RED_SIZE;
}

static void *allocate(size_t size)
{
	void *memory = calloc(1, size);

	if (memory == NULL)
		stop("no memory");
	return memory;
}

/* ---- the block ---- */

static void leave_gap(struct rig *rig)
{
	if (rig->gap_count == RIG_GAPS_MAX)
		stop("more parts than RIG_GAPS_MAX");
	rig->gap[rig->gap_count++] = rig->used_size;
	rig->used_size = round_up(rig->used_size + RED_SIZE);
}

void *rig_place(struct rig *rig, size_t size)
{
	unsigned char *place = rig->block + rig->used_size;

	if (rig->used_size + size + 2 * RED_SIZE > rig->block_size)
		stop("the block is full; raise CONTEXTS_SIZE");
	memset(place, FRESH_BYTE, size);
	rig->used_size += size;
	leave_gap(rig);
	return place;
}

static bool red_zones_intact(const struct rig *rig)
{
	for (uint32_t i = 0; i < rig->gap_count; i++)
		for (size_t at = rig->gap[i]; at < round_up(rig->gap[i] + RED_SIZE); at++)
			if (rig->block[at] != RED_BYTE)
				return false;
	return true;
}

void rig_save(struct rig *rig)
{
	memcpy(rig->saved, rig->block, rig->used_size);
}

bool rig_unchanged(const struct rig *rig)
{
	return memcmp(rig->saved, rig->block, rig->used_size) == 0;
}

/* ---- building ---- */

static void add_zone(struct rig *rig, uint32_t z, const struct rig_zone *zone)
{
	struct pool *pool = &rig->pool[z];
	lab_zone_config config = {.frame_count = zone->frame_count,
				  .reserve_words = zone->reserve_words,
				  .low = zone->low,
				  .high = zone->high,
				  .node = zone->node,
				  .type = zone->type};

	config.words_size = pool->storage_size;
	config.words = rig_place(rig, pool->storage_size);
	config.tags = rig_place(rig, zone->frame_count * sizeof(uint32_t));
	CHECK_STATUS(lab_add_zone(rig->lab, &config), LAB_OK);
	if (rig->lab->zone_count != z + 1)
		exit(check_finish());
	pool->zone = &rig->lab->zone[z];
	pool->storage = config.words;
	rig->frame_count += zone->frame_count;
}

void rig_begin(struct rig *rig, const struct rig_zone *zones, uint32_t count)
{
	memset(rig, 0, sizeof(*rig));
	rig->block_size = RED_SIZE + round_up(sizeof(lab_allocator)) + RED_SIZE + CONTEXTS_SIZE;
	for (uint32_t z = 0; z < count; z++) {
		pool_measure(&rig->pool[z], zones[z].frame_count, zones[z].reserve_words);
		rig->block_size += round_up(rig->pool[z].storage_size) + 4 * RED_SIZE +
				   round_up(zones[z].frame_count * sizeof(uint32_t));
	}
	rig->block_size = round_up(rig->block_size);
	rig->block = aligned_alloc(RED_SIZE, rig->block_size);
	if (rig->block == NULL)
		stop("no memory");
	rig->saved = allocate(rig->block_size);
	memset(rig->block, RED_BYTE, rig->block_size);
	leave_gap(rig);
	rig->lab = rig_place(rig, sizeof(lab_allocator));
	CHECK_STATUS(lab_init(rig->lab), LAB_OK);
	for (uint32_t z = 0; z < count; z++)
		add_zone(rig, z, &zones[z]);
}

lab_context *rig_configure(struct rig *rig, const lab_context_config *config)
{
	lab_context_config own = *config;
	lab_context *context = rig_place(rig, sizeof(lab_context));

	if (own.capacity != 0 && own.slot == NULL)
		own.slot = rig_place(rig, own.capacity * sizeof(uint32_t));
	CHECK_STATUS(lab_context_init(context, rig->lab, &own), LAB_OK);
	if (context->lab != rig->lab)
		exit(check_finish());
	if (rig->context_count == RIG_CONTEXTS_MAX)
		stop("more contexts than RIG_CONTEXTS_MAX");
	rig->context[rig->context_count++] = context;
	return context;
}

lab_context *rig_context(struct rig *rig, uint32_t node, uint32_t capacity)
{
	lab_context_config config = {.cpu = rig->context_count, .node = node, .capacity = capacity};

	return rig_configure(rig, &config);
}

void rig_end(struct rig *rig)
{
	CHECK(red_zones_intact(rig));
	free(rig->block);
	free(rig->saved);
	memset(rig, 0, sizeof(*rig));
}

/* ---- what is where ---- */

uint32_t rig_tag(const struct rig *rig, uint32_t zone, uint32_t frame)
{
	return rig->lab->tag[zone][frame];
}

uint32_t rig_room_zone(const struct rig *rig, const lab_context *context)
{
	for (uint32_t z = 0; z < rig->lab->zone_count; z++)
		if (context->room.zone == &rig->lab->zone[z])
			return z;
	CHECK(context->room.zone == NULL);
	return RIG_NONE;
}

uint32_t rig_stored(const lab_context *context)
{
	return context->room.count + word_count(context->room.open.frames);
}

uint32_t rig_held(const struct rig *rig, uint32_t zone)
{
	uint32_t count = 0;

	for (uint32_t frame = 0; frame < rig->pool[zone].frame_count; frame++)
		count += LAB_TAG_HOLDER(rig_tag(rig, zone, frame)) != 0;
	return count;
}

/* Count the frames of one room in `seen`; how many are wrong there. */
static uint32_t count_room(const struct pool *pool, const lab_room *room, uint8_t *seen)
{
	uint32_t ordinary = pool->hinted_count * LAB_WORD_BITS;
	uint32_t wrong = room->count > room->capacity;

	for (uint32_t i = 0; i < room->count && wrong == 0; i++) {
		wrong += room->slot[i] >= pool->frame_count || room->slot[i] >= ordinary;
		if (wrong == 0)
			seen[room->slot[i]]++;
	}
	for (uint32_t bit = 0; bit < LAB_WORD_BITS && wrong == 0; bit++) {
		if ((room->open.frames >> bit & 1u) == 0)
			continue;
		wrong += room->open.base + bit >= pool->frame_count ||
			 room->open.base + bit >= ordinary;
		if (wrong == 0)
			seen[room->open.base + bit]++;
	}
	return wrong;
}

static void check_zone(const struct rig *rig, uint32_t z)
{
	const struct pool *pool = &rig->pool[z];
	uint8_t *seen = allocate(pool->frame_count);
	uint32_t wrong = 0;

	check_note("zone", z);
	for (uint32_t c = 0; c < rig->context_count; c++)
		if (rig_room_zone(rig, rig->context[c]) == z)
			wrong += count_room(pool, &rig->context[c]->room, seen);
	CHECK_EQ(wrong, 0);
	for (uint32_t frame = 0; frame < pool->frame_count; frame++) {
		seen[frame] = (uint8_t)(seen[frame] + pool_has(pool, frame));
		seen[frame] =
			(uint8_t)(seen[frame] + (LAB_TAG_HOLDER(rig_tag(rig, z, frame)) != 0));
		wrong += seen[frame] != 1;
	}
	CHECK_EQ(wrong, 0);
	CHECK_EQ(pool_hidden(pool), 0);
	CHECK_EQ(pool_stray(pool), 0);
	if (rig->lab->gauge[z].low != 0)
		CHECK_EQ(rig->lab->gauge[z].free, pool_frames(pool));
	free(seen);
}

void rig_check_rest(const struct rig *rig)
{
	for (uint32_t z = 0; z < rig->lab->zone_count; z++)
		check_zone(rig, z);
	for (uint32_t c = 0; c < rig->context_count; c++) {
		const lab_room *room = &rig->context[c]->room;

		check_note("context", c);
		CHECK_AT_MOST(rig_stored(rig->context[c]), room->capacity + LAB_WORD_BITS);
		CHECK(room->zone != NULL || rig_stored(rig->context[c]) == 0);
	}
	CHECK(red_zones_intact(rig));
}

void rig_drain_all(struct rig *rig)
{
	for (uint32_t c = 0; c < rig->context_count; c++) {
		CHECK_STATUS(lab_drain(rig->lab, rig->context[c]), LAB_OK);
		CHECK_EQ(rig_stored(rig->context[c]), 0);
	}
}

/* Each zone with watermarks warned in one of these grants, which are all of its frames. */
static void check_warnings(const struct rig *rig, const lab_grant *grants, uint32_t count)
{
	uint32_t warnings[LAB_ZONES_MAX] = {0};

	for (uint32_t i = 0; i < count; i++)
		warnings[grants[i].zone] += grants[i].low;
	for (uint32_t z = 0; z < rig->lab->zone_count; z++) {
		check_note("zone", z);
		CHECK_EQ(warnings[z], rig->lab->gauge[z].low != 0);
	}
}

void rig_check_no_false_empty(struct rig *rig, lab_context *context)
{
	lab_grant *grants = allocate((rig->frame_count + 1) * sizeof(*grants));
	uint32_t count = 0;

	rig_drain_all(rig);
	while (count <= rig->frame_count &&
	       lab_alloc(rig->lab, context, LAB_GFP_HIGHMEM | LAB_GFP_ATOMIC, &grants[count]) ==
		       LAB_OK)
		count++;
	CHECK_EQ(count, rig->frame_count);
	check_warnings(rig, grants, count);
	rig_check_rest(rig);
	while (count-- > 0)
		CHECK_STATUS(lab_free(rig->lab, context, &grants[count]), LAB_OK);
	rig_drain_all(rig);
	rig_check_rest(rig);
	for (uint32_t z = 0; z < rig->lab->zone_count; z++)
		CHECK_EQ(rig->lab->gauge[z].raised, 0);
	free(grants);
}
