/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/plans.h - the sets of zones that an input chooses from.
 */
#ifndef PLANS_H
#define PLANS_H

#include "world.h"

struct plan_zone {
	uint32_t node;
	uint32_t type;
	uint32_t words;
	uint32_t short_by; /* frames that the last word lacks */
	uint32_t reserve;  /* words */
	bool marks;        /* it has watermarks */
};

struct plan {
	const char *name;
	uint32_t zone_count;
	struct plan_zone zone[4];
};

extern const struct plan plans[WORLD_PLANS];

/** Fill in the numbers of a zone: no memory yet. */
void plan_measure(const struct plan_zone *plan, struct world_zone *zone);

#endif /* PLANS_H */
