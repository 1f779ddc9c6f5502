/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/stress_core_signals.c - real POSIX timers interrupt one thread inside the allocator.
 *
 * Level 0 is the main program, levels 1 to 3 are signal handlers, each interruptible by the higher
 * ones. Levels 0 to 2 have a context with a room each; one context without a room is used by every
 * level, so its calls nest in each other, and level 3 (as an NMI) has only that one. Levels keep
 * what they get, and pass frames on, which other levels free. A signal "landed" when it interrupted
 * the core's own text (section lab_core, see run.sh); the run ends when enough have.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ucontext.h>
#include <time.h>

#include "../core/labyrinth.h"
#include "support/keeper.h"
#include "support/timers.h"

#define LEVELS 4u
#define GIFTS 8u
#define SECONDS_MAX 120
#define DELAY_NS 60000u
#define CALLS_MAX 100000u
#define CALLS_AFTER 16u

/* Landed signals to wait for: inside a call of the main program, of level 1, of level 2. */
static const uint32_t wanted[LEVELS - 1] = {1500, 800, 800};

/* The linker names the ends of the section that holds the core's text. */
extern const unsigned char __start_lab_core[];
extern const unsigned char __stop_lab_core[];

struct level {
	struct keeper keeper;
	uint32_t number;
	lab_context *context;      /* with a room; the one without at the highest level */
	volatile uint32_t signals; /* handlers of this level that began */
	volatile uint32_t landed;  /* signals that interrupted this level inside the core */
	uint64_t gifts_taken;
};

static struct {
	struct rig rig;
	struct keep keep;
	lab_context *roomless; /* of every level */
	struct level level[LEVELS];
	struct keeper *keepers[LEVELS];
	struct level *volatile running;
	uint32_t gift[GIFTS]; /* place on the desk + 1, or 0; exchanged atomically */
} stress;

/* Take a gift, if there is one, and put one of ours in its place. */
static void exchange_gift(struct level *self)
{
	struct keeper *keeper = &self->keeper;
	uint32_t *slot = &stress.gift[random_below(&keeper->random, GIFTS)];
	uint32_t mine = keeper->held_count > 0 ? keeper_send(keeper) + 1 : 0;
	uint32_t theirs = __atomic_exchange_n(slot, mine, __ATOMIC_SEQ_CST);

	if (theirs != 0) {
		keeper_receive(keeper, theirs - 1);
		self->gifts_taken++;
	}
}

static void one_call(struct level *self)
{
	static const uint32_t flags[] = {0,
					 0,
					 LAB_GFP_ATOMIC,
					 LAB_GFP_HIGHMEM,
					 LAB_GFP_DMA | LAB_GFP_ATOMIC,
					 LAB_GFP_THISNODE};
	struct keeper *keeper = &self->keeper;
	bool roomless = random_below(&keeper->random, 3) == 0;

	if (random_below(&keeper->random, 12) == 0)
		exchange_gift(self);
	else
		keeper_call(keeper, roomless ? stress.roomless : self->context,
			    flags[random_below(&keeper->random, 6)]);
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
#error "stress_core_signals: name the program counter of this machine's ucontext_t"
#endif
}

/* Arm the next level's timer, and make calls until it has struck, somewhere among them. */
static bool work_until_struck(struct level *self)
{
	struct level *next = self + 1;
	uint32_t before = next->signals;

	if (!timers_arm(next->number, 300 + (long)random_below(&self->keeper.random, DELAY_NS)))
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
	keeper_expect(&self->keeper, interrupted->number < self->number,
		      "a level interrupts only lower ones");
	if (at >= (uintptr_t)__start_lab_core && at < (uintptr_t)__stop_lab_core)
		interrupted->landed++;
	if (self->number + 1 < LEVELS)
		keeper_expect(&self->keeper, work_until_struck(self), "timer_settime answers 0");
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

/* ---- one allocator ---- */

static void begin(const struct rig_zone *zones, uint32_t zone_count)
{
	rig_begin(&stress.rig, zones, zone_count);
	keep_begin(&stress.keep, &stress.rig);
	memset(stress.level, 0, sizeof(stress.level));
	stress.roomless = rig_context(&stress.rig, 0, 0);
	for (uint32_t i = 0; i < LEVELS; i++) {
		lab_context_config config = {.cpu = 20, .level = i, .capacity = i + 1};
		struct level *level = &stress.level[i];

		level->number = i;
		level->context =
			i + 1 < LEVELS ? rig_configure(&stress.rig, &config) : stress.roomless;
		stress.keepers[i] = &level->keeper;
		keeper_begin(stress.keepers[i], &stress.keep, i + 1);
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
	const uint64_t *answers = level->keeper.answers;
	bool top = level->number + 1 == LEVELS;

	printf("    level %" PRIu32 ": %" PRIu32 " signals, interrupted inside a call %" PRIu32
	       " times;",
	       level->number, level->signals, level->landed);
	for (unsigned i = 0; i < LAB_STATUS_COUNT; i++)
		if (answers[i] > 0)
			printf(" %s %" PRIu64, status_name((lab_status)i), answers[i]);
	printf("\n");
	check_note("level", level->number);
	CHECK(answers[LAB_OK] > 0 && answers[LAB_EMPTY] > 0 && level->gifts_taken > 0);
	CHECK(answers[LAB_ERR_FREED] + answers[LAB_ERR_STALE] > 0);
	if (!top && level->landed < wanted[level->number])
		printf("in %d s too few signals landed inside a call to have tested anything: "
		       "%" PRIu32 " of %" PRIu32 "\n",
		       SECONDS_MAX, level->landed, wanted[level->number]);
	CHECK(top || level->landed >= wanted[level->number]);
}

static void take_all_gifts(struct keeper *keeper)
{
	for (unsigned i = 0; i < GIFTS; i++) {
		if (stress.gift[i] != 0)
			keeper_receive(keeper, stress.gift[i] - 1);
		stress.gift[i] = 0;
	}
}

static void run(const struct rig_zone *zones, uint32_t zone_count)
{
	begin(zones, zone_count);
	printf("    %" PRIu32 " frames in %" PRIu32 " zones\n", stress.rig.frame_count, zone_count);
	run_signals();
	for (unsigned i = 0; i < LEVELS; i++)
		check_landed(&stress.level[i]);
	take_all_gifts(stress.keepers[0]);
	keepers_check(stress.keepers, LEVELS);
	keepers_free_everything(stress.keepers, LEVELS);
	for (unsigned i = 0; i < LEVELS; i++)
		keeper_end(stress.keepers[i]);
	keep_end(&stress.keep);
	rig_end(&stress.rig);
}

static void r1_grants_are_exclusive_under_signals(void)
{
	static const struct rig_zone small[] = {{0, LAB_ZONE_DMA, 9, 0, 2, 5}};

	run(small, 1);
}

static void r3_zones_and_rooms_lose_nothing_under_signals(void)
{
	static const struct rig_zone mixed[] = {{0, LAB_ZONE_NORMAL, LAB_WORD_BITS + 1, 1, 1, 3},
						{0, LAB_ZONE_DMA, LAB_WORD_BITS / 2 + 1, 0, 0, 0},
						{1, LAB_ZONE_NORMAL, LAB_WORD_BITS + 2, 1, 0, 0},
						{1, LAB_ZONE_HIGHMEM, 3, 0, 0, 0}};

	run(mixed, 4);
}

int main(void)
{
	RUN(r1_grants_are_exclusive_under_signals);
	RUN(r3_zones_and_rooms_lose_nothing_under_signals);
	return check_finish();
}
