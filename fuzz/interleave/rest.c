/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/rest.c - T3 and T11: what must be true of all memory while no call is in flight.
 */
#include <string.h>

#include "calls.h"

#define B WORLD_BITS
#define LARGE 512u /* frames: larger zones are looked at in the end only */

static uint8_t in_room[WORLD_FRAMES_MAX];

/* ---- rooms ---- */

static void count_stored(uint32_t z, uint32_t frame)
{
	if (frame >= world.zone[z].frame_count)
		sched_fail("T3", "zone %u: a room has frame %u, which does not exist", z, frame);
	if (world_in_reserve(z, frame))
		sched_fail("T7", "zone %u: a room has frame %u of the reserve", z, frame);
	in_room[world.zone[z].first_frame + frame]++;
}

static void count_room(const struct world_context *own)
{
	const lab_room *room = &own->context->room;

	if (own->room_zone == WORLD_NONE) {
		if (world_stored(own->context) != 0)
			sched_fail("T3", "a context without a room has frames");
		return;
	}
	if (room->count > own->capacity)
		sched_fail("T3", "a room has %u frames in a list of %u", room->count,
			   own->capacity);
	for (uint32_t i = 0; i < room->count; i++)
		count_stored(own->room_zone, room->slot[i]);
	for (uint32_t bit = 0; bit < B; bit++)
		if ((room->open.frames >> bit & 1u) != 0)
			count_stored(own->room_zone, room->open.base + bit);
}

static void check_context(const struct world_context *own)
{
	count_room(own);
	/* Calls that nest in one context may count short: those of contexts without a room. */
	if (own->room_zone != WORLD_NONE &&
	    memcmp(own->refused, own->context->refused, sizeof(own->refused)) != 0)
		sched_fail("T6", "a context counts %u %u %u refusals; there were %u %u %u",
			   own->context->refused[0], own->context->refused[1],
			   own->context->refused[2], own->refused[0], own->refused[1],
			   own->refused[2]);
}

/* ---- frames ---- */

static void check_frame(uint32_t z, uint32_t frame)
{
	const struct world_zone *zone = &world.zone[z];
	const struct world_frame *shadow = world_frame(z, frame);
	uint32_t in_pool = zone->word[zone->hint_count + frame / B] >> (frame % B) & 1u;
	uint32_t room = in_room[zone->first_frame + frame];
	uint32_t out = shadow->state != WORLD_CORE;

	if (zone->tag[frame] != shadow->last_tag)
		sched_fail("T6", "zone %u frame %u: the ledger has tag %x, the last was %x", z,
			   frame, zone->tag[frame], shadow->last_tag);
	if (in_pool + room + out != 1)
		sched_fail(in_pool + room + out > 1 ? "T1" : "T3",
			   "zone %u frame %u is %u times in the pool, %u in rooms, %u with clients",
			   z, frame, in_pool, room, out);
}

static void check_stray(uint32_t z)
{
	const struct world_zone *zone = &world.zone[z];
	uint32_t last = zone->hint_count + zone->leaf_count - 1;
	uint32_t frames = zone->frame_count - (zone->leaf_count - 1) * B;

	if (frames < B && zone->word[last] >> frames != 0)
		sched_fail("T3", "zone %u: the last word %llx has frames that do not exist", z,
			   (unsigned long long)zone->word[last]);
}

/* Each word before the reserve that is not empty has its hint; no hint is of a word beyond. */
static void check_hints(uint32_t z)
{
	const struct world_zone *zone = &world.zone[z];
	uint32_t hinted = zone->hint_count + zone->hinted_count;

	for (uint32_t node = 1; node < hinted; node++) {
		lab_word parent = zone->word[(node - 1) / B];

		if (zone->word[node] != 0 && (parent >> ((node - 1) % B) & 1u) == 0)
			sched_fail("T11", "zone %u: word %u has frames and no hint", z, node);
	}
	for (uint32_t node = 0; node < zone->hint_count; node++)
		for (uint32_t bit = 0; bit < B; bit++)
			if ((zone->word[node] >> bit & 1u) != 0 && node * B + 1 + bit >= hinted)
				sched_fail("T8", "zone %u: word %u hints at %u, beyond %u", z, node,
					   node * B + 1 + bit, hinted);
}

/* A flag that is up, although high was not reached since, has been told to somebody. */
static void check_gauge(uint32_t z)
{
	const struct world_zone *zone = &world.zone[z];
	uint32_t counted = world_counted(z);
	bool raised = zone->gauge->raised != 0;

	if (zone->low == 0)
		return;
	if (counted != zone->in_pool)
		sched_fail("T3", "zone %u: the gauge says %u frames, %u are in the pool", z,
			   counted, zone->in_pool);
	if (raised && counted < zone->high && zone->warn_time < zone->high_time)
		sched_fail("T3", "zone %u: the warning is lost", z);
	if (raised && zone->warn_time == 0)
		sched_fail("T3", "zone %u: the flag is up, and nobody was warned", z);
}

static void check_zone(uint32_t z)
{
	const struct world_zone *zone = &world.zone[z];
	uint32_t in_pool = 0;

	for (uint32_t leaf = 0; leaf < zone->leaf_count; leaf++)
		in_pool += world_count_bits(zone->word[zone->hint_count + leaf]);
	if (in_pool != zone->in_pool)
		sched_fail("T8", "zone %u: %u frames in the pool, %u after the last step", z,
			   in_pool, zone->in_pool);
	for (uint32_t frame = 0; frame < zone->frame_count; frame++)
		check_frame(z, frame);
	check_stray(z);
	check_hints(z);
	check_gauge(z);
}

static void check_all(void)
{
	memset(in_room, 0, world.frame_count);
	for (uint32_t c = 0; c < world.plan.cpus * (WORLD_LEVELS + 1); c++)
		check_context(&world.context[c]);
	for (uint32_t z = 0; z < world.zone_count; z++)
		check_zone(z);
	if (!world_red_zones_intact())
		sched_fail("T8", "something was written outside the allocator's storage");
}

void rest_check(void)
{
	if (world.frame_count <= LARGE)
		check_all();
}

/* ---- the end ---- */

/* Drains run as calls of each context, here in the name of the first CPU. */
static void drain_all(void)
{
	for (uint32_t c = 0; c < world.plan.cpus * (WORLD_LEVELS + 1); c++) {
		lab_context *context = world.context[c].context;

		if (lab_drain(world.lab, context) != LAB_OK || world_stored(context) != 0)
			sched_fail("T3", "a room is not empty after lab_drain()");
	}
}

static void count_pool(void)
{
	for (uint32_t z = 0; z < world.zone_count; z++) {
		struct world_zone *zone = &world.zone[z];

		zone->in_pool = 0;
		for (uint32_t leaf = 0; leaf < zone->leaf_count; leaf++)
			zone->in_pool += world_count_bits(zone->word[zone->hint_count + leaf]);
		if (zone->low != 0 && world_counted(z) >= zone->high)
			zone->high_time = sched_now() + 1;
	}
}

static void give_all_back(const struct world_context *nmi)
{
	while (world.held_count > 0) {
		lab_grant grant = world.held[--world.held_count];

		if (lab_free(world.lab, nmi->context, &grant) != LAB_OK)
			sched_fail("T6", "zone %u frame %u: the last free is refused", grant.zone,
				   grant.frame);
		world_frame(grant.zone, grant.frame)->state = WORLD_CORE;
		world_frame(grant.zone, grant.frame)->last_tag &= ~(LAB_HOLDERS - 1);
	}
	while (world.away_count > 0) {
		lab_grant grant = world.away[--world.away_count];

		if (lab_donate(world.lab, grant.zone, grant.frame) != LAB_OK)
			sched_fail("T6", "zone %u frame %u: the last donation is refused",
				   grant.zone, grant.frame);
		world_frame(grant.zone, grant.frame)->state = WORLD_CORE;
		world_frame(grant.zone, grant.frame)->last_tag &= ~(LAB_HOLDERS - 1);
	}
}

static void check_full(void)
{
	for (uint32_t z = 0; z < world.zone_count; z++) {
		const struct world_zone *zone = &world.zone[z];

		if (zone->in_pool != zone->frame_count)
			sched_fail("T3", "zone %u: %u frames of %u came back", z, zone->in_pool,
				   zone->frame_count);
		if (zone->low != 0 && zone->gauge->raised != 0)
			sched_fail("T3", "zone %u is full, and its flag is up", z);
	}
}

/* In a zone that is not swept hints above empty words may cost a request all of its visits; each
 * of those takes some of them away. */
static lab_status request(const struct world_context *nmi, lab_grant *grant)
{
	lab_status status = LAB_CONTENDED;

	for (uint32_t i = 0; i <= world.word_count && status == LAB_CONTENDED; i++)
		status =
			lab_alloc(world.lab, nmi->context, LAB_GFP_HIGHMEM | LAB_GFP_ATOMIC, grant);
	return status;
}

/* Each zone warns once, at its low watermark. */
static void check_taken(const lab_grant *grant)
{
	const struct world_zone *zone = &world.zone[grant->zone];
	struct world_frame *shadow = world_frame(grant->zone, grant->frame);

	if (shadow->state != WORLD_CORE)
		sched_fail("T1", "zone %u frame %u comes twice", grant->zone, grant->frame);
	shadow->state = WORLD_HELD;
	if (grant->low != (zone->low != 0 && world_counted(grant->zone) == zone->low))
		sched_fail("T3", "zone %u: a %s warning with %u frames left", grant->zone,
			   grant->low ? "wrong" : "missing", world_counted(grant->zone));
}

/* Requests of one frame take every frame there is, and no more. */
static void take_all(const struct world_context *nmi)
{
	lab_grant grant;

	for (uint32_t i = 0; i < world.frame_count; i++) {
		if (request(nmi, &grant) != LAB_OK)
			sched_fail("T9", "only %u of %u frames are found again", i,
				   world.frame_count);
		check_taken(&grant);
	}
	if (request(nmi, &grant) != LAB_EMPTY)
		sched_fail("T9", "there is a frame more than there are");
}

void rest_finish(void)
{
	const struct world_context *nmi = world_context(0, WORLD_NMI);

	check_all();
	drain_all();
	count_pool();
	check_all();
	give_all_back(nmi);
	count_pool();
	check_all();
	check_full();
	take_all(nmi);
}
