/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/tests/sweep_cases.c - the calls, and what may come in between.
 *
 * An interrupt that frees what it took leaves no trace, and passes in a broken pool: each of these
 * keeps a page, or frees one that the interrupted side holds.
 */
#include "sweep.h"

static volatile uint32_t leaving; /* the page that main frees: the lowest, always its own */

/* ---- calls ---- */

static void take(void)
{
	(void)sweep_take(MAIN);
}

static void give(void)
{
	(void)sweep_give(leaving);
}

#ifdef LAB_HARDENED
/* Main and the interrupt free the same page: a bug of theirs, of which one must be told. */
static void give_same(void)
{
	if (sweep_give_twice(leaving) == LAB_OK)
		sweep_took[NOBODY]++;
}

static bool one_accepted(void)
{
	return sweep_took[NOBODY] == 1 ||
	       sweep_fault("two frees of one page, and accepted", sweep_took[NOBODY]);
}
#endif

/* ---- interrupts ---- */

static void keep(void)
{
	(void)sweep_take(OTHER);
}

static void keep_all(void)
{
	while (sweep_take(OTHER))
		;
}

static void free_of_main(void)
{
	uint32_t frame = sweep_of_main();

	if (frame < SWEEP_FRAMES)
		(void)sweep_give(frame);
}

static void free_and_keep(void)
{
	free_of_main();
	keep();
}

static void keep_two_free_two(void)
{
	keep();
	keep();
	free_of_main();
	free_of_main();
}

/* ---- what must be true ---- */

#if LABYRINTH_ROOM_CAPACITY == 0
static bool both(void)
{
	return (sweep_took[MAIN] == 1 && sweep_took[OTHER] == 1) ||
	       sweep_fault("enough pages, but not for both; main got", sweep_took[MAIN]);
}

static bool exactly_one(void)
{
	return sweep_took[MAIN] + sweep_took[OTHER] == 1 ||
	       sweep_fault("one page, and got in all", sweep_took[MAIN] + sweep_took[OTHER]);
}

static bool main_did(void)
{
	return sweep_took[MAIN] == 1 || sweep_fault("a page was free all the time; got", 0);
}
#else
/* A page in somebody's room is out of the others' reach. */
#define both NULL
#define exactly_one NULL
#define main_did NULL
#endif

const sweep_case sweep_cases[] = {
	{"alloc: keep one", SWEEP_FRAMES, take, keep, both},
	{"alloc: keep one, two free", 2, take, keep, both},
	{"alloc: keep the last", 1, take, keep, exactly_one},
	{"alloc: keep all", 4, take, keep_all, NULL},
	{"alloc: free main's", 1, take, free_of_main, main_did},
	{"alloc, none free: free main's", 0, take, free_of_main, NULL},
	{"alloc: free main's, keep one", 1, take, free_and_keep, NULL},
	{"alloc: keep two, free two", 3, take, keep_two_free_two, main_did},
	{"free: keep one", 3, give, keep, NULL},
	{"free, none free: keep one", 0, give, keep, NULL},
	{"free: keep all", 2, give, keep_all, NULL},
	{"free: free main's", 2, give, free_of_main, NULL},
	{"free, none free: free main's", 0, give, free_of_main, NULL},
	{"free: free main's, keep one", 1, give, free_and_keep, NULL},
	{"free, none free: keep two, free two", 0, give, keep_two_free_two, NULL},
#ifdef LAB_HARDENED
	{"free: free the same", 3, give_same, give_same, one_accepted},
#endif
};
const uint32_t sweep_case_count = sizeof(sweep_cases) / sizeof(sweep_cases[0]);
