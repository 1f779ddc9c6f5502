/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/seam.h - other contexts at the seam of core/port.h: before and after each step.
 *
 * Given to the compiler with -include, for the core and for the test; the core's text is unchanged.
 */
#ifndef SEAM_H
#define SEAM_H

#include <stdint.h>

struct lab_zone;

void seam_interfere(const struct lab_zone *zone);
#define LAB_INTERFERE(zone) seam_interfere(zone)

/* The steps on a gauge, which has no zone: for the core's text each of them has its two seams. */
#include "../../core/port.h"

static inline uint32_t seam_count_add(int32_t *count, uint32_t delta)
{
	uint32_t was;

	seam_interfere(NULL);
	was = lab_port_count_add_relaxed(count, delta);
	seam_interfere(NULL);
	return was;
}

static inline bool seam_flag_load(const int32_t *flag)
{
	bool is;

	seam_interfere(NULL);
	is = lab_port_flag_load_relaxed(flag);
	seam_interfere(NULL);
	return is;
}

static inline bool seam_flag_swap(int32_t *flag, int32_t value)
{
	bool was;

	seam_interfere(NULL);
	was = lab_port_flag_swap_relaxed(flag, value);
	seam_interfere(NULL);
	return was;
}

#define lab_port_count_add_relaxed seam_count_add
#define lab_port_flag_load_relaxed seam_flag_load
#define lab_port_flag_swap_relaxed seam_flag_swap

/** What runs at a seam of a zone, or of a gauge (NULL): `position` counts seams since seam_start(),
 *  from 1, nested ones too. */
typedef void seam_action(const struct lab_zone *zone, uint64_t position, void *data);

/** Count from 0, and run `action` (or NULL) at each seam, at a nesting depth of at most
 *  `depth_max`: 1 means that the action itself is not interrupted. */
void seam_start(seam_action *action, void *data, unsigned depth_max);
void seam_stop(void);

/** Steps of the call that runs now at this depth: two seams are one step. */
void seam_call_begin(void);
uint64_t seam_call_steps(void);

#endif /* SEAM_H */
