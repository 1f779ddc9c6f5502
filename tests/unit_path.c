/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_path.c - the order in which a request tries zones, against a sort written here.
 *
 * Near node first, then by distance and number; in each node HIGHMEM, NORMAL, DMA, never upwards.
 * First the paths, then the frames that requests get, zone after zone until none is left.
 */
#include "../core/labyrinth.h"
#include "support/check.h"
#include "support/random.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)

static random_state random_numbers = {5};

struct expected {
	uint32_t count;
	uint32_t near_count;
	uint32_t zone[LAB_ZONES_MAX];
};

/* Append the zones of one node, from `type` down. */
static void append_node(struct expected *path, const struct rig *rig, uint32_t node, uint32_t type)
{
	for (uint32_t down = 0; down <= type; down++)
		for (uint32_t z = 0; z < rig->lab->zone_count; z++)
			if (rig->lab->node[z] == node && rig->lab->type[z] == type - down)
				path->zone[path->count++] = z;
}

static struct expected expect(const struct rig *rig, uint32_t near, const uint8_t *distance,
			      uint32_t type)
{
	struct expected path = {0, 0, {0}};

	append_node(&path, rig, near, type);
	path.near_count = path.count;
	for (uint32_t far = 0; far <= UINT8_MAX; far++)
		for (uint32_t node = 0; node < LAB_NODES_MAX; node++)
			if (node != near && (distance == NULL ? 0 : distance[node]) == far)
				append_node(&path, rig, node, type);
	return path;
}

static void check_path(const lab_path *path, const struct expected *expected)
{
	CHECK_EQ(path->count, expected->count);
	CHECK_EQ(path->near_count, expected->near_count);
	for (uint32_t i = 0; i < expected->count && i < path->count; i++) {
		check_note("place", i);
		CHECK_EQ(path->zone[i], expected->zone[i]);
	}
}

/* Some zones of some nodes, in a random order. */
static uint32_t random_zones(struct rig_zone *zones)
{
	uint32_t count = 0;
	uint32_t chance = 1 + random_below(&random_numbers, 8);

	for (uint32_t i = 0; i < LAB_ZONES_MAX; i++) {
		uint32_t at = random_below(&random_numbers, count + 1);

		if (random_below(&random_numbers, 8) >= chance)
			continue;
		zones[count++] = zones[at];
		zones[at] = (struct rig_zone){i / 3, i % 3, 1 + i % (2 * B), 0, 0, 0};
	}
	if (count == 0)
		zones[count++] = (struct rig_zone){3, LAB_ZONE_NORMAL, B, 0, 0, 0};
	return count;
}

static void random_distances(uint8_t *distance)
{
	for (uint32_t node = 0; node < LAB_NODES_MAX; node++)
		distance[node] = (uint8_t)(random_below(&random_numbers, 2) != 0
						   ? random_next(&random_numbers)
						   : random_below(&random_numbers, 3) * 127);
}

static void r7_paths_are_sorted(void)
{
	for (uint32_t round = 0; round < 200; round++) {
		struct rig_zone zones[LAB_ZONES_MAX];
		uint8_t distance[LAB_NODES_MAX];
		struct rig rig;

		check_note("round", round);
		rig_begin(&rig, zones, random_zones(zones));
		for (uint32_t near = 0; near < LAB_NODES_MAX; near++) {
			lab_context_config config = {
				.cpu = near, .node = near, .capacity = near % 2};
			lab_context *context;

			check_note("near", near);
			random_distances(distance);
			config.distance = near % 3 == 0 ? NULL : distance;
			context = rig_configure(&rig, &config);
			for (uint32_t type = 0; type < LAB_ZONE_TYPES; type++) {
				struct expected path = expect(&rig, near, config.distance, type);

				check_note("type", type);
				check_path(&context->path[type], &path);
				if (config.capacity != 0 && type == LAB_ZONE_NORMAL &&
				    path.count != 0)
					CHECK_EQ(rig_room_zone(&rig, context), path.zone[0]);
			}
		}
		rig_end(&rig);
	}
}

/* A room belongs to the first zone of plain requests; without one, of HIGHMEM requests. */
static void r7_a_room_has_the_first_zone(void)
{
	static const struct rig_zone high[] = {{1, LAB_ZONE_HIGHMEM, 9, 0, 0, 0},
					       {0, LAB_ZONE_HIGHMEM, 9, 0, 0, 0}};
	static const struct rig_zone mixed[] = {{0, LAB_ZONE_HIGHMEM, 9, 0, 0, 0},
						{1, LAB_ZONE_NORMAL, 9, 0, 0, 0},
						{0, LAB_ZONE_DMA, 9, 0, 0, 0}};
	struct rig rig;

	rig_begin(&rig, high, 2);
	CHECK_EQ(rig_room_zone(&rig, rig_context(&rig, 0, 4)), 1);
	CHECK_EQ(rig_room_zone(&rig, rig_context(&rig, 0, 0)), RIG_NONE);
	rig_end(&rig);
	rig_begin(&rig, mixed, 3);
	CHECK_EQ(rig_room_zone(&rig, rig_context(&rig, 0, 4)), 2);
	CHECK_EQ(rig_room_zone(&rig, rig_context(&rig, 1, 4)), 1);
	CHECK_EQ(rig_room_zone(&rig, rig_context(&rig, 2, 4)), 2);
	rig_end(&rig);
}

/* Take frames until there is none: they come from the zones of the path in its order. */
static void take_all(struct rig *rig, lab_context *context, uint32_t flags,
		     const struct expected *path, uint32_t count)
{
	lab_grant grant;

	check_note("flags", flags);
	for (uint32_t i = 0; i < count; i++) {
		for (uint32_t left = pool_frames(&rig->pool[path->zone[i]]); left > 0; left--) {
			CHECK_STATUS(lab_alloc(rig->lab, context, flags, &grant), LAB_OK);
			CHECK_EQ(grant.zone, path->zone[i]);
		}
	}
	CHECK_STATUS(lab_alloc(rig->lab, context, flags, &grant),
		     count == 0 ? LAB_ERR_NO_ZONE : LAB_EMPTY);
	rig_check_rest(rig);
}

static void r7_requests_follow_the_path(void)
{
	static const uint32_t flags[LAB_ZONE_TYPES] = {LAB_GFP_DMA, 0, LAB_GFP_HIGHMEM};

	for (uint32_t round = 0; round < 60; round++) {
		uint32_t type = round % 3;
		uint32_t more = round % 2 == 0 ? LAB_GFP_ZERO : LAB_GFP_ATOMIC;
		bool near_only = round % 4 < 2;
		struct rig_zone zones[LAB_ZONES_MAX];
		uint8_t distance[LAB_NODES_MAX];
		lab_context_config config = {
			.node = round % LAB_NODES_MAX, .capacity = round % 5, .distance = distance};
		struct expected path;
		struct rig rig;
		lab_context *context;

		check_note("round", round);
		rig_begin(&rig, zones, random_zones(zones));
		random_distances(distance);
		path = expect(&rig, config.node, distance, type);
		context = rig_configure(&rig, &config);
		if (near_only)
			more |= LAB_GFP_THISNODE;
		take_all(&rig, context, flags[type] | more, &path,
			 near_only ? path.near_count : path.count);
		rig_end(&rig);
	}
}

/* The reserves come last, and in the same order. */
static void r7_reserves_come_after_every_zone(void)
{
	static const struct rig_zone zones[] = {{0, LAB_ZONE_DMA, B + 1, 1, 0, 0},
						{1, LAB_ZONE_NORMAL, 2 * B, 1, 0, 0},
						{0, LAB_ZONE_NORMAL, B + 2, 1, 0, 0}};
	static const uint32_t order[] = {2, 0, 1};

	for (uint32_t capacity = 0; capacity <= 3; capacity++) {
		struct rig rig;
		lab_context *context;
		lab_grant grant;

		check_note("capacity", capacity);
		rig_begin(&rig, zones, 3);
		context = rig_context(&rig, 0, capacity);
		for (uint32_t i = 0; i < 6; i++) {
			uint32_t z = order[i % 3];
			uint32_t count = i < 3 ? B : zones[z].frame_count - B;

			for (uint32_t left = count; left > 0; left--) {
				CHECK_STATUS(lab_alloc(rig.lab, context, LAB_GFP_ATOMIC, &grant),
					     LAB_OK);
				CHECK_EQ(grant.zone, z);
				CHECK_EQ(grant.frame >= B, i >= 3);
			}
		}
		CHECK_STATUS(lab_alloc(rig.lab, context, LAB_GFP_ATOMIC, &grant), LAB_EMPTY);
		rig_check_rest(&rig);
		rig_end(&rig);
	}
}

int main(void)
{
	RUN(r7_paths_are_sorted);
	RUN(r7_a_room_has_the_first_zone);
	RUN(r7_requests_follow_the_path);
	RUN(r7_reserves_come_after_every_zone);
	return check_finish();
}
