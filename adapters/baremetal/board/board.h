/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/board/board.h - what examples and tests need of QEMU's machines.
 *
 * Arm: mps2-an385 (Cortex-M3), -an386 (M4), -an500 (M7), -an505 (M33), microbit (M0). RISC-V: virt.
 * Text and the exit code go out by semihosting. With QEMU's -icount a timer that is set to k ticks
 * interrupts at an instruction that depends on k alone, in each run.
 */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stdint.h>

/** The program; its result is the exit code. */
int board_main(void);

void board_text(const char *text);
void board_number(uint32_t value);
void board_hex(uintptr_t value);

/** "name value", as one line. */
void board_line(const char *name, uint32_t value);

/** End the program; a code other than 0 says that something failed. */
void board_exit(int code) __attribute__((noreturn));

/** What QEMU was given as the program's arguments. */
bool board_command_line(char *line, uint32_t size);

/** Whether QEMU was given this word as the program's argument. */
bool board_told(const char *word);

/** Interrupt once, `ticks` from now; 1 .. 2^24 - 1. */
void board_timer_start(uint32_t ticks);

/** No interrupt any more, not even one that is pending. */
void board_timer_stop(void);

/** The program's: the timer's interrupt, which has been stopped, with the address it came at. */
void board_on_timer(uintptr_t pc);

/** The program's, if it calls board_nmi(): the NMI. */
void board_on_nmi(void);

/** Arm only: a non-maskable interrupt, now. */
void board_nmi(void);

/** What the reached-instructions map covers: every function of the core and of the adapter. */
extern unsigned char board_code_start[];
extern unsigned char board_code_end[];

#endif /* BOARD_H */
