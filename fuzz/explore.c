/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/explore.c - see explore.h.
 */
#include "explore.h"

/* ---- choices ---- */

static bool is_local(const struct step *step)
{
	return step->where == NULL;
}

static bool is_look(const struct step *step)
{
	return step->kind == STEP_LOAD || step->kind == STEP_LOAD_SEQ_CST ||
	       step->kind == STEP_TAG_LOAD || step->kind == STEP_FLAG_LOAD;
}

static bool independent(const struct step *a, const struct step *b)
{
	return is_local(a) || is_local(b) || a->where != b->where || (is_look(a) && is_look(b));
}

static bool same_op(struct op a, struct op b)
{
	return a.kind == b.kind && a.argument == b.argument;
}

/* Of interrupts that are alike only the first that has not come yet. */
static uint32_t interrupts(const struct point *point)
{
	const struct program *program = all.program;
	uint32_t enabled = 0;

	for (uint32_t i = 0; i < program->interrupt_count; i++) {
		bool nmi = (program->nmis >> i & 1u) != 0;
		bool twin = i > 0 && same_op(program->interrupt[i], program->interrupt[i - 1]) &&
			    (all.come >> (i - 1) & 1u) == 0 &&
			    nmi == ((program->nmis >> (i - 1) & 1u) != 0);

		if ((all.come >> i & 1u) == 0 && !twin && sched_may_interrupt(point, nmi))
			enabled |= 1u << (FIRST_INTERRUPT + i);
	}
	return enabled;
}

static bool has_interrupts(void)
{
	return all.program->interrupt_count != 0;
}

static uint32_t choices(const struct point *point)
{
	bool done = point->step->kind == STEP_DONE;
	uint32_t enabled = done ? 0 : 1u << point->cpu;

	if (has_interrupts() && !done)
		enabled |= interrupts(point);
	if (point->after ||
	    (has_interrupts() && !done && (all.preemptions == 0 || point->depth != 0)))
		return enabled;
	for (uint32_t cpu = 0; cpu < world.plan.cpus; cpu++)
		if (sched_runnable(cpu))
			enabled |= 1u << cpu;
	return enabled;
}

/* ---- sleep sets ---- */

static uint32_t asleep_after(const struct node *parent)
{
	uint32_t asleep = 0;

	if (has_interrupts())
		return 0;
	for (uint32_t cpu = 0; cpu < world.plan.cpus; cpu++)
		if (cpu != parent->chosen && ((parent->asleep | parent->tried) >> cpu & 1u) != 0 &&
		    independent(&parent->next[cpu], &parent->next[parent->chosen]))
			asleep |= 1u << cpu;
	return asleep;
}

static uint32_t lowest(uint32_t choices_left)
{
	return (uint32_t)__builtin_ctz(choices_left);
}

/* A CPU whose next step is no step concerns nobody: it goes first, and nothing else is tried. */
static uint32_t pick(struct node *node, uint32_t cpu)
{
	uint32_t left = node->enabled & ~node->asleep & ~node->tried;

	if (left == 0)
		sched_abandon();
	for (uint32_t c = 0; c < WORLD_CPUS_MAX && !has_interrupts(); c++)
		if ((left >> c & 1u) != 0 && is_local(&node->next[c])) {
			node->enabled = 1u << c;
			return c;
		}
	return (left >> cpu & 1u) != 0 ? cpu : lowest(left);
}

static struct node *decide(const struct point *point)
{
	struct node *node = &all.node[all.count];

	if (all.count == NODES_MAX)
		sched_fail("T4", "a schedule has more than %u decisions", NODES_MAX);
	all.count++;
	if (all.count <= all.fixed)
		return node;
	node->enabled = choices(point);
	node->tried = 0;
	node->asleep = all.count > 1 ? asleep_after(node - 1) : 0;
	for (uint32_t cpu = 0; cpu < world.plan.cpus; cpu++)
		node->next[cpu] = *sched_next(cpu);
	if (has_interrupts())
		node->chosen = (node->enabled >> point->cpu & 1u) != 0 ? point->cpu
								       : lowest(node->enabled);
	else
		node->chosen = pick(node, point->cpu);
	return node;
}

void explore_choose(void *data, const struct point *point, struct decision *decision)
{
	const struct node *node;

	(void)data;
	if (point->after && !all.program->after)
		return;
	node = decide(point);
	if (node->chosen < FIRST_INTERRUPT) {
		if (node->chosen == point->cpu)
			return;
		decision->act = SCHED_SWITCH;
		decision->cpu = node->chosen;
		if (all.preemptions > 0 && point->step->kind != STEP_DONE)
			all.preemptions--;
		return;
	}
	decision->act = SCHED_INTERRUPT;
	decision->nmi = (all.program->nmis >> (node->chosen - FIRST_INTERRUPT) & 1u) != 0;
	decision->count = 1;
	decision->op[0] = all.program->interrupt[node->chosen - FIRST_INTERRUPT];
	all.come |= 1u << (node->chosen - FIRST_INTERRUPT);
}

/* The next schedule: the last decision that has a choice left takes it. */
bool explore_advance(void)
{
	while (all.count > 0) {
		struct node *node = &all.node[all.count - 1];
		uint32_t left;

		node->tried |= 1u << node->chosen;
		left = node->enabled & ~node->asleep & ~node->tried;
		if (left != 0) {
			node->chosen = lowest(left);
			all.fixed = all.count;
			return true;
		}
		all.count--;
	}
	return false;
}
