/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/steps.c - see steps.h.
 */
#include "steps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct steps steps;

void steps_begin(uint32_t seed)
{
	memset(&steps, 0, sizeof(steps));
	steps.random.position = seed;
	steps.held = calloc(world.rig.frame_count + STEPS_BULK_MAX, sizeof(*steps.held));
	if (steps.held == NULL) {
		printf("steps: no memory for %u grants\n", (unsigned)world.rig.frame_count);
		exit(EXIT_FAILURE);
	}
}

void steps_end(void)
{
	free(steps.held);
	steps.held = NULL;
}

uint32_t steps_below(uint32_t limit)
{
	return random_below(&steps.random, limit);
}

void steps_expect(lab_status got, lab_status expected)
{
	CHECK_STATUS(got, expected);
	steps.answers[got]++;
}

void steps_refuse(lab_status got, lab_status expected)
{
	steps_expect(got, expected);
	CHECK(rig_unchanged(&world.rig));
}

/* Mostly good ones; ATOMIC in some of them. */
static uint32_t random_flags(void)
{
	static const uint32_t zones[] = {0, 0, 0, LAB_GFP_HIGHMEM, LAB_GFP_DMA};
	uint32_t flags = zones[steps_below(5)];

	if (steps_below(64) == 0)
		return steps_below(2) != 0 ? steps_below(64) : (uint32_t)random_next(&steps.random);
	return flags | (steps_below(8) == 0 ? LAB_GFP_ATOMIC : 0) |
	       (steps_below(6) == 0 ? LAB_GFP_THISNODE : 0) |
	       (steps_below(4) == 0 ? LAB_GFP_ZERO : 0);
}

uint32_t steps_context(void)
{
	return steps_below(world.rig.context_count);
}

static void keep(const lab_grant *grant)
{
	steps.held[steps.held_count++] = *grant;
	steps.warnings += grant->low;
}

/* Take the grant number `i` of those held off the list; it will be dead. */
static lab_grant forget(uint32_t i)
{
	lab_grant grant = steps.held[i];

	steps.held[i] = steps.held[--steps.held_count];
	steps.dead[steps_below(STEPS_DEAD_COUNT)] = grant;
	return grant;
}

lab_grant steps_wild_grant(void)
{
	lab_grant grant = steps.dead[steps_below(STEPS_DEAD_COUNT)];
	uint32_t noise = (uint32_t)random_next(&steps.random);

	if (steps.held_count > 0 && steps_below(2) != 0)
		grant = steps.held[steps_below(steps.held_count)];
	switch (steps_below(8)) {
	case 0:
		grant.tag = steps_below(2) != 0 ? noise : grant.tag + LAB_HOLDERS;
		break;
	case 1:
		grant.tag ^= 1u << steps_below(32);
		break;
	case 2:
		grant.tag -= LAB_TAG_HOLDER(grant.tag);
		grant.tag += steps_below(2) != 0 ? LAB_CONTEXT_AWAY : 0;
		break;
	default: /* as it is: freed twice, stale, or good */
		break;
	}
	if (steps_below(4) == 0)
		grant.frame = steps_below(4) == 0 ? noise : grant.frame + 1;
	if (steps_below(4) == 0)
		grant.zone = (uint16_t)(steps_below(4) == 0
						? noise
						: steps_below(world.rig.lab->zone_count + 1));
	return grant;
}

/* One that a free must refuse, now and after any other frees. */
static lab_grant bad_grant(void)
{
	lab_grant grant = steps_wild_grant();

	if (world_free_status(&grant) == LAB_OK)
		grant = steps.dead[steps_below(STEPS_DEAD_COUNT)];
	return grant;
}

/* ---- good calls ---- */

void steps_alloc(void)
{
	uint32_t c = steps_context();
	uint32_t flags = random_flags();
	lab_context *context = world.rig.context[c];
	lab_status expected = world_check_request(c, flags);
	lab_grant grant;
	lab_status status;

	memset(&grant, 0x5c, sizeof(grant));
	status = lab_alloc(world.rig.lab, context, flags, &grant);
	CHECK_STATUS(grant.status, status);
	steps.answers[status]++;
	if (expected != LAB_OK) {
		CHECK_STATUS(status, expected);
		CHECK(grant.tag == 0 && rig_unchanged(&world.rig));
		return;
	}
	world_alloc(c, &world.context[c].room, flags, &grant);
	if (status == LAB_OK)
		keep(&grant);
}

void steps_free(void)
{
	uint32_t c = steps_context();
	lab_grant grant;

	if (steps.held_count == 0)
		return;
	grant = forget(steps_below(steps.held_count));
	steps_expect(lab_free(world.rig.lab, world.rig.context[c], &grant), LAB_OK);
	world_free(&world.context[c].room, &grant);
}

void steps_alloc_bulk(void)
{
	static lab_grant grants[STEPS_BULK_MAX];
	uint32_t c = steps_context();
	uint32_t flags = random_flags();
	uint32_t count = steps_below(STEPS_BULK_MAX + 1);
	uint32_t done = UINT32_MAX;
	lab_status asked = world_check_request(c, flags);
	lab_status expected = count > 0 ? asked : LAB_OK; /* nothing is asked for no frame */
	struct world_room hand;
	struct world_room *room;
	lab_status status =
		lab_alloc_bulk(world.rig.lab, world.rig.context[c], flags, grants, count, &done);

	steps.answers[status]++;
	CHECK_AT_MOST(done, count);
	if (expected != LAB_OK) {
		CHECK_STATUS(status, expected);
		CHECK_STATUS(grants[0].status, expected);
		CHECK(grants[0].tag == 0 && done == 0 && rig_unchanged(&world.rig));
		return;
	}
	CHECK_EQ(status == LAB_OK, done == count);
	room = world_hand(c, &hand, world.path[0]);
	for (uint32_t i = 0; i < count && i <= done; i++) {
		world_alloc(c, room, flags, &grants[i]);
		CHECK_STATUS(grants[i].status, i < done ? LAB_OK : status);
		if (i < done)
			keep(&grants[i]);
	}
	if (room == &hand)
		world_drop_hand(&hand);
}

/* Some of those held, often neighbours; now and then one that is refused among them. */
void steps_free_bulk(void)
{
	static lab_grant grants[STEPS_BULK_MAX];
	uint32_t c = steps_context();
	uint32_t count = steps_below(
		(steps.held_count < STEPS_BULK_MAX ? steps.held_count : STEPS_BULK_MAX) + 1);
	uint32_t bad = steps_below(4) == 0 && count > 0 ? steps_below(count) : count;
	uint32_t done = UINT32_MAX;
	struct world_room hand;
	struct world_room *room;
	lab_status status;

	for (uint32_t i = 0; i < count; i++)
		grants[i] = i == bad ? bad_grant() : steps.held[steps.held_count - 1 - i];
	room = world_hand(c, &hand, count == 0 ? 0 : grants[0].zone);
	status = lab_free_bulk(world.rig.lab, world.rig.context[c], grants, count, &done);
	CHECK_EQ(done, bad);
	steps.answers[status]++;
	for (uint32_t i = 0; i < count && i <= bad; i++) {
		CHECK_STATUS(i == bad ? status : LAB_OK, world_free_status(&grants[i]));
		if (i < bad) {
			world_free(room, &grants[i]);
			(void)forget(steps.held_count - 1);
		}
	}
	if (room == &hand)
		world_drop_hand(&hand);
}

void steps_drain(void)
{
	uint32_t c = steps_context();

	steps_expect(lab_drain(world.rig.lab, world.rig.context[c]), LAB_OK);
	world_drain(c);
}

void steps_reclaim_or_donate(void)
{
	uint32_t zone = steps_below(world.rig.lab->zone_count);
	uint32_t frame = steps_below(world.rig.pool[zone].frame_count + 1);
	uint32_t got = UINT32_MAX;
	lab_status status;

	if (steps_below(2) != 0) {
		status = world_donate_status(zone, frame);
		(status == LAB_OK ? steps_expect
				  : steps_refuse)(lab_donate(world.rig.lab, zone, frame), status);
		if (status == LAB_OK)
			world_donate(zone, frame);
		return;
	}
	if (steps_below(4) != 0) /* let most of what is away come back */
		return;
	status = lab_reclaim(world.rig.lab, zone, frame, &got);
	steps.answers[status]++;
	CHECK_EQ(got == UINT32_MAX, status != LAB_OK);
	world_reclaim(zone, status, got);
}
