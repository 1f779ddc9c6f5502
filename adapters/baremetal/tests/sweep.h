/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/tests/sweep.h - one call, one interrupt, and what must be true afterwards.
 */
#ifndef SWEEP_H
#define SWEEP_H

#include "../board/board.h"
#include "../labyrinth_baremetal.h"

#ifndef SWEEP_FRAMES
#define SWEEP_FRAMES 8u
#endif

/** Who has a page, in the test's own books: nobody, the interrupted call, the interrupt. */
enum { NOBODY, MAIN, OTHER };

/** A case: the pool before, the call, and what interrupts it. */
typedef struct sweep_case {
	const char *name;
	uint32_t free_count;     /* free pages at first: the highest ones; main has the others */
	void (*call)(void);      /* main's, interrupted at each instruction in turn */
	void (*interrupt)(void); /* takes and keeps, or frees what main holds: leaves a trace */
	bool (*expected)(void);  /* what must be true of the two; null: nothing more */
} sweep_case;

extern const sweep_case sweep_cases[];
extern const uint32_t sweep_case_count;

/** Start a case: all pages back, then `free_count` of them left. */
void sweep_prepare(uint32_t free_count);

/** The end of a case: books, ledger and pool agree, each page comes out once and goes back once. */
bool sweep_verify(void);

/** Say what is wrong; returns false. */
bool sweep_fault(const char *what, uint32_t value);

/** Frees and allocations that keep the books. */
bool sweep_take(uint32_t who);
bool sweep_give(uint32_t frame);

/** A free that may be the second of its page. */
lab_status sweep_give_twice(uint32_t frame);

/** A page of main's, from the highest on; SWEEP_FRAMES: none. */
uint32_t sweep_of_main(void);

extern uint32_t sweep_took[3];  /* pages that each got, and nobody's: frees of one */
extern volatile bool sweep_bad; /* something was wrong already */

#if LABYRINTH_ROOM_CAPACITY > 0
/** Empty the room of the calling level; those of main and of the interrupt. */
void sweep_drain(void);
void sweep_settle(void);
#endif

#endif /* SWEEP_H */
