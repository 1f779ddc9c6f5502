/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/stress_core_threads.c - threads on one allocator, each with a context with a room and one
 * without: grants, rooms, bulk, drains, dead grants, and frames that one thread takes and another
 * frees.
 *
 * Zones are small enough to run empty. An argument sets the calls per thread and allocator.
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
#if defined(__SANITIZE_THREAD__)
#define CALLS_DEFAULT 200000u
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define CALLS_DEFAULT 200000u
#endif
#endif
#ifndef CALLS_DEFAULT
#define CALLS_DEFAULT 400000u
#endif
#define RING_SIZE 2u

/* Places of the desk on their way to the next thread: one writer, one reader. */
struct ring {
	uint32_t place[RING_SIZE];
	uint32_t put_count;  /* atomic */
	uint32_t take_count; /* atomic */
};

struct worker {
	pthread_t thread;
	struct keeper keeper;
	struct ring inbox;
	struct worker *next;
	lab_context *context[2]; /* with a room, and without */
	uint64_t handed_over;
};

static struct {
	struct rig rig;
	struct keep keep;
	struct worker worker[THREADS_MAX];
	struct keeper *keepers[THREADS_MAX];
	unsigned thread_count;
	uint64_t calls;
	pthread_barrier_t barrier;
} stress = {.calls = CALLS_DEFAULT};

static void hand_over(struct worker *self)
{
	struct ring *ring = &self->next->inbox;
	uint32_t put = __atomic_load_n(&ring->put_count, __ATOMIC_RELAXED);

	if (self->keeper.held_count == 0 ||
	    put - __atomic_load_n(&ring->take_count, __ATOMIC_ACQUIRE) == RING_SIZE)
		return;
	ring->place[put % RING_SIZE] = keeper_send(&self->keeper);
	__atomic_store_n(&ring->put_count, put + 1, __ATOMIC_RELEASE);
	self->handed_over++;
}

static void empty_inbox(struct worker *self)
{
	struct ring *ring = &self->inbox;
	uint32_t take = __atomic_load_n(&ring->take_count, __ATOMIC_RELAXED);

	while (take != __atomic_load_n(&ring->put_count, __ATOMIC_ACQUIRE)) {
		keeper_receive(&self->keeper, ring->place[take % RING_SIZE]);
		__atomic_store_n(&ring->take_count, ++take, __ATOMIC_RELEASE);
	}
}

static uint32_t random_flags(struct keeper *keeper)
{
	static const uint32_t zones[] = {0, 0, LAB_GFP_DMA, LAB_GFP_HIGHMEM};
	uint32_t flags = zones[random_below(&keeper->random, 4)];

	return random_below(&keeper->random, 4) == 0 ? flags | LAB_GFP_ATOMIC : flags;
}

static void *work(void *data)
{
	struct worker *self = data;
	struct keeper *keeper = &self->keeper;

	(void)pthread_barrier_wait(&stress.barrier);
	for (uint64_t i = 0; i < stress.calls; i++) {
		uint64_t empty = keeper->answers[LAB_EMPTY];
		bool roomless = random_below(&keeper->random, 4) == 0;

		keeper_call(keeper, self->context[roomless], random_flags(keeper));
		if (i % 4 == 0)
			empty_inbox(self);
		if (i % 8 == 0)
			hand_over(self);
		/* Who finds nothing lets others run: they hold the frames. */
		if (keeper->answers[LAB_EMPTY] != empty && i % 16 == 0)
			(void)sched_yield();
	}
	return NULL;
}

static void begin(const struct rig_zone *zones, uint32_t zone_count, unsigned thread_count)
{
	rig_begin(&stress.rig, zones, zone_count);
	keep_begin(&stress.keep, &stress.rig);
	memset(stress.worker, 0, sizeof(stress.worker));
	stress.thread_count = thread_count;
	for (unsigned t = 0; t < thread_count; t++) {
		struct worker *worker = &stress.worker[t];

		keeper_begin(&worker->keeper, &stress.keep, t + 1);
		stress.keepers[t] = &worker->keeper;
		worker->next = &stress.worker[(t + 1) % thread_count];
		worker->context[0] = rig_context(&stress.rig, t % 2, 1 + t);
		worker->context[1] = rig_context(&stress.rig, t % 2, 0);
	}
}

static void run_threads(void *(*body)(void *))
{
	int error = pthread_barrier_init(&stress.barrier, NULL, stress.thread_count);

	for (unsigned t = 0; t < stress.thread_count && error == 0; t++)
		error = pthread_create(&stress.worker[t].thread, NULL, body, &stress.worker[t]);
	if (error != 0) {
		printf("stress_core_threads: cannot start %u threads: %s\n", stress.thread_count,
		       strerror(error));
		exit(EXIT_FAILURE);
	}
	for (unsigned t = 0; t < stress.thread_count; t++)
		CHECK_EQ(pthread_join(stress.worker[t].thread, NULL), 0);
	(void)pthread_barrier_destroy(&stress.barrier);
}

static void end(void)
{
	keepers_check(stress.keepers, stress.thread_count);
	keepers_free_everything(stress.keepers, stress.thread_count);
	for (unsigned t = 0; t < stress.thread_count; t++)
		keeper_end(stress.keepers[t]);
	keep_end(&stress.keep);
	rig_end(&stress.rig);
}

/* Calls of every kind were made, exhaustion happened, and so did misuse. */
static void check_answers(void)
{
	uint64_t answers[LAB_STATUS_COUNT] = {0};
	uint64_t handed_over = 0;
	bool large = false;

	for (unsigned t = 0; t < stress.thread_count; t++) {
		for (unsigned i = 0; i < LAB_STATUS_COUNT; i++)
			answers[i] += stress.keepers[t]->answers[i];
		handed_over += stress.worker[t].handed_over;
	}
	printf("    %u threads, %" PRIu32 " frames:", stress.thread_count, stress.rig.frame_count);
	for (unsigned i = 0; i < LAB_STATUS_COUNT; i++)
		if (answers[i] > 0)
			printf(" %s %" PRIu64, status_name((lab_status)i), answers[i]);
	printf(", %" PRIu64 " handed over\n", handed_over);
	CHECK(answers[LAB_OK] > 0 && answers[LAB_EMPTY] > 0 && handed_over > 0);
	CHECK(answers[LAB_ERR_FREED] > 0 && answers[LAB_ERR_STALE] > 0);
	for (uint32_t z = 0; z < stress.rig.lab->zone_count; z++)
		large |= stress.rig.pool[z].hinted_count > LAB_SWEEP_WORDS;
	CHECK(large || answers[LAB_CONTENDED] == 0);
}

static void run(const struct rig_zone *zones, uint32_t zone_count, unsigned thread_count)
{
	check_note("threads", thread_count);
	begin(zones, zone_count, thread_count);
	run_threads(work);
	for (unsigned t = 0; t < thread_count; t++)
		empty_inbox(&stress.worker[t]);
	check_answers();
	end();
}

static const struct rig_zone small[] = {{0, LAB_ZONE_DMA, 8, 0, 2, 5}};
static const struct rig_zone mixed[] = {
	{0, LAB_ZONE_NORMAL, LAB_WORD_BITS / 2 + 1, 0, 0, 0},
	{1, LAB_ZONE_DMA, LAB_WORD_BITS + 2, 1, 2, 4},
	{1, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS + 1, 1, LAB_WORD_BITS / 2, LAB_WORD_BITS},
	{0, LAB_ZONE_HIGHMEM, 3, 0, 0, 0}};

static void r1_grants_are_exclusive_between_threads(void)
{
	run(small, 1, 2);
	run(small, 1, 4);
}

static void r3_zones_and_rooms_lose_nothing_between_threads(void)
{
	run(mixed, 4, 2);
	run(mixed, 4, 4);
}

/* Beyond the sweep, where CONTENDED may be said. */
static void r3_a_large_zone_loses_nothing_between_threads(void)
{
	struct rig_zone zone = {1, LAB_ZONE_DMA, (LAB_SWEEP_WORDS + 2) * B, 1, B, 2 * B};
	uint64_t calls = stress.calls;

	if (zone.frame_count > LAB_FRAMES_MAX)
		zone.frame_count = LAB_FRAMES_MAX;
	stress.calls = calls / 2;
	begin(&zone, 1, 4);
	/* Most of it is gone from the start. */
	while (stress.keepers[0]->held_count + 4 * B < zone.frame_count)
		keeper_alloc(stress.keepers[0], stress.worker[0].context[1], 0);
	run_threads(work);
	for (unsigned t = 0; t < 4; t++)
		empty_inbox(&stress.worker[t]);
	end();
	stress.calls = calls;
}

int main(int argc, char **argv)
{
	if (argc > 2 || (argc == 2 && (stress.calls = strtoull(argv[1], NULL, 10)) == 0)) {
		printf("usage: %s [calls per thread and allocator, at least 1]\n", argv[0]);
		return EXIT_FAILURE;
	}
	RUN(r1_grants_are_exclusive_between_threads);
	RUN(r3_zones_and_rooms_lose_nothing_between_threads);
	RUN(r3_a_large_zone_loses_nothing_between_threads);
	return check_finish();
}
