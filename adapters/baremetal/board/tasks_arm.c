/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/board/tasks_arm.c - two unprivileged tasks on an M-profile core with an MPU.
 *
 * From the top: SysTick, IRQ 0 (the interrupt that allocates), SVC and faults, PendSV (the switch).
 * MPU regions: 0 all code, read only; 1 the running task's stack; 2 the shared memory; the pool's.
 */
#include "../protect.h"
#include "tasks.h"

#define REG(address) (*(volatile uint32_t *)(address))
#define NVIC_ISER REG(0xe000e100u)
#define NVIC_ISPR REG(0xe000e200u)
#define NVIC_IPR0 REG(0xe000e400u)
#define ICSR REG(0xe000ed04u)
#define PENDSVSET (1u << 28)
#define SHPR1 REG(0xe000ed18u)
#define SHPR2 REG(0xe000ed1cu)
#define SHPR3 REG(0xe000ed20u)
#define SHCSR REG(0xe000ed24u)
#define MEMFAULTENA (1u << 16)
#define CFSR REG(0xe000ed28u)
#define MMFAR REG(0xe000ed34u)
#define MMARVALID (1u << 7)
#define MPU_CTRL REG(0xe000ed94u)
#define MPU_RNR REG(0xe000ed98u)
#define MPU_RBAR REG(0xe000ed9cu)
#define MPU_RASR REG(0xe000eda0u)
#define MPU_ON 5u /* the background map is for privileged code */
#define SVC_DONE 1u
#define UNUSED __attribute__((unused))
#define STACK_BYTES 1024u
#define CODE_BYTES 0x100000u

enum { R0, LR = 5, PC = 6, XPSR = 7, FRAME_WORDS = 8, SAVED_WORDS = 8 };
enum { READ_ONLY, WRITABLE };

static uint32_t stack[TASKS][STACK_BYTES / 4] __attribute__((aligned(1024)));
static uint32_t *saved[TASKS];
static uint32_t running; /* an index of tasks[] */

/* ---- memory ---- */

#if defined(LABYRINTH_GUARD_MPU_V7)

static void region(uint32_t number, uintptr_t base, uint32_t size, int access)
{
	uint32_t log2 = (uint32_t)__builtin_ctz(size);

	MPU_RBAR = (uint32_t)base | 0x10u | number;
	MPU_RASR = (access == WRITABLE ? 0x13060000u : 0x06060000u) | (log2 - 1u) << 1 | 1u;
}

#else

static void region(uint32_t number, uintptr_t base, uint32_t size, int access)
{
	MPU_RNR = number;
	MPU_RBAR = (uint32_t)base | (access == WRITABLE ? 0x13u : 0x16u);
	MPU_RASR = (uint32_t)(base + size - 32u) | 1u; /* RLAR */
}

#endif

extern const uint32_t board_vectors[];

static void protect(void *shared)
{
	region(0, (uintptr_t)board_vectors, CODE_BYTES, READ_ONLY);
	region(1, (uintptr_t)stack[0], STACK_BYTES, WRITABLE);
	region(2, (uintptr_t)shared, TASKS_SHARED_BYTES, WRITABLE);
	SHCSR |= MEMFAULTENA;
	MPU_CTRL = MPU_ON;
	__asm__ volatile("dsb\n\tisb" : : : "memory");
}

/* ---- the switch ---- */

void board_pendsv(void);
uint32_t *tasks_swap(uint32_t *sp);

uint32_t *tasks_swap(uint32_t *sp)
{
	saved[running] = sp;
	running = (running + 1) % TASKS;
	region(1, (uintptr_t)stack[running], STACK_BYTES, WRITABLE);
	labyrinth_switch(&tasks[running]);
	return saved[running];
}

__attribute__((naked)) void board_pendsv(void)
{
	__asm__ volatile("mrs r0, psp\n\t"
			 "stmdb r0!, {r4-r11}\n\t"
			 "push {r3, lr}\n\t"
			 "bl tasks_swap\n\t"
			 "pop {r3, lr}\n\t"
			 "ldmia r0!, {r4-r11}\n\t"
			 "msr psp, r0\n\t"
			 "bx lr");
}

static void prepare(uint32_t index)
{
	uint32_t *frame = &stack[index][STACK_BYTES / 4 - FRAME_WORDS];

	frame[R0] = index;
	frame[PC] = (uint32_t)(uintptr_t)task_body & ~1u;
	frame[XPSR] = 1u << 24;
	saved[index] = frame - SAVED_WORDS;
}

/* ---- exceptions ---- */

void board_irq0(void);

void board_irq0(void)
{
	task_interrupt();
}

/* The next tick is a number of its own, so that it comes anywhere. */
void board_on_timer(uintptr_t pc)
{
	static uint32_t seed = 1;

	(void)pc;
	seed = seed * 1664525u + 1013904223u;
	NVIC_ISPR = 1;
	if ((seed >> 28 & 3u) == 0)
		ICSR = PENDSVSET;
	board_timer_start(500u + (seed >> 16 & 4095u));
}

void board_svc(void);
void tasks_svc(uint32_t *frame);

void tasks_svc(uint32_t *frame)
{
	uint32_t number = *(const uint16_t *)(uintptr_t)(frame[PC] - 2u) & 0xffu;
	uintptr_t argument = frame[R0];

	if (number == SVC_DONE)
		board_exit(task_report());
	if (!labyrinth_svc(number, &argument))
		argument = LAB_ERR_FLAGS;
	frame[R0] = (uint32_t)argument;
}

__attribute__((naked)) void board_svc(void)
{
	__asm__ volatile("mrs r0, psp\n\t"
			 "b tasks_svc");
}

void board_memory_fault(void);
void tasks_fault(uint32_t *frame);

/* Only the two accesses that are made to be refused may be; they return to their caller. */
void tasks_fault(uint32_t *frame)
{
	uint32_t cause = CFSR;
	uint32_t address = MMFAR;

	CFSR = cause;
	if ((frame[PC] != (uint32_t)(uintptr_t)tasks_load_at &&
	     frame[PC] != (uint32_t)(uintptr_t)tasks_store_at) ||
	    (cause & MMARVALID) == 0) {
		board_text("a fault that nobody expected at ");
		board_hex(frame[PC]);
		board_text("\n");
		board_exit(98);
	}
	task_faulted(address, running);
	frame[R0] = TASKS_FAULTED;
	frame[PC] = frame[LR] & ~1u;
}

__attribute__((naked)) void board_memory_fault(void)
{
	__asm__ volatile("mrs r0, psp\n\t"
			 "b tasks_fault");
}

/* ---- for tasks ---- */

__attribute__((naked)) uint32_t tasks_load(uintptr_t address UNUSED)
{
	__asm__ volatile(".global tasks_load_at\n"
			 "tasks_load_at:\n\t"
			 "ldr r0, [r0]\n\t"
			 "bx lr");
}

__attribute__((naked)) uint32_t tasks_store(uintptr_t address UNUSED, uint32_t value UNUSED)
{
	__asm__ volatile(".global tasks_store_at\n"
			 "tasks_store_at:\n\t"
			 "str r1, [r0]\n\t"
			 "movs r0, #0\n\t"
			 "bx lr");
}

void tasks_done(void)
{
	__asm__ volatile("svc %0" : : "i"(SVC_DONE) : "memory");
}

/* ---- start ---- */

void tasks_start(void *shared)
{
	SHPR1 = 0x80808080u;
	SHPR2 = 0x80000000u; /* SVC; SysTick stays at 0 */
	SHPR3 = 0x00ff0000u; /* PendSV */
	NVIC_IPR0 = 0x40u;
	NVIC_ISER = 1;
	for (uint32_t index = 0; index < TASKS; index++)
		prepare(index);
	protect(shared);
	running = 0;
	labyrinth_switch(&tasks[0]);
	board_timer_start(1000);
	__asm__ volatile("msr psp, %0\n\t"
			 "movs r0, #3\n\t"
			 "msr control, r0\n\t"
			 "isb\n\t"
			 "movs r0, #0\n\t"
			 "bx %1"
			 :
			 : "r"(&stack[0][STACK_BYTES / 4]), "r"(task_body)
			 : "r0", "memory");
	__builtin_unreachable();
}
