/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/board/riscv.c - start-up, timer and semihosting of QEMU's virt machine.
 */
#include <stddef.h>

#include "board.h"
#include "riscv.h"

#define CLINT ((uintptr_t)0x02000000u)
#define MTIMECMP(hart) ((volatile uint32_t *)(CLINT + 0x4000u + 8u * (hart)))
#define MTIME ((volatile uint32_t *)(CLINT + 0xbff8u))
#define MSIP(hart) (*(volatile uint32_t *)(CLINT + 4u * (hart)))
#define MIE_TIMER 128u
#define MSTATUS_MIE 8u
#define CAUSE_TIMER 7u
#define INTERRUPT (~(SIZE_MAX >> 1))

enum {
	SYS_WRITE0 = 0x04,
	SYS_GET_CMDLINE = 0x15,
	SYS_EXIT_EXTENDED = 0x20,
	APPLICATION_EXIT = 0x20026
};

extern unsigned long board_bss_start[], board_bss_end[];

unsigned long board_semihosting(unsigned long call, const void *argument);

void board_text(const char *text)
{
	(void)board_semihosting(SYS_WRITE0, text);
}

bool board_command_line(char *line, uint32_t size)
{
	const unsigned long block[2] = {(unsigned long)line, size - 1};

	return board_semihosting(SYS_GET_CMDLINE, block) == 0;
}

void board_exit(int code)
{
	const unsigned long block[2] = {APPLICATION_EXIT, (unsigned long)code};

	(void)board_semihosting(SYS_EXIT_EXTENDED, block);
	for (;;)
		;
}

/* ---- time ---- */

/* The high half first and at its greatest, so that no time in between has passed already. */
static void alarm_at(uint64_t time)
{
	volatile uint32_t *at = MTIMECMP(board_hart());

	at[1] = UINT32_MAX;
	at[0] = (uint32_t)time;
	at[1] = (uint32_t)(time >> 32);
}

static uint64_t now(void)
{
	uint32_t high = MTIME[1];
	uint32_t low = MTIME[0];

	return (uint64_t)(MTIME[1] != high ? MTIME[1] : high) << 32 | low;
}

void board_timer_set(uint32_t ticks)
{
	alarm_at(now() + ticks);
	__asm__ volatile("csrs mie, %0" : : "r"((unsigned long)MIE_TIMER) : "memory");
}

void board_timer_start(uint32_t ticks)
{
	board_timer_set(ticks);
	__asm__ volatile("csrs mstatus, %0" : : "r"((unsigned long)MSTATUS_MIE) : "memory");
}

void board_timer_stop(void)
{
	alarm_at(UINT64_MAX);
	__asm__ volatile("csrc mie, %0" : : "r"((unsigned long)MIE_TIMER) : "memory");
}

/* ---- traps ---- */

__attribute__((weak)) void board_on_timer(uintptr_t pc)
{
	(void)pc;
	board_exit(97);
}

__attribute__((weak)) void board_on_tick(board_frame *frame)
{
	board_on_timer(frame->pc);
}

__attribute__((weak)) void board_on_trap(board_frame *frame, unsigned long cause)
{
	board_text("a trap that nobody expected: cause ");
	board_hex(cause);
	board_text(" at ");
	board_hex(frame->pc);
	board_text("\n");
	board_exit(98);
}

void board_trap(board_frame *frame, unsigned long cause);

volatile uint32_t board_trap_depth;

void board_trap(board_frame *frame, unsigned long cause)
{
	board_trap_depth++;
	if (cause != (INTERRUPT | CAUSE_TIMER)) {
		board_on_trap(frame, cause);
	} else {
		board_timer_stop();
		board_on_tick(frame);
	}
	board_trap_depth--;
}

/* ---- start ---- */

__attribute__((weak)) void board_other_hart(void)
{
}

void board_wake(uint32_t hart)
{
	MSIP(hart) = 1;
}

void board_start(uint32_t hart) __attribute__((noreturn));

void board_start(uint32_t hart)
{
	if (hart != 0) {
		while (MSIP(hart) == 0)
			;
		board_other_hart();
		for (;;)
			__asm__ volatile("wfi");
	}
	for (unsigned long *word = board_bss_start; (uintptr_t)word < (uintptr_t)board_bss_end;
	     word++)
		*word = 0;
	board_exit(board_main());
}
