/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/examples/nested.c - a 32 KB pool for main and four priorities.
 *
 * SysTick comes at any instruction and pends one of three interrupts below it, which pile up. Each
 * of the five levels allocates, writes its name all over the page, keeps it for a while and frees
 * it, or leaves it to whichever level comes next. The pool runs out all the time.
 */
#include "../board/board.h"
#include "../labyrinth_baremetal.h"

#define PAGES 8u
#define TICKS 20000u
#define KEEP 3u
#define WORDS (LABYRINTH_PAGE_SIZE / sizeof(uint32_t))
#define STRIDE 61u /* words between two stamps: some in each part of the page */

#define NVIC_ISER (*(volatile uint32_t *)0xe000e100u)
#define NVIC_ISPR (*(volatile uint32_t *)0xe000e200u)
#define NVIC_IPR0 (*(volatile uint32_t *)0xe000e400u)

enum { MAIN, LOW, MIDDLE, HIGH, TICK, LEVELS };

LABYRINTH_POOL_DEFINE(pool, PAGES);

/* What a level has; nobody else touches it. */
static struct {
	uint32_t *page[KEEP];
	uint32_t count;
	uint32_t random;
} level_has[LEVELS];

static uint32_t *left;          /* a page that the next level may free, or null */
static volatile uint32_t depth; /* levels that run, one on top of the other */
static volatile uint32_t deepest;
static volatile uint32_t ticks, allocated, refused, freed, handed_on, damaged, wrong;

static uint32_t random_of(uint32_t level)
{
	uint32_t value = level_has[level].random + level + 1;

	value ^= value << 13;
	value ^= value >> 17;
	value ^= value << 5;
	level_has[level].random = value;
	return value;
}

static void bump(volatile uint32_t *counter)
{
	(void)__atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/* ---- pages ---- */

static void stamp(uint32_t *page, uint32_t value)
{
	for (uint32_t index = 0; index < WORDS; index += STRIDE)
		page[index] = value;
}

static void check_and_free(uint32_t *page)
{
	for (uint32_t index = STRIDE; index < WORDS; index += STRIDE)
		if (page[index] != page[0])
			bump(&damaged);
	if (labyrinth_free_page(&pool, page) != LAB_OK)
		bump(&wrong);
	bump(&freed);
}

static void take(uint32_t level)
{
	uint32_t *page = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);

	if (page == NULL) {
		bump(&refused);
		return;
	}
	bump(&allocated);
	stamp(page, level << 16 | (random_of(level) & 0xffffu));
	level_has[level].page[level_has[level].count++] = page;
}

/* Leave a page to the others; what they left before is freed here. */
static void hand_on(uint32_t level)
{
	uint32_t *page = level_has[level].page[--level_has[level].count];

	page = __atomic_exchange_n(&left, page, __ATOMIC_SEQ_CST);
	bump(&handed_on);
	if (page != NULL)
		check_and_free(page);
}

static void work(uint32_t level)
{
	uint32_t now = ++depth;

	if (now > deepest)
		deepest = now;
	if (level_has[level].count == KEEP || (random_of(level) >> 7 & 3u) == 0) {
		if (level_has[level].count > 0 && (random_of(level) >> 9 & 1u) != 0)
			hand_on(level);
		while (level_has[level].count > 0)
			check_and_free(level_has[level].page[--level_has[level].count]);
	} else {
		take(level);
	}
	depth = now - 1;
}

/* ---- interrupts ---- */

void board_irq0(void);
void board_irq1(void);
void board_irq2(void);

void board_irq0(void)
{
	work(HIGH);
}

void board_irq1(void)
{
	work(MIDDLE);
	work(MIDDLE);
}

void board_irq2(void)
{
	work(LOW);
	work(LOW);
	work(LOW);
}

void board_on_timer(uintptr_t pc)
{
	(void)pc;
	work(TICK);
	NVIC_ISPR = 1u << random_of(TICK) % 3;
	if (++ticks < TICKS)
		board_timer_start(100u + random_of(TICK) % 400u);
}

/* ---- main ---- */

static bool report(void)
{
	labyrinth_counters counters;

	for (uint32_t level = 0; level < LEVELS; level++)
		while (level_has[level].count > 0)
			check_and_free(level_has[level].page[--level_has[level].count]);
	if (left != NULL)
		check_and_free(left);
	labyrinth_count(&pool, &counters);
	board_line("  ticks                       ", ticks);
	board_line("  levels on top of each other ", deepest);
	board_line("  pages allocated             ", allocated);
	board_line("  refused, for none was free  ", refused);
	board_line("  failures the pool counted   ", counters.failed);
	board_line("  freed                       ", freed);
	board_line("  left to another level       ", handed_on);
	board_line("  most pages out at once      ", counters.peak);
	board_line("  pages damaged               ", damaged);
	board_line("  frees refused               ", wrong);
	board_line("  pages not back at the end   ", counters.used);
	return damaged == 0 && wrong == 0 && counters.used == 0 && allocated == freed &&
	       refused == counters.failed && refused != 0 && deepest == LEVELS;
}

int board_main(void)
{
	board_text("nested: 8 pages, main and four exception priorities\n");
	NVIC_IPR0 = 0x00c08040u;
	NVIC_ISER = 7;
	board_timer_start(100);
	while (ticks < TICKS)
		work(MAIN);
	if (!report()) {
		board_text("nested: a check failed\n");
		return 1;
	}
	board_text("nested: every check holds\n");
	return 0;
}
