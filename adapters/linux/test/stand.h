/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * stand.h - calls to be interrupted, and the interruption.
 */
#ifndef LABYRINTH_TEST_STAND_H
#define LABYRINTH_TEST_STAND_H

#include <linux/types.h>

/* Things that must not be; 0 as long as all is well. */
extern unsigned int wrong;

extern unsigned int interruptions, interruptions_in_nmi;

bool stands_start(void);
void stands_end(void);

/* Every call in every pool; interrupt() does its work once in each. Returns how often it did. */
unsigned int play_all(unsigned long offset);

/* From the handler of a breakpoint. */
void interrupt(void);

#endif /* LABYRINTH_TEST_STAND_H */
