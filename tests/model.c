/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/model.c - the zone against an oracle: an array that says which frames are held.
 *
 * Random calls, alone on the zone; every answer is predicted by the array. A zone knows no holders,
 * so misuse is model_core.c's. Fixed seeds: the same run each time. An argument sets the steps per
 * zone.
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
	uint64_t releases;
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

	expect(zone_claim_one(oracle.pool.zone, start, &frame), expected);
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

	expect(zone_claim_word(oracle.pool.zone, start, &batch), expected);
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

	expect(zone_claim_reserve(oracle.pool.zone, &frame), expected);
	if (expected != LAB_OK) {
		CHECK_EQ(frame, UINT32_MAX);
		return;
	}
	oracle_move(frame, true);
	CHECK(frame / B >= oracle.pool.hinted_count);
}

/* Some frame that is held; the frame_count when there is none. */
static uint32_t random_held(void)
{
	uint32_t count = oracle.pool.frame_count;
	uint32_t first = random_below(&model.random, count);

	for (uint32_t i = 0; i < count; i++) {
		if (oracle.held[(first + i) % count])
			return (first + i) % count;
	}
	return count;
}

static void step_release_one(void)
{
	uint32_t frame = random_held();

	if (frame == oracle.pool.frame_count)
		return;
	CHECK(zone_release_one(oracle.pool.zone, frame));
	oracle_move(frame, false);
	model.releases++;
}

/* The held frames of a word, all or some. */
static void step_release_word(void)
{
	uint32_t frame = random_held();
	lab_batch batch = {frame / B * B, 0};

	if (frame == oracle.pool.frame_count)
		return;
	for (uint32_t bit = 0; bit < B && batch.base + bit < oracle.pool.frame_count; bit++) {
		if (oracle.held[batch.base + bit] &&
		    (batch.base + bit == frame || random_below(&model.random, 4) != 0))
			batch.frames = (lab_word)(batch.frames | (lab_word)((lab_word)1 << bit));
	}
	CHECK(zone_release_word(oracle.pool.zone, &batch));
	for (uint32_t bit = 0; bit < B; bit++) {
		if (batch.frames >> bit & 1u)
			oracle_move(batch.base + bit, false);
	}
	model.releases++;
}

/* `tide` of 16: how often to claim rather than release. */
static void step(uint32_t tide)
{
	uint32_t kind = random_below(&model.random, 64);

	pool_save(&oracle.pool);
	if (random_below(&model.random, 16) < tide)
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
	printf(" releases %" PRIu64 "\n", model.releases);
	CHECK(model.answers[LAB_OK] > 0 && model.answers[LAB_EMPTY] > 0);
	CHECK_EQ(model.answers[LAB_CONTENDED], 0);
	CHECK(model.releases > 0);
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
