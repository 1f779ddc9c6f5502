/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/stress_races.c - threads that meet at a barrier, round after round, to do the same at once.
 *
 * Frees of one grant (LAB_HARDENED: exactly one of any number at the same time is taken; without it
 * they are one after the other, which must give the same), and ways down to the low watermark (at
 * least one grant says so, and no more than there are threads). An argument sets the rounds.
 */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/labyrinth.h"
#include "support/keeper.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define THREADS_MAX 4u
#define ROUNDS_DEFAULT 2000u
#define GRANTS 6u
#ifdef LAB_HARDENED
#define AT_ONCE true
#else
#define AT_ONCE false
#endif

struct racer {
	pthread_t thread;
	struct keeper keeper;
	unsigned number;
	uint64_t warnings;
	uint64_t lines; /* times that it lined up */
};

static struct {
	struct rig rig;
	struct keep keep;
	struct racer racer[THREADS_MAX];
	struct keeper *keepers[THREADS_MAX];
	unsigned thread_count;
	uint64_t rounds;
	pthread_barrier_t barrier;
	lab_grant grant[GRANTS];
	uint32_t wins[GRANTS]; /* atomic: frees of each that were taken */
	bool with_rooms;
	uint64_t warnings; /* up to the end of the last round */
	uint32_t lined_up; /* atomic: times that any racer did */
} race = {.rounds = ROUNDS_DEFAULT};

static void meet(void)
{
	(void)pthread_barrier_wait(&race.barrier);
}

/* Wait for the others without sleeping, so that all go on within a few instructions. */
static void line_up(struct racer *self)
{
	uint32_t target = (uint32_t)(++self->lines * race.thread_count);
	uint32_t spins = 0;

	(void)__atomic_fetch_add(&race.lined_up, 1, __ATOMIC_SEQ_CST);
	while ((int32_t)(__atomic_load_n(&race.lined_up, __ATOMIC_SEQ_CST) - target) < 0)
		if (++spins % 4096 == 0)
			(void)sched_yield();
}

/* ---- frees of one grant ---- */

static void deal(struct racer *self)
{
	for (uint32_t i = 0; i < GRANTS; i++) {
		lab_status status = lab_alloc(race.rig.lab, race.rig.context[0], LAB_GFP_ATOMIC,
					      &race.grant[i]);

		keeper_expect(&self->keeper, status == LAB_OK, "there are frames for a round");
		race.wins[i] = 0;
	}
}

static void free_dealt(struct racer *self, uint32_t i)
{
	lab_context *context = race.rig.context[self->number];
	lab_status status = lab_free(race.rig.lab, context, &race.grant[i]);

	self->keeper.answers[status]++;
	if (status == LAB_OK)
		(void)__atomic_fetch_add(&race.wins[i], 1, __ATOMIC_RELAXED);
	else
		keeper_expect(&self->keeper, status == LAB_ERR_FREED || status == LAB_ERR_STALE,
			      "a second free is freed or stale");
}

/* Every thread frees every grant, and between that takes frames of its own, perhaps the same. */
static void *race_frees(void *data)
{
	struct racer *self = data;
	lab_context *context = race.rig.context[self->number];

	for (uint64_t round = 0; round < race.rounds; round++) {
		if (self->number == 0)
			deal(self);
		meet();
		for (unsigned turn = 0; turn < race.thread_count; turn++) {
			for (uint32_t i = 0; i < GRANTS && (AT_ONCE || turn == self->number); i++) {
				if (AT_ONCE && turn == 0)
					line_up(self);
				if (!AT_ONCE || turn == 0)
					free_dealt(self, (uint32_t)(i + round) % GRANTS);
				keeper_alloc(&self->keeper, context, 0);
			}
			if (!AT_ONCE)
				meet();
		}
		meet();
		for (uint32_t i = 0; i < GRANTS && self->number == 0; i++)
			keeper_expect(&self->keeper, race.wins[i] == 1,
				      "exactly one free of each grant is taken");
		while (self->keeper.held_count > 0)
			keeper_free(&self->keeper, context);
		keeper_expect(&self->keeper, lab_drain(race.rig.lab, context) == LAB_OK,
			      "a drain cannot fail");
		meet();
	}
	return NULL;
}

/* ---- ways down to the low watermark ---- */

static uint64_t warnings_of_all(void)
{
	uint64_t warnings = 0;

	for (unsigned t = 0; t < race.thread_count; t++)
		warnings += race.racer[t].warnings;
	return warnings;
}

/* Take until there is none, giving back at most `spare` frames on the way, fewer than lead from low
 * to high. */
static void go_down(struct racer *self, lab_context *context, uint32_t spare)
{
	struct keeper *keeper = &self->keeper;

	for (;;) {
		uint32_t before = keeper->held_count;

		keeper_alloc(keeper, context, LAB_GFP_ATOMIC);
		if (keeper->held_count == before)
			return;
		self->warnings += keeper->held[before].low;
		if (spare > 0 && random_below(&keeper->random, 2) != 0) {
			keeper_free(keeper, context);
			spare--;
		}
	}
}

/* Count and flag are two steps: of those that others overtake between them, each may take the flag
 * back once when it is too late, and so cause one warning more. */
static void check_way_down(struct racer *self, const lab_gauge *gauge)
{
	uint64_t all = warnings_of_all();

	keeper_expect(&self->keeper, (uint32_t)gauge->free <= gauge->low,
		      "a way down ends under low");
	keeper_expect(&self->keeper, all > race.warnings, "each way down has a warning");
	keeper_expect(&self->keeper, all - race.warnings <= race.thread_count,
		      "a way down has at most one warning for each thread");
	race.warnings = all;
}

static void *race_down(void *data)
{
	struct racer *self = data;
	lab_context *context = race.rig.context[self->number];
	const lab_gauge *gauge = &race.rig.lab->gauge[0];
	uint32_t spare = race.with_rooms ? 0 : (gauge->high - gauge->low - 1) / race.thread_count;

	for (uint64_t round = 0; round < race.rounds / 4; round++) {
		meet();
		if (self->number == 0)
			keeper_expect(&self->keeper, gauge->raised == 0,
				      "the flag is down when every frame is back");
		meet();
		go_down(self, context, spare);
		meet();
		if (self->number == 0)
			check_way_down(self, gauge);
		meet();
		while (self->keeper.held_count > 0)
			keeper_free(&self->keeper, context);
		keeper_expect(&self->keeper, lab_drain(race.rig.lab, context) == LAB_OK,
			      "a drain cannot fail");
	}
	return NULL;
}

/* ---- runs ---- */

static void run(const struct rig_zone *zone, unsigned thread_count, bool with_rooms,
		void *(*body)(void *))
{
	int error = pthread_barrier_init(&race.barrier, NULL, thread_count);

	check_note("threads", thread_count);
	check_note("rooms", with_rooms);
	rig_begin(&race.rig, zone, 1);
	keep_begin(&race.keep, &race.rig);
	race.thread_count = thread_count;
	race.with_rooms = with_rooms;
	race.lined_up = 0;
	race.warnings = 0;
	memset(race.racer, 0, sizeof(race.racer));
	for (unsigned t = 0; t < thread_count; t++) {
		race.racer[t].number = t;
		race.keepers[t] = &race.racer[t].keeper;
		keeper_begin(race.keepers[t], &race.keep, t + 1);
		(void)rig_context(&race.rig, 0, with_rooms ? 1 + t : 0);
	}
	for (unsigned t = 0; t < thread_count && error == 0; t++)
		error = pthread_create(&race.racer[t].thread, NULL, body, &race.racer[t]);
	if (error != 0) {
		printf("stress_races: cannot start %u threads: %s\n", thread_count,
		       strerror(error));
		exit(EXIT_FAILURE);
	}
	for (unsigned t = 0; t < thread_count; t++)
		CHECK_EQ(pthread_join(race.racer[t].thread, NULL), 0);
	(void)pthread_barrier_destroy(&race.barrier);
	keepers_check(race.keepers, thread_count);
	keepers_free_everything(race.keepers, thread_count);
	for (unsigned t = 0; t < thread_count; t++)
		keeper_end(race.keepers[t]);
	keep_end(&race.keep);
	rig_end(&race.rig);
}

static void r6_exactly_one_free_of_a_grant_is_taken(void)
{
	static const struct rig_zone zone = {0, LAB_ZONE_NORMAL, 4 * LAB_WORD_BITS + 8, 1, 1, 3};

	for (unsigned rooms = 0; rooms < 2; rooms++) {
		run(&zone, 2, rooms != 0, race_frees);
		run(&zone, 4, rooms != 0, race_frees);
	}
}

static void r3_each_way_down_warns_between_threads(void)
{
	static const struct rig_zone zone = {0, LAB_ZONE_NORMAL, 3 * LAB_WORD_BITS + 8,
					     1, LAB_WORD_BITS,   3 * LAB_WORD_BITS - 1};

	for (unsigned rooms = 0; rooms < 2; rooms++) {
		run(&zone, 2, rooms != 0, race_down);
		run(&zone, 4, rooms != 0, race_down);
	}
}

int main(int argc, char **argv)
{
	if (argc > 2 || (argc == 2 && (race.rounds = strtoull(argv[1], NULL, 10)) == 0)) {
		printf("usage: %s [rounds, at least 1]\n", argv[0]);
		return EXIT_FAILURE;
	}
	RUN(r6_exactly_one_free_of_a_grant_is_taken);
	RUN(r3_each_way_down_warns_between_threads);
	return check_finish();
}
