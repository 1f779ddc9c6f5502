/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/gauge.h - layer 3: the free frames of a zone against its watermarks.
 *
 * The count of free frames is never under the true one: frames are counted before they enter the
 * pool and after they left it. Whoever takes the count to the low watermark raises the flag, and it
 * is taken back at the high one. Count and flag are two steps, so the flag follows the level and
 * not the crossing: when others move the count in between, a later call puts the flag right, and a
 * warning may come late or twice but is not lost.
 */
#pragma once

#include "atomic.h"

/** Free frames of one zone; all zero: the zone has no watermarks, and nothing is counted. */
typedef struct lab_gauge {
	int32_t free;   /* frames in the pool */
	uint32_t low;   /* the flag is raised when this many are left; 0: no watermarks */
	uint32_t high;  /* the flag is taken back when this many are there */
	int32_t raised; /* 1 from low to high */
} lab_gauge;

/** `frames` of one word left the pool; whether the caller is the one to warn that few are left.
 *  With `warn` false nobody is, and a later call warns. */
/*@ requires gauge: \valid(gauge) && lab_counts(1);
    terminates \true; exits \false; assigns gauge->free, gauge->raised, lab_ghost_steps;
    ensures T4_bounded: lab_spent{Pre,Post}(3);
    ensures off: \old(gauge->low) == 0 ==> \result == 0 && lab_spent{Pre,Post}(0);
*/
static inline bool lab_gauge_sink(lab_gauge *gauge, lab_word frames, bool warn)
{
	uint32_t count = lab_bits_count(frames);
	uint32_t before;
	bool raised;

	if (gauge->low == 0)
		return false;
	before = lab_port_count_add_relaxed(&gauge->free, 0 - count);
	raised = lab_port_flag_load_relaxed(&gauge->raised);
	/* A flag that is up although the count was at high is a late one. */
	if (warn && before - count <= gauge->low && (!raised || before >= gauge->high))
		return !lab_port_flag_swap_relaxed(&gauge->raised, 1) || before >= gauge->high;
	if (raised && before >= gauge->high)
		(void)lab_port_flag_swap_relaxed(&gauge->raised, 0);
	return false;
}

/** `frames` of one word are about to enter the pool. */
/*@ requires gauge: \valid(gauge) && lab_counts(1);
    terminates \true; exits \false; assigns gauge->free, gauge->raised, lab_ghost_steps;
    ensures T4_bounded: lab_spent{Pre,Post}(3);
    ensures off: \old(gauge->low) == 0 ==> lab_spent{Pre,Post}(0);
*/
static inline void lab_gauge_rise(lab_gauge *gauge, lab_word frames)
{
	uint32_t count = lab_bits_count(frames);

	if (gauge->low != 0 &&
	    lab_port_count_add_relaxed(&gauge->free, count) + count >= gauge->high &&
	    lab_port_flag_load_relaxed(&gauge->raised))
		(void)lab_port_flag_swap_relaxed(&gauge->raised, 0);
}
