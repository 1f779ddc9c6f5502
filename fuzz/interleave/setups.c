/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/setups.c - T6 and T10: bad zones and contexts, of the other allocator, which has
 * the zones of the first.
 */
#include "calls.h"

#define WORDS 8u

static lab_word spare_words[WORDS + 1];
static uint32_t spare_tags[WORDS * WORLD_BITS];
static uint32_t spare_slot[1];

static void bad_zone(const char *what, const lab_zone_config *config, lab_status expected)
{
	refused_expect(what, lab_add_zone(world.other_lab, config), expected);
}

/* A zone for a place that none has: there are at most four zones, on two nodes. */
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

	refused_expect("init of nothing", lab_init(NULL), LAB_ERR_NULL);
	refused_expect("no allocator", lab_add_zone(NULL, &config), LAB_ERR_NULL);
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
	config.words = (lab_word *)(void *)&world.other_lab->zone[world.zone_count].leaf;
	bad_zone("storage inside the zone", &config, LAB_ERR_STORAGE_OVERLAP);
	config.words = (lab_word *)(void *)((unsigned char *)spare_words + 1);
	if (sizeof(lab_word) > 1)
		bad_zone("crooked storage", &config, LAB_ERR_STORAGE_ALIGN);
}

/* What lab_add_zone() never passes on. */
static void bad_numbers(void)
{
	lab_zone zone;

	refused_expect("zone, no zone",
		       lab_zone_init(NULL, 0, spare_words, sizeof(spare_words), 1, 0),
		       LAB_ERR_NULL);
	refused_expect("zone, number too large",
		       lab_zone_init(&zone, LAB_ZONES_MAX, spare_words, sizeof(spare_words), 1, 0),
		       LAB_ERR_ZONE);
}

/* An allocator with every zone that there can be, and a context of it with the longest paths. */
static void one_zone_more(void)
{
	lab_word words[LAB_ZONES_MAX + 1][1];
	uint32_t tags[LAB_ZONES_MAX + 1][1];
	lab_allocator full;
	lab_context context;
	const lab_context_config good = {.cpu = 0};
	lab_zone_config config = {.words_size = sizeof(words[0]), .frame_count = 1};

	refused_expect("init", lab_init(&full), LAB_OK);
	for (uint32_t z = 0; z <= LAB_ZONES_MAX; z++) {
		config.words = words[z];
		config.tags = tags[z];
		config.node = z / LAB_ZONE_TYPES % LAB_NODES_MAX;
		config.type = z % LAB_ZONE_TYPES;
		refused_expect("a zone for each place, and one more", lab_add_zone(&full, &config),
			       z < LAB_ZONES_MAX ? LAB_OK : LAB_ERR_ZONES_MAX);
	}
	refused_expect("the longest paths", lab_context_init(&context, &full, &good), LAB_OK);
}

static void bad_context(const char *what, const lab_context_config *config, lab_status expected)
{
	refused_expect(what, lab_context_init(world.other_context, world.other_lab, config),
		       expected);
}

static void bad_contexts(void)
{
	const lab_context_config good = {.slot = spare_slot, .capacity = 1};
	lab_context_config config = good;
	lab_allocator empty;
	lab_context spare;

	refused_expect("no context", lab_context_init(NULL, world.other_lab, &good), LAB_ERR_NULL);
	refused_expect("context of nothing", lab_context_init(&spare, NULL, &good), LAB_ERR_NULL);
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
	refused_expect("init", lab_init(&empty), LAB_OK);
	refused_expect("no zone", lab_context_init(&spare, &empty, &good), LAB_ERR_NO_ZONE);
}

void misuse_set_up(uint32_t which)
{
	world_save();
	sched_call()->bound = 0;
	if (which < 5) {
		bad_places();
		bad_numbers();
	} else if (which < 10) {
		bad_sizes();
	} else {
		bad_contexts();
		one_zone_more();
	}
}
