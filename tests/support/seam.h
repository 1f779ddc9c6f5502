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

/** What runs at a seam: `position` counts seams since seam_start(), from 1, nested ones too. */
typedef void seam_action(const struct lab_zone *zone, uint64_t position, void *data);

/** Count from 0, and run `action` (or NULL) at each seam, at a nesting depth of at most
 *  `depth_max`: 1 means that the action itself is not interrupted. */
void seam_start(seam_action *action, void *data, unsigned depth_max);
void seam_stop(void);

/** Steps of the call that runs now at this depth: two seams are one step. */
void seam_call_begin(void);
uint64_t seam_call_steps(void);

#endif /* SEAM_H */
