/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_gauge.c - core/gauge.h: count and flag, and calls that interrupt each other between.
 *
 * What must hold: the count is never under the true one, and a warning is never lost.
 */
#include "support/gauge_seam.h"

#define CALLS 300000u

/* ---- nobody else ---- */

static void r3_one_warning_from_low_until_high(void)
{
	random_state random = {5};
	bool armed = true;
	uint32_t warned = 0;

	begin();
	for (uint32_t i = 0; i < 100000; i++) {
		uint32_t count = 1 + random_below(&random, FRAMES);
		uint32_t kind = random_below(&random, 8);
		bool low = false;
		bool expected = false;

		check_note("call", i);
		test.steps = 0;
		if (kind < 4 && count <= test.out) {
			rise(count);
			armed |= test.in_pool >= HIGH;
		} else if (kind == 4 && count <= test.in_pool) {
			fall(count);
			CHECK_AT_MOST(test.steps, STEPS_MAX);
		} else if (kind > 4 && count <= test.in_pool) {
			low = sink(count);
			expected = armed && test.in_pool <= LOW;
			armed &= !low;
		}
		CHECK_EQ(low, expected);
		CHECK_AT_MOST(test.steps, STEPS_MAX);
		CHECK_EQ(counted(), test.in_pool);
		CHECK_EQ(test.gauge.raised, !armed);
		warned += low;
	}
	CHECK(warned > 1000);
	CHECK_EQ(test.count_faults, 0);
}

static void r3_without_watermarks_no_step_is_taken(void)
{
	begin();
	test.gauge = (lab_gauge){FRAMES, 0, 0, 0};
	test.steps = 0;
	CHECK(!lab_gauge_sink(&test.gauge, frames_of(FRAMES), true));
	CHECK(!lab_gauge_sink(&test.gauge, frames_of(1), false));
	lab_gauge_rise(&test.gauge, frames_of(1));
	CHECK_EQ(test.steps, 0);
	CHECK_EQ(counted(), FRAMES);
	CHECK_EQ(test.gauge.raised, 0);
}

/* ---- one interruption, at each seam of a call ---- */

/* A call that goes to low is overtaken before it raises the flag: others take all back. Its warning
 * comes late; the next way down has its own all the same. */
static void r3_a_late_warning_does_not_hide_the_next(void)
{
	bool interrupted = true;

	for (uint32_t at = 1; interrupted; at++) {
		check_note("seam", at);
		begin();
		while (test.in_pool > LOW + 1)
			CHECK(!sink(1));
		test.seams = 0;
		test.seam_wanted = at;
		test.at_seam = rise_to_full;
		CHECK(sink(1) || test.at_seam == NULL);
		interrupted = test.at_seam == NULL;
		test.at_seam = NULL;
		CHECK(!interrupted || (counted() >= HIGH && at <= 2 * STEPS_MAX));
		CHECK_EQ(test.warnings, !(interrupted && at == 1));
		rise_to_full();
		check_quiet_way_down();
	}
}

/* As above, but nothing rises in between: the next way down starts where the overtaken call ended,
 * at high, with the flag up. */
static void r3_a_stale_flag_is_taken_back_on_the_way_down(void)
{
	for (uint32_t at = 2; at <= 2 * STEPS_MAX; at++) {
		check_note("seam", at);
		begin();
		while (test.in_pool > LOW + 1)
			CHECK(!sink(1));
		test.seams = 0;
		test.seam_wanted = at;
		test.at_seam = rise_to_full;
		CHECK(sink(1));
		CHECK(test.at_seam == NULL && counted() >= HIGH);
		CHECK_EQ(test.gauge.raised, at < 2 * STEPS_MAX);
		check_quiet_way_down();
	}
}

/* A call that comes up to high is overtaken before it takes the flag back: others take all. It then
 * takes a flag of theirs back, and the next call at low raises it again. */
static void r3_a_late_retreat_does_not_hide_a_warning(void)
{
	bool interrupted = true;

	for (uint32_t at = 1; interrupted; at++) {
		uint64_t before;

		check_note("seam", at);
		begin();
		sink_to_empty();
		while (test.in_pool < HIGH - 1)
			rise(1);
		CHECK_EQ(test.warnings, 1);
		test.seams = 0;
		test.seam_wanted = at;
		test.at_seam = sink_to_empty;
		rise(1);
		interrupted = test.at_seam == NULL;
		test.at_seam = NULL;
		CHECK(!interrupted || at <= 2 * STEPS_MAX);
		before = test.warnings;
		(void)sink(1);
		sink_to_empty();
		/* Told while it was overtaken, or now. At the first seam high was not reached. */
		CHECK(at == 1 || test.warnings >= 2);
		CHECK_AT_MOST(test.warnings - before, 1);
		CHECK_EQ(test.gauge.raised, 1);
		rise_to_full();
		check_quiet_way_down();
	}
}

/* Frames that go for good take no warning with them. */
static void r3_a_fall_leaves_the_warning_to_the_next_call(void)
{
	for (uint32_t left = 1; left <= LOW + 1; left++) {
		check_note("left", left);
		begin();
		while (test.in_pool > left)
			fall(1);
		CHECK_EQ(test.gauge.raised, 0);
		CHECK(sink(1));
		CHECK_EQ(test.gauge.raised, 1);
		rise_to_full();
		check_quiet_way_down();
	}
}

/* A flag that came late is up at high: frames that go for good from there, even down to low, take
 * it back, and the next call warns. */
static void r3_a_fall_takes_a_stale_flag_back(void)
{
	for (uint32_t left = 1; left < HIGH; left++) {
		check_note("left", left);
		begin();
		while (test.in_pool > LOW + 1)
			CHECK(!sink(1));
		test.seams = 0;
		test.seam_wanted = 2;
		test.at_seam = rise_to_full;
		CHECK(sink(1));
		CHECK(counted() >= HIGH && test.gauge.raised != 0);
		fall(counted() - left);
		CHECK_EQ(test.gauge.raised, 0);
		CHECK_EQ(sink(1), left - 1 <= LOW);
		rise_to_full();
		check_quiet_way_down();
	}
}

/* ---- any interruptions ---- */

static void any_call(void)
{
	uint32_t count = 1 + random_below(&test.random, FRAMES);
	uint32_t kind = random_below(&test.random, 16);

	if (kind < 7 && count <= test.out)
		rise(count);
	else if (kind == 7 && count <= test.in_pool)
		fall(count);
	else if (kind > 7 && count <= test.in_pool)
		(void)sink(count);
}

static void sometimes(void)
{
	if (test.depth <= DEPTH_MAX && random_below(&test.random, 4) == 0)
		any_call();
}

/* When all calls have ended, a raised flag under high has been told of since high was last there,
 * and without a flag the next call at low warns. */
static void r3_no_warning_is_lost_between_any_calls(void)
{
	uint64_t next_calls = 0;
	uint64_t stale = 0;

	begin();
	test.random.position = 11;
	for (uint32_t i = 0; i < CALLS; i++) {
		check_note("call", i);
		test.at_seam = sometimes;
		any_call();
		test.at_seam = NULL;
		CHECK_EQ(counted(), test.in_pool);
		stale += counted() >= HIGH && test.gauge.raised != 0;
		if (counted() < HIGH && test.gauge.raised != 0)
			CHECK(test.warn_time > test.high_time);
		if (test.in_pool > 0 && test.in_pool <= LOW + 1 && test.gauge.raised == 0) {
			CHECK(sink(1));
			next_calls++;
		}
	}
	CHECK(test.warnings > 1000 && next_calls > 100 && stale > 100);
	CHECK_EQ(test.count_faults, 0);
	rise_to_full();
	check_quiet_way_down();
}

int main(void)
{
	RUN(r3_one_warning_from_low_until_high);
	RUN(r3_without_watermarks_no_step_is_taken);
	RUN(r3_a_late_warning_does_not_hide_the_next);
	RUN(r3_a_stale_flag_is_taken_back_on_the_way_down);
	RUN(r3_a_late_retreat_does_not_hide_a_warning);
	RUN(r3_a_fall_leaves_the_warning_to_the_next_call);
	RUN(r3_a_fall_takes_a_stale_flag_back);
	RUN(r3_no_warning_is_lost_between_any_calls);
	return check_finish();
}
