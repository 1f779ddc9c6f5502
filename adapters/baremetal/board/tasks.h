/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/board/tasks.h - two unprivileged tasks, switched by the timer; just
 * enough of a kernel for the examples: a stack for each task, memory that both may write, faults
 * that are looked at and survived.
 */
#ifndef BOARD_TASKS_H
#define BOARD_TASKS_H

#include "../protect.h"
#include "board.h"

#define TASKS 2u

/** What tasks_load() and tasks_store() answer when the access faulted. */
#define TASKS_FAULTED 0xfa017ed0u

/** Memory that both tasks may write: an MPU region of its own. */
#define TASKS_SHARED __attribute__((aligned(1024), section(".bss.shared")))
#define TASKS_SHARED_BYTES 1024u

/** Run both tasks; `shared` is TASKS_SHARED_BYTES. Ends when a task calls tasks_done(). */
void tasks_start(void *shared) __attribute__((noreturn));

/** For tasks: one access to any address; TASKS_FAULTED when it was refused. */
uint32_t tasks_load(uintptr_t address);
uint32_t tasks_store(uintptr_t address, uint32_t value);

/** For tasks: end the program. */
void tasks_done(void);

/** The program's: the two, as Labyrinth knows them. */
extern labyrinth_task tasks[TASKS];

/* The program's. Privileged: what the interrupt does; what a fault's address is; the end. */
void task_body(uint32_t index);
void task_interrupt(void);
void task_faulted(uintptr_t address, uint32_t index);
int task_report(void);

/* The addresses of the two instructions that may fault. */
extern const char tasks_load_at[];
extern const char tasks_store_at[];

#endif /* BOARD_TASKS_H */
