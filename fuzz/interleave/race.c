/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/race.c - T1 and T6: of the frees of one grant, however many run at once, exactly
 * one is accepted.
 *
 * Without LAB_HARDENED that is not promised while two of them run; then nobody frees a grant a
 * second time before the first free of it is over, and each race has one member.
 */
#include "calls.h"

static struct world_race *find(const lab_grant *grant)
{
	for (uint32_t i = 0; i < world.race_count; i++)
		if (world.race[i].grant.zone == grant->zone &&
		    world.race[i].grant.frame == grant->frame &&
		    world.race[i].grant.tag == grant->tag)
			return &world.race[i];
	return NULL;
}

bool race_runs(const lab_grant *grant)
{
	return find(grant) != NULL;
}

void race_enter(const lab_grant *grant)
{
	struct world_race *race = find(grant);

	if (race == NULL) {
		race = &world.race[world.race_count++];
		*race = (struct world_race){*grant, 0, 0};
	}
	race->running++;
}

void race_leave(const lab_grant *grant, lab_status status)
{
	struct world_race *race = find(grant);

	race->accepted += status == LAB_OK;
	if (race->accepted > 1)
		sched_fail("T1", "zone %u frame %u: two frees of one grant are accepted",
			   grant->zone, grant->frame);
	race->running--;
	if (race->running > 0)
		return;
	if (race->accepted == 0)
		sched_fail("T6", "a true free was refused with status %u", status);
	*race = world.race[--world.race_count];
}
