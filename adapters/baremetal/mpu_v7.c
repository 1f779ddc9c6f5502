/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/mpu_v7.c - eight pages are one region, and its eight subregions.
 *
 * The region lets everybody in; where a subregion is off, the background map applies, which is for
 * privileged code only. So "which pages" is the one byte SRD of RASR.
 */
#include "protect.h"

#if LABYRINTH_GUARD && defined(LABYRINTH_GUARD_MPU_V7)

#define MPU_RBAR (*(volatile uint32_t *)0xe000ed9cu)
#define MPU_RASR (*(volatile uint32_t *)0xe000eda0u)
#define RBAR_VALID 0x10u     /* the number in this write chooses the region */
#define RASR_XN (1u << 28)   /* data, not code */
#define RASR_OPEN (3u << 24) /* read and write for all */
#define RASR_NORMAL 0x60000u /* shareable, write-through memory */
#define RASR_SRD(off) ((off) << 8)
#define RASR_SIZE(log2) (((log2)-1u) << 1)
#define RASR_ENABLE 1u

_Static_assert(LABYRINTH_PAGE_SIZE >= 32, "a subregion has at least 32 bytes");

void labyrinth_guard_open(const labyrinth_pool *pool, lab_word pages)
{
	uint32_t log2 = (uint32_t)__builtin_ctz(LABYRINTH_GUARD_PAGES * LABYRINTH_PAGE_SIZE);

	MPU_RBAR = (uint32_t)(uintptr_t)pool->page | RBAR_VALID | LABYRINTH_GUARD_REGION;
	MPU_RASR = RASR_XN | RASR_OPEN | RASR_NORMAL | RASR_SRD(~pages & 0xffu) | RASR_SIZE(log2) |
		   RASR_ENABLE;
	__asm__ volatile("dsb\n\tisb" : : : "memory");
}

void labyrinth_guard_start(const labyrinth_pool *pool)
{
	labyrinth_guard_open(pool, 0);
}

#endif
