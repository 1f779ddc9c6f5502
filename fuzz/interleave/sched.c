/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/sched.c - see sched.h.
 */
#include "sched.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "calls.h"
#include "state.h"

struct outcome outcome;
void (*sched_trace)(const char *event, const struct call *call, const struct step *step);

struct sched sched;

struct cpu *sched_running(void)
{
	return &sched.cpu[sched.current];
}

/* ---- the end of a run ---- */

struct fiber *sched_fiber_of(uint32_t cpu)
{
	return cpu < WORLD_CPUS_MAX ? &sched.cpu[cpu].fiber : &sched.main;
}

_Noreturn static void to_main(void)
{
	struct fiber *from = sched_fiber_of(sched.current);

	sched.running = false;
	sched.current = WORLD_CPUS_MAX;
	fiber_switch(from, &sched.main);
	__builtin_unreachable();
}

_Noreturn void sched_abandon(void)
{
	outcome.abandoned = true;
	to_main();
}

_Noreturn void sched_fail(const char *theorem, const char *format, ...)
{
	va_list list;
	int length;

	outcome.theorem = theorem;
	length = snprintf(outcome.text, sizeof(outcome.text), "cpu %u depth %u: ", sched.current,
			  sched_running()->depth);
	va_start(list, format);
	vsnprintf(outcome.text + length, sizeof(outcome.text) - (size_t)length, format, list);
	va_end(list);
	to_main();
}

/* ---- questions ---- */

bool sched_runnable(uint32_t cpu)
{
	return cpu < world.plan.cpus && !sched.cpu[cpu].done;
}

const struct step *sched_next(uint32_t cpu)
{
	return &sched.cpu[cpu].next;
}

uint32_t sched_in_flight(void)
{
	return sched.in_flight;
}

struct call *sched_call(void)
{
	struct cpu *cpu = sched_running();

	return cpu->entered > cpu->depth ? &cpu->call[cpu->depth] : NULL;
}

uint64_t sched_now(void)
{
	return outcome.figures.steps;
}

uint64_t sched_moves(void)
{
	return (uint64_t)outcome.figures.interrupts + outcome.figures.switches;
}

void sched_each_call(void (*tell)(struct call *call, const void *data), const void *data)
{
	for (uint32_t c = 0; c < world.plan.cpus; c++)
		for (uint32_t d = 0; d < sched.cpu[c].entered; d++)
			tell(&sched.cpu[c].call[d], data);
}

bool sched_may_interrupt(const struct point *point, bool nmi)
{
	if (point->depth + 1 >= SCHED_DEPTH || outcome.figures.interrupts >= INTERRUPTS_MAX)
		return false;
	return nmi || point->level + 1 < WORLD_LEVELS;
}

/* ---- calls ---- */

struct call *sched_enter(struct op op)
{
	static const struct step enter = {STEP_ENTER, NULL, 0, 0};
	struct cpu *cpu = sched_running();
	struct call *call = &cpu->call[cpu->depth];

	sched_yield_at(&enter, false);
	call->cpu = sched.current;
	call->level = cpu->level[cpu->depth];
	call->context = world_context(call->cpu, call->level);
	call->op = op;
	call->begun = false;
	call->own_steps = 0;
	call->bound = 0;
	call->moves_entered = sched_moves();
	call->stored = world_stored(call->context->context);
	sched.in_flight++;
	cpu->entered = cpu->depth + 1;
	if (sched_trace != NULL)
		sched_trace("call", call, NULL);
	return call;
}

void sched_leave(void)
{
	struct cpu *cpu = sched_running();

	if (sched_trace != NULL)
		sched_trace("done", &cpu->call[cpu->depth], NULL);
	sched.in_flight--;
	cpu->entered = cpu->depth;
	if (sched.in_flight == 0)
		rest_check();
}

/* ---- CPUs ---- */

/* A CPU that is done never runs again: the chooser names the next, or else it is the first. */
static void hand_over(void)
{
	static const struct step done = {STEP_DONE, NULL, 0, 0};
	struct point point = {sched.current, 0, 0, false, &done};
	struct decision decision = {SCHED_GO, 0, false, 0, {{0, 0}, {0, 0}}};
	uint32_t next = 0;

	while (next < world.plan.cpus && !sched_runnable(next))
		next++;
	if (next == world.plan.cpus)
		return;
	sched.chooser(sched.data, &point, &decision);
	if (decision.act == SCHED_SWITCH && sched_runnable(decision.cpu))
		next = decision.cpu;
	sched_switch_to(next);
}

static void cpu_entry(void *data)
{
	uint32_t number = (uint32_t)((struct cpu *)data - sched.cpu);
	struct cpu *cpu = data;

	for (uint32_t i = 0; i < sched.script->count[number]; i++)
		call_perform(sched.script->op[number][i]);
	cpu->done = true;
	hand_over();
	to_main();
}

static void run_fibers(void)
{
	sched.running = true;
	sched.current = 0;
	fiber_switch(&sched.main, &sched.cpu[0].fiber);
}

/* The checks at the end run on a fiber as well, so that they can fail as calls do. */
static void finish_entry(void *data)
{
	(void)data;
	rest_finish();
	to_main();
}

static void prepare(uint32_t cpu, void (*entry)(void *data))
{
	struct cpu *own = &sched.cpu[cpu];

	own->depth = 0;
	own->entered = 0;
	own->level[0] = 0;
	own->done = false;
	own->next = (struct step){STEP_ENTER, NULL, 0, 0};
	fiber_prepare(&own->fiber, sched.stack[cpu], STACK_SIZE, entry, own);
}

void sched_run(const struct world_plan *plan, const struct script *script, sched_chooser *chooser,
	       void *data)
{
	outcome.text[0] = '\0';
	memset(&outcome.figures, 0, sizeof(outcome.figures));
	outcome.theorem = NULL;
	outcome.abandoned = false;
	world_begin(plan);
	sched.script = script;
	sched.chooser = chooser;
	sched.data = data;
	sched.in_flight = 0;
	for (uint32_t cpu = 0; cpu < plan->cpus; cpu++)
		prepare(cpu, cpu_entry);
	run_fibers();
	if (outcome.theorem != NULL || outcome.abandoned)
		return;
	sched.in_flight = 0;
	prepare(0, finish_entry);
	sched.current = 0;
	fiber_switch(&sched.main, &sched.cpu[0].fiber);
}
