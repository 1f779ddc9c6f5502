/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/consumer.c - one producer, one consumer, no lock between them.
 *
 * Each parcel in the ring carries the grant of a frame of its own, so a ring of FRAMES_MAX parcels
 * is never full.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "signal_rx.h"

#define IDLE_NS 50000

static parcel ring[FRAMES_MAX];
static atomic_uint pushed; /* parcels ever pushed; the handler writes it */
static atomic_uint popped; /* parcels ever popped; the consumer writes it */
static atomic_bool finishing;
static pthread_t thread;
static unsigned long pool_frames;

void ring_push(const parcel *item)
{
	uint32_t at = atomic_load_explicit(&pushed, memory_order_relaxed);

	if (at - atomic_load_explicit(&popped, memory_order_acquire) >= FRAMES_MAX) {
		count_add(&counts.double_holders, 1); /* more parcels than frames */
		return;
	}
	ring[at % FRAMES_MAX] = *item;
	atomic_store_explicit(&pushed, at + 1, memory_order_release);
}

static bool ring_pop(parcel *item)
{
	uint32_t at = atomic_load_explicit(&popped, memory_order_relaxed);

	if (at == atomic_load_explicit(&pushed, memory_order_acquire))
		return false;
	*item = ring[at % FRAMES_MAX];
	atomic_store_explicit(&popped, at + 1, memory_order_release);
	return true;
}

/* Stand still now and then, as a task does that lost its CPU: the handler runs out of frames. */
static bool pausing(void)
{
	unsigned long place = count_read(&counts.received) % (CYCLE_FRAMES * pool_frames);

	return place < PAUSE_FRAMES * pool_frames;
}

static void consume(const parcel *item)
{
	if (datagram_is_whole(pool_page(item->grant.frame), item->length, item->sequence))
		count_add(&counts.verified, 1);
	else
		count_add(&counts.payload_errors, 1);
	pool_free(POOL_CONSUMER, &item->grant, item->sequence + 1);
}

static void *consumer_run(void *unused)
{
	const struct timespec idle = {.tv_nsec = IDLE_NS};
	parcel item;

	for (;;) {
		/* Read before the ring is seen empty: nothing is pushed after it is set. */
		bool last = atomic_load(&finishing);
		bool ready = last || !pausing();

		if (ready && ring_pop(&item)) {
			consume(&item);
			continue;
		}
		if (last)
			return unused;
		if (ready)
			pool_idle(POOL_CONSUMER);
		(void)nanosleep(&idle, NULL);
	}
}

int consumer_start(uint32_t frame_count)
{
	sigset_t all;
	sigset_t before;
	int error;

	pool_frames = frame_count;
	/* A thread inherits its creator's mask: no signal ever lands on the consumer. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&thread, NULL, consumer_run, NULL);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error != 0)
		fprintf(stderr, "signal_rx: cannot start the consumer thread: %s\n",
			strerror(error));
	return error;
}

int consumer_finish(void)
{
	int error;

	atomic_store(&finishing, true);
	error = pthread_join(thread, NULL);
	if (error != 0)
		fprintf(stderr, "signal_rx: cannot join the consumer thread: %s\n",
			strerror(error));
	return error;
}
