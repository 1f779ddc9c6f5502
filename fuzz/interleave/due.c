/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/due.c - T5, T7 and T9: whether an answer was due.
 */
#include "calls.h"

#define B WORLD_BITS

bool call_alone(const struct call *call)
{
	return sched_moves() == call->moves_entered;
}

/* The frames that exist in leaf `leaf`. */
static lab_word existing(const struct world_zone *zone, uint32_t leaf)
{
	uint32_t count = zone->frame_count - leaf * B;

	return count >= B ? LAB_WORD_FULL : (lab_word)((lab_word)((lab_word)1 << count) - 1u);
}

/* Whether each frame of the leaves first .. last - 1 was seen taken during the call. */
static bool seen_taken(const struct call *call, uint32_t z, uint32_t first, uint32_t last)
{
	const struct world_zone *zone = &world.zone[z];

	for (uint32_t leaf = first; leaf < last; leaf++) {
		lab_word taken = call->taken[zone->first_word + zone->hint_count + leaf];

		if ((existing(zone, leaf) & ~taken) != 0)
			return false;
	}
	return true;
}

/* Frames of these leaves that are in the pool now. */
static uint32_t in_pool(uint32_t z, uint32_t first, uint32_t last)
{
	const struct world_zone *zone = &world.zone[z];
	uint32_t count = 0;

	for (uint32_t leaf = first; leaf < last; leaf++)
		count += world_count_bits(zone->word[zone->hint_count + leaf]);
	return count;
}

static uint32_t ordinary(uint32_t z)
{
	return in_pool(z, 0, world.zone[z].hinted_count);
}

static uint32_t reserved(uint32_t z)
{
	return in_pool(z, world.zone[z].hinted_count, world.zone[z].leaf_count);
}

static bool swept(uint32_t z)
{
	return world.zone[z].hinted_count <= LAB_SWEEP_WORDS;
}

/* Whether a search of the zone, by a call that was alone, had to find what there was. Hints above
 * empty words may cost an unswept zone's search all of its visits; so say the contracts. */
static bool searched(const struct call *call, uint32_t z)
{
	return swept(z) || (call->others == 0 && (!call->begun || !call->stale[z]));
}

/* EMPTY of the ordinary words of a zone. */
static void check_zone_empty(const struct call *call, uint32_t z)
{
	const struct world_zone *zone = &world.zone[z];

	if (swept(z) && !seen_taken(call, z, 0, zone->hinted_count))
		sched_fail("T5", "zone %u: a frame was in the pool all through the call", z);
	if (!swept(z) && !call->empty[zone->first_word])
		sched_fail("T5", "zone %u: the root had a hint all through the call", z);
	if (call_alone(call) && (swept(z) || call->others == 0) && ordinary(z) != 0)
		sched_fail("T9", "zone %u: %u frames, and nobody else ran", z, ordinary(z));
}

static void check_room_empty(const struct call *call, uint32_t z)
{
	if (call->context->room_zone == z && call->stored != 0)
		sched_fail("T9", "zone %u: the own room had %u frames", z, call->stored);
}

static void check_reserve(const struct call *call, uint32_t z, lab_status status)
{
	const struct world_zone *zone = &world.zone[z];

	if (status == LAB_RESERVED)
		return;
	if (!seen_taken(call, z, zone->hinted_count, zone->leaf_count))
		sched_fail("T5", "zone %u: a reserve frame was in the pool all through the call",
			   z);
	if (call_alone(call) && reserved(z) != 0)
		sched_fail("T9", "zone %u: %u reserve frames, and nobody else ran", z, reserved(z));
}

static bool reserve_seen(const struct call *call, uint32_t z)
{
	const struct world_zone *zone = &world.zone[z];

	for (uint32_t leaf = zone->hinted_count; leaf < zone->leaf_count; leaf++)
		if (call->seen[zone->first_word + zone->hint_count + leaf] != 0)
			return true;
	return false;
}

/* CONTENDED: others came in between, in a zone that is too large to be swept. */
static void check_contended(const struct call *call, const uint32_t *zones, uint32_t count)
{
	bool large = false;
	bool stale = false;

	for (uint32_t i = 0; i < count; i++) {
		large |= !swept(zones[i]);
		stale |= !swept(zones[i]) && call->stale[zones[i]];
		if (swept(zones[i]))
			check_zone_empty(call, zones[i]);
	}
	if (!large)
		sched_fail("T5", "CONTENDED, and each zone of the path is swept");
	if (call_alone(call) && call->others == 0 && !stale)
		sched_fail("T9", "CONTENDED, nobody else ran, and no hint was stale");
}

void due_refusal(const struct call *call, uint32_t flags, lab_status status)
{
	uint32_t zones[LAB_ZONES_MAX];
	uint32_t count = world_path(call->context, flags, zones);
	bool atomic = (flags & LAB_GFP_ATOMIC) != 0;
	bool reserve = false;

	if (!call->begun)
		sched_fail("T5", "status %u without a look at the pool", status);
	for (uint32_t i = 0; i < count; i++) {
		if (call->op.kind != CALL_ALLOC_BULK)
			check_room_empty(call, zones[i]);
		if (status != LAB_CONTENDED)
			check_zone_empty(call, zones[i]);
		if (status != LAB_CONTENDED || atomic)
			check_reserve(call, zones[i], status);
		reserve |= reserve_seen(call, zones[i]);
	}
	if (status == LAB_CONTENDED)
		check_contended(call, zones, count);
	if (status == LAB_RESERVED && (atomic || !reserve))
		sched_fail("T5", "RESERVED, and %s",
			   atomic ? "the request was atomic" : "no reserve had a frame");
}

/* A frame of zone `z` was granted, of its reserve or not: nothing may have been left before it. */
static void check_order(const struct call *call, uint32_t z, bool ordinary_only)
{
	check_room_empty(call, z);
	if (!call_alone(call))
		return;
	if (searched(call, z) && ordinary(z) != 0)
		sched_fail("T9", "zone %u comes first on the path and has %u frames", z,
			   ordinary(z));
	if (!ordinary_only && reserved(z) != 0)
		sched_fail("T9", "zone %u comes first on the path and has %u reserve frames", z,
			   reserved(z));
}

void due_grant(const struct call *call, uint32_t flags, const lab_grant *grant)
{
	uint32_t zones[LAB_ZONES_MAX];
	uint32_t count = world_path(call->context, flags, zones);
	bool reserve = world_in_reserve(grant->zone, grant->frame);
	uint32_t place = 0;

	while (place < count && zones[place] != grant->zone)
		place++;
	if (place == count)
		sched_fail("T5", "zone %u is not on the path of flags %u", grant->zone, flags);
	if (reserve && (flags & LAB_GFP_ATOMIC) == 0)
		sched_fail("T7", "zone %u frame %u of the reserve for flags %u", grant->zone,
			   grant->frame, flags);
	if (call->op.kind == CALL_ALLOC_BULK)
		return;
	for (uint32_t i = 0; i < (reserve ? count : place); i++) {
		check_order(call, zones[i], !reserve || i >= place);
		if (reserve && swept(zones[i]))
			check_zone_empty(call, zones[i]);
	}
}

void due_reclaim(const struct call *call, uint32_t zone, lab_status status)
{
	const uint32_t zones[1] = {zone};

	if (status == LAB_EMPTY)
		check_zone_empty(call, zone);
	else if (status == LAB_CONTENDED)
		check_contended(call, zones, 1);
	else
		sched_fail("T6", "a good lab_reclaim() was refused with status %u", status);
}

/* A bulk of `count` frames got `done_count`; there were `before` of them. */
void due_bulk(const struct call *call, uint32_t flags, uint32_t count, uint32_t done_count,
	      uint32_t before)
{
	uint32_t zones[LAB_ZONES_MAX];
	uint32_t zone_count = world_path(call->context, flags, zones);
	uint32_t expected = before < count ? before : count;

	for (uint32_t i = 0; i < zone_count; i++)
		if (!searched(call, zones[i]))
			return;
	if (call_alone(call) && call->others == 0 && done_count != expected)
		sched_fail("T9", "%u frames of %u wanted, and there were %u", done_count, count,
			   before);
}

uint32_t due_available(const struct call *call, uint32_t flags)
{
	uint32_t zones[LAB_ZONES_MAX];
	uint32_t count = world_path(call->context, flags, zones);
	uint32_t frames = 0;

	for (uint32_t i = 0; i < count; i++) {
		frames += ordinary(zones[i]);
		if ((flags & LAB_GFP_ATOMIC) != 0)
			frames += reserved(zones[i]);
		if (call->context->room_zone == zones[i])
			frames += call->stored;
	}
	return frames;
}
