/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/gauge_seam.h - one gauge, calls on it, and seams between its steps.
 *
 * The steps of the port that a gauge takes are renamed, so that before and after each of them other
 * calls can run, which are interrupted as well.
 */
#ifndef GAUGE_SEAM_H
#define GAUGE_SEAM_H

#include "../../core/port.h"

#include "check.h"
#include "random.h"

static uint32_t add_at_seams(int32_t *count, uint32_t delta);
static bool load_at_seams(const int32_t *flag);
static bool swap_at_seams(int32_t *flag, int32_t value);
#define lab_port_count_add_relaxed add_at_seams
#define lab_port_flag_load_relaxed load_at_seams
#define lab_port_flag_swap_relaxed swap_at_seams
#include "../../core/gauge.h"
#undef lab_port_count_add_relaxed
#undef lab_port_flag_load_relaxed
#undef lab_port_flag_swap_relaxed

#define FRAMES 8u
#define LOW 2u
#define HIGH 6u
#define STEPS_MAX 3u /* of one call */
#define DEPTH_MAX 3u

static struct {
	lab_gauge gauge;
	uint32_t in_pool; /* frames that are truly there */
	uint32_t out;     /* frames that are out, and in no call's hands */
	uint32_t steps;
	void (*at_seam)(void);
	uint32_t seam_wanted; /* the seam where `at_seam` runs, once; 0: at each */
	uint32_t seams;
	uint32_t depth;
	uint64_t now; /* counts seams and ends of calls */
	uint64_t high_time;
	uint64_t warn_time;
	uint64_t warnings;
	uint64_t count_faults;
	random_state random;
} test;

static void begin(void)
{
	test.gauge = (lab_gauge){FRAMES, LOW, HIGH, 0};
	test.in_pool = FRAMES;
	test.out = 0;
	test.at_seam = NULL;
	test.seam_wanted = 0;
	test.seams = 0;
	test.depth = 0;
	test.warnings = 0;
	test.count_faults = 0;
}

/* ---- the seams ---- */

static uint32_t counted(void)
{
	return (uint32_t)test.gauge.free;
}

static void seam(void)
{
	void (*action)(void) = test.at_seam;

	test.now++;
	test.seams++;
	test.count_faults += counted() < test.in_pool || counted() > FRAMES;
	if (counted() >= HIGH)
		test.high_time = test.now;
	if (action == NULL || (test.seam_wanted != 0 && test.seams != test.seam_wanted))
		return;
	if (test.seam_wanted != 0)
		test.at_seam = NULL;
	test.depth++;
	action();
	test.depth--;
}

static uint32_t add_at_seams(int32_t *count, uint32_t delta)
{
	uint32_t was;

	seam();
	was = lab_port_count_add_relaxed(count, delta);
	test.steps++;
	seam();
	return was;
}

static bool load_at_seams(const int32_t *flag)
{
	bool is;

	seam();
	is = lab_port_flag_load_relaxed(flag);
	test.steps++;
	seam();
	return is;
}

static bool swap_at_seams(int32_t *flag, int32_t value)
{
	bool was;

	seam();
	was = lab_port_flag_swap_relaxed(flag, value);
	test.steps++;
	seam();
	return was;
}

/* ---- calls, as the allocator makes them ---- */

/* A word of `count` frames, not next to each other. Even the shortest words have 16 bits, and a
 * gauge does not mind more of them than LAB_WORD_BITS. */
static lab_word frames_of(uint32_t count)
{
	lab_word frames = 0;

	for (uint32_t i = 0; i < count; i++)
		frames = (lab_word)(frames | (lab_word)((lab_word)1 << (2 * i + count % 2)));
	return frames;
}

static bool sink(uint32_t count)
{
	bool low;

	test.in_pool -= count;
	low = lab_gauge_sink(&test.gauge, frames_of(count), true);
	test.out += count;
	test.now++;
	if (low) {
		test.warn_time = test.now;
		test.warnings++;
	}
	return low;
}

static void rise(uint32_t count)
{
	test.out -= count;
	lab_gauge_rise(&test.gauge, frames_of(count));
	test.in_pool += count;
}

/* Frames that go for good: nobody is to be warned. */
static void fall(uint32_t count)
{
	test.in_pool -= count;
	CHECK(!lab_gauge_sink(&test.gauge, frames_of(count), false));
	test.out += count;
}

static void sink_to_empty(void)
{
	while (test.in_pool > 0)
		(void)sink(1);
}

static void rise_to_full(void)
{
	while (test.out > 0)
		rise(1);
}

/* At rest: from high down to nothing there is exactly one warning, at low. */
static void check_quiet_way_down(void)
{
	CHECK(counted() >= HIGH && counted() == test.in_pool);
	while (test.in_pool > 0) {
		bool low = sink(1);

		CHECK_EQ(low, test.in_pool == LOW);
	}
	rise_to_full();
	CHECK_EQ(test.gauge.raised, 0);
	CHECK_EQ(test.count_faults, 0);
}

#endif /* GAUGE_SEAM_H */
