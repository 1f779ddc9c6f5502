/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/trace.c - a run told step by step.
 */
#include "trace.h"

#include <string.h>

#include "interleave/calls.h"

static FILE *trace_file;

static const char *level_name(uint32_t level)
{
	static const char *const names[] = {"task", "soft", "hard", "high", "nmi"};

	return names[level <= WORLD_NMI ? level : WORLD_NMI];
}

static const char *step_name(enum step_kind kind)
{
	static const char *const names[STEP_KINDS] = {[STEP_ENTER] = "enter",
						      [STEP_LOAD] = "load",
						      [STEP_LOAD_SEQ_CST] = "load in order",
						      [STEP_TAKE] = "take",
						      [STEP_CLEAR_BIT] = "clear bit",
						      [STEP_OR] = "or",
						      [STEP_TAG_LOAD] = "load",
						      [STEP_TAG_STORE] = "store",
						      [STEP_TAG_SWAP] = "swap",
						      [STEP_COUNT_ADD] = "add",
						      [STEP_FLAG_LOAD] = "load",
						      [STEP_FLAG_SWAP] = "swap",
						      [STEP_DONE] = "done"};

	return names[kind];
}

static void print_place(const volatile void *where)
{
	uint32_t zone;
	uint32_t number;

	if (world_find_word(where, &zone, &number))
		fprintf(trace_file, "zone %u %s %u", zone,
			number < world.zone[zone].hint_count ? "hints" : "word", number);
	else if (world_find_tag(where, &zone, &number))
		fprintf(trace_file, "zone %u tag %u", zone, number);
	else if (world_find_gauge(where, &zone))
		fprintf(trace_file, "zone %u %s", zone,
			where == (const volatile void *)&world.zone[zone].gauge->free ? "gauge"
										      : "flag");
	else
		fprintf(trace_file, "nowhere");
}

static void print_now(const volatile void *where)
{
	uint32_t zone;
	uint32_t number;

	if (world_find_word(where, &zone, &number))
		fprintf(trace_file, ", now %llx",
			(unsigned long long)world.zone[zone].word[number]);
	else
		fprintf(trace_file, ", now %x", *(const volatile uint32_t *)where);
}

static void print_step(const struct step *step)
{
	fprintf(trace_file, "%s ", step_name(step->kind));
	if (step->kind == STEP_CLEAR_BIT)
		fprintf(trace_file, "%llu of ", (unsigned long long)step->operand);
	print_place(step->where);
	if (step->kind == STEP_OR)
		fprintf(trace_file, " with %llx", (unsigned long long)step->operand);
	else if (step->kind == STEP_TAG_STORE)
		fprintf(trace_file, " %llx", (unsigned long long)step->operand);
	else
		fprintf(trace_file, ": found %llx", (unsigned long long)step->saw);
	print_now(step->where);
	fprintf(trace_file, "\n");
}

static void print_event(const char *event, const struct call *call, const struct step *step)
{
	fprintf(trace_file, "%6llu  cpu %u %s%*s ", (unsigned long long)sched_now(), call->cpu,
		level_name(call->level), (int)(2 * call->level), "");
	if (step != NULL) {
		fprintf(trace_file, "  %llu: ", (unsigned long long)call->own_steps);
		print_step(step);
	} else if (strcmp(event, "done") == 0) {
		fprintf(trace_file, "%s %u done in %llu of at most %llu steps; clients hold %u\n",
			trace_call_name(call->op.kind), call->op.argument,
			(unsigned long long)call->own_steps, (unsigned long long)call->bound,
			world.held_count);
	} else {
		fprintf(trace_file, "%s %u\n", trace_call_name(call->op.kind), call->op.argument);
	}
}

void trace_to(FILE *file)
{
	trace_file = file;
	sched_trace = file != NULL ? print_event : NULL;
}
