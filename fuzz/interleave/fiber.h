/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/fiber.h - hand-switched stacks: one for each logical CPU.
 */
#ifndef FIBER_H
#define FIBER_H

#include <stddef.h>

struct fiber {
	void *pointer; /* its stack pointer while it does not run */
	const void *bottom;
	size_t size;
	void (*entry)(void *data); /* never returns: it switches away for good */
	void *data;
	void *sanitizer; /* what AddressSanitizer keeps for it while it does not run */
};

/** Make `fiber` run `entry(data)` on this stack when it is first switched to. What ran there before
 *  is forgotten. */
void fiber_prepare(struct fiber *fiber, void *stack, size_t size, void (*entry)(void *data),
		   void *data);

/** Run `to`, until somebody switches back to `from`, which is what runs now. */
void fiber_switch(struct fiber *from, struct fiber *to);

#endif /* FIBER_H */
