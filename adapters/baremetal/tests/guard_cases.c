/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/tests/guard_cases.c - the calls of tasks and the switch, interrupted anywhere.
 *
 * What must be true at each instant: a page is open only if the ledger says that it is a
 * task's; whoever else gets a page finds it closed, and clean if a task had it.
 */
#include "../protect.h"
#include "guard_open.h"
#include "sweep.h"

#define PAGES LABYRINTH_GUARD_PAGES
#define WORDS (LABYRINTH_PAGE_SIZE / sizeof(uint32_t))
#define DIRT 0xd1d1d1d1u

LABYRINTH_POOL_DEFINE_GUARDED(pool, LABYRINTH_GUARD_PAGES);

static labyrinth_task task[2] = {{.id = 1}, {.id = 2}};
static lab_grant kept[PAGES];
static uint32_t kept_count;
static void *volatile leaving;
static lab_status answer;
static bool got_page;

uint32_t sweep_took[3];
volatile bool sweep_bad;

bool sweep_fault(const char *what, uint32_t value)
{
	board_text("  fault: ");
	board_line(what, value);
	sweep_bad = true;
	return false;
}

static uint32_t *page_of(uint32_t frame)
{
	return (uint32_t *)(void *)&pool.page[frame * (uintptr_t)LABYRINTH_PAGE_SIZE];
}

static uint32_t holder_of(uint32_t frame)
{
	return labyrinth_holder(&pool, page_of(frame));
}

static bool clean(uint32_t frame)
{
	for (uint32_t index = 0; index < WORDS; index++)
		if (page_of(frame)[index] != 0)
			return false;
	return true;
}

static void soil(void *page)
{
	uint32_t *word = page;

	for (uint32_t index = 0; index < WORDS; index++)
		word[index] = DIRT;
}

/* True at each instant; in the middle of a switch it may be the task that ran. */
static void look(void)
{
	uint32_t open = guard_open_pages();

	for (uint32_t frame = 0; frame < PAGES; frame++)
		if ((open >> frame & 1u) != 0 && holder_of(frame) <= LABYRINTH_HOLDER_TASK)
			(void)sweep_fault("open, and no task's: page", frame);
}

/* ---- interrupts ---- */

static bool keep_one(void)
{
	lab_grant *grant = &kept[kept_count];

	labyrinth_void_alloc_page(&pool, grant);
	if (grant->status != LAB_OK)
		return false;
	if ((guard_open_pages() >> grant->frame & 1u) != 0)
		(void)sweep_fault("the interrupt's, and open to the task: page", grant->frame);
	if (!clean(grant->frame))
		(void)sweep_fault("a task's words are left in page", grant->frame);
	kept_count++;
	sweep_took[OTHER]++;
	return true;
}

static void keep(void)
{
	look();
	(void)keep_one();
}

static void keep_all(void)
{
	look();
	while (keep_one())
		;
}

static void give_to(uint32_t which)
{
	lab_grant grant;

	look();
	labyrinth_void_alloc_page(&pool, &grant);
	if (grant.status == LAB_OK && labyrinth_task_give(&task[which], &grant) != LAB_OK)
		(void)sweep_fault("a gift was refused: page", grant.frame);
}

static void give_first(void)
{
	give_to(0);
}

static void give_second(void)
{
	give_to(1);
}

/* ---- calls ---- */

static void task_alloc(void)
{
	uintptr_t argument = 0;

	if (!labyrinth_svc(LABYRINTH_SVC_ALLOC, &argument))
		(void)sweep_fault("the call is not known:", LABYRINTH_SVC_ALLOC);
	got_page = argument != 0;
}

static void task_free(void)
{
	uintptr_t argument = (uintptr_t)leaving;

	if (!labyrinth_svc(LABYRINTH_SVC_FREE, &argument))
		(void)sweep_fault("the call is not known:", LABYRINTH_SVC_FREE);
	answer = (lab_status)argument;
}

static void switch_over(void)
{
	labyrinth_switch(&task[1]);
}

static bool freed(void)
{
	return answer == LAB_OK || sweep_fault("a task's free was refused:", answer);
}

static bool allocated(void)
{
	return got_page || sweep_fault("pages were free, and the task got", 0);
}

const sweep_case sweep_cases[] = {
	{"task alloc: keep one", 4, task_alloc, keep, allocated},
	{"task alloc: give it one", 4, task_alloc, give_first, allocated},
	{"task alloc: give another one", 4, task_alloc, give_second, allocated},
	{"task free: keep one", 0, task_free, keep, freed},
	{"task free: keep all", 3, task_free, keep_all, freed},
	{"task free: give it one", 2, task_free, give_first, freed},
	{"switch: keep one", 2, switch_over, keep, NULL},
	{"switch: give the old one", 2, switch_over, give_first, NULL},
	{"switch: give the new one", 2, switch_over, give_second, NULL},
};
const uint32_t sweep_case_count = sizeof(sweep_cases) / sizeof(sweep_cases[0]);

/* ---- before and after ---- */

void sweep_prepare(uint32_t free_count)
{
	task[0].pages = 0;
	task[1].pages = 0;
	kept_count = 0;
	for (uint32_t frame = 0; frame < PAGES; frame++)
		soil(page_of(frame));
	if (labyrinth_pool_init(&pool) != LAB_OK || labyrinth_guard_init(&pool) != LAB_OK)
		(void)sweep_fault("set-up was refused", 0);
	labyrinth_switch(&task[0]);
	for (uint32_t frame = 0; frame < PAGES; frame++)
		if (labyrinth_task_alloc(&task[0]) == NULL || !clean(frame))
			(void)sweep_fault("a task got no page, or a dirty one: page", frame);
	for (uint32_t frame = 0; frame < PAGES; frame++)
		soil(page_of(frame));
	for (uint32_t frame = PAGES; frame > PAGES - free_count; frame--)
		if (labyrinth_task_free(&task[0], page_of(frame - 1)) != LAB_OK)
			(void)sweep_fault("set-up could not free page", frame - 1);
	leaving = page_of(0);
	sweep_took[MAIN] = 0;
	sweep_took[OTHER] = 0;
}

/* A task may free nothing but its own; then everything goes back. */
static void free_all_of(uint32_t which)
{
	labyrinth_task *other = &task[1 - which];

	labyrinth_switch(&task[which]);
	for (uint32_t frame = 0; frame < PAGES; frame++) {
		if ((task[which].pages >> frame & 1u) == 0)
			continue;
		if (labyrinth_task_free(other, page_of(frame)) != LAB_ERR_STALE)
			(void)sweep_fault("a task freed another's page", frame);
		if (labyrinth_task_free(&task[which], page_of(frame)) != LAB_OK)
			(void)sweep_fault("a task could not free its page", frame);
		if (!clean(frame))
			(void)sweep_fault("freed, and not clean: page", frame);
	}
}

bool sweep_verify(void)
{
	const labyrinth_task *running = labyrinth_running();
	labyrinth_counters counters;

	if (guard_open_pages() != running->pages)
		(void)sweep_fault("open is not what the task has:", guard_open_pages());
	look();
	for (uint32_t frame = 0; frame < PAGES; frame++)
		for (uint32_t which = 0; which < 2; which++)
			if ((task[which].pages >> frame & 1u) !=
			    (holder_of(frame) == LABYRINTH_HOLDER_TASK + task[which].id))
				(void)sweep_fault("the ledger and a task differ on page", frame);
	free_all_of(0);
	free_all_of(1);
	while (kept_count > 0)
		if (labyrinth_free_grant(&pool, &kept[--kept_count]) != LAB_OK)
			(void)sweep_fault("the interrupt could not free", kept_count);
	labyrinth_count(&pool, &counters);
	return counters.used == 0 || sweep_fault("pages not back:", counters.used);
}
