/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/pmp.c - RISC-V physical memory protection: entries 0 .. 7 are the eight pages.
 *
 * Each entry is one naturally aligned page, and its configuration byte opens it for user mode or
 * switches it off. The lowest entry that matches wins, and memory that no entry matches is closed
 * to user mode. Entries are not locked, so machine mode is not concerned.
 */
#include "protect.h"

#if LABYRINTH_GUARD && defined(LABYRINTH_GUARD_PMP)

#define OPEN 0x1bu /* a naturally aligned power of two; read and write */

#define WRITE_ADDRESS(pool, number)                                                                \
	__asm__ volatile("csrw pmpaddr" #number ", %0"                                             \
			 :                                                                         \
			 : "r"(address_of(pool, number))                                           \
			 : "memor"                                                                 \
			   "y")

/* Ones below the address' lowest bit say how large the entry is. */
static unsigned long address_of(const labyrinth_pool *pool, uint32_t frame)
{
	uintptr_t page = (uintptr_t)pool->page + frame * (uintptr_t)LABYRINTH_PAGE_SIZE;

	return (unsigned long)(page >> 2 | (LABYRINTH_PAGE_SIZE / 8u - 1u));
}

/* The configuration bytes of `count` entries whose pages start at bit `first`. */
static unsigned long bytes_of(lab_word pages, uint32_t first, uint32_t count)
{
	unsigned long bytes = 0;

	for (uint32_t index = 0; index < count; index++)
		if ((pages & lab_bits_mask(first + index)) != 0)
			bytes |= (unsigned long)OPEN << 8u * index;
	return bytes;
}

void labyrinth_guard_open(const labyrinth_pool *pool, lab_word pages)
{
	(void)pool;
#if __riscv_xlen == 64
	__asm__ volatile("csrw pmpcfg0, %0" : : "r"(bytes_of(pages, 0, 8)) : "memory");
#else
	__asm__ volatile("csrw pmpcfg0, %0\n\tcsrw pmpcfg1, %1"
			 :
			 : "r"(bytes_of(pages, 0, 4)), "r"(bytes_of(pages, 4, 4))
			 : "memory");
#endif
}

void labyrinth_guard_start(const labyrinth_pool *pool)
{
	labyrinth_guard_open(pool, 0);
	WRITE_ADDRESS(pool, 0);
	WRITE_ADDRESS(pool, 1);
	WRITE_ADDRESS(pool, 2);
	WRITE_ADDRESS(pool, 3);
	WRITE_ADDRESS(pool, 4);
	WRITE_ADDRESS(pool, 5);
	WRITE_ADDRESS(pool, 6);
	WRITE_ADDRESS(pool, 7);
}

#endif
