/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/model_core.c - the allocator against support/world.h: random calls, misuse included.
 *
 * Several nodes and zones, contexts with and without rooms, all flags, bulk, drains, frames that go
 * away; nobody else is active, so every answer is predicted. Fixed seeds: the same run each time.
 * At the end of each run every frame is counted, and one context obtains all of them. An argument
 * sets the steps per run.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../core/labyrinth.h"
#include "support/steps.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define STEPS_DEFAULT 150000u
#define EXACT_EVERY 499u
static uint64_t steps_per_run = STEPS_DEFAULT;
static uint64_t steps_done;

/* ---- misuse ---- */

static void step_wild_free(void)
{
	uint32_t c = steps_context();
	lab_grant grant = steps_wild_grant();
	lab_status expected = world_free_status(&grant);

	/* What is good by accident would be somebody's frame. */
	if (expected != LAB_OK)
		steps_refuse(lab_free(world.rig.lab, world.rig.context[c], &grant), expected);
}

static void step_null_or_foreign(void)
{
	lab_context *context = world.rig.context[steps_context()];
	lab_allocator *lab = world.rig.lab;
	lab_allocator other = {.zone_count = 1};
	lab_grant grant = steps_wild_grant();
	uint32_t done;

	steps_refuse(lab_alloc(lab, NULL, 0, &grant), LAB_ERR_NULL);
	steps_refuse(lab_alloc(&other, context, 0, &grant), LAB_ERR_CONTEXT);
	steps_refuse(lab_free(&other, context, &grant), LAB_ERR_CONTEXT);
	steps_refuse(lab_free(lab, context, NULL), LAB_ERR_NULL);
	steps_refuse(lab_alloc_bulk(lab, context, 0, NULL, 1, &done), LAB_ERR_NULL);
	steps_refuse(lab_free_bulk(lab, NULL, &grant, 1, &done), LAB_ERR_NULL);
	steps_refuse(lab_drain(&other, context), LAB_ERR_CONTEXT);
	steps_refuse(lab_reclaim(lab, 0, 0, NULL), LAB_ERR_NULL);
}

static void step_holder(void)
{
	uint32_t zone = steps_below(world.rig.lab->zone_count);
	uint32_t frame = steps_below(world.rig.pool[zone].frame_count);
	uint32_t tag = world.zone[zone].tag[frame];
	lab_grant grant;

	steps_refuse(lab_holder(world.rig.lab, zone, frame, &grant),
		     LAB_TAG_HOLDER(tag) != 0 ? LAB_OK : LAB_ERR_NOT_HELD);
	CHECK_EQ(grant.tag, LAB_TAG_HOLDER(tag) != 0 ? tag : 0);
	/* Who reads the tag of a frame that is away has no right to free it. */
	if (LAB_TAG_HOLDER(tag) == LAB_CONTEXT_AWAY)
		steps_refuse(lab_free(world.rig.lab, world.rig.context[0], &grant), LAB_ERR_AWAY);
}

/* ---- runs ---- */

/* `tide` of 16: how often to allocate rather than free. */
static void step(uint32_t tide)
{
	uint32_t kind = steps_below(64);

	rig_save(&world.rig);
	if (kind < 4)
		step_wild_free();
	else if (kind < 6)
		steps_reclaim_or_donate();
	else if (kind < 7)
		step_holder();
	else if (kind < 8)
		(steps_below(4) == 0 ? steps_drain : step_null_or_foreign)();
	else if (steps_below(16) < tide)
		(kind < 58 ? steps_alloc : steps_alloc_bulk)();
	else
		(kind < 58 ? steps_free : steps_free_bulk)();
}

/* Everything comes back: every frame is in the pool, and one context gets all of them. */
static void finish(void)
{
	while (steps.held_count > 0)
		steps_free();
	for (uint32_t z = 0; z < world.rig.lab->zone_count; z++)
		for (uint32_t frame = 0; frame < world.rig.pool[z].frame_count; frame++)
			if (world_donate_status(z, frame) == LAB_OK) {
				CHECK_STATUS(lab_donate(world.rig.lab, z, frame), LAB_OK);
				world_donate(z, frame);
			}
	world_check_exact();
	for (uint32_t z = 0; z < world.rig.lab->zone_count; z++)
		CHECK_EQ(rig_held(&world.rig, z), 0);
	rig_check_no_false_empty(&world.rig, world.rig.context[0]);
}

/* Every kind of answer that this world can give was given. */
static void check_answers(const struct rig_zone *zones)
{
	CHECK(steps.answers[LAB_OK] > 0 && steps.answers[LAB_EMPTY] > 0);
	CHECK(steps.answers[LAB_RESERVED] > 0 || zones[0].reserve_words == 0);
	CHECK_EQ(steps.answers[LAB_CONTENDED], 0);
	CHECK(steps.warnings > 0 || zones[0].low == 0);
	CHECK(steps.answers[LAB_ERR_FREED] > 0 && steps.answers[LAB_ERR_STALE] > 0);
	CHECK(steps.answers[LAB_ERR_AWAY] > 0 && steps.answers[LAB_ERR_FRAME_RANGE] > 0);
	CHECK(steps.answers[LAB_ERR_ZONE] > 0 && steps.answers[LAB_ERR_GRANT_EMPTY] > 0);
}

static void run(const struct rig_zone *zones, uint32_t zone_count,
		const lab_context_config *contexts, uint32_t context_count, uint32_t seed)
{
	static const uint32_t tides[] = {1, 5, 8, 11, 15};
	uint64_t failed_before = check_failed();
	uint32_t tide = 8;

	check_note("seed", seed);
	world_begin(zones, zone_count);
	for (uint32_t c = 0; c < context_count; c++)
		world_add_context(&contexts[c]);
	steps_begin(seed);
	for (uint64_t i = 0; i < steps_per_run && check_failed() == failed_before; i++) {
		check_note("step", i);
		if (i % 512 == 0)
			tide = tides[steps_below(5)];
		step(tide);
		if (i % EXACT_EVERY == 0)
			world_check_exact();
		steps_done++;
	}
	world_check_exact();
	if (check_failed() == failed_before)
		finish();
	printf("    seed %" PRIu32 ":", seed);
	for (unsigned status = 0; status < LAB_STATUS_COUNT; status++)
		if (steps.answers[status] > 0)
			printf(" %s %" PRIu64, status_name((lab_status)status),
			       steps.answers[status]);
	printf(", %" PRIu64 " warnings\n", steps.warnings);
	check_answers(zones);
	steps_end();
	world_end();
}

static void r9_model_of_one_zone(void)
{
	static const struct rig_zone zones[] = {{0, LAB_ZONE_NORMAL, 3 * LAB_WORD_BITS + 1, 1,
						 LAB_WORD_BITS / 2, LAB_WORD_BITS + 1}};
	static const lab_context_config contexts[] = {
		{.cpu = 0, .capacity = 3}, {.cpu = 0, .level = 1}, {.cpu = 509, .capacity = 1}};

	run(zones, 1, contexts, 1, 1);
	run(zones, 1, contexts + 1, 1, 2);
	run(zones, 1, contexts, 3, 3);
}

/* Every path: two nodes and a bit of a third, all types, and a reserve in most. */
static void r9_model_of_many_zones(void)
{
	static const uint8_t distance[LAB_NODES_MAX] = {40, 10, 20, 30, 40, 50, 60, 70};
	static const struct rig_zone zones[] = {
		{1, LAB_ZONE_DMA, LAB_WORD_BITS + 1, 1, 0, 0},
		{0, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS + 1, 1, 1, 3},
		{1, LAB_ZONE_HIGHMEM, LAB_WORD_BITS, 0, 0, 0},
		{0, LAB_ZONE_DMA, 1, 0, 0, 0},
		{1, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS, 1, LAB_WORD_BITS / 2, LAB_WORD_BITS},
		{2, LAB_ZONE_HIGHMEM, LAB_WORD_BITS / 2 + 1, 0, 1, 2}};
	static const lab_context_config contexts[] = {
		{.cpu = 0, .node = 0, .capacity = 2, .client = 15},
		{.cpu = 1, .node = 1, .capacity = WORLD_SLOTS_MAX, .client = 3},
		{.cpu = 2, .node = 1},
		{.cpu = 3, .node = 0, .capacity = 1, .distance = distance},
		{.cpu = 3, .level = 7, .node = 2, .capacity = 1, .distance = distance},
		{.cpu = 4, .node = 5, .distance = distance}};

	run(zones, 6, contexts, 6, 4);
	run(zones, 6, contexts, 3, 5);
	run(zones + 1, 2, contexts, 6, 6);
	run(zones + 2, 1, contexts, 6, 7);
}

/* Beyond the sweep: with nobody else active a frame is still always found. */
static void r9_model_of_a_large_zone(void)
{
	static const lab_context_config contexts[] = {
		{.cpu = 0, .capacity = 8}, {.cpu = 1}, {.cpu = 2, .capacity = 2}};
	struct rig_zone zone = {0, LAB_ZONE_NORMAL, (LAB_SWEEP_WORDS + 2) * B, 1, B, 3 * B};

	if (zone.frame_count > LAB_FRAMES_MAX)
		zone.frame_count = LAB_FRAMES_MAX;
	run(&zone, 1, contexts, 3, 8);
}

int main(int argc, char **argv)
{
	if (argc > 2 || (argc == 2 && (steps_per_run = strtoull(argv[1], NULL, 10)) == 0)) {
		printf("usage: %s [steps per run, at least 1]\n", argv[0]);
		return EXIT_FAILURE;
	}
	RUN(r9_model_of_one_zone);
	RUN(r9_model_of_many_zones);
	RUN(r9_model_of_a_large_zone);
	printf("%" PRIu64 " steps\n", steps_done);
	return check_finish();
}
