/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_size.c - the storage macros against a count by loops.
 */
#include "../core/zone.h"
#include "support/check.h"
#include "support/pool.h"

#define B ((uint32_t)LAB_WORD_BITS)

static void check_size(uint32_t frame_count, uint32_t reserve_words)
{
	struct pool expected;

	check_note("frames", frame_count);
	check_note("reserve", reserve_words);
	pool_measure(&expected, frame_count, reserve_words);
	CHECK_EQ(LAB_ZONE_LEAVES(frame_count), expected.leaf_count);
	CHECK_EQ(LAB_ZONE_HINTS(expected.hinted_count), expected.hint_count);
	CHECK_EQ(LAB_ZONE_LEVELS(expected.hinted_count), expected.level_count);
	CHECK_EQ(LAB_ZONE_WORDS(frame_count, reserve_words),
		 expected.hint_count + expected.leaf_count);
}

static void check_sizes_near(uint64_t frame_count)
{
	for (uint64_t count = frame_count < 3 ? 1 : frame_count - 2; count <= frame_count + 2;
	     count++) {
		if (count > LAB_FRAMES_MAX)
			return;
		for (uint32_t reserve = 0; reserve <= 3; reserve++) {
			if (reserve < LAB_ZONE_LEAVES((uint32_t)count) &&
			    reserve <= LAB_SWEEP_WORDS)
				check_size((uint32_t)count, reserve);
		}
	}
}

static void r10_sizes_of_small_zones(void)
{
	for (uint32_t count = 1; count <= 300 && count <= LAB_FRAMES_MAX; count++)
		check_sizes_near(count);
}

static void r10_sizes_where_a_level_begins(void)
{
	for (uint64_t reach = B; reach <= LAB_FRAMES_MAX; reach *= B) {
		check_sizes_near(reach);
		for (uint32_t words = 1; words <= 3; words++)
			check_sizes_near(reach + words * B);
	}
	check_sizes_near(LAB_FRAMES_MAX);
}

/* The macros are constants: these arrays would not compile otherwise. */
static void r10_sizes_of_static_storage(void)
{
	static lab_word smallest[LAB_ZONE_WORDS(1, 0)];
	static lab_word eight[LAB_ZONE_WORDS(8, 0)];
	static lab_word reserved[LAB_ZONE_WORDS(2 * LAB_WORD_BITS + 1, 1)];
	lab_zone zone;

	check_size(1, 0);
	check_size(8, 0);
	check_size(2 * B + 1, 1);
	CHECK_EQ(sizeof(smallest), zone_storage_size(1, 0));
	CHECK_EQ(sizeof(eight), zone_storage_size(8, 0));
	CHECK_EQ(sizeof(reserved), zone_storage_size(2 * B + 1, 1));
	CHECK_STATUS(lab_zone_init(&zone, 0, smallest, sizeof(smallest), 1, 0), LAB_OK);
	CHECK_STATUS(lab_zone_init(&zone, 0, eight, sizeof(eight), 8, 0), LAB_OK);
	CHECK_STATUS(lab_zone_init(&zone, 0, reserved, sizeof(reserved), 2 * B + 1, 1), LAB_OK);
}

int main(void)
{
	RUN(r10_sizes_of_small_zones);
	RUN(r10_sizes_where_a_level_begins);
	RUN(r10_sizes_of_static_storage);
	return check_finish();
}
