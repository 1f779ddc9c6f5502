/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/limits.c - the numbers of steps that the oracle allows, for fuzz/limits to compare with the
 * contracts: a line for each zone of each set, `levels gauge claim claim-of-a-word give donate`.
 */
#include <stdio.h>

#include "interleave/calls.h"

int main(void)
{
	for (uint32_t set = 0; set < WORLD_PLANS; set++) {
		const struct world_plan plan = {.zones = (uint8_t)set, .cpus = 1};

		world_begin(&plan);
		for (uint32_t z = 0; z < world.zone_count; z++)
			printf("%u %u %llu %llu %llu %llu\n", world.zone[z].level_count,
			       world.zone[z].low != 0, (unsigned long long)bound_claim(z, false),
			       (unsigned long long)bound_claim(z, true),
			       (unsigned long long)bound_give(z),
			       (unsigned long long)bound_donate(z));
	}
	return 0;
}
