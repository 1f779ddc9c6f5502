/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/input.c - see input.h.
 */
#include "input.h"

bool input_read(struct input *input, const uint8_t *bytes, size_t size)
{
	uint32_t calls;

	if (size < INPUT_HEAD + 1)
		return false;
	input->plan = (struct world_plan){.zones = bytes[0] & 15u,
					  .rooms = bytes[0] >> 4 & 3u,
					  .old_tags = (bytes[0] & 64u) != 0,
					  .cpus = (uint8_t)(1 + (bytes[1] & 3u))};
	input->by_byte = (bytes[1] & 4u) != 0;
	calls = 1 + (bytes[1] >> 4);
	if (calls > size - INPUT_HEAD)
		calls = (uint32_t)(size - INPUT_HEAD);
	for (uint32_t cpu = 0; cpu < WORLD_CPUS_MAX; cpu++)
		input->script.count[cpu] = 0;
	for (uint32_t i = 0; i < calls; i++) {
		uint32_t cpu = i % input->plan.cpus;
		uint8_t byte = bytes[INPUT_HEAD + i];

		input->script.op[cpu][input->script.count[cpu]++] =
			(struct op){byte >> 4, byte & 15u};
	}
	input->schedule = bytes + INPUT_HEAD + calls;
	input->schedule_size = size - INPUT_HEAD - calls;
	return true;
}

void input_decide(uint8_t action, const struct point *point, struct decision *decision)
{
	struct op op = {action >> 2 & 15u, action & 3u};
	uint32_t type = action >> 6;

	if (type == 3) {
		decision->act = SCHED_SWITCH;
		decision->cpu = (point->cpu + 1 + (action & 3u)) % world.plan.cpus;
		return;
	}
	decision->act = SCHED_INTERRUPT;
	decision->nmi = type == 1 || point->level >= WORLD_LEVELS - 1;
	decision->count = type == 2 ? 2 : 1;
	decision->op[0] = op;
	decision->op[1] = op;
}

/* The next action, and the yield points before it. */
static bool load(struct input_cursor *cursor)
{
	const struct input *input = cursor->input;

	if (cursor->at + 2 > input->schedule_size)
		return false;
	cursor->action = input->schedule[cursor->at];
	cursor->skip = input->schedule[cursor->at + 1] & 15u;
	cursor->repeat = input->schedule[cursor->at + 1] >> 4;
	cursor->at += 2;
	cursor->armed = false;
	return true;
}

static void choose_by_byte(struct input_cursor *cursor, const struct point *point,
			   struct decision *decision)
{
	const struct input *input = cursor->input;

	if (cursor->at >= input->schedule_size)
		return;
	if (input->schedule[cursor->at++] < 128 || cursor->at >= input->schedule_size)
		return;
	input_decide(input->schedule[cursor->at++], point, decision);
}

/* A repeated action counts the yield points of the context that it first came to; it comes once at
 * each of them, and what it starts is not interrupted by it. */
static void choose(void *data, const struct point *point, struct decision *decision)
{
	struct input_cursor *cursor = data;

	if (cursor->input->by_byte) {
		choose_by_byte(cursor, point, decision);
		return;
	}
	if (!cursor->loaded && !(cursor->loaded = load(cursor)))
		return;
	if (cursor->armed && (point->cpu != cursor->cpu || point->depth != cursor->depth))
		return;
	if (cursor->skip > 0) {
		cursor->skip--;
		return;
	}
	input_decide(cursor->action, point, decision);
	if (cursor->repeat == 0) {
		cursor->loaded = false;
		return;
	}
	cursor->repeat--;
	cursor->armed = true;
	cursor->skip = 1; /* this yield point is asked for once more when the interrupt is over */
	cursor->cpu = point->cpu;
	cursor->depth = point->depth;
}

void input_run(const struct input *input)
{
	struct input_cursor cursor = {.input = input};

	sched_run(&input->plan, &input->script, choose, &cursor);
}
