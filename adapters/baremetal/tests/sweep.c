/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/tests/sweep.c - an interrupt at every executed instruction of each call.
 *
 * For each case the timer is set to 1, 2, 3 ... ticks until it is too late for the call; with
 * QEMU's -icount each number is one instruction, in each run. The addresses that it came at are
 * printed, for the gate on what was reached. With the argument "quiet" nothing interrupts: for
 * knowing what is executed at all. On Arm each case runs a second time with the work in an NMI.
 */
#include "sweep.h"

#define MAP_BYTES 2048u

enum { BEFORE, INSIDE, AFTER };

static volatile uint32_t phase;
static volatile uint32_t entered_count;
static volatile uint32_t entered_phase;
static volatile bool by_nmi;
static bool inside; /* the last run's interrupt came inside the call */
static const sweep_case *volatile current;
static uint8_t reached[MAP_BYTES];

void sweep_begin(void);
void sweep_end(void);

/* Marks for the reader of a trace. */
__attribute__((noinline)) void sweep_begin(void)
{
	phase = INSIDE;
}

__attribute__((noinline)) void sweep_end(void)
{
	phase = AFTER;
}

/* ---- the interrupt ---- */

static void mark(uintptr_t pc)
{
	uintptr_t at = (pc - (uintptr_t)board_code_start) / 2;

	if (pc >= (uintptr_t)board_code_start && pc < (uintptr_t)board_code_end &&
	    at / 8 < MAP_BYTES)
		reached[at / 8] = (uint8_t)(reached[at / 8] | 1u << at % 8);
}

void board_on_nmi(void)
{
	current->interrupt();
}

void board_on_timer(uintptr_t pc)
{
	entered_count++;
	entered_phase = phase;
	if (phase == INSIDE)
		mark(pc);
#if defined(__arm__)
	if (by_nmi) {
		board_nmi();
		return;
	}
#endif
	current->interrupt();
}

#if LABYRINTH_ROOM_CAPACITY > 0
void sweep_settle(void)
{
	static const sweep_case drain = {.name = "drain", .interrupt = sweep_drain};
	const sweep_case *was = current;
	uint32_t count = entered_count;

	sweep_drain();
	current = &drain;
	board_timer_start(100);
	while (entered_count == count)
		;
	current = was;
	entered_count = count;
}
#endif

/* ---- the sweep ---- */

/* One run: whether the timer came before the end of the call. */
static bool run(const sweep_case *of, uint32_t ticks)
{
	bool came;

	current = of;
	sweep_prepare(of->free_count);
	entered_count = 0;
	phase = BEFORE;
	if (ticks != 0)
		board_timer_start(ticks);
	sweep_begin();
	of->call();
	sweep_end();
	board_timer_stop();
	came = ticks != 0 && entered_count != 0 && entered_phase != AFTER;
	inside = came && entered_phase == INSIDE;
	if (entered_count > 1)
		(void)sweep_fault("entered more than once:", entered_count);
	if (entered_count == 1 && of->expected != NULL)
		(void)of->expected();
	(void)sweep_verify();
	return came;
}

static uint32_t sweep(const sweep_case *of)
{
	uint32_t inside_count = 0;
	uint32_t ticks = 1;

	while (!sweep_bad && run(of, ticks)) {
		inside_count += inside;
		ticks++;
	}
	if (sweep_bad)
		board_line("  at tick", ticks);
	if (inside_count == 0)
		(void)sweep_fault("no interrupt came inside the call; last tick", ticks);
	return inside_count;
}

static void print_reached(void)
{
	uint32_t size = (uint32_t)((uintptr_t)board_code_end - (uintptr_t)board_code_start);

	if (size > MAP_BYTES * 16)
		(void)sweep_fault("the map of addresses is too small for bytes of code:", size);
	for (uint32_t at = 0; at < size / 2; at++)
		if ((reached[at / 8] >> at % 8 & 1u) != 0) {
			board_text("reached ");
			board_hex((uintptr_t)board_code_start + at * 2);
			board_text("\n");
		}
}

static void sweep_all(const char *how)
{
	for (uint32_t index = 0; index < sweep_case_count && !sweep_bad; index++) {
		uint32_t count = sweep(&sweep_cases[index]);

		board_text(sweep_bad ? "not ok - " : "ok - ");
		board_text(how);
		board_line(sweep_cases[index].name, count);
	}
}

int board_main(void)
{
	if (board_told("quiet")) {
		for (uint32_t index = 0; index < sweep_case_count; index++)
			(void)run(&sweep_cases[index], 0);
		return sweep_bad;
	}
	sweep_all("");
#if defined(__arm__) && !defined(SWEEP_NO_NMI)
	by_nmi = true;
	sweep_all("NMI ");
#endif
	print_reached();
	return sweep_bad;
}
