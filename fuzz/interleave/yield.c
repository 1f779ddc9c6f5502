/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/yield.c - what happens at a yield point, before and after each step.
 */
#include "calls.h"
#include "state.h"

static void interrupt(const struct decision *decision)
{
	struct cpu *cpu = sched_running();

	outcome.figures.interrupts++;
	cpu->depth++;
	if (cpu->depth > outcome.figures.depth)
		outcome.figures.depth = cpu->depth;
	cpu->level[cpu->depth] = decision->nmi ? WORLD_NMI : cpu->level[cpu->depth - 1] + 1;
	for (uint32_t i = 0; i < decision->count; i++)
		call_perform(decision->op[i]);
	cpu->depth--;
}

void sched_switch_to(uint32_t to)
{
	struct fiber *from = sched_fiber_of(sched.current);

	outcome.figures.switches++;
	sched.current = to;
	fiber_switch(from, sched_fiber_of(to));
}

/* The chooser is asked again after an interrupt; a CPU that is switched back to goes on. */
void sched_yield_at(const struct step *step, bool after)
{
	struct cpu *cpu = sched_running();

	if (!sched.running)
		return;
	cpu->next = *step;
	for (;;) {
		struct point point = {sched.current, cpu->depth, cpu->level[cpu->depth], after,
				      step};
		struct decision decision = {SCHED_GO, 0, false, 0, {{0, 0}, {0, 0}}};

		outcome.figures.yields++;
		sched.chooser(sched.data, &point, &decision);
		if (decision.act == SCHED_GO)
			return;
		if (decision.act == SCHED_SWITCH) {
			if (decision.cpu == sched.current || !sched_runnable(decision.cpu))
				return;
			sched_switch_to(decision.cpu);
			return;
		}
		if (!sched_may_interrupt(&point, decision.nmi))
			return;
		interrupt(&decision);
		cpu->next = *step;
	}
}

void step_before(enum step_kind kind, const volatile void *where, uint64_t operand)
{
	struct call *call = sched_call();

	if (call == NULL)
		return;
	call->next = (struct step){kind, where, operand, 0};
	sched_yield_at(&call->next, false);
	if (!call->begun)
		watch_begin(call);
	outcome.figures.steps++;
	call->own_steps++;
	if (call->own_steps > call->bound)
		sched_fail("T4", "step %llu of a call that may take %llu",
			   (unsigned long long)call->own_steps, (unsigned long long)call->bound);
}

void step_after(uint64_t saw)
{
	struct call *call = sched_call();

	if (call == NULL)
		return;
	call->next.saw = saw;
	if (sched_trace != NULL)
		sched_trace("step", call, &call->next);
	watch_step(&call->next);
	sched_yield_at(&call->next, true);
}

void step_middle(void)
{
	struct call *call = sched_call();

	if (call != NULL)
		sched_yield_at(&call->next, false);
}
