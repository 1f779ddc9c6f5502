/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/protect.h - pages that only their task can touch: MPU v7, MPU v8, RISC-V PMP.
 *
 * Tasks run unprivileged. The pages of the one guarded pool are for privileged code only, but for
 * those of the task that runs. A task asks by SVC (ecall on RISC-V), and may free only what is its
 * own: it cannot reach the pool's books, which are not in the pool. A page is cleared before a task
 * gets it, and when a task gives it up; the task loses it before the pool has it back.
 *
 *	LABYRINTH_POOL_DEFINE_GUARDED(pool, 8);
 *	static labyrinth_task tasks[2] = {{.id = 1}, {.id = 2}};
 *
 *	labyrinth_guard_init(&pool);        at start-up, before the MPU is switched on
 *	labyrinth_switch(&tasks[1]);        at each switch of tasks
 *	labyrinth_svc(number, arguments);   in the SVC handler
 *
 * Without rooms only. A context switch is one write of RASR (v7), four regions (v8), or one or two
 * writes of pmpcfg.
 */
#ifndef LABYRINTH_PROTECT_H
#define LABYRINTH_PROTECT_H

#include "labyrinth_baremetal.h"

#if defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__)
#define LABYRINTH_GUARD_MPU_V7 1
#elif defined(__ARM_ARCH_8M_MAIN__) || defined(__ARM_ARCH_8M_BASE__)
#define LABYRINTH_GUARD_MPU_V8 1
#elif defined(__riscv)
#define LABYRINTH_GUARD_PMP 1
#endif

#if LABYRINTH_ROOM_CAPACITY == 0 &&                                                                \
	(defined(LABYRINTH_GUARD_MPU_V7) || defined(LABYRINTH_GUARD_MPU_V8) ||                     \
	 defined(LABYRINTH_GUARD_PMP))
#define LABYRINTH_GUARD 1
#else
#define LABYRINTH_GUARD 0
#endif

/** Pages of a guarded pool: the subregions of an MPU v7 region. */
#define LABYRINTH_GUARD_PAGES 8u

/** MPU regions that are Labyrinth's, from this one on: 1 on v7, LABYRINTH_GUARD_RUNS on v8. */
#ifndef LABYRINTH_GUARD_REGION
#define LABYRINTH_GUARD_REGION 4u
#endif

/** MPU v8: eight pages lie in at most so many runs of neighbours. */
#define LABYRINTH_GUARD_RUNS (LABYRINTH_GUARD_PAGES / 2u)

/** RISC-V: harts that run tasks of the guarded pool. */
#ifndef LABYRINTH_GUARD_HARTS
#define LABYRINTH_GUARD_HARTS 1u
#endif

/** Service calls: in the SVC instruction on Arm, in a7 on RISC-V. */
enum { LABYRINTH_SVC_ALLOC = 64, LABYRINTH_SVC_FREE = 65 };

#if LABYRINTH_GUARD

/** A task. Only the calls below change it, and tasks must not be able to. */
typedef struct labyrinth_task {
	uint32_t id;    /* 1 .. 2047: its pages' holder is LABYRINTH_HOLDER_TASK + id */
	lab_word pages; /* bit k: it may access page k */
} labyrinth_task;

/**
 * Make a pool the guarded one: no task has any of its pages.
 *
 * @pool: of LABYRINTH_GUARD_PAGES pages, by LABYRINTH_POOL_DEFINE_GUARDED()
 *
 * LAB_OK
 * LAB_ERR_NULL           pool is null
 * LAB_ERR_FRAME_RANGE    it has not LABYRINTH_GUARD_PAGES pages
 * LAB_ERR_STORAGE_ALIGN  its pages are not aligned to their size
 *
 * Privileged, once on each hart, before a task runs there.
 */
lab_status labyrinth_guard_init(const labyrinth_pool *pool);

/** Open the pages of `task`, and close all others; null: close all. Privileged: the scheduler. */
void labyrinth_switch(labyrinth_task *task);

/** The task of this hart; null: none. */
labyrinth_task *labyrinth_running(void);

/** A clean page for a task; null when there is none. Privileged: SVC. */
void *labyrinth_task_alloc(labyrinth_task *task);

/**
 * Take a page back from a task: close it, clear it, free it, in this order.
 *
 * LAB_OK
 * LAB_ERR_NULL         task or page is null
 * LAB_ERR_FRAME_RANGE  not the address of a page of the guarded pool
 * LAB_ERR_STALE        the page is not the task's
 * A refusal changes nothing. Privileged: SVC.
 */
lab_status labyrinth_task_free(labyrinth_task *task, void *page);

/**
 * Hand a page that privileged code holds to a task, as it is: a buffer that an interrupt filled.
 *
 * @grant: of the guarded pool, from labyrinth_void_alloc_page(); it is used up
 *
 * LAB_OK
 * LAB_ERR_NULL   task or grant is null
 * LAB_ERR_STALE  the grant does not hold the page
 * A refusal changes nothing.
 *
 * Privileged: any interrupt, while the task cannot run on another hart.
 */
lab_status labyrinth_task_give(labyrinth_task *task, const lab_grant *grant);

/**
 * Serve a call of the running task.
 *
 * @number: LABYRINTH_SVC_...
 * @argument: the first argument, replaced by the answer: a page or null, or a lab_status
 *
 * Returns false when the number is not Labyrinth's. Privileged: the SVC or ecall handler.
 */
bool labyrinth_svc(uint32_t number, uintptr_t *argument);

/* What an MPU or a PMP does: start with every page closed; open exactly these. */
void labyrinth_guard_start(const labyrinth_pool *pool);
void labyrinth_guard_open(const labyrinth_pool *pool, lab_word pages);

/* ---- for tasks ---- */

#if defined(__arm__)

static inline uintptr_t labyrinth_user_call(uint32_t number, uintptr_t argument)
{
	register uintptr_t r0 __asm__("r0") = argument;

	if (number == LABYRINTH_SVC_ALLOC)
		__asm__ volatile("svc %1" : "+r"(r0) : "i"(LABYRINTH_SVC_ALLOC) : "memory");
	else
		__asm__ volatile("svc %1" : "+r"(r0) : "i"(LABYRINTH_SVC_FREE) : "memory");
	return r0;
}

#else

static inline uintptr_t labyrinth_user_call(uint32_t number, uintptr_t argument)
{
	register uintptr_t a0 __asm__("a0") = argument;
	register uintptr_t a7 __asm__("a7") = number;

	__asm__ volatile("ecall" : "+r"(a0) : "r"(a7) : "memory");
	return a0;
}

#endif

/** A clean page of the task's own; null when there is none. Unprivileged. */
static inline void *labyrinth_user_alloc(void)
{
	return (void *)labyrinth_user_call(LABYRINTH_SVC_ALLOC, 0);
}

/** Give a page up. Statuses as labyrinth_task_free(). Unprivileged. */
static inline lab_status labyrinth_user_free(void *page)
{
	return (lab_status)labyrinth_user_call(LABYRINTH_SVC_FREE, (uintptr_t)page);
}

#endif /* LABYRINTH_GUARD */

#endif /* LABYRINTH_PROTECT_H */
