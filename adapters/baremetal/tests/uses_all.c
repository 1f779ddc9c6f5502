/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/tests/uses_all.c - every call of a pool: what they need, how large.
 */
#include "../labyrinth_baremetal.h"

LABYRINTH_POOL_DEFINE(pool, 8);

int uses_all(void);
int board_main(void);

static lab_grant grant;
static labyrinth_counters counters;

int uses_all(void)
{
	void *page = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);
	int sum = (int)labyrinth_pool_init(&pool);

	labyrinth_void_alloc_page(&pool, &grant);
	labyrinth_count(&pool, &counters);
	sum += (int)labyrinth_holder(&pool, labyrinth_page(&pool, &grant));
	sum += (int)labyrinth_free_page(&pool, page);
#if LABYRINTH_ROOM_CAPACITY > 0
	sum += (int)labyrinth_drain(&pool);
#endif
	return sum + (int)labyrinth_free_grant(&pool, &grant);
}

int board_main(void)
{
	return uses_all();
}
