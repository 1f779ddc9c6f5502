/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/rx_ring.c - the receive ring of a network driver, refilled in bulk.
 *
 * The driver's context keeps a frame in each descriptor. A simulated device writes packets into
 * them; a simulated NAPI poll hands full frames up, at most BUDGET at a time, and refills the empty
 * descriptors with lab_alloc_bulk(). The stack, a thread with a context of its own, checks the
 * packets and gives their frames back with lab_free_bulk(). The device sends what the stack can
 * take; but now and then the stack stands still until refills were refused, descriptors stayed
 * empty, and the device had to drop a packet.
 *
 * Each frame carries a stamp, exchanged whenever it changes hands, which shows a second holder.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "../core/labyrinth.h"
#include "common.h"

#define NAME "rx_ring"
#define DESCRIPTORS_MAX 4096u
#define FRAMES_MAX 16384u
#define ROOM 64u
#define RESERVE_WORDS 1u
#define BUDGET 64u  /* packets that one poll hands up */
#define BATCH 32u   /* frames that the stack gives back at a time */
#define STALL_AT 8u /* the stack stands still once in so many pools' worth of packets */

enum { NOBODY, DRIVER, STACK };

typedef struct packet {
	lab_grant grant;
	uint32_t number;
} packet;

static lab_allocator lab;
static lab_word words[LAB_ZONE_WORDS(FRAMES_MAX, RESERVE_WORDS)];
static uint32_t tags[FRAMES_MAX];
static uint32_t slots[2][ROOM];
static lab_context driver, stack;
static uint32_t page[FRAMES_MAX]; /* the first word of each */
static atomic_uint stamp[FRAMES_MAX];

static uint32_t packet_count, descriptor_count, frame_count; /* what was asked for */

static packet ring[DESCRIPTORS_MAX]; /* armed: [handed, filled) full, [filled, armed) empty */
static uint32_t handed, filled, armed;
static packet queue[FRAMES_MAX]; /* to the stack; each packet has a frame of its own */
static atomic_uint pushed, popped;
static atomic_bool finished; /* the driver is */
static atomic_bool stalled;  /* the stack is, until the driver has no frame left */

static atomic_uint wrong; /* stamps of another holder, packets that are not whole, refused frees */
static uint32_t offered, dropped, refills, refilled, short_refills; /* the driver's */
static uint32_t freed;                                              /* the stack's */

static bool set_up(void)
{
	const lab_zone_config zone = {.words = words,
				      .words_size = sizeof(words),
				      .tags = tags,
				      .frame_count = frame_count,
				      .reserve_words = RESERVE_WORDS,
				      .type = LAB_ZONE_NORMAL};
	const lab_context_config softirq = {
		.cpu = 0, .level = 1, .slot = slots[0], .capacity = ROOM};
	const lab_context_config task = {.cpu = 1, .slot = slots[1], .capacity = ROOM};

	return lab_init(&lab) == LAB_OK && lab_add_zone(&lab, &zone) == LAB_OK &&
	       lab_context_init(&driver, &lab, &softirq) == LAB_OK &&
	       lab_context_init(&stack, &lab, &task) == LAB_OK;
}

static void pass(const lab_grant *grant, uint32_t from, uint32_t to)
{
	if (atomic_exchange(&stamp[grant->frame], to) != from)
		atomic_fetch_add(&wrong, 1);
}

/* ---- the driver ---- */

/* Ask for as many frames as descriptors are empty, but BUDGET at a time, as a poll would. */
static void refill(void)
{
	lab_grant grants[BUDGET];
	uint32_t wanted = descriptor_count - (armed - handed);
	uint32_t got = 0;

	if (wanted == 0)
		return;
	wanted = wanted < BUDGET ? wanted : BUDGET;
	if (lab_alloc_bulk(&lab, &driver, LAB_GFP_ATOMIC, grants, wanted, &got) != LAB_OK)
		short_refills++; /* tried again at the next poll */
	for (uint32_t index = 0; index < got; index++) {
		pass(&grants[index], NOBODY, DRIVER);
		ring[armed++ % descriptor_count].grant = grants[index];
	}
	if (armed == filled) /* nothing got, nothing left: the device drops what comes next */
		atomic_store(&stalled, false);
	refills++;
	refilled += got;
}

/* The device: a burst of packets, each into the next empty frame; without one it is dropped. */
static void receive(uint32_t burst)
{
	for (; burst > 0 && offered < packet_count; burst--, offered++) {
		packet *next = &ring[filled % descriptor_count];

		if (filled == armed) {
			dropped++;
			continue;
		}
		page[next->grant.frame] = offered;
		next->number = offered;
		filled++;
	}
}

/* The poll: hand full frames up, then refill. */
static void poll(void)
{
	for (uint32_t done = 0; done < BUDGET && handed != filled; done++) {
		const packet *full = &ring[handed++ % descriptor_count];
		uint32_t at = atomic_load(&pushed);

		pass(&full->grant, DRIVER, STACK);
		queue[at % FRAMES_MAX] = *full;
		atomic_store(&pushed, at + 1);
	}
	refill();
}

static void run_driver(void)
{
	for (uint32_t round = 0; offered < packet_count || handed != filled; round++) {
		while (!atomic_load(&stalled) &&
		       atomic_load(&pushed) - atomic_load(&popped) > BUDGET)
			(void)sched_yield();
		poll();
		receive(1 + round * 37 % (2 * BUDGET)); /* bursts below and above the budget */
	}
	while (handed != armed) { /* the device is stopped: its empty frames go back */
		const lab_grant *grant = &ring[handed++ % descriptor_count].grant;

		pass(grant, DRIVER, NOBODY);
		if (lab_free(&lab, &driver, grant) != LAB_OK)
			atomic_fetch_add(&wrong, 1);
	}
}

/* ---- the stack ---- */

static uint32_t take_batch(lab_grant *grants)
{
	uint32_t count = 0;
	uint32_t at = atomic_load(&popped);

	for (; count < BATCH && at != atomic_load(&pushed); count++, at++) {
		const packet *item = &queue[at % FRAMES_MAX];

		atomic_fetch_add(&wrong, page[item->grant.frame] != item->number);
		pass(&item->grant, STACK, NOBODY);
		grants[count] = item->grant;
	}
	atomic_store(&popped, at);
	return count;
}

/* Stand still until the driver got no frame for its last descriptor, or is finished. */
static void stall(void)
{
	atomic_store(&stalled, true);
	while (atomic_load(&stalled) && !atomic_load(&finished))
		(void)sched_yield();
}

static void *run_stack(void *unused)
{
	lab_grant grants[BATCH];
	uint32_t next_stall = frame_count;

	for (;;) {
		bool last = atomic_load(&finished); /* read before the queue is seen empty */
		uint32_t count = take_batch(grants);
		uint32_t done = 0;

		if (count == 0) { /* idle: the room goes back */
			(void)lab_drain(&lab, &stack);
			(void)sched_yield();
		}
		if (count == 0 && last)
			return unused;
		if (lab_free_bulk(&lab, &stack, grants, count, &done) != LAB_OK || done != count)
			atomic_fetch_add(&wrong, 1);
		freed += done;
		if (freed >= next_stall) {
			next_stall += STALL_AT * frame_count;
			stall();
		}
	}
}

static bool report(void)
{
	uint32_t empty = driver.refused[0];
	uint32_t contended = driver.refused[1];
	uint32_t left_count = frames_take(&lab, &driver, frame_count);
	bool good = true;

	printf(NAME ": %u descriptors, %u frames\n", descriptor_count, frame_count);
	printf("  packets offered by the device      %10u\n", offered);
	printf("  dropped, no descriptor was armed   %10u\n", dropped);
	printf("  refills in bulk                    %10u\n", refills);
	printf("  frames they brought                %10u\n", refilled);
	printf("  refills that got less than asked   %10u\n", short_refills);
	printf("  refused LAB_EMPTY, LAB_CONTENDED   %10u %u\n", empty, contended);
	printf("  packets verified, frames they freed %9u\n", freed);
	printf("  frames left at the end             %10u\n", left_count);
	good &= require(NAME, freed + dropped == offered,
			"freed + dropped is not what was offered");
	good &= require(NAME, atomic_load(&wrong) == 0, "a stamp, a packet or a free was wrong");
	good &= require(NAME, empty + contended == short_refills, "a refill was refused otherwise");
	good &= require(NAME, short_refills > 0 && dropped > 0,
			"the pool never ran out: offer more packets");
	good &= require(NAME, left_count == frame_count, "frames were lost or made up");
	printf(NAME ": %s\n", good ? "every check holds" : "at least one check failed");
	return good;
}

int main(int count, char **argument)
{
	const option_number options[] = {
		{"--packets", "packets to offer", 100000, 1000000000, 1000000, &packet_count},
		{"--descriptors", "of the ring", BUDGET, DESCRIPTORS_MAX, 512, &descriptor_count},
		{"--frames", "of the pool", 256, FRAMES_MAX, 1024, &frame_count}};
	pthread_t thread;

	(void)count;
	if (!options_read(NAME, options, 3, argument))
		return 2;
	if (!require(NAME, set_up(), "the allocator accepts its configuration") ||
	    !require(NAME, pthread_create(&thread, NULL, run_stack, NULL) == 0, "a thread starts"))
		return 1;
	run_driver();
	atomic_store(&finished, true);
	(void)pthread_join(thread, NULL);
	return report() ? 0 : 1;
}
