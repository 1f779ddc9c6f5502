/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/stress_signals.c - real POSIX timers interrupt one thread in the middle of calls.
 *
 * Level 0 is the main program, levels 1 to 3 are signal handlers, each interruptible by the higher
 * ones: interrupts as a kernel nests them. Each level arms the next one's timer to strike while it
 * works. Handlers claim AND KEEP, and free what they or other levels kept earlier. A signal
 * "landed" when the program counter that it interrupted lies in the core's own text (section
 * lab_core, see run.sh). The run ends when enough have landed.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ucontext.h>
#include <time.h>

#include "../core/zone.h"
#include "support/check.h"
#include "support/holder.h"
#include "support/timers.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define LEVELS 4u
#define GIFTS 8u
#define SECONDS_MAX 120
#define DELAY_NS 60000u
#define CALLS_MAX 100000u
#define CALLS_AFTER 16u

/* Landed signals to wait for: inside a call of the main program, of level 1, of level 2. */
static const uint32_t wanted[LEVELS - 1] = {800, 400, 400};

/* The linker names the ends of the section that holds the core's text. */
extern const unsigned char __start_lab_core[];
extern const unsigned char __stop_lab_core[];

struct level {
	struct holder holder;
	uint32_t number;
	volatile uint32_t signals; /* handlers of this level that began */
	volatile uint32_t landed;  /* signals that interrupted this level inside the core */
	uint64_t gifts_taken;
};

static struct {
	struct pool pool;
	uint32_t *stamps;
	struct level level[LEVELS];
	struct holder *holders[LEVELS];
	struct level *volatile running;
	uint32_t gift[GIFTS]; /* frame + 1, or 0; exchanged atomically: any level gives and takes */
} stress;

/* Take a gift, if there is one, and put one of ours in its place; another level frees it. */
static void exchange_gift(struct level *self)
{
	struct holder *holder = &self->holder;
	uint32_t *slot = &stress.gift[random_below(&holder->random, GIFTS)];
	uint32_t mine = 0;
	uint32_t theirs;

	if (holder->held_count > 0) {
		mine = holder_random_frame(holder) + 1;
		holder_give(holder, mine - 1, STAMP_IN_TRANSIT);
	}
	theirs = __atomic_exchange_n(slot, mine, __ATOMIC_SEQ_CST);
	if (theirs != 0) {
		holder_gain(holder, theirs - 1, STAMP_IN_TRANSIT);
		self->gifts_taken++;
	}
}

static void one_call(struct level *self)
{
	struct holder *holder = &self->holder;
	uint32_t kind = random_below(&holder->random, 32);

	if (kind < 12)
		(void)holder_claim_one(holder);
	else if (kind < 16)
		(void)holder_claim_word(holder);
	else if (kind < 17)
		(void)holder_claim_reserve(holder);
	else if (kind < 19)
		exchange_gift(self);
	else if (holder->held_count == 0)
		(void)holder_claim_one(holder);
	else if (kind < 27)
		holder_release_one(holder);
	else
		holder_release_word(holder);
}

/* ---- signals ---- */

static uintptr_t interrupted_at(const void *context)
{
	const ucontext_t *user = context;

#if defined(__x86_64__)
	return (uintptr_t)user->uc_mcontext.gregs[REG_RIP];
#elif defined(__i386__)
	return (uintptr_t)user->uc_mcontext.gregs[REG_EIP];
#else
#error "stress_signals: name the program counter of this machine's ucontext_t"
#endif
}

/* Arm the next level's timer, and make calls until it has struck, somewhere among them: a shot at
 * a time, so that every level goes on, however slow signals are here. */
static bool work_until_struck(struct level *self)
{
	struct level *next = self + 1;
	uint32_t before = next->signals;

	if (!timers_arm(next->number, 300 + (long)random_below(&self->holder.random, DELAY_NS)))
		return false;
	for (unsigned i = 0; i < CALLS_MAX && next->signals == before; i++)
		one_call(self);
	return true;
}

static void handler(int signal_number, siginfo_t *info, void *context)
{
	struct level *self = &stress.level[info->si_value.sival_int];
	struct level *interrupted = stress.running;
	uintptr_t at = interrupted_at(context);
	int saved_errno = errno;

	(void)signal_number;
	stress.running = self;
	self->signals++;
	holder_expect(&self->holder, interrupted->number < self->number,
		      "a level interrupts only lower ones");
	if (at >= (uintptr_t)__start_lab_core && at < (uintptr_t)__stop_lab_core)
		interrupted->landed++;
	if (self->number + 1 < LEVELS)
		holder_expect(&self->holder, work_until_struck(self), "timer_settime answers 0");
	for (unsigned i = 0; i < CALLS_AFTER; i++)
		one_call(self);
	stress.running = interrupted;
	errno = saved_errno;
}

static bool enough(void)
{
	for (unsigned i = 0; i + 1 < LEVELS; i++) {
		if (stress.level[i].landed < wanted[i])
			return false;
	}
	return true;
}

/* ---- one zone ---- */

static void begin(uint32_t frame_count, uint32_t reserve_words)
{
	pool_make(&stress.pool, frame_count, reserve_words);
	stress.stamps = calloc(frame_count, sizeof(*stress.stamps));
	memset(stress.level, 0, sizeof(stress.level));
	for (unsigned i = 0; i < LEVELS; i++) {
		stress.level[i].number = i;
		stress.holders[i] = &stress.level[i].holder;
		holder_begin(stress.holders[i], &stress.pool, stress.stamps, i + 1);
	}
	stress.running = &stress.level[0];
}

static void run_signals(void)
{
	time_t deadline = time(NULL) + SECONDS_MAX;

	timers_begin(LEVELS - 1, handler);
	while (!enough() && time(NULL) < deadline) {
		(void)work_until_struck(&stress.level[0]);
	}
	timers_end();
}

static void check_landed(const struct level *level)
{
	const uint64_t *answers = level->holder.answers;
	bool top = level->number + 1 == LEVELS;

	printf("    level %" PRIu32 ": %" PRIu32 " signals, interrupted inside a call %" PRIu32
	       " times; %" PRIu64 " done, %" PRIu64 " EMPTY, %" PRIu64 " CONTENDED\n",
	       level->number, level->signals, level->landed, answers[LAB_OK], answers[LAB_EMPTY],
	       answers[LAB_CONTENDED]);
	check_note("level", level->number);
	CHECK(answers[LAB_OK] > 0 && answers[LAB_EMPTY] > 0 && level->gifts_taken > 0);
	if (!top && level->landed < wanted[level->number])
		printf("in %d s too few signals landed inside a call to have tested anything: "
		       "%" PRIu32 " of %" PRIu32 "\n",
		       SECONDS_MAX, level->landed, wanted[level->number]);
	CHECK(top || level->landed >= wanted[level->number]);
}

static void take_all_gifts(struct holder *holder)
{
	for (unsigned i = 0; i < GIFTS; i++) {
		if (stress.gift[i] != 0)
			holder_gain(holder, stress.gift[i] - 1, STAMP_IN_TRANSIT);
		stress.gift[i] = 0;
	}
}

static void run_zone(uint32_t frame_count, uint32_t reserve_words)
{
	if (frame_count > LAB_FRAMES_MAX || reserve_words > LAB_SWEEP_WORDS)
		return;
	check_note("frames", frame_count);
	printf("    %" PRIu32 " frames, %" PRIu32 " reserve words\n", frame_count, reserve_words);
	begin(frame_count, reserve_words);
	run_signals();
	for (unsigned i = 0; i < LEVELS; i++)
		check_landed(&stress.level[i]);
	take_all_gifts(stress.holders[0]);
	holders_check(stress.holders, LEVELS);
	holders_release_everything(stress.holders, LEVELS);
	for (unsigned i = 0; i < LEVELS; i++)
		holder_end(stress.holders[i]);
	free(stress.stamps);
	pool_free(&stress.pool);
}

static void r1_exclusive_under_signals_one_word(void)
{
	run_zone(8, 0);
}

static void r1_exclusive_under_signals_with_a_reserve(void)
{
	run_zone(3 * B + 1, 1);
}

static void r11_nothing_hidden_under_signals_two_levels(void)
{
	run_zone(B * B + 1, 0);
}

int main(void)
{
	RUN(r1_exclusive_under_signals_one_word);
	RUN(r1_exclusive_under_signals_with_a_reserve);
	RUN(r11_nothing_hidden_under_signals_two_levels);
	return check_finish();
}
