/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/tests/sweep_books.c - who has which page, kept apart from the allocator.
 */
#include "sweep.h"

LABYRINTH_POOL_DEFINE(pool, SWEEP_FRAMES);

static uint8_t owner[SWEEP_FRAMES];
uint32_t sweep_took[3];
volatile bool sweep_bad;

bool sweep_fault(const char *what, uint32_t value)
{
	board_text("  fault: ");
	board_line(what, value);
	sweep_bad = true;
	return false;
}

static unsigned char *page_of(uint32_t frame)
{
	return &pool.page[frame * (uintptr_t)LABYRINTH_PAGE_SIZE];
}

/* The books are written after an allocation and before a free: in between the page is ours. */
bool sweep_take(uint32_t who)
{
	unsigned char *page = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);
	uint32_t frame;

	if (page == NULL)
		return false;
	frame = (uint32_t)((uintptr_t)(page - pool.page) / LABYRINTH_PAGE_SIZE);
	if (frame >= SWEEP_FRAMES)
		return sweep_fault("a page that does not exist:", frame);
	if (owner[frame] != NOBODY)
		return sweep_fault("two holders of page", frame);
	owner[frame] = (uint8_t)who;
	sweep_took[who]++;
	return true;
}

bool sweep_give(uint32_t frame)
{
	lab_status status;

	owner[frame] = NOBODY;
	status = labyrinth_free_page(&pool, page_of(frame));
	return status == LAB_OK || sweep_fault("a free that is due was refused:", status);
}

lab_status sweep_give_twice(uint32_t frame)
{
	owner[frame] = NOBODY;
	return labyrinth_free_page(&pool, page_of(frame));
}

uint32_t sweep_of_main(void)
{
	for (uint32_t frame = SWEEP_FRAMES; frame > 0; frame--)
		if (owner[frame - 1] == MAIN)
			return frame - 1;
	return SWEEP_FRAMES;
}

void sweep_prepare(uint32_t free_count)
{
	if (labyrinth_pool_init(&pool) != LAB_OK)
		(void)sweep_fault("set-up was refused", 0);
	for (uint32_t frame = 0; frame < SWEEP_FRAMES; frame++)
		owner[frame] = NOBODY;
	for (uint32_t count = SWEEP_FRAMES; count > free_count; count--)
		if (!sweep_take(MAIN))
			(void)sweep_fault("set-up got no page of", count);
#if LABYRINTH_ROOM_CAPACITY > 0
	sweep_settle();
#endif
	sweep_took[NOBODY] = 0;
	sweep_took[MAIN] = 0;
	sweep_took[OTHER] = 0;
}

#if LABYRINTH_ROOM_CAPACITY > 0
void sweep_drain(void)
{
	lab_status status = labyrinth_drain(&pool);

	if (status != LAB_OK)
		(void)sweep_fault("a drain was refused:", status);
}
#endif

/* ---- the end of a case ---- */

/* The ledger names a holder for just the pages that somebody has; the pool has the others. */
static bool books_agree(void)
{
	bool good = true;

	for (uint32_t frame = 0; frame < SWEEP_FRAMES; frame++) {
		bool held = labyrinth_holder(&pool, page_of(frame)) != 0;
#if LABYRINTH_ROOM_CAPACITY == 0
		lab_word leaf = pool.zone.word[pool.zone.leaf + frame / LAB_WORD_BITS];
		bool in_pool = (leaf >> frame % LAB_WORD_BITS & 1u) != 0;

		if (in_pool == (owner[frame] != NOBODY))
			good = sweep_fault("held and in the pool, or neither: page", frame);
#endif
		if (held != (owner[frame] != NOBODY))
			good = sweep_fault("the ledger is wrong about page", frame);
	}
	return good;
}

static uint32_t count_of(uint32_t who)
{
	uint32_t count = 0;

	for (uint32_t frame = 0; frame < SWEEP_FRAMES; frame++)
		count += owner[frame] == who;
	return count;
}

/* With nobody else about, each free page comes out. */
static bool all_come_out(void)
{
	uint32_t expected = count_of(NOBODY);

	for (uint32_t count = 0; count < expected; count++)
		if (!sweep_take(MAIN))
			return sweep_fault("no page, but as many are free:", expected - count);
	if (labyrinth_alloc_page_gfp_atomic_exclusive(&pool) != NULL)
		return sweep_fault("more pages than there are", SWEEP_FRAMES);
	return true;
}

static bool all_go_back(void)
{
	bool good = true;

	for (uint32_t frame = 0; frame < SWEEP_FRAMES; frame++) {
		good &= sweep_give(frame);
		if (labyrinth_free_page(&pool, page_of(frame)) != LAB_ERR_FREED)
			good = sweep_fault("a second free was not refused: page", frame);
	}
	return good;
}

bool sweep_verify(void)
{
#if LABYRINTH_ROOM_CAPACITY > 0
	sweep_settle();
#endif
	return books_agree() && all_come_out() && all_go_back();
}
