/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/seam_races.c - every call, interrupted at every seam, by every kind of call: race.h.
 *
 * SEAM_PAIRS set: all pairs of seams. Otherwise all single ones, and random pairs and triples.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/zone.h"
#include "support/check.h"
#include "support/pool.h"
#include "support/race.h"
#include "support/random.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define RANDOM_RUNS 1500u
#define POSITIONS_MAX 400u

#ifndef SEAM_PAIRS
#define SEAM_PAIRS 0
#endif

/* What is free at the beginning; all else is held, see frames_of() in race.c. */
enum scene {
	SCENE_FULL,
	SCENE_ONE,    /* the last frame of the first word */
	SCENE_FAR,    /* the first frame of the last ordinary word */
	SCENE_TWO,    /* the last frames of the first and second word */
	SCENE_SPREAD, /* the last frame of the first word, the first of the last word */
	SCENE_NONE,
	SCENES
};

static void set_event(unsigned i, uint64_t position, enum operation operation)
{
	static const char *const names[][2] = {
		{"seam_a", "call_a"}, {"seam_b", "call_b"}, {"seam_c", "call_c"}};

	race.event[i].position = position;
	race.event[i].operation = operation;
	check_note(names[i][0], position);
	check_note(names[i][1], operation);
}

/* Every seam of the call, and of the interrupting call at that seam when there are two. */
static void run_all(enum operation operation)
{
	race.event_count = 0;
	race_run(operation);
	for (unsigned a = 0; a < OPERATIONS; a++) {
		uint64_t quiet_until = POSITIONS_MAX;

		for (uint64_t s = 1; s <= quiet_until; s++) {
			race.event_count = 1;
			set_event(0, s, (enum operation)a);
			race_run(operation);
			if (!race.event[0].done)
				break;
			for (unsigned b = 0; SEAM_PAIRS && b < OPERATIONS; b++) {
				race.event_count = 2;
				for (uint64_t t = s + 1; t < POSITIONS_MAX; t++) {
					set_event(1, t, (enum operation)b);
					race_run(operation);
					if (!race.event[1].done)
						break;
				}
			}
		}
	}
}

static void run_random(enum operation operation, random_state *random)
{
	for (uint32_t i = 0; i < RANDOM_RUNS && !SEAM_PAIRS; i++) {
		race.event_count = 2 + random_below(random, 2);
		for (unsigned e = 0; e < race.event_count; e++)
			set_event(e, 1 + random_below(random, 48),
				  (enum operation)random_below(random, OPERATIONS));
		race_run(operation);
	}
}

static bool is_free(enum scene scene, uint32_t leaf, uint32_t number)
{
	bool one = leaf == 0 && number == B - 1;
	bool far = leaf == race.pool.hinted_count - 1 && number == 0 && leaf > 1;

	/* Never what a release operation holds. */
	if (leaf <= 1 && number <= 2)
		return false;
	if (scene == SCENE_TWO && leaf == 1 && number == B - 1)
		return true;
	if (one)
		return scene == SCENE_ONE || scene == SCENE_TWO || scene == SCENE_SPREAD ||
		       scene == SCENE_FULL;
	if (far)
		return scene == SCENE_FAR || scene == SCENE_SPREAD || scene == SCENE_FULL;
	return scene == SCENE_FULL;
}

/* The pool of a scene, hints exact, made with the calls themselves. */
static void set_scene(enum scene scene)
{
	struct pool *p = &race.pool;
	uint32_t frame;

	seam_start(NULL, NULL, 0);
	CHECK_STATUS(lab_zone_init(p->zone, 0, p->storage, p->storage_size, p->frame_count,
				   p->leaf_count - p->hinted_count),
		     LAB_OK);
	(void)pool_drain(p);
	while (scene == SCENE_NONE && zone_claim_reserve(p->zone, &frame) == LAB_OK)
		;
	for (uint32_t leaf = 0; leaf < p->hinted_count; leaf++) {
		for (uint32_t number = 0; number < B; number++) {
			frame = leaf * B + number;
			if (frame < p->frame_count && is_free(scene, leaf, number))
				CHECK(zone_release_one(p->zone, frame));
		}
	}
	CHECK_EQ(pool_inexact(p), 0);
	memcpy(race.begin, p->storage, p->storage_size);
	for (uint32_t leaf = 0; leaf < p->leaf_count; leaf++)
		race.held_begin[leaf] = (lab_word)(pool_existing(p, leaf) & ~pool_leaf(p, leaf));
}

static void *allocate(size_t size)
{
	void *memory = malloc(size);

	if (memory == NULL) {
		printf("seam_races: no memory for %zu bytes\n", size);
		exit(EXIT_FAILURE);
	}
	return memory;
}

static void run_zone(uint32_t frame_count, uint32_t reserve_words)
{
	random_state random = {frame_count + reserve_words};
	struct pool *p = &race.pool;

	if (frame_count > LAB_FRAMES_MAX || reserve_words > LAB_SWEEP_WORDS)
		return;
	check_note("frames", frame_count);
	pool_make(p, frame_count, reserve_words);
	race.begin = allocate(p->storage_size);
	race.held = allocate(p->leaf_count * sizeof(*race.held));
	race.held_begin = allocate(p->leaf_count * sizeof(*race.held));
	for (unsigned depth = 1; depth < EVENTS_MAX + 2; depth++) {
		race.seen[depth].empty = allocate(p->leaf_count * sizeof(bool));
		race.seen[depth].taken = allocate(p->leaf_count * sizeof(lab_word));
	}
	for (unsigned scene = 0; scene < SCENES; scene++) {
		check_note("scene", scene);
		set_scene((enum scene)scene);
		for (unsigned operation = 0; operation < OPERATIONS; operation++) {
			uint64_t failed_before = check_failed();

			set_event(0, 0, CLAIM_ONE);
			set_event(1, 0, CLAIM_ONE);
			run_all((enum operation)operation);
			run_random((enum operation)operation, &random);
			if (check_failed() > failed_before)
				printf("    in the call %u of scene %u\n", operation, scene);
		}
	}
	free(race.begin);
	free(race.held);
	free(race.held_begin);
	for (unsigned depth = 1; depth < EVENTS_MAX + 2; depth++) {
		free(race.seen[depth].empty);
		free(race.seen[depth].taken);
	}
	pool_free(p);
	printf("    %u frames: %llu runs so far, %llu EMPTY, %llu CONTENDED\n", frame_count,
	       (unsigned long long)race.runs, (unsigned long long)race.empty,
	       (unsigned long long)race.contended);
	fflush(stdout);
}

/* Two words are the least: releases have words of their own. The last zones have 1, 2, 3 levels. */
static void r11_nothing_hidden_one_level(void)
{
	run_zone(2 * B, 0);
	run_zone(3 * B + 1, 1);
}

static void r11_nothing_hidden_two_levels(void)
{
	run_zone(B * B + 1, 0);
	run_zone(B * B + B + 1, 1);
}

#if LAB_WORD_BITS <= 8 && !SEAM_PAIRS
static void r11_nothing_hidden_three_levels(void)
{
	run_zone(B * B * B + 1, 0);
}
#endif

static void r3_the_seam_was_reached(void)
{
	CHECK(race.runs > 1000);
	CHECK(race.empty > 0);
}

int main(void)
{
	RUN(r11_nothing_hidden_one_level);
	RUN(r11_nothing_hidden_two_levels);
#if LAB_WORD_BITS <= 8 && !SEAM_PAIRS
	RUN(r11_nothing_hidden_three_levels);
#endif
	RUN(r3_the_seam_was_reached);
	return check_finish();
}
