/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/exhaust.c - every schedule of small programs.
 *
 * Depth first over the decisions of the scheduler, by running each schedule from its start. Where
 * no interrupts come, sleep sets leave out schedules that differ from one that was run only in the
 * order of steps on different words, or of two looks at one word.
 *
 *   exhaust [-v] [text that a program's name contains]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "explore.h"
#include "trace.h"

struct explore all;

static double seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- runs ---- */

static void run_once(const struct script *script)
{
	all.count = 0;
	all.come = 0;
	all.preemptions = all.program->preemptions;
	sched_run(&all.program->plan, script, explore_choose, NULL);
}

static void write_script(const struct program *program, struct script *script)
{
	memset(script, 0, sizeof(*script));
	for (uint32_t cpu = 0; cpu < program->plan.cpus; cpu++)
		for (uint32_t i = 0; i < PROGRAM_CALLS; i++) {
			if (program->call[cpu][i].kind == CALL_NOTHING)
				break;
			script->op[cpu][i] = program->call[cpu][i];
			script->count[cpu]++;
		}
}

static void tell(bool last)
{
	double now = seconds();

	if (!last && now - all.told < 5)
		return;
	all.told = now;
	printf("%s %-40s %9llu schedules, %9llu cut short, %8.0f a second, %6.2f s\n",
	       last ? "ok  " : "... ", all.program->name, (unsigned long long)all.runs,
	       (unsigned long long)all.cut,
	       (double)(all.runs + all.cut) / (now - all.started + 1e-9), now - all.started);
	(void)fflush(stdout);
}

/* The schedule that failed, once more and step by step. */
static void tell_failure(const struct script *script)
{
	struct outcome found = outcome;

	all.fixed = all.count;
	trace_to(stdout);
	run_once(script);
	trace_to(NULL);
	printf("not ok - %s: schedule %llu, %.2f s: %s is broken: %s\n", all.program->name,
	       (unsigned long long)(all.runs + all.cut), seconds() - all.started, found.theorem,
	       found.text);
	if (outcome.theorem == NULL || strcmp(outcome.text, found.text) != 0)
		printf("and the same schedule has another end when it is run again\n");
}

static bool explore(const struct program *program)
{
	struct script script;

	memset(&all, 0, offsetof(__typeof__(all), node));
	all.program = program;
	all.fixed = 0;
	all.runs = 0;
	all.cut = 0;
	all.steps = 0;
	all.started = all.told = seconds();
	write_script(program, &script);
	do {
		run_once(&script);
		all.steps += outcome.figures.steps;
		if (outcome.abandoned)
			all.cut++;
		else
			all.runs++;
		if (outcome.theorem != NULL) {
			tell_failure(&script);
			return false;
		}
		if ((all.runs + all.cut) % 4096 == 0)
			tell(false);
	} while (explore_advance());
	tell(true);
	return true;
}

int main(int argc, char **argv)
{
	const char *filter = argc > 1 ? argv[1] : "";
	uint64_t runs = 0;
	uint32_t done_count = 0;

	for (uint32_t i = 0; i < program_count; i++) {
		if (strstr(programs[i].name, filter) == NULL)
			continue;
		if (!explore(&programs[i]))
			return EXIT_FAILURE;
		runs += all.runs;
		done_count++;
	}
	if (done_count == 0) {
		printf("no program's name contains \"%s\"\n", filter);
		return EXIT_FAILURE;
	}
	printf("%u programs, words of %u bits: %llu schedules, and nothing is broken\n", done_count,
	       WORLD_BITS, (unsigned long long)runs);
	return EXIT_SUCCESS;
}
