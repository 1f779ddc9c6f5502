/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/tests/guard_open.h - which pages are open, as the machine's registers have it.
 */
#ifndef GUARD_OPEN_H
#define GUARD_OPEN_H

#include "../protect.h"

#if defined(LABYRINTH_GUARD_MPU_V7)

static inline uint32_t guard_open_pages(void)
{
	*(volatile uint32_t *)0xe000ed98u = LABYRINTH_GUARD_REGION;
	return ~(*(volatile uint32_t *)0xe000eda0u >> 8) & 0xffu;
}

#elif defined(LABYRINTH_GUARD_MPU_V8)

/* Bytes of the pool start at a multiple of its size, so addresses tell the page. */
static inline uint32_t guard_open_pages(void)
{
	const uint32_t size = LABYRINTH_GUARD_PAGES * LABYRINTH_PAGE_SIZE;
	uint32_t open = 0;
	uint32_t number = *(volatile uint32_t *)0xe000ed98u;

	for (uint32_t run = 0; run < LABYRINTH_GUARD_RUNS; run++) {
		uint32_t start;
		uint32_t end;

		*(volatile uint32_t *)0xe000ed98u = LABYRINTH_GUARD_REGION + run;
		start = *(volatile uint32_t *)0xe000ed9cu & ~31u;
		end = *(volatile uint32_t *)0xe000eda0u;
		if ((end & 1u) == 0)
			continue;
		for (uint32_t at = start; at <= (end & ~31u); at += LABYRINTH_PAGE_SIZE)
			open |= 1u << at % size / LABYRINTH_PAGE_SIZE;
	}
	*(volatile uint32_t *)0xe000ed98u = number;
	return open;
}

#else

static inline uint32_t guard_open_pages(void)
{
	unsigned long low;
	unsigned long high = 0;
	uint64_t bytes;
	uint32_t open = 0;

	__asm__ volatile("csrr %0, pmpcfg0" : "=r"(low));
#if __riscv_xlen == 32
	__asm__ volatile("csrr %0, pmpcfg1" : "=r"(high));
#endif
	bytes = __riscv_xlen == 32 ? (uint64_t)high << 32 | low : low;
	for (uint32_t page = 0; page < LABYRINTH_GUARD_PAGES; page++)
		if ((bytes >> 8u * page & 0xffu) != 0)
			open |= 1u << page;
	return open;
}

#endif

#endif /* GUARD_OPEN_H */
