/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/tests/unit.c - what each call of a pool answers, from main, interrupt and NMI.
 */
#include "../board/board.h"
#include "../labyrinth_baremetal.h"

#define PAGES 8u
#define MANY 100u

LABYRINTH_POOL_DEFINE(pool, PAGES);
LABYRINTH_POOL_DEFINE(many, MANY);

static uint32_t failed_count;
static void *in_interrupt;
static void *in_nmi;
static lab_status nmi_free;
static volatile bool came;

static void expect(bool good, const char *what)
{
	board_text(good ? "ok - " : "not ok - ");
	board_text(what);
	board_text("\n");
	failed_count += !good;
}

/* An address as a number away from the pool, which need not be in it. */
static void *near_pool(intptr_t bytes)
{
	return (void *)((uintptr_t)pool.page + (uintptr_t)bytes);
}

/* The constant that the macro makes is what lab_zone_init() would have made. */
static bool same_as_made(const labyrinth_pool *of)
{
	lab_zone made;

	return lab_zone_init(&made, 0, of->zone.word, of->zone.end * sizeof(lab_word),
			     of->zone.frame_count, 0) == LAB_OK &&
	       made.word == of->zone.word && made.leaf == of->zone.leaf &&
	       made.reserve == of->zone.reserve && made.end == of->zone.end &&
	       made.frame_count == of->zone.frame_count && made.shift == of->zone.shift &&
	       made.id == of->zone.id;
}

static void at_rest(void)
{
	lab_word first = pool.zone.word[0];

	expect(first == (lab_word)0xff, "eight pages are there before any call");
	expect(labyrinth_alloc_page_gfp_atomic_exclusive(&many) == NULL,
	       "a pool of several words is empty before its set-up");
	expect(same_as_made(&pool) && pool.zone.word[0] == first, "one word: as lab_zone_init()");
	expect(same_as_made(&many), "several words: as lab_zone_init()");
	expect((uintptr_t)pool.page % LABYRINTH_PAGE_SIZE == 0, "pages are aligned");
	expect(labyrinth_pool_init(NULL) == LAB_ERR_NULL, "set-up of no pool");
}

static void all_of_many(void)
{
	uint32_t count = 0;

	expect(labyrinth_pool_init(&many) == LAB_OK, "set-up of several words");
	while (labyrinth_alloc_page_gfp_atomic_exclusive(&many) != NULL)
		count++;
	expect(count == MANY, "each of 100 pages comes out");
}

static void refusals(void)
{
	unsigned char *page = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);

	expect(page == pool.page, "the lowest page comes first");
	expect(labyrinth_alloc_page_gfp_atomic_exclusive(NULL) == NULL, "alloc from no pool");
	expect(labyrinth_free_page(NULL, page) == LAB_ERR_NULL, "free to no pool");
	expect(labyrinth_free_page(&pool, NULL) == LAB_ERR_NULL, "free of no page");
	expect(labyrinth_free_page(&pool, page + 1) == LAB_ERR_FRAME_RANGE, "free inside a page");
	expect(labyrinth_free_page(&pool, near_pool(-(intptr_t)LABYRINTH_PAGE_SIZE)) ==
		       LAB_ERR_FRAME_RANGE,
	       "free below the pool");
	expect(labyrinth_free_page(&pool, near_pool(PAGES * (intptr_t)LABYRINTH_PAGE_SIZE)) ==
		       LAB_ERR_FRAME_RANGE,
	       "free above the pool");
	expect(labyrinth_free_page(&pool, page + LABYRINTH_PAGE_SIZE) == LAB_ERR_NEVER_HELD,
	       "free of a page that was never out");
	expect(labyrinth_free_page(&pool, page) == LAB_OK, "free");
	expect(labyrinth_free_page(&pool, page) == LAB_ERR_FREED, "double free");
}

static void grants(void)
{
	lab_grant first;
	lab_grant second;

	labyrinth_void_alloc_page(&pool, NULL);
	labyrinth_void_alloc_page(NULL, &first);
	expect(first.status == LAB_ERR_NULL && first.tag == 0, "a grant from no pool");
	expect(labyrinth_free_grant(&pool, &first) == LAB_ERR_GRANT_EMPTY, "free of no grant");
	labyrinth_void_alloc_page(&pool, &first);
	expect(first.status == LAB_OK && labyrinth_page(&pool, &first) == pool.page, "a grant");
	expect(labyrinth_free_grant(&pool, &first) == LAB_OK, "free by grant");
	expect(labyrinth_free_grant(&pool, &first) == LAB_ERR_FREED, "double free by grant");
	labyrinth_void_alloc_page(&pool, &second);
	expect(labyrinth_free_grant(&pool, &first) == LAB_ERR_STALE, "stale free by grant");
	expect(labyrinth_free_grant(&pool, &second) == LAB_OK, "the last grant is good");
	second.frame = PAGES;
	expect(labyrinth_free_grant(&pool, &second) == LAB_ERR_FRAME_RANGE, "a wild grant");
	expect(labyrinth_page(&pool, &second) == NULL, "a wild grant has no page");
	expect(labyrinth_free_grant(&pool, NULL) == LAB_ERR_NULL, "free of a null grant");
}

static void counts(void)
{
	void *page[PAGES];
	lab_grant none;
	labyrinth_counters counters;

	(void)labyrinth_pool_init(&pool);
	for (uint32_t index = 0; index < 5; index++)
		page[index] = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);
	for (uint32_t index = 1; index < 5; index++)
		(void)labyrinth_free_page(&pool, page[index]);
	labyrinth_count(&pool, &counters);
	expect(counters.frame_count == PAGES && counters.used == 1 && counters.peak == 5 &&
		       counters.failed == 0,
	       "one page is out, five were");
	for (uint32_t index = 1; index < PAGES; index++)
		page[index] = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);
	labyrinth_void_alloc_page(&pool, &none);
	expect(none.status == LAB_EMPTY && labyrinth_alloc_page_gfp_atomic_exclusive(&pool) == NULL,
	       "none is left");
	labyrinth_count(&pool, &counters);
	expect(counters.used == PAGES && counters.failed == 2, "two requests failed");
	labyrinth_count(NULL, &counters);
	expect(counters.frame_count == 0 && counters.failed == 0, "no pool counts nothing");
	(void)labyrinth_pool_init(&pool);
}

/* ---- who holds ---- */

void board_on_nmi(void)
{
	in_nmi = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);
	nmi_free = labyrinth_free_page(&pool, in_interrupt);
}

void board_on_timer(uintptr_t pc)
{
	(void)pc;
	in_interrupt = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);
	came = true;
}

#if defined(__arm__)
static void *in_fault;

void board_hard_fault(void);
void unit_hard_fault(uint32_t *frame);

/* Goes on after the instruction, which has two bytes. */
void unit_hard_fault(uint32_t *frame)
{
	in_fault = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);
	frame[6] += 2;
}

__attribute__((naked)) void board_hard_fault(void)
{
	__asm__ volatile("mrs r0, msp\n\t"
			 "ldr r1, =unit_hard_fault\n\t"
			 "bx r1\n\t"
			 ".ltorg");
}

static void hard_fault(void)
{
	__asm__ volatile("udf #0" : : : "memory");
#if LABYRINTH_MASKS
	expect(in_fault == NULL, "a HardFault is refused where steps are masked");
#else
	expect(labyrinth_holder(&pool, in_fault) == 1 + 3, "the HardFault's page");
#endif
}
#endif

static void holders(void)
{
	void *page = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);

	expect(labyrinth_holder(&pool, page) == 1, "main's page");
	expect(labyrinth_holder(&pool, &pool.page[LABYRINTH_PAGE_SIZE]) == 0, "nobody's page");
	expect(labyrinth_holder(&pool, near_pool(-1)) == 0, "no page");
	board_timer_start(1000);
	while (!came)
		;
#if defined(__arm__)
	expect(labyrinth_holder(&pool, in_interrupt) == 1 + 15, "SysTick's page");
	hard_fault();
	board_nmi();
#if LABYRINTH_MASKS
	expect(in_nmi == NULL && nmi_free == LAB_ERR_CONTEXT,
	       "an NMI is refused where steps are masked");
#else
	expect(labyrinth_holder(&pool, in_nmi) == 1 + 2, "the NMI's page");
	expect(nmi_free == LAB_OK, "an NMI frees what an interrupt took");
#endif
#else
	expect(labyrinth_holder(&pool, in_interrupt) == 1, "the hart's page");
#endif
}

int board_main(void)
{
	at_rest();
	all_of_many();
	refusals();
	grants();
	counts();
	holders();
	board_line("checks failed:", failed_count);
	return failed_count != 0;
}
