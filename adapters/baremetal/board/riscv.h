/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/board/riscv.h - harts, and traps with a frame.
 */
#ifndef BOARD_RISCV_H
#define BOARD_RISCV_H

#include <stdint.h>

/** The registers of a trap: the address it came at, x1 .. x31, and mstatus. */
typedef struct board_frame {
	unsigned long pc;
	unsigned long x[31];
	unsigned long status;
} board_frame;

/** How many traps run, one inside the other; of one hart. */
extern volatile uint32_t board_trap_depth;

/** The program's: a trap that is not the timer. */
void board_on_trap(board_frame *frame, unsigned long cause);

/** The program's, if it wants the registers: instead of board_on_timer(). */
void board_on_tick(board_frame *frame);

/** As board_timer_start(), for handlers and before user mode: leaves mstatus alone. */
void board_timer_set(uint32_t ticks);

/** The program's: what hart 1 does, once hart 0 has woken it. */
void board_other_hart(void);
void board_wake(uint32_t hart);

/** Leave machine mode and go to `entry` in user mode, with 0, on `stack`; traps come back here. */
void board_enter_user(void (*entry)(uint32_t), unsigned long stack) __attribute__((noreturn));

static inline uint32_t board_hart(void)
{
	unsigned long hart;

	__asm__ volatile("csrr %0, mhartid" : "=r"(hart));
	return (uint32_t)hart;
}

#endif /* BOARD_RISCV_H */
