/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/examples/tasks.c - two unprivileged tasks and an interrupt share 32 KB.
 *
 * Each page is its holder's alone: a task finds its page clean, fills it, checks it, and tries all
 * it should not do: to read and write pages that are not its own, the pool's books, the kernel's
 * list of tasks; to free what the other holds. The interrupt takes pages at any instant and keeps
 * them for a while.
 */
#include "../board/tasks.h"

#define PAGES LABYRINTH_GUARD_PAGES
#define WORDS (LABYRINTH_PAGE_SIZE / sizeof(uint32_t))
#define ROUNDS 400u
#define KEEP 2u
#define STRIDE 61u

LABYRINTH_POOL_DEFINE_GUARDED(pool, PAGES);

labyrinth_task tasks[TASKS] = {{.id = 1}, {.id = 2}};

/* What each task says of itself; both may write all of it. */
typedef struct says {
	uint32_t rounds, got, refused, refused_access, let_in, dirty, damaged, refused_free, wrong;
} says;

static union {
	says task[TASKS];
	unsigned char all[TASKS_SHARED_BYTES];
} shared TASKS_SHARED;

/* Privileged: what the handlers saw. */
static struct {
	uint32_t faults, own_faults, interrupts, taken, given_back, damaged, wrong;
} seen;

static uintptr_t address_of(uint32_t frame)
{
	return (uintptr_t)pool.page + frame * (uintptr_t)LABYRINTH_PAGE_SIZE;
}

/* ---- a task: unprivileged from here ---- */

static void fill(uint32_t *page, uint32_t value, says *mine)
{
	for (uint32_t index = 0; index < WORDS; index++)
		mine->dirty += page[index] != 0;
	for (uint32_t index = 0; index < WORDS; index += STRIDE)
		page[index] = value;
}

static void verify(const uint32_t *page, uint32_t value, says *mine)
{
	for (uint32_t index = 0; index < WORDS; index += STRIDE)
		mine->damaged += page[index] != value;
}

/* No access to what is not mine; `page` is. */
static void pry(const uint32_t *page, says *mine)
{
	for (uint32_t frame = 0; frame < PAGES; frame++) {
		uintptr_t at = address_of(frame) + (mine->rounds * 4u) % LABYRINTH_PAGE_SIZE;

		if (address_of(frame) == (uintptr_t)page)
			continue;
		mine->refused_access += tasks_load(at) == TASKS_FAULTED;
		mine->let_in += tasks_load(at) != TASKS_FAULTED;
		mine->let_in += tasks_store(at, 1) != TASKS_FAULTED;
	}
	mine->let_in += tasks_store((uintptr_t)pool.zone.word, 0xff) != TASKS_FAULTED;
	mine->let_in += tasks_store((uintptr_t)pool.tag, 0) != TASKS_FAULTED;
	mine->let_in += tasks_store((uintptr_t)tasks, 0xff) != TASKS_FAULTED;
}

/* No free of what is not mine. */
static void free_others(const uint32_t *page, says *mine)
{
	for (uint32_t frame = 0; frame < PAGES; frame++) {
		lab_status status;

		if (address_of(frame) == (uintptr_t)page)
			continue;
		status = labyrinth_user_free((void *)address_of(frame));
		mine->refused_free += status == LAB_ERR_STALE;
		mine->wrong += status != LAB_ERR_STALE;
	}
	mine->wrong += labyrinth_user_free((void *)(address_of(0) + 4)) != LAB_ERR_FRAME_RANGE;
}

static void one_round(uint32_t index, says *mine)
{
	uint32_t value = (index + 1) << 16 | mine->rounds;
	uint32_t *page = labyrinth_user_alloc();

	if (page == NULL) {
		mine->refused++;
		return;
	}
	mine->got++;
	fill(page, value, mine);
	if (mine->rounds % 16u == index)
		pry(page, mine);
	if (mine->rounds % 16u == index + 4u)
		free_others(page, mine);
	verify(page, value, mine);
	mine->wrong += labyrinth_user_free(page) != LAB_OK;
	if (mine->rounds % 16u == index + 8u)
		mine->let_in += tasks_load((uintptr_t)page) != TASKS_FAULTED;
}

void task_body(uint32_t index)
{
	says *mine = &shared.task[index];

	while (mine->rounds < ROUNDS) {
		one_round(index, mine);
		mine->rounds++;
	}
	while (((volatile says *)&shared.task[1 - index])->rounds < ROUNDS)
		;
	tasks_done();
}

/* ---- privileged again ---- */

void task_faulted(uintptr_t address, uint32_t index)
{
	uintptr_t offset = address - (uintptr_t)pool.page;

	seen.faults++;
	if (offset / LABYRINTH_PAGE_SIZE < PAGES &&
	    labyrinth_holder(&pool, (const void *)address) ==
		    LABYRINTH_HOLDER_TASK + tasks[index].id)
		seen.own_faults++;
}

void task_interrupt(void)
{
	static lab_grant kept[KEEP];
	static uint32_t kept_count;
	lab_grant *grant = &kept[kept_count % KEEP];
	volatile uint32_t *page;

	seen.interrupts++;
	if (kept_count >= KEEP) {
		page = labyrinth_page(&pool, grant);
		seen.damaged += page[7] != kept_count - KEEP || page[WORDS - 1] != page[7];
		seen.wrong += labyrinth_free_grant(&pool, grant) != LAB_OK;
		seen.given_back++;
	}
	do
		labyrinth_void_alloc_page(&pool, grant);
	while (grant->status != LAB_OK);
	page = labyrinth_page(&pool, grant);
	page[7] = kept_count;
	page[WORDS - 1] = kept_count;
	kept_count++;
	seen.taken++;
}

static uint32_t sum(uint32_t at)
{
	uint32_t total = 0;

	for (uint32_t index = 0; index < TASKS; index++)
		total += ((const uint32_t *)&shared.task[index])[at];
	return total;
}

int task_report(void)
{
	static const char *const name[] = {
		"  rounds of the tasks              ", "  pages they got                   ",
		"  refused, for none was free       ", "  accesses that faulted as they must",
		"  accesses that were let in        ", "  pages that were not clean        ",
		"  pages damaged                    ", "  frees of others' pages refused   ",
		"  wrong answers                    "};
	labyrinth_counters counters;
	bool good;

	for (uint32_t at = 0; at < sizeof(name) / sizeof(name[0]); at++)
		board_line(name[at], sum(at));
	labyrinth_count(&pool, &counters);
	board_line("  faults that the handler saw      ", seen.faults);
	board_line("  of them in a task's own page     ", seen.own_faults);
	board_line("  interrupts                       ", seen.interrupts);
	board_line("  pages damaged of the interrupt's ", seen.damaged);
	board_line("  pages out at the end             ", counters.used);
	good = sum(0) == TASKS * ROUNDS && sum(1) > 0 && sum(3) > 0 && sum(4) == 0 && sum(5) == 0 &&
	       sum(6) == 0 && sum(7) > 0 && sum(8) == 0 && seen.faults > sum(3) &&
	       seen.own_faults == 0 && seen.damaged == 0 && seen.wrong == 0 &&
	       counters.used == seen.taken - seen.given_back;
	board_text(good ? "tasks: every check holds\n" : "tasks: a check failed\n");
	return good ? 0 : 1;
}

int board_main(void)
{
	board_text("tasks: 8 pages, two unprivileged tasks and an interrupt\n");
	if (labyrinth_guard_init(&pool) != LAB_OK)
		return 1;
	tasks_start(&shared);
}
