/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/protect.c - which task has which page, and the calls of tasks.
 *
 * Two orders matter. A page is opened after it is the task's and clean. It is closed before it is
 * cleared, and cleared before the pool has it: from that instant an interrupt may be its holder.
 */
#include "protect.h"
#include "backend.h"

#if LABYRINTH_GUARD

static const labyrinth_pool *guarded;
static labyrinth_task *running[LABYRINTH_GUARD_HARTS];

static labyrinth_task **running_here(void)
{
#if LABYRINTH_GUARD_HARTS > 1
	return &running[labyrinth_hart() % LABYRINTH_GUARD_HARTS];
#else
	return &running[0];
#endif
}

labyrinth_task *labyrinth_running(void)
{
	return *running_here();
}

lab_status labyrinth_guard_init(const labyrinth_pool *pool)
{
	if (pool == NULL)
		return LAB_ERR_NULL;
	if (pool->zone.frame_count != LABYRINTH_GUARD_PAGES)
		return LAB_ERR_FRAME_RANGE;
	if ((uintptr_t)pool->page % (LABYRINTH_GUARD_PAGES * LABYRINTH_PAGE_SIZE) != 0)
		return LAB_ERR_STORAGE_ALIGN;
	guarded = pool;
	*running_here() = NULL;
	labyrinth_guard_start(pool);
	return LAB_OK;
}

/* ---- what is open ---- */

/* Open what the running task has. An interrupt may give it a page between our look and our write,
 * and its own write would then be undone: so look again. */
static void refresh(void)
{
	const labyrinth_task *task = *running_here();
	lab_word pages;

	do {
		pages = task == NULL ? 0 : lab_port_load_seq_cst(&task->pages);
		labyrinth_guard_open(guarded, pages);
	} while (task != NULL && lab_port_load_seq_cst(&task->pages) != pages);
}

void labyrinth_switch(labyrinth_task *task)
{
	*running_here() = task;
	refresh();
}

static void open_page(labyrinth_task *task, uint32_t frame)
{
	lab_port_or_seq_cst(&task->pages, lab_bits_mask(frame));
	if (task == *running_here())
		refresh();
}

static void close_page(labyrinth_task *task, uint32_t frame)
{
	(void)lab_port_clear_bit_seq_cst(&task->pages, frame);
	if (task == *running_here())
		refresh();
}

/* ---- pages of tasks ---- */

static unsigned char *page_of(uint32_t frame)
{
	return &guarded->page[frame * (uintptr_t)LABYRINTH_PAGE_SIZE];
}

static void clear(uint32_t frame)
{
	volatile uint32_t *word = (volatile uint32_t *)(void *)page_of(frame);

	for (uint32_t index = 0; index < LABYRINTH_PAGE_SIZE / sizeof(*word); index++)
		word[index] = 0;
}

void *labyrinth_task_alloc(labyrinth_task *task)
{
	uint32_t frame;
	uint32_t tag;

	if (task == NULL ||
	    backend_take_for(guarded, LABYRINTH_HOLDER_TASK + task->id, &frame, &tag) != LAB_OK)
		return NULL;
	clear(frame);
	open_page(task, frame);
	return page_of(frame);
}

lab_status labyrinth_task_free(labyrinth_task *task, void *page)
{
	uintptr_t offset;
	uint32_t frame;
	uint32_t tag;

	if (task == NULL || page == NULL)
		return LAB_ERR_NULL;
	offset = (uintptr_t)page - (uintptr_t)guarded->page;
	if (offset % LABYRINTH_PAGE_SIZE != 0 ||
	    offset / LABYRINTH_PAGE_SIZE >= LABYRINTH_GUARD_PAGES)
		return LAB_ERR_FRAME_RANGE;
	frame = (uint32_t)(offset / LABYRINTH_PAGE_SIZE);
	tag = lab_atomic_tag_load_relaxed(&guarded->zone, guarded->tag, frame);
	if (LAB_TAG_HOLDER(tag) != LABYRINTH_HOLDER_TASK + task->id)
		return LAB_ERR_STALE;
	close_page(task, frame);
	clear(frame);
	return backend_give(guarded, frame, tag);
}

lab_status labyrinth_task_give(labyrinth_task *task, const lab_grant *grant)
{
	lab_status status;

	if (task == NULL || grant == NULL)
		return LAB_ERR_NULL;
	if (grant->frame >= LABYRINTH_GUARD_PAGES || LAB_TAG_HOLDER(grant->tag) == 0)
		return LAB_ERR_STALE;
	status = lab_ledger_revoke(&guarded->zone, guarded->tag, grant->frame, grant->tag);
	if (status != LAB_OK)
		return LAB_ERR_STALE;
	(void)lab_ledger_grant(&guarded->zone, guarded->tag, grant->frame,
			       LABYRINTH_HOLDER_TASK + task->id);
	open_page(task, grant->frame);
	return LAB_OK;
}

/* ---- calls ---- */

bool labyrinth_svc(uint32_t number, uintptr_t *argument)
{
	labyrinth_task *task = labyrinth_running();

	if (number == LABYRINTH_SVC_ALLOC)
		*argument = (uintptr_t)labyrinth_task_alloc(task);
	else if (number == LABYRINTH_SVC_FREE)
		*argument = (uintptr_t)labyrinth_task_free(task, (void *)*argument);
	else
		return false;
	return true;
}

#endif
