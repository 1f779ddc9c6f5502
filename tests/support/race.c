/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/race.c - see race.h.
 */
#include "race.h"

#include <string.h>

#include "check.h"

#define B ((uint32_t)LAB_WORD_BITS)

struct race race;

static lab_word bit(uint32_t number)
{
	return (lab_word)((lab_word)1 << number % B);
}

/* The frames that a release operation frees: it holds them from the beginning. */
static lab_word frames_of(enum operation operation)
{
	if (operation == RELEASE_ONE || operation == RELEASE_FAR)
		return bit(2);
	return (lab_word)(bit(0) | bit(1));
}

static uint32_t leaf_of(enum operation operation)
{
	return operation == RELEASE_FAR || operation == RELEASE_WORD_FAR ? 1 : 0;
}

/* Steps that a call may take, from the code: a visit of a search is D loads to a leaf, `leaf_cost`
 * steps there, and at most 3D + 2 to take hints back; a sweep looks at each ordinary word. */
static uint64_t step_bound(enum operation operation)
{
	uint64_t levels = race.pool.level_count;
	uint64_t hinted = race.pool.hinted_count;
	uint64_t retire = levels == 0 ? 0 : 3 * levels + 2;
	uint64_t leaf_cost = operation == CLAIM_WORD || operation == CLAIM_WORD_FAR ? 2 : 1 + B;
	uint64_t visits = levels == 0 ? 0 : LAB_VISITS_MAX;

	if (operation == CLAIM_RESERVE)
		return (race.pool.leaf_count - hinted) * leaf_cost;
	if (operation >= RELEASE_ONE)
		return 1 + 2 * levels;
	return visits * (levels + leaf_cost + retire) +
	       (hinted <= LAB_SWEEP_WORDS ? hinted * leaf_cost + retire : 0);
}

static void gain(uint32_t leaf, lab_word frames)
{
	CHECK(leaf < race.pool.leaf_count);
	if (leaf >= race.pool.leaf_count)
		return;
	CHECK(frames != 0);
	CHECK_EQ(frames & ~pool_existing(&race.pool, leaf), 0);
	CHECK_EQ(frames & race.held[leaf], 0);
	race.held[leaf] = (lab_word)(race.held[leaf] | frames);
}

/* EMPTY: each word, or the root of a zone that is not swept, was empty at a seam of this call. A
 * claim of one frame knows less: that each frame was taken at some seam, not all of a word at once.
 * CONTENDED: as many other calls as visits, each lost to one that ran inside or around this one. */
static void check_honest(lab_status status, enum operation operation)
{
	uint32_t first = operation == CLAIM_RESERVE ? race.pool.hinted_count : 0;
	uint32_t last = operation == CLAIM_RESERVE ? race.pool.leaf_count : race.pool.hinted_count;
	bool whole = operation == CLAIM_WORD || operation == CLAIM_WORD_FAR;
	uint32_t unseen = 0;

	if (status == LAB_CONTENDED) {
		race.contended++;
		CHECK(race.pool.hinted_count > LAB_SWEEP_WORDS);
		CHECK_AT_MOST(LAB_VISITS_MAX, race.event_count + race.depth - 1);
		return;
	}
	CHECK_STATUS(status, LAB_EMPTY);
	race.empty++;
	for (uint32_t leaf = first; leaf < last; leaf++)
		unseen += whole ? !race.seen[race.depth].empty[leaf]
				: (pool_existing(&race.pool, leaf) &
				   ~race.seen[race.depth].taken[leaf]) != 0;
	if (operation == CLAIM_RESERVE || race.pool.hinted_count <= LAB_SWEEP_WORDS)
		CHECK_EQ(unseen, 0);
	else
		CHECK(race.seen[race.depth].root_empty);
}

/* Note what every running call could see now. */
static void look(void)
{
	for (unsigned depth = 1; depth <= race.depth; depth++) {
		for (uint32_t leaf = 0; leaf < race.pool.leaf_count; leaf++) {
			lab_word *taken = &race.seen[depth].taken[leaf];
			lab_word word = pool_leaf(&race.pool, leaf);

			*taken = (lab_word)(*taken | ~word);
			race.seen[depth].empty[leaf] |= word == 0;
		}
		race.seen[depth].root_empty |= race.pool.storage[0] == 0;
	}
}

static lab_status claim(enum operation operation)
{
	const lab_zone *zone = race.pool.zone;
	uint32_t far = race.pool.frame_count - 1;
	lab_batch batch = {UINT32_MAX, 0};
	uint32_t frame = UINT32_MAX;
	lab_status status;

	if (operation == CLAIM_WORD || operation == CLAIM_WORD_FAR)
		status = zone_claim_word(zone, operation == CLAIM_WORD ? 0 : far, &batch);
	else if (operation == CLAIM_RESERVE)
		status = zone_claim_reserve(zone, &frame);
	else
		status = zone_claim_one(zone, operation == CLAIM_ONE ? 0 : far, &frame);
	if (status != LAB_OK) {
		CHECK(batch.base == UINT32_MAX && batch.frames == 0 && frame == UINT32_MAX);
	} else if (batch.frames != 0) {
		CHECK_EQ(batch.base % B, 0);
		gain(batch.base / B, batch.frames);
		CHECK(batch.base / B < race.pool.hinted_count);
	} else {
		gain(frame / B, bit(frame));
		CHECK_EQ(frame / B >= race.pool.hinted_count, operation == CLAIM_RESERVE);
	}
	return status;
}

static bool release(enum operation operation)
{
	uint32_t leaf = leaf_of(operation);
	lab_batch batch = {leaf * B, frames_of(operation)};

	race.used |= 1u << operation;
	/* From here on another context may have them. */
	race.held[leaf] = (lab_word)(race.held[leaf] & ~batch.frames);
	if (operation == RELEASE_ONE || operation == RELEASE_FAR)
		return zone_release_one(race.pool.zone, leaf * B + 2);
	return zone_release_word(race.pool.zone, &batch);
}

/* One whole call of one context, at any depth. */
static void perform(enum operation operation)
{
	lab_status status = LAB_OK;

	race.depth++;
	memset(race.seen[race.depth].empty, 0, race.pool.leaf_count * sizeof(bool));
	memset(race.seen[race.depth].taken, 0, race.pool.leaf_count * sizeof(lab_word));
	race.seen[race.depth].root_empty = false;
	seam_call_begin();
	if (operation >= RELEASE_ONE) {
		CHECK(release(operation));
	} else {
		status = claim(operation);
	}
	CHECK_AT_MOST(seam_call_steps(), step_bound(operation));
	look();
	if (operation < RELEASE_ONE && status != LAB_OK)
		check_honest(status, operation);
	race.depth--;
}

static void at_seam(const struct lab_zone *zone, uint64_t position, void *data)
{
	(void)zone;
	(void)data;
	look();
	for (unsigned i = 0; i < race.event_count; i++) {
		if (race.event[i].position != position || race.event[i].done)
			continue;
		race.event[i].done = true;
		if ((race.used >> race.event[i].operation & 1u) == 0)
			perform(race.event[i].operation);
		look();
	}
}

/* Nothing lost, nothing doubled, nothing hidden; then a quiet drain finds every free frame. */
static void check_rest(void)
{
	uint32_t wrong = 0;
	uint32_t free_count = 0;

	for (uint32_t leaf = 0; leaf < race.pool.leaf_count; leaf++) {
		lab_word expected = (lab_word)(pool_existing(&race.pool, leaf) & ~race.held[leaf]);

		wrong += pool_leaf(&race.pool, leaf) != expected;
		free_count += leaf < race.pool.hinted_count ? word_count(expected) : 0;
	}
	CHECK_EQ(wrong, 0);
	CHECK_EQ(pool_hidden(&race.pool), 0);
	CHECK_EQ(pool_drain(&race.pool), free_count);
	CHECK_EQ(race.pool.zone->word == race.pool.storage, true);
}

void race_run(enum operation operation)
{
	memcpy(race.pool.storage, race.begin, race.pool.storage_size);
	memcpy(race.held, race.held_begin, race.pool.leaf_count * sizeof(*race.held));
	race.depth = 0;
	race.used = 1u << operation;
	for (unsigned i = 0; i < race.event_count; i++)
		race.event[i].done = false;
	seam_start(at_seam, NULL, EVENTS_MAX);
	perform(operation);
	seam_stop();
	check_rest();
	race.runs++;
}
