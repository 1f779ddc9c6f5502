/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_release.c - lab_zone_release(): frames go home, one by one and by the word.
 */
#include <string.h>

#include "../core/zone.h"
#include "support/check.h"
#include "support/pool.h"

#define B ((uint32_t)LAB_WORD_BITS)

static void r3_released_frames_go_home(void)
{
	struct pool p;
	const uint32_t step = 31;
	uint32_t count = B * B + 3;

	if (count > LAB_FRAMES_MAX)
		count = 3 * B + 3;
	pool_make(&p, count, 0);
	CHECK_EQ(pool_drain(&p), count);
	/* Each frame once, in a scattered order: a prime step that does not divide the count. */
	CHECK(count % step != 0);
	for (uint32_t done = 0, frame = count / 2; done < count; frame = (frame + step) % count) {
		CHECK(zone_release_one(p.zone, frame));
		CHECK(pool_has(&p, frame));
		CHECK_EQ(pool_frames(&p), ++done);
		CHECK_EQ(pool_inexact(&p), 0);
	}
	CHECK_EQ(pool_stray(&p), 0);
	CHECK_EQ(pool_drain(&p), count);
	pool_free(&p);
}

static void r3_released_batches_go_home(void)
{
	struct pool p;
	uint32_t count = 5 * B + B / 2;

	pool_make(&p, count, 0);
	CHECK_EQ(pool_drain(&p), count);
	for (uint32_t leaf = 0; leaf < p.leaf_count; leaf++) {
		lab_word all = pool_existing(&p, leaf);
		lab_batch low = {leaf * B, (lab_word)(all & 1)};
		lab_batch high = {leaf * B, (lab_word)(all & ~(lab_word)1)};

		CHECK(zone_release_word(p.zone, &high));
		CHECK_EQ(pool_leaf(&p, leaf), high.frames);
		CHECK(zone_release_word(p.zone, &low));
		CHECK_EQ(pool_leaf(&p, leaf), all);
		CHECK_EQ(pool_inexact(&p), 0);
	}
	CHECK_EQ(pool_frames(&p), count);
	pool_free(&p);
}

/* Into an empty zone, each leaf by itself, those of the reserve too: the word becomes exactly the
 * frames, and only the hints above it are set. */
static void r3_a_release_gives_back_exactly_the_batch(void)
{
	for (uint32_t reserve = 0; reserve <= 1; reserve++) {
		struct pool p;

		pool_make(&p, 3 * B + 1, reserve);
		for (uint32_t leaf = 0; leaf < p.leaf_count; leaf++) {
			lab_word all = pool_existing(&p, leaf);
			lab_batch low = {leaf * B, (lab_word)(all & 1)};
			lab_batch high = {leaf * B, (lab_word)(all & ~(lab_word)1)};

			check_note("leaf", leaf);
			memset(p.storage, 0, p.storage_size);
			if (high.frames != 0)
				CHECK(zone_release_word(p.zone, &high));
			CHECK_EQ(pool_leaf(&p, leaf), high.frames);
			CHECK_EQ(pool_inexact(&p), 0);
			CHECK(zone_release_word(p.zone, &low));
			CHECK_EQ(pool_leaf(&p, leaf), all);
			CHECK_EQ(pool_inexact(&p), 0);
			CHECK_EQ(pool_frames(&p), word_count(all));
		}
		pool_free(&p);
	}
}

int main(void)
{
	RUN(r3_released_frames_go_home);
	RUN(r3_released_batches_go_home);
	RUN(r3_a_release_gives_back_exactly_the_batch);
	return check_finish();
}
