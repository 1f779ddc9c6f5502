/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/sched.h - who runs: logical CPUs on fibers, interrupts nested on each of them.
 *
 * At each yield point (before and after each atomic step, and before each call) a chooser decides:
 * go on, run an interrupt of whole calls first, or let another CPU run. The same decisions give the
 * same run, bit for bit.
 */
#ifndef SCHED_H
#define SCHED_H

#include "step.h"
#include "world.h"

#define SCHED_DEPTH (WORLD_CALLS_MAX / WORLD_CPUS_MAX) /* a task, and interrupts in each other */
#define SCHED_SCRIPT 16u

/** A call for a context to make, see calls.h. */
struct op {
	uint8_t kind;
	uint8_t argument;
};

/** A call that runs. */
struct call {
	struct world_context *context;
	uint32_t cpu;
	uint32_t level;
	struct op op;
	bool begun; /* it has taken a step */
	uint64_t own_steps;
	uint64_t bound;         /* that own_steps may not exceed */
	uint64_t moves_entered; /* how often another context had begun to run by then */
	uint32_t others;  /* calls that had been entered and not left when this one was begun */
	uint32_t stored;  /* frames in the room when it was entered */
	struct step next; /* the step that it is about to take */
	/* What was so at some instant since the first step, per shared word. */
	lab_word taken[WORLD_WORDS_MAX]; /* bits that were clear */
	lab_word seen[WORLD_WORDS_MAX];  /* bits that were set */
	bool empty[WORLD_WORDS_MAX];     /* the whole word was 0 */
	bool stale[LAB_ZONES_MAX];       /* at the first step a hint was set above an empty word */
	bool low[LAB_ZONES_MAX];         /* the gauge was at or below the low watermark */
};

enum sched_act { SCHED_GO, SCHED_INTERRUPT, SCHED_SWITCH };

struct decision {
	enum sched_act act;
	uint32_t cpu;   /* SCHED_SWITCH: which CPU */
	bool nmi;       /* SCHED_INTERRUPT: in the context without a room */
	uint32_t count; /* SCHED_INTERRUPT: calls that it makes */
	struct op op[2];
};

/** A yield point. */
struct point {
	uint32_t cpu;
	uint32_t depth;
	uint32_t level;
	bool after;              /* after the step, not before it */
	const struct step *step; /* STEP_ENTER: before a call */
};

typedef void sched_chooser(void *data, const struct point *point, struct decision *decision);

/** The calls that each CPU makes as its task. */
struct script {
	uint32_t count[WORLD_CPUS_MAX];
	struct op op[WORLD_CPUS_MAX][SCHED_SCRIPT];
};

/** One run's figures, and what went wrong. */
struct figures {
	uint64_t steps;
	uint64_t yields;
	uint32_t interrupts;
	uint32_t switches;
	uint32_t depth; /* the deepest nesting */
};

struct outcome {
	const char *theorem; /* NULL: nothing */
	char text[320];
	struct figures figures;
	bool abandoned; /* sched_abandon() ended it */
};

extern struct outcome outcome;

/** Run the script on the world of `plan` until every CPU is done, then the checks at the end. */
void sched_run(const struct world_plan *plan, const struct script *script, sched_chooser *chooser,
	       void *data);

/** End the run now, from any fiber: a check failed; or there is nothing more to learn from it. */
_Noreturn void sched_fail(const char *theorem, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
_Noreturn void sched_abandon(void);

/** Whether a CPU has calls left, and its next step. */
bool sched_runnable(uint32_t cpu);
const struct step *sched_next(uint32_t cpu);

/** Whether an interrupt may come at a point. */
bool sched_may_interrupt(const struct point *point, bool nmi);

/** Calls entered and not left; the call that runs; steps so far. */
uint32_t sched_in_flight(void);
struct call *sched_call(void);
uint64_t sched_now(void);

/** How often another context began to run: an interrupt, or another CPU. */
uint64_t sched_moves(void);

/** Each call in flight, for whoever wants to tell them all something. */
void sched_each_call(void (*tell)(struct call *call, const void *data), const void *data);

/** A call is entered in `context`, is about to be left. */
struct call *sched_enter(struct op op);
void sched_leave(void);

/** Called for each event of a run, when set: see trace.c. */
extern void (*sched_trace)(const char *event, const struct call *call, const struct step *step);

#endif /* SCHED_H */
