/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/board/arm.c - vectors, start-up, SysTick and semihosting of an M-profile core.
 */
#include "board.h"

#define SYST_CSR (*(volatile uint32_t *)0xe000e010u)
#define SYST_RVR (*(volatile uint32_t *)0xe000e014u)
#define SYST_CVR (*(volatile uint32_t *)0xe000e018u)
#define ICSR (*(volatile uint32_t *)0xe000ed04u)
#define SYST_ON 7u /* enabled, interrupts, the core's clock */
#define PENDSTCLR (1u << 25)
#define NMIPENDSET (1u << 31)

enum {
	SYS_WRITE0 = 0x04,
	SYS_GET_CMDLINE = 0x15,
	SYS_EXIT_EXTENDED = 0x20,
	APPLICATION_EXIT = 0x20026
};

extern uint32_t board_data_start[], board_data_end[], board_data_image[];
extern uint32_t board_bss_start[], board_bss_end[];
extern void board_stack(void); /* an address, not code: the first vector */

static uint32_t semihosting(uint32_t call, const void *argument)
{
	register uint32_t r0 __asm__("r0") = call;
	register const void *r1 __asm__("r1") = argument;

	__asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
	return r0;
}

void board_text(const char *text)
{
	(void)semihosting(SYS_WRITE0, text);
}

bool board_command_line(char *line, uint32_t size)
{
	const uint32_t block[2] = {(uint32_t)(uintptr_t)line, size - 1};

	return semihosting(SYS_GET_CMDLINE, block) == 0;
}

void board_exit(int code)
{
	const uint32_t block[2] = {APPLICATION_EXIT, (uint32_t)code};

	(void)semihosting(SYS_EXIT_EXTENDED, block);
	for (;;)
		;
}

/* ---- time ---- */

void board_timer_start(uint32_t ticks)
{
	SYST_RVR = ticks;
	SYST_CVR = 0;
	SYST_CSR = SYST_ON;
}

void board_timer_stop(void)
{
	SYST_CSR = 0;
	ICSR = PENDSTCLR;
	__asm__ volatile("dsb\n\tisb" : : : "memory");
}

void board_nmi(void)
{
	ICSR = NMIPENDSET;
	__asm__ volatile("dsb\n\tisb" : : : "memory");
}

/* ---- exceptions ---- */

void board_reset(void) __attribute__((noreturn));
void board_fault(void) __attribute__((noreturn));
void board_systick(void);
void board_systick_at(const uint32_t *frame);
void board_default(void);

void board_reset(void)
{
	const uint32_t *image = board_data_image;

	for (uint32_t *word = board_data_start; (uintptr_t)word < (uintptr_t)board_data_end; word++)
		*word = *image++;
	for (uint32_t *word = board_bss_start; (uintptr_t)word < (uintptr_t)board_bss_end; word++)
		*word = 0;
	board_exit(board_main());
}

void board_fault(void)
{
	board_text("a fault that nobody expected\n");
	board_exit(98);
}

void board_default(void)
{
	board_fault();
}

__attribute__((weak)) void board_on_timer(uintptr_t pc)
{
	(void)pc;
	board_fault();
}

__attribute__((weak)) void board_on_nmi(void)
{
	board_fault();
}

void board_systick_at(const uint32_t *frame)
{
	SYST_CSR = 0;
	ICSR = PENDSTCLR;
	board_on_timer(frame[6]);
}

/* The stack that was interrupted on has the address, in its seventh word. */
__attribute__((naked)) void board_systick(void)
{
	__asm__ volatile("mov r1, lr\n\t"
			 "movs r2, #4\n\t"
			 "tst r1, r2\n\t"
			 "beq 1f\n\t"
			 "mrs r0, psp\n\t"
			 "b 2f\n"
			 "1:\n\t"
			 "mrs r0, msp\n"
			 "2:\n\t"
			 "ldr r2, =board_systick_at\n\t"
			 "bx r2\n\t"
			 ".ltorg");
}

/* Handlers that a program may define. */
void board_hard_fault(void) __attribute__((weak, alias("board_default")));
void board_svc(void) __attribute__((weak, alias("board_default")));
void board_pendsv(void) __attribute__((weak, alias("board_default")));
void board_memory_fault(void) __attribute__((weak, alias("board_default")));
void board_irq0(void) __attribute__((weak, alias("board_default")));
void board_irq1(void) __attribute__((weak, alias("board_default")));
void board_irq2(void) __attribute__((weak, alias("board_default")));
void board_irq3(void) __attribute__((weak, alias("board_default")));

typedef void (*handler)(void);

extern const handler board_vectors[];
__attribute__((section(".vectors"), used)) const handler board_vectors[20] = {
	board_stack,   board_reset, board_on_nmi,  board_hard_fault, board_memory_fault,
	board_fault,   board_fault, board_fault,   board_default,    board_default,
	board_default, board_svc,   board_default, board_default,    board_pendsv,
	board_systick, board_irq0,  board_irq1,    board_irq2,       board_irq3};
