/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_context.c - lab_init(), lab_add_zone() and lab_context_init(): each refusal is named.
 */
#include <string.h>

#include "../core/labyrinth.h"
#include "support/check.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define FRAMES (3u * LAB_WORD_BITS + 1u)

static lab_word words[LAB_ZONE_WORDS(FRAMES, 0) + 1];
static uint32_t tags[FRAMES];
static unsigned char words_before[sizeof(words)];
static unsigned char tags_before[sizeof(tags)];

static lab_zone_config plain_zone(uint32_t node, uint32_t type)
{
	return (lab_zone_config){.words = words,
				 .words_size = sizeof(words),
				 .tags = tags,
				 .frame_count = FRAMES,
				 .node = node,
				 .type = type};
}

/* Refused, and the allocator, the words and the tags as before. */
static void refuse_zone(struct rig *rig, const lab_zone_config *config, lab_status expected)
{
	memset(words, 0x33, sizeof(words));
	memset(tags, 0x33, sizeof(tags));
	memcpy(words_before, words, sizeof(words));
	memcpy(tags_before, tags, sizeof(tags));
	RIG_REFUSED(rig, lab_add_zone(rig->lab, config), expected);
	CHECK(memcmp(words, words_before, sizeof(words)) == 0);
	CHECK(memcmp(tags, tags_before, sizeof(tags)) == 0);
}

static void r6_init_refuses_null(void)
{
	lab_zone_config config = plain_zone(0, LAB_ZONE_NORMAL);

	CHECK_STATUS(lab_init(NULL), LAB_ERR_NULL);
	CHECK_STATUS(lab_add_zone(NULL, &config), LAB_ERR_NULL);
	CHECK_STATUS(lab_add_zone(NULL, NULL), LAB_ERR_NULL);
}

static void r6_add_zone_names_each_cause(void)
{
	static const struct rig_zone one = {1, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS, 0, 0, 0};
	struct rig rig;
	lab_zone_config config;

#define REFUSE(field, value, expected)                                                             \
	config = plain_zone(0, LAB_ZONE_NORMAL);                                                   \
	config.field = (value);                                                                    \
	refuse_zone(&rig, &config, expected)

	rig_begin(&rig, &one, 1);
	refuse_zone(&rig, NULL, LAB_ERR_NULL);
	REFUSE(tags, NULL, LAB_ERR_NULL);
	REFUSE(words, NULL, LAB_ERR_NULL);
	REFUSE(node, LAB_NODES_MAX, LAB_ERR_NODE);
	REFUSE(node, UINT32_MAX, LAB_ERR_NODE);
	REFUSE(type, LAB_ZONE_TYPES, LAB_ERR_TYPE);
	REFUSE(type, UINT32_MAX, LAB_ERR_TYPE);
	REFUSE(node, 1, LAB_ERR_ZONE_TWICE);
	REFUSE(frame_count, 0, LAB_ERR_FRAMES_ZERO);
	REFUSE(frame_count, (uint32_t)LAB_FRAMES_MAX + 1, LAB_ERR_FRAMES_MAX);
	REFUSE(reserve_words, LAB_SWEEP_WORDS + 1, LAB_ERR_RESERVE_MAX);
	REFUSE(frame_count, 0, LAB_ERR_FRAMES_ZERO);
	REFUSE(words_size, 0, LAB_ERR_STORAGE_SIZE);
	REFUSE(words_size, zone_storage_size(FRAMES, 0) - 1, LAB_ERR_STORAGE_SIZE);
	if (sizeof(lab_word) > 1) {
		REFUSE(words, (lab_word *)((uintptr_t)words + 1), LAB_ERR_STORAGE_ALIGN);
	}
	REFUSE(words, (lab_word *)(void *)&rig.lab->zone[1], LAB_ERR_STORAGE_OVERLAP);
	config = plain_zone(0, LAB_ZONE_NORMAL);
	config.frame_count = B;
	config.reserve_words = 1;
	refuse_zone(&rig, &config, LAB_ERR_RESERVE_ALL);
	rig_end(&rig);
#undef REFUSE
}

static void r6_add_zone_refuses_bad_watermarks(void)
{
	static const struct {
		uint32_t low;
		uint32_t high;
		bool valid;
	} rows[] = {{0, 0, true},
		    {0, 5, true},
		    {1, 2, true},
		    {1, FRAMES, true},
		    {FRAMES - 1, FRAMES, true},
		    {1, 1, false},
		    {2, 1, false},
		    {1, 0, false},
		    {1, FRAMES + 1, false},
		    {FRAMES, FRAMES, false},
		    {1, UINT32_MAX, false},
		    {UINT32_MAX, UINT32_MAX, false}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		lab_zone_config config = plain_zone(0, LAB_ZONE_DMA);
		struct rig rig;

		check_note("row", i);
		config.low = rows[i].low;
		config.high = rows[i].high;
		rig_begin(&rig, NULL, 0);
		if (rows[i].valid)
			CHECK_STATUS(lab_add_zone(rig.lab, &config), LAB_OK);
		else
			refuse_zone(&rig, &config, LAB_ERR_WATERMARKS);
		CHECK_EQ(rig.lab->zone_count, rows[i].valid);
		rig_end(&rig);
	}
}

/* Every zone an allocator may have; each is full, with untouched tags; one more is refused. */
static void r10_add_zone_fills_all_zones(void)
{
	struct rig_zone zones[LAB_ZONES_MAX];
	lab_zone_config config = plain_zone(0, LAB_ZONE_NORMAL);
	struct rig rig;

	for (uint32_t z = 0; z < LAB_ZONES_MAX; z++)
		zones[z] = (struct rig_zone){z / 3, z % 3, z + 1, 0, z > 1, 2 * (z > 1)};
	rig_begin(&rig, zones, LAB_ZONES_MAX);
	for (uint32_t z = 0; z < LAB_ZONES_MAX; z++) {
		check_note("zone", z);
		CHECK_EQ(rig.lab->zone[z].id, z);
		CHECK_EQ(rig.lab->node[z], z / 3);
		CHECK_EQ(rig.lab->type[z], z % 3);
		CHECK_EQ(rig.lab->gauge[z].low, z > 1);
		CHECK_EQ(rig.lab->gauge[z].raised, 0);
		CHECK_EQ(pool_frames(&rig.pool[z]), z + 1);
		for (uint32_t frame = 0; frame <= z; frame++)
			CHECK_EQ(rig_tag(&rig, z, frame), 0);
	}
	rig_check_rest(&rig);
	refuse_zone(&rig, &config, LAB_ERR_ZONES_MAX);
	rig_end(&rig);
}

static void r6_context_init_names_each_cause(void)
{
	static const struct rig_zone one = {1, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS, 0, 0, 0};
	uint32_t slot[2] = {0, 0};
	lab_context_config config;
	lab_context *context;
	struct rig rig;

#define REFUSE(field, value, expected)                                                             \
	config = (lab_context_config){.slot = slot, .capacity = 2};                                \
	config.field = (value);                                                                    \
	RIG_REFUSED(&rig, lab_context_init(context, rig.lab, &config), expected)

	rig_begin(&rig, &one, 1);
	context = rig_place(&rig, sizeof(*context));
	config = (lab_context_config){.capacity = 0};
	RIG_REFUSED(&rig, lab_context_init(NULL, rig.lab, &config), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_context_init(context, NULL, &config), LAB_ERR_NULL);
	RIG_REFUSED(&rig, lab_context_init(context, rig.lab, NULL), LAB_ERR_NULL);
	REFUSE(slot, NULL, LAB_ERR_NULL);
	REFUSE(cpu, LAB_CPUS_MAX, LAB_ERR_CPU);
	REFUSE(cpu, UINT32_MAX, LAB_ERR_CPU);
	REFUSE(level, LAB_LEVELS_MAX, LAB_ERR_LEVEL);
	REFUSE(level, UINT32_MAX, LAB_ERR_LEVEL);
	REFUSE(client, LAB_CLIENTS_MAX, LAB_ERR_CLIENT);
	REFUSE(client, UINT32_MAX, LAB_ERR_CLIENT);
	REFUSE(node, LAB_NODES_MAX, LAB_ERR_NODE);
	REFUSE(node, UINT32_MAX, LAB_ERR_NODE);
	rig_end(&rig);
	rig_begin(&rig, NULL, 0);
	context = rig_place(&rig, sizeof(*context));
	REFUSE(node, 0, LAB_ERR_NO_ZONE);
	rig_end(&rig);
#undef REFUSE
}

/* No two contexts have the same number, none is 0 or AWAY, and the client is told apart. */
static void r10_each_context_has_its_number(void)
{
	static const struct rig_zone one = {0, LAB_ZONE_NORMAL, LAB_WORD_BITS, 0, 0, 0};
	static bool seen[LAB_CONTEXTS];
	lab_context context;
	struct rig rig;

	rig_begin(&rig, &one, 1);
	for (uint32_t i = 0; i < LAB_CPUS_MAX * LAB_LEVELS_MAX; i++) {
		lab_context_config config = {.cpu = i / LAB_LEVELS_MAX,
					     .level = i % LAB_LEVELS_MAX,
					     .client = i % LAB_CLIENTS_MAX};
		uint32_t number;

		memset(&context, 0x5c, sizeof(context));
		CHECK_STATUS(lab_context_init(&context, rig.lab, &config), LAB_OK);
		number = context.holder % LAB_CONTEXTS;
		CHECK(number != 0 && number != LAB_CONTEXT_AWAY && !seen[number]);
		CHECK_EQ(context.holder / LAB_CONTEXTS, config.client);
		CHECK(context.holder < LAB_HOLDERS);
		CHECK(context.room.zone == NULL);
		CHECK_EQ(rig_stored(&context) + context.room.capacity, 0);
		CHECK_EQ(context.refused[0] + context.refused[1] + context.refused[2], 0);
		seen[number] = true;
	}
	rig_end(&rig);
}

int main(void)
{
	RUN(r6_init_refuses_null);
	RUN(r6_add_zone_names_each_cause);
	RUN(r6_add_zone_refuses_bad_watermarks);
	RUN(r10_add_zone_fills_all_zones);
	RUN(r6_context_init_names_each_cause);
	RUN(r10_each_context_has_its_number);
	return check_finish();
}
