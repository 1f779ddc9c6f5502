/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/board/tasks_riscv.c - two user-mode tasks on a RISC-V hart with a PMP.
 *
 * The machine timer is the interrupt that allocates, and now and then it switches the tasks: their
 * registers are what the trap saved, so a switch is to save them elsewhere and bring others. PMP
 * entries: 0 .. 7 the pool's pages, 8 and 9 all code and constants, 10 the running task's stack, 11
 * the shared memory. Hart 1 works on the same pool in machine mode all the time, if there is one.
 */
#include "../protect.h"
#include "riscv.h"
#include "tasks.h"

#define STACK_BYTES 1024u
#define SVC_DONE 1u
#define UNUSED __attribute__((unused))
#define CAUSE_LOAD 5u
#define CAUSE_STORE 7u
#define CAUSE_ECALL_U 8u
#define NAPOT(base, size) (((uintptr_t)(base) >> 2) | ((size) / 8u - 1u))
#define CODE_TO 0x0du /* up to the address, read and execute */
#define DATA 0x1bu    /* a naturally aligned power of two, read and write */

enum { RA = 0, SP = 1, A0 = 9, A1 = 10, A7 = 16 }; /* places in board_frame.x */

static unsigned char stack[TASKS][STACK_BYTES] __attribute__((aligned(1024)));
static board_frame saved[TASKS];
static uint32_t running; /* an index of tasks[] */
static bool started;

extern const char board_reset[], board_text_end[];

/* ---- memory ---- */

static void protect_stack(uint32_t index)
{
	__asm__ volatile("csrw pmpaddr10, %0" : : "r"(NAPOT(stack[index], STACK_BYTES)));
}

static void protect(void *shared)
{
	unsigned long bytes =
		(unsigned long)CODE_TO << 8 | (unsigned long)DATA << 16 | (unsigned long)DATA << 24;

	__asm__ volatile("csrw pmpaddr8, %0\n\tcsrw pmpaddr9, %1\n\tcsrw pmpaddr11, %2"
			 :
			 : "r"((uintptr_t)board_reset >> 2), "r"((uintptr_t)board_text_end >> 2),
			   "r"(NAPOT(shared, TASKS_SHARED_BYTES)));
	protect_stack(0);
	__asm__ volatile("csrw pmpcfg2, %0" : : "r"(bytes) : "memory");
}

/* ---- traps ---- */

static void swap(board_frame *frame)
{
	saved[running] = *frame;
	running = (running + 1) % TASKS;
	*frame = saved[running];
	protect_stack(running);
	labyrinth_switch(&tasks[running]);
}

/* Ticks come in user mode only: machine mode masks them here. */
void board_on_tick(board_frame *frame)
{
	static uint32_t seed = 1;

	task_interrupt();
	seed = seed * 1664525u + 1013904223u;
	if ((seed >> 28 & 3u) == 0)
		swap(frame);
	board_timer_set(500u + (seed >> 16 & 4095u));
}

static void unexpected(const board_frame *frame, unsigned long cause)
{
	board_text("a trap that nobody expected: cause ");
	board_hex(cause);
	board_text(" at ");
	board_hex(frame->pc);
	board_text("\n");
	board_exit(98);
}

static void on_call(board_frame *frame)
{
	uintptr_t argument = frame->x[A0];

	if (frame->x[A7] == SVC_DONE)
		board_exit(task_report());
	if (!labyrinth_svc((uint32_t)frame->x[A7], &argument))
		argument = LAB_ERR_FLAGS;
	frame->x[A0] = argument;
	frame->pc += 4;
}

/* Only the two accesses that are made to be refused may be; they return to their caller. */
void board_on_trap(board_frame *frame, unsigned long cause)
{
	unsigned long address;

	__asm__ volatile("csrr %0, mtval" : "=r"(address));
	if (started && cause == CAUSE_ECALL_U) {
		on_call(frame);
		return;
	}
	if (!started || !((cause == CAUSE_LOAD && frame->pc == (uintptr_t)tasks_load_at) ||
			  (cause == CAUSE_STORE && frame->pc == (uintptr_t)tasks_store_at)))
		unexpected(frame, cause);
	task_faulted(address, running);
	frame->x[A0] = TASKS_FAULTED;
	frame->pc = frame->x[RA];
}

/* ---- for tasks ---- */

__attribute__((naked)) uint32_t tasks_load(uintptr_t address UNUSED)
{
	__asm__ volatile(".global tasks_load_at\n"
			 "tasks_load_at:\n\t"
			 "lw a0, 0(a0)\n\t"
			 "ret");
}

__attribute__((naked)) uint32_t tasks_store(uintptr_t address UNUSED, uint32_t value UNUSED)
{
	__asm__ volatile(".global tasks_store_at\n"
			 "tasks_store_at:\n\t"
			 "sw a1, 0(a0)\n\t"
			 "li a0, 0\n\t"
			 "ret");
}

void tasks_done(void)
{
	register uintptr_t a7 __asm__("a7") = SVC_DONE;

	__asm__ volatile("ecall" : : "r"(a7) : "memory");
}

/* ---- start ---- */

static void prepare(uint32_t index)
{
	saved[index].pc = (uintptr_t)task_body;
	saved[index].x[SP] = (uintptr_t)&stack[index][STACK_BYTES];
	saved[index].x[A0] = index;
	saved[index].status = 0x80u; /* to user mode, interrupts on */
}

void tasks_start(void *shared)
{
	for (uint32_t index = 0; index < TASKS; index++)
		prepare(index);
	protect(shared);
	running = 0;
	started = true;
	labyrinth_switch(&tasks[0]);
	board_timer_set(1000);
	board_enter_user(task_body, saved[0].x[SP]);
}
