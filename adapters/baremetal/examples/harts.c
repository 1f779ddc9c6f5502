/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/examples/harts.c - two RISC-V harts and an interrupt on one 32 KB pool.
 *
 * Each takes pages until there are none, writes its name into them, looks whether it is still
 * there, and frees them, or leaves one for the other hart to free.
 */
#include "../board/board.h"
#include "../board/riscv.h"
#include "../labyrinth_baremetal.h"

#define PAGES 8u
#define ROUNDS 20000u
#define KEEP 6u
#define WORDS (LABYRINTH_PAGE_SIZE / sizeof(uint32_t))
#define STRIDE 61u

enum { HART_0, HART_1, TICK, ACTORS };

LABYRINTH_POOL_DEFINE(pool, PAGES);

static struct {
	uint32_t taken, freed, refused, damaged, wrong, handed_on;
} did[ACTORS];

static uint32_t *left; /* for the other hart to free, or null */
static uint32_t finished;

static void stamp(uint32_t *page, uint32_t value)
{
	for (uint32_t index = 0; index < WORDS; index += STRIDE)
		((volatile uint32_t *)page)[index] = value;
}

static void check_and_free(uint32_t actor, uint32_t *page)
{
	uint32_t value = ((volatile uint32_t *)page)[0];

	for (uint32_t index = 0; index < WORDS; index += STRIDE)
		did[actor].damaged += ((volatile uint32_t *)page)[index] != value;
	did[actor].wrong += labyrinth_free_page(&pool, page) != LAB_OK;
	did[actor].freed++;
}

static void one_round(uint32_t actor, uint32_t round, uint32_t keep)
{
	uint32_t *page[KEEP];
	uint32_t count = 0;

	while (count < keep) {
		page[count] = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);
		if (page[count] == NULL) {
			did[actor].refused++;
			break;
		}
		did[actor].taken++;
		stamp(page[count], actor << 24 | round);
		count++;
	}
	if (count > 0 && round % 4 == actor) {
		uint32_t *other = __atomic_exchange_n(&left, page[--count], __ATOMIC_SEQ_CST);

		did[actor].handed_on++;
		if (other != NULL)
			check_and_free(actor, other);
	}
	while (count > 0)
		check_and_free(actor, page[--count]);
}

void board_on_timer(uintptr_t pc)
{
	static uint32_t round;

	(void)pc;
	one_round(TICK, round++, 2);
	board_timer_set(300u + round % 256u);
}

void board_other_hart(void)
{
	for (uint32_t round = 0; round < ROUNDS; round++)
		one_round(HART_1, round, KEEP);
	__atomic_store_n(&finished, 1, __ATOMIC_SEQ_CST);
}

static uint32_t sum(uint32_t at)
{
	uint32_t total = 0;

	for (uint32_t actor = 0; actor < ACTORS; actor++)
		total += ((const uint32_t *)&did[actor])[at];
	return total;
}

static bool report(void)
{
	labyrinth_counters counters;

	labyrinth_count(&pool, &counters);
	board_line("  pages taken by hart 0            ", did[HART_0].taken);
	board_line("  pages taken by hart 1            ", did[HART_1].taken);
	board_line("  pages taken by the interrupt     ", did[TICK].taken);
	board_line("  refused, for none was free       ", sum(2));
	board_line("  failures the pool counted        ", counters.failed);
	board_line("  left to the other hart           ", sum(5));
	board_line("  pages damaged                    ", sum(3));
	board_line("  frees refused                    ", sum(4));
	board_line("  pages not back at the end        ", counters.used);
	return sum(3) == 0 && sum(4) == 0 && counters.used == 0 && sum(0) == sum(1) &&
	       sum(2) == counters.failed && did[HART_0].taken > 0 && did[HART_1].taken > 0 &&
	       did[TICK].taken > 0 && sum(5) > 0;
}

int board_main(void)
{
	bool good;

	board_text("harts: 8 pages, two harts and an interrupt\n");
	board_wake(1);
	board_timer_start(1000);
	for (uint32_t round = 0; round < ROUNDS; round++)
		one_round(HART_0, round, KEEP);
	while (__atomic_load_n(&finished, __ATOMIC_SEQ_CST) == 0)
		;
	board_timer_stop();
	if (left != NULL)
		check_and_free(HART_0, left);
	good = report();
	board_text(good ? "harts: every check holds\n" : "harts: a check failed\n");
	return good ? 0 : 1;
}
