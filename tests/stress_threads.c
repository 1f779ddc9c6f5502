/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/stress_threads.c - threads on one zone: claim, hold, stamp, check, release, hand over.
 *
 * Zones are small enough to run empty. An argument sets the calls per thread and zone.
 */
#include <inttypes.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/zone.h"
#include "support/check.h"
#include "support/holder.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define THREADS_MAX 4u
#define CALLS_DEFAULT 200000u
#define RING_SIZE 2u

/* Frames on their way to the next thread, which frees them: one writer, one reader. */
struct ring {
	uint32_t frame[RING_SIZE];
	uint32_t put_count;  /* atomic */
	uint32_t take_count; /* atomic */
};

struct worker {
	pthread_t thread;
	struct holder holder;
	struct ring inbox;
	struct worker *next;
	uint64_t handed_over;
};

static struct {
	struct pool pool;
	uint32_t *stamps;
	struct worker worker[THREADS_MAX];
	struct holder *holders[THREADS_MAX];
	unsigned thread_count;
	uint64_t calls;
	pthread_barrier_t barrier;
} stress = {.calls = CALLS_DEFAULT};

static void hand_over(struct worker *self)
{
	struct ring *ring = &self->next->inbox;
	uint32_t put = __atomic_load_n(&ring->put_count, __ATOMIC_RELAXED);
	uint32_t frame;

	if (put - __atomic_load_n(&ring->take_count, __ATOMIC_ACQUIRE) == RING_SIZE)
		return;
	frame = holder_random_frame(&self->holder);
	holder_give(&self->holder, frame, STAMP_IN_TRANSIT);
	ring->frame[put % RING_SIZE] = frame;
	__atomic_store_n(&ring->put_count, put + 1, __ATOMIC_RELEASE);
	self->handed_over++;
}

/* Free what another thread allocated. */
static void empty_inbox(struct worker *self)
{
	struct ring *ring = &self->inbox;
	uint32_t take = __atomic_load_n(&ring->take_count, __ATOMIC_RELAXED);

	while (take != __atomic_load_n(&ring->put_count, __ATOMIC_ACQUIRE)) {
		uint32_t frame = ring->frame[take % RING_SIZE];

		holder_expect(&self->holder, stress.stamps[frame] == STAMP_IN_TRANSIT,
			      "a frame arrives as it was sent");
		stress.stamps[frame] = STAMP_FREE;
		__atomic_store_n(&ring->take_count, ++take, __ATOMIC_RELEASE);
		holder_expect(&self->holder, zone_release_one(stress.pool.zone, frame),
			      "a frame that another thread allocated is out of the pool");
	}
}

static void one_call(struct worker *self)
{
	struct holder *holder = &self->holder;
	uint32_t kind = random_below(&holder->random, 32);
	lab_status status = LAB_OK;

	if (kind < 12)
		status = holder_claim_one(holder);
	else if (kind < 16)
		status = holder_claim_word(holder);
	else if (kind < 17)
		(void)holder_claim_reserve(holder);
	else if (holder->held_count == 0)
		empty_inbox(self);
	else if (kind < 24)
		holder_release_one(holder);
	else if (kind < 28)
		holder_release_word(holder);
	else
		hand_over(self);
	/* Who finds nothing lets others run: they hold the frames. */
	if (status == LAB_EMPTY && holder->answers[LAB_EMPTY] % 16 == 0)
		(void)sched_yield();
}

static void *work(void *data)
{
	struct worker *self = data;

	(void)pthread_barrier_wait(&stress.barrier);
	for (uint64_t i = 0; i < stress.calls; i++) {
		one_call(self);
		if (i % 4 == 0)
			empty_inbox(self);
	}
	return NULL;
}

static void begin(uint32_t frame_count, uint32_t reserve_words, unsigned thread_count)
{
	pool_make(&stress.pool, frame_count, reserve_words);
	stress.thread_count = thread_count;
	stress.stamps = calloc(frame_count, sizeof(*stress.stamps));
	memset(stress.worker, 0, sizeof(stress.worker));
	for (unsigned t = 0; t < thread_count; t++) {
		struct worker *worker = &stress.worker[t];

		holder_begin(&worker->holder, &stress.pool, stress.stamps, t + 1);
		stress.holders[t] = &worker->holder;
		worker->next = &stress.worker[(t + 1) % thread_count];
	}
}

static void run_threads(unsigned thread_count)
{
	int error = pthread_barrier_init(&stress.barrier, NULL, thread_count);

	for (unsigned t = 0; t < thread_count && error == 0; t++)
		error = pthread_create(&stress.worker[t].thread, NULL, work, &stress.worker[t]);
	if (error != 0) {
		printf("stress_threads: cannot start %u threads: %s\n", thread_count,
		       strerror(error));
		exit(EXIT_FAILURE);
	}
	for (unsigned t = 0; t < thread_count; t++)
		CHECK_EQ(pthread_join(stress.worker[t].thread, NULL), 0);
	(void)pthread_barrier_destroy(&stress.barrier);
}

/* Calls of every kind were made, and exhaustion happened. */
static void check_answers(void)
{
	uint64_t answers[LAB_STATUS_COUNT] = {0};
	uint64_t handed_over = 0;

	for (unsigned t = 0; t < stress.thread_count; t++) {
		for (unsigned i = 0; i < LAB_STATUS_COUNT; i++)
			answers[i] += stress.holders[t]->answers[i];
		handed_over += stress.worker[t].handed_over;
	}
	printf("    %u threads, %" PRIu32 " frames: %" PRIu64 " done, %" PRIu64 " EMPTY, %" PRIu64
	       " CONTENDED, %" PRIu64 " handed over\n",
	       stress.thread_count, stress.pool.frame_count, answers[LAB_OK], answers[LAB_EMPTY],
	       answers[LAB_CONTENDED], handed_over);
	CHECK(answers[LAB_OK] > 0 && answers[LAB_EMPTY] > 0 && handed_over > 0);
	if (stress.pool.hinted_count <= LAB_SWEEP_WORDS)
		CHECK_EQ(answers[LAB_CONTENDED], 0);
}

static void run_zone(uint32_t frame_count, uint32_t reserve_words, unsigned thread_count)
{
	if (frame_count > LAB_FRAMES_MAX || reserve_words > LAB_SWEEP_WORDS)
		return;
	check_note("frames", frame_count);
	check_note("threads", thread_count);
	begin(frame_count, reserve_words, thread_count);
	run_threads(thread_count);
	for (unsigned t = 0; t < thread_count; t++)
		empty_inbox(&stress.worker[t]);
	check_answers();
	holders_check(stress.holders, thread_count);
	holders_release_everything(stress.holders, thread_count);
	for (unsigned t = 0; t < thread_count; t++)
		holder_end(stress.holders[t]);
	free(stress.stamps);
	pool_free(&stress.pool);
}

static void r1_exclusive_between_two_threads(void)
{
	run_zone(8, 0, 2);
	run_zone(64, 0, 2);
	run_zone(3 * B + 1, 1, 2);
	run_zone(B * B + 1, 0, 2);
}

static void r3_conserved_between_four_threads(void)
{
	run_zone(8, 0, 4);
	run_zone(64, 0, 4);
	run_zone(3 * B + 1, 1, 4);
	run_zone((LAB_SWEEP_WORDS + 2) * B, 1, 4);
}

int main(int argc, char **argv)
{
	if (argc > 2 || (argc == 2 && (stress.calls = strtoull(argv[1], NULL, 10)) == 0)) {
		printf("usage: %s [calls per thread and zone, at least 1]\n", argv[0]);
		return EXIT_FAILURE;
	}
	RUN(r1_exclusive_between_two_threads);
	RUN(r3_conserved_between_four_threads);
	return check_finish();
}
