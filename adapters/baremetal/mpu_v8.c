/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/mpu_v8.c - a region for each run of neighbouring pages.
 *
 * MPU v8 has no subregions, and regions must not overlap: so pages that are closed have no region,
 * and the background map, which is for privileged code only, applies to them.
 */
#include "protect.h"

#if LABYRINTH_GUARD && defined(LABYRINTH_GUARD_MPU_V8)

#define MPU_RNR (*(volatile uint32_t *)0xe000ed98u)
#define MPU_RBAR (*(volatile uint32_t *)0xe000ed9cu)
#define MPU_RLAR (*(volatile uint32_t *)0xe000eda0u)
#define MPU_MAIR0 (*(volatile uint32_t *)0xe000edc0u)
#define RBAR_OPEN 0x13u   /* outer shareable, read and write for all, not code */
#define RLAR_ENABLE 1u    /* attribute 0 */
#define MAIR_NORMAL 0xaau /* write-through memory */

static bool is_open(lab_word pages, uint32_t frame)
{
	return (pages & lab_bits_mask(frame)) != 0;
}

/* Pages above `from` that are open together with it. */
static uint32_t run_end(lab_word pages, uint32_t from)
{
	while (from < LABYRINTH_GUARD_PAGES && is_open(pages, from))
		from++;
	return from;
}

static uint32_t run_start(lab_word pages, uint32_t from)
{
	while (from < LABYRINTH_GUARD_PAGES && !is_open(pages, from))
		from++;
	return from;
}

/* Closed first, so that no two regions ever overlap and nothing is open that should not be. An
 * interrupt that changes regions too leaves another number in RNR: so it is written each time. */
static void set_region(uint32_t region, uintptr_t start, uintptr_t end)
{
	MPU_RNR = region;
	MPU_RLAR = 0;
	if (start == end)
		return;
	MPU_RBAR = (uint32_t)start | RBAR_OPEN;
	MPU_RLAR = (uint32_t)(end - 32u) | RLAR_ENABLE;
}

void labyrinth_guard_open(const labyrinth_pool *pool, lab_word pages)
{
	uint32_t at = 0;

	for (uint32_t run = 0; run < LABYRINTH_GUARD_RUNS; run++)
		set_region(LABYRINTH_GUARD_REGION + run, 0, 0);
	for (uint32_t run = 0; run < LABYRINTH_GUARD_RUNS; run++) {
		uint32_t start = run_start(pages, at);
		uintptr_t base = (uintptr_t)pool->page;

		at = run_end(pages, start);
		set_region(LABYRINTH_GUARD_REGION + run, base + start * LABYRINTH_PAGE_SIZE,
			   base + at * LABYRINTH_PAGE_SIZE);
	}
	__asm__ volatile("dsb\n\tisb" : : : "memory");
}

void labyrinth_guard_start(const labyrinth_pool *pool)
{
	MPU_MAIR0 = (MPU_MAIR0 & ~0xffu) | MAIR_NORMAL;
	labyrinth_guard_open(pool, 0);
}

#endif
