/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/model.c - the zone against an oracle: an array that says which frames are held.
 *
 * Random calls, misuse included, alone on the zone; every answer is predicted by the array. Fixed
 * seeds: the same run each time. An argument sets the steps per zone.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/zone.h"
#include "support/check.h"
#include "support/oracle.h"
#include "support/random.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define STEPS_DEFAULT 500000u
#define EXACT_EVERY 997u

static uint64_t steps_per_zone = STEPS_DEFAULT;
static uint64_t steps_done;

static struct {
	random_state random;
	uint64_t answers[LAB_STATUS_COUNT];
} model;

static uint32_t random_frame(void)
{
	/* Sometimes past the end, sometimes far past it. */
	uint32_t spread = oracle.pool.frame_count + B;

	return random_below(&model.random, 64) == 0 ? (uint32_t)random_next(&model.random)
						    : random_below(&model.random, spread);
}

static void expect(lab_status got, lab_status expected)
{
	CHECK_STATUS(got, expected);
	model.answers[got]++;
	if (expected != LAB_OK)
		CHECK(pool_unchanged(&oracle.pool));
}

static void step_claim_one(void)
{
	uint32_t start = random_frame();
	uint32_t frame = UINT32_MAX;
	bool near = start < oracle.pool.hinted_count * B && oracle.leaf_free[start / B] > 0;
	lab_status expected = oracle.ordinary_free > 0 ? LAB_OK : LAB_EMPTY;

	expect(lab_zone_claim_one(oracle.pool.zone, start, &frame), expected);
	if (expected != LAB_OK) {
		CHECK_EQ(frame, UINT32_MAX);
		return;
	}
	oracle_move(frame, true);
	CHECK(frame / B < oracle.pool.hinted_count);
	CHECK(!near || frame / B == start / B);
}

static void step_claim_word(void)
{
	uint32_t start = random_frame();
	lab_batch batch = {UINT32_MAX, 0};
	bool near = start < oracle.pool.hinted_count * B && oracle.leaf_free[start / B] > 0;
	lab_status expected = oracle.ordinary_free > 0 ? LAB_OK : LAB_EMPTY;

	expect(lab_zone_claim_word(oracle.pool.zone, start, &batch), expected);
	if (expected != LAB_OK) {
		CHECK(batch.base == UINT32_MAX && batch.frames == 0);
		return;
	}
	CHECK_EQ(batch.base % B, 0);
	CHECK(batch.base / B < oracle.pool.hinted_count);
	if (batch.base / B >= oracle.pool.hinted_count)
		return;
	CHECK_EQ(word_count(batch.frames), oracle.leaf_free[batch.base / B]);
	CHECK(!near || batch.base / B == start / B);
	for (uint32_t bit = 0; bit < B; bit++) {
		if (batch.frames >> bit & 1u)
			oracle_move(batch.base + bit, true);
	}
}

static void step_claim_reserve(void)
{
	uint32_t frame = UINT32_MAX;
	lab_status expected = oracle.reserve_free > 0 ? LAB_OK : LAB_EMPTY;

	expect(lab_zone_claim_reserve(oracle.pool.zone, &frame), expected);
	if (expected != LAB_OK) {
		CHECK_EQ(frame, UINT32_MAX);
		return;
	}
	oracle_move(frame, true);
	CHECK(frame / B >= oracle.pool.hinted_count);
}

static void step_release_one(void)
{
	uint32_t frame = random_frame();
	lab_status expected = frame >= oracle.pool.frame_count ? LAB_ERR_FRAME_RANGE
			      : oracle.held[frame]             ? LAB_OK
							       : LAB_ERR_NOT_HELD;

	expect(lab_zone_release_one(oracle.pool.zone, frame), expected);
	if (expected == LAB_OK)
		oracle_move(frame, false);
}

static lab_status predict_release_word(const lab_batch *batch)
{
	lab_status status = LAB_OK;

	if (batch->frames == 0)
		return LAB_ERR_BATCH_EMPTY;
	if (batch->base % B != 0)
		return LAB_ERR_BATCH_BASE;
	for (uint32_t bit = 0; bit < B; bit++) {
		uint64_t frame = (uint64_t)batch->base + bit;

		if ((batch->frames >> bit & 1u) == 0)
			continue;
		if (frame >= oracle.pool.frame_count)
			return LAB_ERR_FRAME_RANGE;
		if (!oracle.held[frame])
			status = LAB_ERR_NOT_HELD;
	}
	return status;
}

/* The held frames of a word, all or some; or a random batch, mostly misuse. */
static lab_batch random_batch(void)
{
	lab_batch batch = {random_frame(), 0};

	if (random_below(&model.random, 8) != 0)
		batch.base -= batch.base % B;
	if (random_below(&model.random, 4) == 0) {
		batch.frames = (lab_word)(random_next(&model.random) & random_next(&model.random) &
					  LAB_WORD_FULL);
		return batch;
	}
	for (uint32_t bit = 0; bit < B; bit++) {
		uint64_t frame = (uint64_t)batch.base + bit;

		if (frame < oracle.pool.frame_count && oracle.held[frame] &&
		    random_below(&model.random, 4) != 0)
			batch.frames = (lab_word)(batch.frames | (lab_word)((lab_word)1 << bit));
	}
	return batch;
}

static void step_release_word(void)
{
	lab_batch batch = random_batch();
	lab_status expected = predict_release_word(&batch);

	expect(lab_zone_release_word(oracle.pool.zone, &batch), expected);
	for (uint32_t bit = 0; expected == LAB_OK && bit < B; bit++) {
		if (batch.frames >> bit & 1u)
			oracle_move(batch.base + bit, false);
	}
}

static void step_null(void)
{
	lab_zone *zone = oracle.pool.zone;
	lab_batch batch = {0, 1};
	uint32_t frame = 0;

	expect(lab_zone_claim_one(random_below(&model.random, 2) ? zone : NULL, 0, NULL),
	       LAB_ERR_NULL);
	expect(lab_zone_claim_word(NULL, 0, &batch), LAB_ERR_NULL);
	expect(lab_zone_claim_reserve(NULL, &frame), LAB_ERR_NULL);
	expect(lab_zone_release_one(NULL, frame), LAB_ERR_NULL);
	expect(lab_zone_release_word(zone, NULL), LAB_ERR_NULL);
}

/* `tide` of 16: how often to claim rather than release. */
static void step(uint32_t tide)
{
	uint32_t kind = random_below(&model.random, 64);

	pool_save(&oracle.pool);
	if (kind == 63)
		step_null();
	else if (random_below(&model.random, 16) < tide)
		(kind < 40 ? step_claim_one : kind < 58 ? step_claim_word : step_claim_reserve)();
	else
		(kind < 40 ? step_release_one : step_release_word)();
}

static void model_run(uint32_t frame_count, uint32_t reserve_words)
{
	uint32_t tide = 8;
	uint64_t failed_before = check_failed();

	if (frame_count > LAB_FRAMES_MAX || reserve_words > LAB_SWEEP_WORDS)
		return;
	check_note("frames", frame_count);
	check_note("reserve", reserve_words);
	memset(&model, 0, sizeof(model));
	model.random.position = frame_count * 31u + reserve_words;
	oracle_begin(frame_count, reserve_words);
	for (uint64_t i = 0; i < steps_per_zone && check_failed() == failed_before; i++) {
		static const uint32_t tides[] = {1, 4, 8, 12, 15};

		check_note("step", i);
		if (i % (16 * 64) == 0)
			tide = tides[random_below(&model.random, 5)];
		step(tide);
		if (i % EXACT_EVERY == 0)
			oracle_check_exact();
		steps_done++;
	}
	oracle_check_exact();
	printf("    %" PRIu32 " frames, %" PRIu32 " reserve words:", frame_count, reserve_words);
	for (unsigned status = 0; status < LAB_STATUS_COUNT; status++) {
		if (model.answers[status] > 0)
			printf(" %s %" PRIu64, status_name((lab_status)status),
			       model.answers[status]);
	}
	printf("\n");
	CHECK(model.answers[LAB_OK] > 0);
	CHECK_EQ(model.answers[LAB_CONTENDED], 0);
	CHECK(model.answers[LAB_ERR_NOT_HELD] > 0 && model.answers[LAB_ERR_FRAME_RANGE] > 0);
	oracle_end();
}

static void r9_model_of_one_word(void)
{
	model_run(1, 0);
	model_run(8 < B ? 8 : B, 0);
	model_run(B, 0);
}

static void r9_model_of_one_level(void)
{
	model_run(B + 1, 0);
	model_run(3 * B + B / 2, 1);
}

static void r9_model_of_deeper_levels(void)
{
	model_run(B * B + 1, 0);
	model_run(B * B + 3 * B + 1, 2);
	if (B <= 8) {
		model_run(B * B * B + 1, 1);
		model_run(B * B * B * B + B + 1, 1);
	}
	if (B <= 4)
		model_run(LAB_FRAMES_MAX, 0);
}

int main(int argc, char **argv)
{
	if (argc > 2 || (argc == 2 && (steps_per_zone = strtoull(argv[1], NULL, 10)) == 0)) {
		printf("usage: %s [steps per zone, at least 1]\n", argv[0]);
		return EXIT_FAILURE;
	}
	RUN(r9_model_of_one_word);
	RUN(r9_model_of_one_level);
	RUN(r9_model_of_deeper_levels);
	printf("%" PRIu64 " steps\n", steps_done);
	return check_finish();
}
