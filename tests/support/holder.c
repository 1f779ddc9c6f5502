/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/holder.c - see holder.h.
 */
#include "holder.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define B ((uint32_t)LAB_WORD_BITS)

void holder_begin(struct holder *self, struct pool *pool, uint32_t *stamps, uint32_t stamp)
{
	memset(self, 0, sizeof(*self));
	self->pool = pool;
	self->stamps = stamps;
	self->stamp = stamp;
	self->random.position = pool->frame_count * 100u + stamp;
	self->held = calloc(pool->leaf_count, sizeof(*self->held));
	if (stamps == NULL || self->held == NULL) {
		printf("holder: no memory for %" PRIu32 " frames\n", pool->frame_count);
		exit(EXIT_FAILURE);
	}
}

void holder_end(struct holder *self)
{
	free(self->held);
	self->held = NULL;
}

void holder_expect(struct holder *self, bool holds, const char *text)
{
	if (holds)
		return;
	if (self->errors++ == 0)
		self->first_error = text;
}

void holder_gain(struct holder *self, uint32_t frame, uint32_t from)
{
	lab_word *held;

	if (frame >= self->pool->frame_count) {
		holder_expect(self, false, "a claimed frame is inside the zone");
		return;
	}
	holder_expect(self, self->stamps[frame] == from, "a gained frame had no other holder");
	self->stamps[frame] = self->stamp;
	held = &self->held[frame / B];
	*held = (lab_word)(*held | (lab_word)((lab_word)1 << frame % B));
	self->held_count++;
}

void holder_give(struct holder *self, uint32_t frame, uint32_t to)
{
	lab_word *held = &self->held[frame / B];

	holder_expect(self, self->stamps[frame] == self->stamp, "a held frame kept its stamp");
	self->stamps[frame] = to;
	*held = (lab_word)(*held & ~(lab_word)((lab_word)1 << frame % B));
	self->held_count--;
}

static uint32_t random_leaf(struct holder *self)
{
	uint32_t leaf = random_below(&self->random, self->pool->leaf_count);

	while (self->held[leaf] == 0)
		leaf = (leaf + 1) % self->pool->leaf_count;
	return leaf;
}

uint32_t holder_random_frame(struct holder *self)
{
	uint32_t leaf = random_leaf(self);

	return leaf * B + (uint32_t)__builtin_ctzll(self->held[leaf]);
}

/* The answer of a claim of one frame, and the frame. */
static lab_status claimed(struct holder *self, lab_status status, uint32_t frame, bool reserve)
{
	self->answers[status]++;
	if (status != LAB_OK) {
		holder_expect(self, frame == UINT32_MAX, "a failed claim leaves its output alone");
		return status;
	}
	holder_gain(self, frame, STAMP_FREE);
	holder_expect(self, (frame / B >= self->pool->hinted_count) == reserve,
		      "the reserve is apart");
	return status;
}

lab_status holder_claim_one(struct holder *self)
{
	uint32_t start = (uint32_t)random_next(&self->random);
	uint32_t frame = UINT32_MAX;
	lab_status status = zone_claim_one(self->pool->zone, start, &frame);

	return claimed(self, status, frame, false);
}

lab_status holder_claim_reserve(struct holder *self)
{
	uint32_t frame = UINT32_MAX;
	lab_status status = zone_claim_reserve(self->pool->zone, &frame);

	return claimed(self, status, frame, true);
}

lab_status holder_claim_word(struct holder *self)
{
	uint32_t start = (uint32_t)random_next(&self->random);
	lab_batch batch = {UINT32_MAX, 0};
	lab_status status = zone_claim_word(self->pool->zone, start, &batch);

	self->answers[status]++;
	holder_expect(self, (batch.frames != 0) == (status == LAB_OK),
		      "a batch is not empty, and a failed claim leaves its output alone");
	for (uint32_t bit = 0; bit < B; bit++) {
		if (batch.frames >> bit & 1u)
			holder_gain(self, batch.base + bit, STAMP_FREE);
	}
	return status;
}

void holder_release_one(struct holder *self)
{
	uint32_t frame = holder_random_frame(self);

	holder_give(self, frame, STAMP_FREE);
	holder_expect(self, zone_release_one(self->pool->zone, frame),
		      "a held frame is out of the pool until it is given back");
}

void holder_release_word(struct holder *self)
{
	uint32_t leaf = random_leaf(self);
	lab_batch batch = {leaf * B, self->held[leaf]};

	for (uint32_t bit = 0; bit < B; bit++) {
		if (batch.frames >> bit & 1u)
			holder_give(self, batch.base + bit, STAMP_FREE);
	}
	holder_expect(self, zone_release_word(self->pool->zone, &batch),
		      "a held batch is out of the pool until it is given back");
}

static void check_errors(const struct holder *holder)
{
	check_note("holder", holder->stamp);
	CHECK_EQ(holder->errors, 0);
	if (holder->errors > 0)
		printf("holder %" PRIu32 ": not true: %s\n", holder->stamp, holder->first_error);
}

void holders_check(struct holder *const *holders, unsigned count)
{
	const struct pool *pool = holders[0]->pool;
	uint32_t wrong = 0;

	for (unsigned i = 0; i < count; i++)
		check_errors(holders[i]);
	for (uint32_t leaf = 0; leaf < pool->leaf_count; leaf++) {
		lab_word all = pool_leaf(pool, leaf);
		uint32_t frames = word_count(all);

		for (unsigned i = 0; i < count; i++) {
			all = (lab_word)(all | holders[i]->held[leaf]);
			frames += word_count(holders[i]->held[leaf]);
		}
		wrong += all != pool_existing(pool, leaf) || frames != word_count(all);
	}
	CHECK_EQ(wrong, 0);
	CHECK_EQ(pool_hidden(pool), 0);
	CHECK_EQ(pool_stray(pool), 0);
}

void holders_release_everything(struct holder *const *holders, unsigned count)
{
	struct pool *pool = holders[0]->pool;
	uint32_t frame_count;
	uint32_t frame;

	for (unsigned i = 0; i < count; i++) {
		while (holders[i]->held_count > 0)
			holder_release_word(holders[i]);
		check_errors(holders[i]);
	}
	CHECK_EQ(pool_frames(pool), pool->frame_count);
	CHECK_EQ(pool_hidden(pool), 0);
	frame_count = pool_drain(pool);
	while (zone_claim_reserve(pool->zone, &frame) == LAB_OK)
		frame_count++;
	CHECK_EQ(frame_count, pool->frame_count);
}
