/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/seam_quiet.c - steps of calls that nobody interrupts, counted at the seam: exact, and the
 * same for every size of the pool with as many hint levels.
 */
#include "../core/zone.h"
#include "support/check.h"
#include "support/pool.h"

#define B ((uint32_t)LAB_WORD_BITS)

static uint64_t steps_claim_word(struct pool *p, uint32_t start, lab_status expected,
				 lab_batch *batch)
{
	seam_call_begin();
	CHECK_STATUS(zone_claim_word(p->zone, start, batch), expected);
	return seam_call_steps();
}

static uint64_t steps_claim_one(struct pool *p, uint32_t start, lab_status expected,
				uint32_t *frame)
{
	seam_call_begin();
	CHECK_STATUS(zone_claim_one(p->zone, start, frame), expected);
	return seam_call_steps();
}

static uint64_t steps_release_one(struct pool *p, uint32_t frame)
{
	seam_call_begin();
	CHECK(zone_release_one(p->zone, frame));
	return seam_call_steps();
}

static uint64_t steps_release_word(struct pool *p, const lab_batch *batch)
{
	seam_call_begin();
	CHECK(zone_release_word(p->zone, batch));
	return seam_call_steps();
}

/* A full zone, away from its last word. Retire looks at the leaf; when that is empty it clears the
 * hint and looks again, and at the word above unless that is the root. */
static void check_full_zone(struct pool *p, uint32_t start)
{
	uint64_t levels = p->level_count;
	lab_batch batch = {0, 0};
	uint32_t frame = 0;

	CHECK_EQ(steps_claim_one(p, start, LAB_OK, &frame), levels + 2 + (levels > 0 ? 1 : 0));
	CHECK_EQ(steps_release_one(p, frame), 1 + (levels > 0 ? 1 : 0));
	CHECK_EQ(steps_claim_word(p, start, LAB_OK, &batch),
		 levels + 2 + (levels > 0 ? 3 : 0) + (levels > 1 ? 1 : 0));
	CHECK_EQ(batch.base, start / B * B);
	/* The hint is clear now: look, set, and look at the one above, which is set. */
	CHECK_EQ(steps_release_word(p, &batch), 1 + (levels > 0 ? 2 : 0) + (levels > 1 ? 1 : 0));
}

/* An empty zone: one look at the root, and the sweep of a small zone; of a zone of one word, one
 * look at it. Then one frame, and back. */
static void check_empty_zone(struct pool *p, uint32_t start)
{
	uint64_t levels = p->level_count;
	uint64_t sweep = p->hinted_count <= LAB_SWEEP_WORDS ? p->hinted_count : 0;
	uint64_t root = levels > 0 ? 1 : 0;
	lab_batch batch = {0, 0};
	uint32_t frame = 0;

	CHECK_EQ(steps_claim_one(p, start, LAB_EMPTY, &frame), root + sweep);
	CHECK_EQ(steps_claim_word(p, start, LAB_EMPTY, &batch), root + sweep);
	CHECK_EQ(steps_release_one(p, start), 1 + 2 * levels);
	/* The last frame goes: every hint above is taken back. */
	CHECK_EQ(steps_claim_one(p, 0, LAB_OK, &frame), levels + 2 + 3 * levels);
	CHECK_EQ(frame, start);
	batch.base = start / B * B;
	batch.frames = lab_bits_mask(start % B);
	CHECK_EQ(steps_release_word(p, &batch), 1 + 2 * levels);
	CHECK_EQ(steps_claim_word(p, UINT32_MAX, LAB_OK, &batch), levels + 2 + 3 * levels);
	CHECK_EQ(pool_frames(p), 0);
}

static void check_quiet(uint32_t frame_count, uint32_t level_count)
{
	struct pool p;

	if (frame_count > LAB_FRAMES_MAX)
		return;
	check_note("frames", frame_count);
	seam_start(NULL, NULL, 0);
	pool_make(&p, frame_count, 0);
	CHECK_EQ(p.level_count, level_count);
	check_full_zone(&p, 0);
	check_full_zone(&p, frame_count / 2 / B * B);
	CHECK_EQ(pool_drain(&p), frame_count);
	check_empty_zone(&p, 0);
	check_empty_zone(&p, frame_count - 1);
	pool_free(&p);
}

/* The smallest, a middle and the largest zone of each number of levels cost the same. */
static void r4_cost_is_independent_of_the_size(void)
{
	uint64_t words = 1;

	check_quiet(2, 0);
	check_quiet(B, 0);
	for (uint32_t levels = 1; levels <= 4; levels++) {
		uint64_t most = words * B * B;

		check_note("levels", levels);
		/* 2 words more than the smallest: with half of it, the parent keeps a child. */
		check_quiet((uint32_t)(words * B + 2 * B), levels);
		check_quiet((uint32_t)(words * B + (most - words * B) / 2), levels);
		if (most <= LAB_FRAMES_MAX)
			check_quiet((uint32_t)most, levels);
		words *= B;
		if (words * B >= LAB_FRAMES_MAX)
			break;
	}
}

#if LAB_WORD_BITS == 64
/* The figures that the documentation states. */
static void r4_figures_of_common_zones(void)
{
	static const struct {
		uint32_t frame_count;
		uint64_t claim_word;
		uint64_t claim_one;
	} rows[] = {{64, 2, 2},       {4096, 6, 4},           {4097, 8, 5},    {65536, 8, 5},
		    {1u << 18, 8, 5}, {(1u << 18) + 1, 9, 6}, {1u << 24, 9, 6}};

	seam_start(NULL, NULL, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pool p;
		lab_batch batch;
		uint32_t frame;

		check_note("frames", rows[i].frame_count);
		pool_make(&p, rows[i].frame_count, 0);
		CHECK_EQ(steps_claim_one(&p, 0, LAB_OK, &frame), rows[i].claim_one);
		CHECK_EQ(steps_release_one(&p, frame), rows[i].frame_count > 64 ? 2 : 1);
		CHECK_EQ(steps_claim_word(&p, 0, LAB_OK, &batch), rows[i].claim_word);
		pool_free(&p);
	}
}
#endif

static void r4_reserve_costs_its_words(void)
{
	struct pool p;
	uint32_t reserve = LAB_SWEEP_WORDS < 3 ? LAB_SWEEP_WORDS : 3;
	uint32_t count = (reserve + 2) * B;
	uint32_t frame = 0;

	seam_start(NULL, NULL, 0);
	pool_make(&p, count, reserve);
	for (uint32_t i = 0; i < reserve * B; i++) {
		seam_call_begin();
		CHECK_STATUS(zone_claim_reserve(p.zone, &frame), LAB_OK);
		CHECK_EQ(seam_call_steps(), i / B + 2);
	}
	seam_call_begin();
	CHECK_STATUS(zone_claim_reserve(p.zone, &frame), LAB_EMPTY);
	CHECK_EQ(seam_call_steps(), reserve);
	CHECK_EQ(steps_release_one(&p, frame), 1);
	pool_free(&p);
}

int main(void)
{
	RUN(r4_cost_is_independent_of_the_size);
#if LAB_WORD_BITS == 64
	RUN(r4_figures_of_common_zones);
#endif
	RUN(r4_reserve_costs_its_words);
	return check_finish();
}
