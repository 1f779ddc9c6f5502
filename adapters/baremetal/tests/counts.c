/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/tests/counts.c - each kind of call from a function of its own, whose name a
 * reader of the trace knows it by. Nothing interrupts.
 */
#include "../board/board.h"
#include "../labyrinth_baremetal.h"

#ifndef COUNT_FRAMES
#define COUNT_FRAMES 8u
#endif

LABYRINTH_POOL_DEFINE(pool, COUNT_FRAMES);

static lab_grant grant[COUNT_FRAMES];
static void *volatile got;
static volatile lab_status status;

#define COUNTED __attribute__((noinline))

COUNTED void count_alloc(void);
COUNTED void count_alloc_none(void);
COUNTED void count_alloc_grant(uint32_t index);
COUNTED void count_free(uint32_t index);
COUNTED void count_free_refused(uint32_t index);
COUNTED void count_free_grant(uint32_t index);

COUNTED void count_alloc(void)
{
	got = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);
}

COUNTED void count_alloc_none(void)
{
	got = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);
}

COUNTED void count_alloc_grant(uint32_t index)
{
	labyrinth_void_alloc_page(&pool, &grant[index]);
	status = grant[index].status;
}

COUNTED void count_free(uint32_t index)
{
	status = labyrinth_free_page(&pool, &pool.page[index * (uintptr_t)LABYRINTH_PAGE_SIZE]);
}

COUNTED void count_free_refused(uint32_t index)
{
	status = labyrinth_free_page(&pool, &pool.page[index * (uintptr_t)LABYRINTH_PAGE_SIZE]);
}

COUNTED void count_free_grant(uint32_t index)
{
	status = labyrinth_free_grant(&pool, &grant[index]);
}

static bool by_address(void)
{
	for (uint32_t index = 0; index < COUNT_FRAMES; index++) {
		count_alloc();
		if (got == NULL)
			return false;
	}
	count_alloc_none();
	if (got != NULL)
		return false;
	for (uint32_t index = 0; index < COUNT_FRAMES; index++) {
		count_free(index);
		if (status != LAB_OK)
			return false;
		count_free_refused(index);
		if (status != LAB_ERR_FREED)
			return false;
	}
	return true;
}

static bool by_grant(void)
{
	for (uint32_t index = 0; index < COUNT_FRAMES; index++) {
		count_alloc_grant(index);
		if (status != LAB_OK)
			return false;
	}
	for (uint32_t index = 0; index < COUNT_FRAMES; index++) {
		count_free_grant(index);
		if (status != LAB_OK)
			return false;
	}
	return true;
}

int board_main(void)
{
	if ((COUNT_FRAMES > LAB_WORD_BITS || LABYRINTH_ROOM_CAPACITY > 0) &&
	    labyrinth_pool_init(&pool) != LAB_OK)
		return 1;
	return by_address() && by_grant() ? 0 : 1;
}
