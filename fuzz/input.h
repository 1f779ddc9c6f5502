/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/input.h - bytes to a world, calls and a schedule, and the run of them.
 *
 * byte 0     the set of zones (low 4 bits); bits 4 and 5: the set of room capacities;
 *            bit 6: each generation near its greatest
 * byte 1     bits 0 and 1: CPUs - 1; bit 2: the second encoding; bits 4 to 7: calls - 1
 * calls      one byte each: kind in the high half, argument in the low half; call i is made by
 *            CPU i modulo the number of CPUs
 * schedule   first encoding: pairs of an action and a pace. The low half of the pace says how many
 *            yield points go by first, the high half at how many more yield points of the same
 *            context the action is then repeated.
 *            second encoding: one byte for each yield point; 128 and more: the next byte is an
 *            action.
 *
 * An action: bits 6 and 7 are 0: an interrupt of one call; 1: an NMI of one call; 2: an interrupt
 * of two calls alike; 3: another CPU, bits 0 and 1 say which, from the next one on. The call is
 * kind in bits 2 to 5, argument in bits 0 and 1. After the last byte everything runs to its end.
 */
#ifndef INPUT_H
#define INPUT_H

#include "interleave/sched.h"

#define INPUT_SIZE_MAX 96u
#define INPUT_HEAD 2u

struct input {
	struct world_plan plan;
	struct script script;
	bool by_byte; /* the second encoding */
	const uint8_t *schedule;
	size_t schedule_size;
};

/** What a schedule says at the moment; the chooser of input_run(). */
struct input_cursor {
	const struct input *input;
	size_t at;
	bool loaded;     /* an action waits for its yield point */
	uint32_t skip;   /* yield points that go by first */
	uint32_t repeat; /* how often it comes again */
	bool armed;      /* it has come once, and comes again for this CPU and depth */
	uint32_t cpu;
	uint32_t depth;
	uint8_t action;
};

/** Read bytes; false when there are too few to say anything. Every other input means something. */
bool input_read(struct input *input, const uint8_t *bytes, size_t size);

/** Run it; what came of it is in `outcome`. */
void input_run(const struct input *input);

/** An action as a decision at a point. */
void input_decide(uint8_t action, const struct point *point, struct decision *decision);

#endif /* INPUT_H */
