/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/ticks.c - the time of one claim, as a histogram with one bucket per tick.
 *
 * Only the handler records, and everybody else reads after it has stopped.
 */
#include <time.h>

#include "signal_rx.h"

#define BUCKET_COUNT (1u << 16)

static uint32_t bucket[BUCKET_COUNT]; /* the last one holds everything longer */
static uint64_t recorded;
static uint64_t longest;

static uint64_t clock_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

#if defined(__x86_64__) || defined(__i386__)

uint64_t ticks_now(void)
{
	uint32_t low;
	uint32_t high;

	/* lfence: the counter is not read before earlier instructions are done. */
	__asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
}

double ticks_per_ns(void)
{
	static const uint64_t span_ns = 20000000;
	uint64_t start_ns = clock_ns();
	uint64_t start = ticks_now();
	uint64_t now_ns;

	do
		now_ns = clock_ns();
	while (now_ns - start_ns < span_ns);
	return (double)(ticks_now() - start) / (double)(now_ns - start_ns);
}

#else

uint64_t ticks_now(void)
{
	return clock_ns();
}

double ticks_per_ns(void)
{
	return 1.0;
}

#endif

void ticks_record(uint64_t ticks)
{
	bucket[ticks < BUCKET_COUNT ? ticks : BUCKET_COUNT - 1]++;
	recorded++;
	if (ticks > longest)
		longest = ticks;
}

uint64_t ticks_percentile(double fraction)
{
	uint64_t wanted = (uint64_t)((double)recorded * fraction);
	uint64_t seen = 0;
	uint32_t at = 0;

	while (at < BUCKET_COUNT - 1 && seen + bucket[at] <= wanted)
		seen += bucket[at++];
	return at;
}

uint64_t ticks_longest(void)
{
	return longest;
}
