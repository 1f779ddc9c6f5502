/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/tiny_pool.c - 32 KB for a real-time task and an interrupt that may never wait.
 *
 * Eight frames of 4 KB, one word: nothing to set aside for rooms or a reserve, so the contexts have
 * no room, which also means that they may nest. A POSIX timer's signal stands for the interrupt:
 * each run of its handler takes one sample into a frame of its own and hands the grant to the task.
 * When no frame is free, the sample is lost, counted, and seen by the task as a gap: an interrupt
 * cannot wait, and what it does not get it must give up.
 *
 * Every second burst the task is late on purpose, by more samples than there are frames.
 */
#include <signal.h>
#include <stdatomic.h>
#include <sys/time.h>

#include "../core/labyrinth.h"
#include "common.h"

#define NAME "tiny_pool"
#define FRAMES 8u
#define PAGE_BYTES 4096u
#define SAMPLE_WORDS (PAGE_BYTES / sizeof(uint32_t))
#define PERIOD_US 50
#define LATE_BY (FRAMES + 4u) /* samples that come while the task is late */
#define SCRATCH 2u            /* frames that the task needs for its own work */

enum { TASK, INTERRUPT, LEVELS };

static lab_allocator lab;
static lab_word words[LAB_ZONE_WORDS(FRAMES, 0)];
static uint32_t tags[FRAMES];
static lab_context context[LEVELS];
static uint32_t page[FRAMES][SAMPLE_WORDS];

static uint32_t sample_count; /* samples to take */
static struct {
	lab_grant grant[FRAMES]; /* of different frames: there is always room for one more */
	atomic_uint pushed;      /* the interrupt writes it */
	atomic_uint popped;      /* the task writes it */
} queue;

/* Written by the interrupt. */
static atomic_uint taken; /* samples, kept or lost */
static atomic_uint lost;  /* samples for which no frame was free */
static atomic_uint cut;   /* interrupts that came while the task was in a call */

/* Written by the task. */
static volatile sig_atomic_t in_call;
static struct {
	uint32_t verified, gaps, damaged, refused_free, scratch, without_scratch;
} task;

static bool set_up(void)
{
	const lab_zone_config zone = {.words = words,
				      .words_size = sizeof(words),
				      .tags = tags,
				      .frame_count = FRAMES,
				      .type = LAB_ZONE_NORMAL};
	bool good = lab_init(&lab) == LAB_OK && lab_add_zone(&lab, &zone) == LAB_OK;

	for (uint32_t level = 0; level < LEVELS && good; level++) {
		const lab_context_config config = {.level = level};

		good = lab_context_init(&context[level], &lab, &config) == LAB_OK;
	}
	return good;
}

/* ---- the interrupt ---- */

static void push(const lab_grant *grant)
{
	uint32_t at = atomic_load(&queue.pushed);

	queue.grant[at % FRAMES] = *grant;
	atomic_store(&queue.pushed, at + 1);
}

static void on_tick(int number)
{
	uint32_t sample = atomic_load(&taken);
	lab_grant grant;

	(void)number;
	if (sample >= sample_count)
		return;
	if (in_call != 0)
		atomic_fetch_add(&cut, 1);
	labyrinth_void_alloc_page_gfp_atomic_exclusive(&lab, &context[INTERRUPT], &grant);
	if (grant.status == LAB_OK) {
		for (uint32_t index = 0; index < SAMPLE_WORDS; index++)
			page[grant.frame][index] = sample;
		push(&grant);
	} else {
		atomic_fetch_add(&lost, 1);
	}
	atomic_store(&taken, sample + 1);
}

static bool start_ticks(void)
{
	const struct itimerval period = {{0, PERIOD_US}, {0, PERIOD_US}};
	struct sigaction action = {.sa_handler = on_tick, .sa_flags = SA_RESTART};

	(void)sigemptyset(&action.sa_mask);
	return sigaction(SIGALRM, &action, NULL) == 0 && setitimer(ITIMER_REAL, &period, NULL) == 0;
}

/* ---- the task ---- */

static bool take(lab_grant *grant)
{
	lab_status status;

	in_call = 1;
	status = lab_alloc(&lab, &context[TASK], 0, grant);
	in_call = 0;
	return status == LAB_OK;
}

static void give_back(const lab_grant *grant)
{
	in_call = 1;
	if (lab_free(&lab, &context[TASK], grant) != LAB_OK)
		task.refused_free++;
	in_call = 0;
}

/* Check one sample: whole, and after the one before it. */
static void use_sample(const lab_grant *grant)
{
	static uint32_t expected;
	uint32_t sample = page[grant->frame][0];

	for (uint32_t index = 0; index < SAMPLE_WORDS; index++)
		task.damaged += page[grant->frame][index] != sample;
	task.gaps += sample - expected;
	expected = sample + 1;
	task.verified++;
}

static bool pop(lab_grant *grant)
{
	uint32_t at = atomic_load(&queue.popped);

	if (at == atomic_load(&queue.pushed))
		return false;
	*grant = queue.grant[at % FRAMES];
	atomic_store(&queue.popped, at + 1);
	return true;
}

static void use_all(void)
{
	lab_grant grant;

	while (pop(&grant)) {
		use_sample(&grant);
		give_back(&grant);
	}
}

/* The task's own work: it does with fewer frames when the interrupt has them. One at a time: a bulk
 * call takes in a whole word before it gives back what it does not need, and here that is all. */
static void compute(void)
{
	lab_grant scratch[SCRATCH];
	uint32_t held_count = 0;

	while (held_count < SCRATCH && take(&scratch[held_count]))
		held_count++;
	task.scratch += held_count;
	task.without_scratch += held_count < SCRATCH;
	while (held_count > 0)
		give_back(&scratch[--held_count]);
}

/* Work while samples come; late: leave them where they are. */
static void work_until(uint32_t sample, bool late)
{
	while (atomic_load(&taken) < sample && atomic_load(&taken) < sample_count) {
		compute();
		if (!late)
			use_all();
	}
}

static void run_task(void)
{
	for (bool late = false; atomic_load(&taken) < sample_count; late = !late)
		work_until(atomic_load(&taken) + LATE_BY, late);
	use_all(); /* from here on the interrupt only returns */
}

/* ---- the end ---- */

static bool report(uint32_t frame_count)
{
	uint32_t gone = atomic_load(&lost);
	uint32_t refused = context[INTERRUPT].refused[0];
	bool good = true;

	printf(NAME ": %u frames of %u bytes; %zu bytes keep their books\n", FRAMES, PAGE_BYTES,
	       sizeof(lab) + sizeof(words) + sizeof(tags) + sizeof(context));
	printf("  samples taken by the interrupt     %10u\n", atomic_load(&taken));
	printf("  lost, for no frame was free        %10u\n", gone);
	printf("  verified by the task               %10u\n", task.verified);
	printf("  gaps that the task saw             %10u\n", task.gaps);
	printf("  scratch frames of the task         %10u\n", task.scratch);
	printf("  times the task had to do with less %10u\n", task.without_scratch);
	printf("  interrupts that cut into a call    %10u\n", atomic_load(&cut));
	printf("  frames left at the end             %10u\n", frame_count);
	good &= require(NAME, task.verified + gone == sample_count, "verified + lost is not taken");
	good &= require(NAME, task.damaged == 0, "a sample was overwritten by another holder");
	good &= require(NAME, task.refused_free == 0, "the free of a held frame was refused");
	good &= require(NAME, task.gaps <= gone, "the task saw more gaps than samples were lost");
	good &= require(NAME, refused == gone, "a sample was lost, and not for LAB_EMPTY");
	good &= require(NAME, gone > 0 && task.verified > 0,
			"the pool never ran out, or was never free");
	good &= require(NAME, frame_count == FRAMES, "frames were lost or made up");
	printf(NAME ": %s\n", good ? "every check holds" : "at least one check failed");
	return good;
}

int main(int count, char **argument)
{
	const option_number options[] = {
		{"--samples", "interrupts to take", 100, 10000000, 5000, &sample_count}};

	(void)count;
	if (!options_read(NAME, options, 1, argument))
		return 2;
	if (!require(NAME, set_up(), "the allocator accepts its configuration") ||
	    !require(NAME, start_ticks(), "the timer starts"))
		return 1;
	run_task();
	return report(frames_take(&lab, &context[TASK], FRAMES)) ? 0 : 1;
}
