/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/count.h - how many instructions a call executes, exactly, on any x86-64 machine.
 *
 * The processor's trap flag stops after each instruction; a signal handler looks at the next one.
 * What the kernel does for a system call is not seen. Nothing here is a clock.
 */
#ifndef BENCH_COUNT_H
#define BENCH_COUNT_H

#include "peer.h"

/** What one call did. */
struct count {
	uint64_t instructions;
	uint64_t locked; /* read-modify-writes of memory that lock: a prefix, or xchg */
	uint64_t loads;  /* instructions that read memory, returns and pops included */
};

/** A call is counted up to here; the rest of it runs at full speed. An allocator that gives memory
 *  back by the clock would otherwise find more and more to do the longer it is stepped through. */
#define COUNT_MOST 1000000u

/** Install the handler; ends the program when that cannot be. */
void count_begin(void);

/** Call `call(thread, place)` and count what it executes; answers what it answered. */
bool count_call(peer_call call, uint32_t thread, uint32_t place, struct count *count);

/** Whether the instruction at `code` locks, and whether it reads memory. */
bool count_locks(const unsigned char *code);
bool count_loads(const unsigned char *code);

#endif /* BENCH_COUNT_H */
