/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/refused.c - T6 and T10: bad arguments, which are refused before the first step.
 */
#include "calls.h"

#define WORDS 8u

static lab_word spare_words[WORDS + 1];
static uint32_t spare_tags[WORDS * WORLD_BITS];
static uint32_t spare_slot[1];

/* One refusal: the call is made, and must answer this and change nothing. */
static void expect(const char *what, lab_status status, lab_status expected)
{
	if (status != expected)
		sched_fail("T6", "%s: status %u, and %u is due", what, status, expected);
	if (!world_unchanged())
		sched_fail("T6", "%s (status %u) has changed something", what, status);
}

/* A request that is refused says so in its grant. */
static void bad_request(const char *what, lab_allocator *lab, lab_context *context, uint32_t flags,
			lab_status expected)
{
	lab_grant grant = {0, 1, LAB_OK, 0, true};

	expect(what, lab_alloc(lab, context, flags, &grant), expected);
	judge_no_grant(&grant, expected);
}

static void bad_bulks(lab_context *context)
{
	lab_grant grant = {0, 1, LAB_OK, 0, true};
	uint32_t done_count = WORLD_NONE;

	expect("bulk, no grants", lab_alloc_bulk(world.lab, context, 0, NULL, 1, &done_count),
	       LAB_ERR_NULL);
	expect("bulk, no count", lab_alloc_bulk(world.lab, context, 0, &grant, 1, NULL),
	       LAB_ERR_NULL);
	expect("bulk, no allocator", lab_alloc_bulk(NULL, context, 0, &grant, 1, &done_count),
	       LAB_ERR_NULL);
	expect("bulk, no context", lab_alloc_bulk(world.lab, NULL, 0, &grant, 1, &done_count),
	       LAB_ERR_NULL);
	expect("bulk, foreign context",
	       lab_alloc_bulk(world.lab, world.other_context, 0, &grant, 1, &done_count),
	       LAB_ERR_CONTEXT);
	if (done_count != WORLD_NONE)
		sched_fail("T6", "a bulk that was refused has counted %u frames", done_count);
	expect("bulk of nothing", lab_alloc_bulk(world.lab, context, 0, &grant, 0, &done_count),
	       LAB_OK);
	if (done_count != 0 || grant.tag != 1 || grant.status != LAB_OK)
		sched_fail("T6", "a bulk of nothing has %u frames, tag %x", done_count, grant.tag);
}

static void bad_requests(lab_context *context)
{
	labyrinth_void_alloc_page_gfp_atomic_exclusive(world.lab, context, NULL);
	expect("alloc, no grant", lab_alloc(world.lab, context, 0, NULL), LAB_ERR_NULL);
	bad_request("alloc, no allocator", NULL, context, 0, LAB_ERR_NULL);
	bad_request("alloc, no context", world.lab, NULL, 0, LAB_ERR_NULL);
	bad_request("alloc, foreign context", world.lab, world.other_context, 0, LAB_ERR_CONTEXT);
	bad_bulks(context);
}

static void bad_frees(lab_context *context)
{
	lab_grant grant = {0, 1, LAB_OK, 0, false};
	uint32_t done_count = WORLD_NONE;

	const lab_grant nowhere = {0, 1, LAB_OK, LAB_ZONE_NONE, false};

	if (world.held_count > 0)
		grant = world.held[0];
	expect("bulk free, no zone", lab_free_bulk(world.lab, context, &nowhere, 1, &done_count),
	       LAB_ERR_ZONE);
	if (done_count != 0)
		sched_fail("T6", "a bulk free of nothing good has counted %u", done_count);
	done_count = WORLD_NONE;
	expect("free, no grant", lab_free(world.lab, context, NULL), LAB_ERR_NULL);
	expect("free, no allocator", lab_free(NULL, context, &grant), LAB_ERR_NULL);
	expect("free, no context", lab_free(world.lab, NULL, &grant), LAB_ERR_NULL);
	expect("free, foreign context", lab_free(world.lab, world.other_context, &grant),
	       LAB_ERR_CONTEXT);
	expect("bulk free, no count", lab_free_bulk(world.lab, context, &grant, 1, NULL),
	       LAB_ERR_NULL);
	expect("bulk free, no grants", lab_free_bulk(world.lab, context, NULL, 1, &done_count),
	       LAB_ERR_NULL);
	expect("bulk free, no context", lab_free_bulk(world.lab, NULL, &grant, 1, &done_count),
	       LAB_ERR_NULL);
	expect("bulk free, no allocator", lab_free_bulk(NULL, context, &grant, 1, &done_count),
	       LAB_ERR_NULL);
	expect("bulk free, foreign context",
	       lab_free_bulk(world.lab, world.other_context, &grant, 1, &done_count),
	       LAB_ERR_CONTEXT);
	if (done_count != WORLD_NONE)
		sched_fail("T6", "a bulk free that was refused has counted %u", done_count);
	expect("bulk free of nothing", lab_free_bulk(world.lab, context, &grant, 0, &done_count),
	       LAB_OK);
	expect("drain, foreign context", lab_drain(world.lab, world.other_context),
	       LAB_ERR_CONTEXT);
	expect("drain, no allocator", lab_drain(NULL, context), LAB_ERR_NULL);
	expect("drain, no context", lab_drain(world.lab, NULL), LAB_ERR_NULL);
}

static void bad_looks(lab_context *context)
{
	lab_grant grant;
	lab_zone_stats stats;
	lab_context_stats own;
	uint32_t frame = 0;
	uint32_t none = world.zone_count;

	expect("reclaim, no zone", lab_reclaim(world.lab, none, 0, &frame), LAB_ERR_ZONE);
	expect("reclaim, no allocator", lab_reclaim(NULL, 0, 0, &frame), LAB_ERR_NULL);
	expect("reclaim, no frame", lab_reclaim(world.lab, 0, 0, NULL), LAB_ERR_NULL);
	expect("donate, no allocator", lab_donate(NULL, 0, 0), LAB_ERR_NULL);
	expect("holder, no zone", lab_holder(world.lab, none, 0, &grant), LAB_ERR_ZONE);
	expect("holder, no frame", lab_holder(world.lab, 0, world.zone[0].frame_count, &grant),
	       LAB_ERR_FRAME_RANGE);
	expect("holder, no allocator", lab_holder(NULL, 0, 0, &grant), LAB_ERR_NULL);
	expect("holder, no grant", lab_holder(world.lab, 0, 0, NULL), LAB_ERR_NULL);
	expect("stats, no zone", lab_stats_zone(world.lab, none, &stats), LAB_ERR_ZONE);
	expect("stats, no allocator", lab_stats_zone(NULL, 0, &stats), LAB_ERR_NULL);
	expect("stats, no place", lab_stats_zone(world.lab, 0, NULL), LAB_ERR_NULL);
	expect("stats, no context", lab_stats_context(world.lab, NULL, &own), LAB_ERR_NULL);
	expect("stats, nothing", lab_stats_context(NULL, context, &own), LAB_ERR_NULL);
	expect("context stats, no place", lab_stats_context(world.lab, context, NULL),
	       LAB_ERR_NULL);
	expect("stats, foreign context", lab_stats_context(world.lab, world.other_context, &own),
	       LAB_ERR_CONTEXT);
}

void misuse_bad_call(uint32_t which)
{
	struct call *call = sched_call();

	world_save();
	call->bound = 0;
	if (which < 5)
		bad_requests(call->context->context);
	else if (which < 10)
		bad_frees(call->context->context);
	else
		bad_looks(call->context->context);
}

/* ---- set-up: of the other allocator, which has the zones of the first ---- */

static void bad_zone(const char *what, const lab_zone_config *config, lab_status expected)
{
	expect(what, lab_add_zone(world.other_lab, config), expected);
}

/* A place that no zone has: there are at most four zones, on two nodes. */
static lab_zone_config good_zone(void)
{
	lab_zone_config config = {.words = spare_words,
				  .words_size = sizeof(spare_words),
				  .tags = spare_tags,
				  .frame_count = 2 * WORLD_BITS,
				  .reserve_words = 1};

	for (config.type = 0; config.type < LAB_ZONE_TYPES; config.type++)
		for (config.node = 0; config.node < LAB_NODES_MAX; config.node++) {
			bool taken = false;

			for (uint32_t z = 0; z < world.zone_count; z++)
				taken |= world.zone[z].node == config.node &&
					 world.zone[z].type == config.type;
			if (!taken)
				return config;
		}
	return config;
}

static void bad_places(void)
{
	lab_zone_config config = good_zone();

	expect("init of nothing", lab_init(NULL), LAB_ERR_NULL);
	expect("no allocator", lab_add_zone(NULL, &config), LAB_ERR_NULL);
	bad_zone("no configuration", NULL, LAB_ERR_NULL);
	config.tags = NULL;
	bad_zone("no tags", &config, LAB_ERR_NULL);
	config = good_zone();
	config.words = NULL;
	bad_zone("no words", &config, LAB_ERR_NULL);
	config = good_zone();
	config.node = LAB_NODES_MAX;
	bad_zone("no such node", &config, LAB_ERR_NODE);
	config = good_zone();
	config.type = LAB_ZONE_TYPES;
	bad_zone("no such type", &config, LAB_ERR_TYPE);
	config.type = world.zone[0].type;
	config.node = world.zone[0].node;
	bad_zone("a zone twice", &config, LAB_ERR_ZONE_TWICE);
}

static void bad_sizes(void)
{
	lab_zone_config config = good_zone();

	config.low = config.high = 1;
	bad_zone("low is high", &config, LAB_ERR_WATERMARKS);
	config.high = config.frame_count + 1;
	bad_zone("high is too high", &config, LAB_ERR_WATERMARKS);
	config = good_zone();
	config.frame_count = 0;
	bad_zone("no frames", &config, LAB_ERR_FRAMES_ZERO);
	config.frame_count = LAB_FRAMES_MAX + 1u;
	bad_zone("too many frames", &config, LAB_ERR_FRAMES_MAX);
	config = good_zone();
	config.reserve_words = LAB_SWEEP_WORDS + 1u;
	bad_zone("too large a reserve", &config, LAB_ERR_RESERVE_MAX);
	config.reserve_words = 2;
	bad_zone("nothing but reserve", &config, LAB_ERR_RESERVE_ALL);
	config = good_zone();
	config.words_size = sizeof(lab_word);
	bad_zone("too little storage", &config, LAB_ERR_STORAGE_SIZE);
	config = good_zone();
	config.words = (lab_word *)(void *)&world.other_lab->zone[world.zone_count];
	bad_zone("storage over the zone", &config, LAB_ERR_STORAGE_OVERLAP);
	config.words = (lab_word *)(void *)((unsigned char *)spare_words + 1);
	if (sizeof(lab_word) > 1)
		bad_zone("crooked storage", &config, LAB_ERR_STORAGE_ALIGN);
}

static void bad_context(const char *what, const lab_context_config *config, lab_status expected)
{
	expect(what, lab_context_init(world.other_context, world.other_lab, config), expected);
}

static void bad_contexts(void)
{
	const lab_context_config good = {.slot = spare_slot, .capacity = 1};
	lab_context_config config = good;
	lab_allocator empty;
	lab_context spare;

	expect("no context", lab_context_init(NULL, world.other_lab, &good), LAB_ERR_NULL);
	expect("context of nothing", lab_context_init(&spare, NULL, &good), LAB_ERR_NULL);
	bad_context("no configuration", NULL, LAB_ERR_NULL);
	config.slot = NULL;
	bad_context("no slots", &config, LAB_ERR_NULL);
	config = good;
	config.cpu = LAB_CPUS_MAX;
	bad_context("no such cpu", &config, LAB_ERR_CPU);
	config = good;
	config.level = LAB_LEVELS_MAX;
	bad_context("no such level", &config, LAB_ERR_LEVEL);
	config = good;
	config.client = LAB_CLIENTS_MAX;
	bad_context("no such client", &config, LAB_ERR_CLIENT);
	config = good;
	config.node = LAB_NODES_MAX;
	bad_context("no near node", &config, LAB_ERR_NODE);
	expect("init", lab_init(&empty), LAB_OK);
	expect("no zone", lab_context_init(&spare, &empty, &good), LAB_ERR_NO_ZONE);
}

void misuse_set_up(uint32_t which)
{
	world_save();
	sched_call()->bound = 0;
	if (which < 5)
		bad_places();
	else if (which < 10)
		bad_sizes();
	else
		bad_contexts();
}
