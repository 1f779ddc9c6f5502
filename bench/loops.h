/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/loops.h - the timed loops, made for the allocator that includes this file.
 *
 * The including file has defined
 *	PEER_SYMBOL, PEER_NAME, PEER_WHAT
 *	peer_page                                  what a client keeps of a page
 *	peer_alloc(thread, *page), peer_free(thread, *page)
 *	peer_alloc_bulk(thread, *pages), peer_free_bulk(thread, *pages)
 *	peer_open(frames), peer_close(), peer_join(thread), peer_reset(thread),
 *	peer_metadata_size(frames)
 */
#ifndef BENCH_LOOPS_H
#define BENCH_LOOPS_H

#include <stdatomic.h>
#include <stdlib.h>

#include "peer.h"

#define LOOPS_RING 1024u /* pages on the way from one thread to the other */

static peer_page *loops_page[BENCH_THREADS];

/* A ring of one producer and one consumer. Each side keeps what it last saw of the other, so that
 * a line moves between the CPUs once per burst and not once per page. */
static struct {
	_Alignas(128) _Atomic uint32_t head;
	uint32_t tail_seen;
	_Alignas(128) _Atomic uint32_t tail;
	uint32_t head_seen;
	_Alignas(128) peer_page slot[LOOPS_RING];
} loops_ring;

static inline void loops_pause(void)
{
	__builtin_ia32_pause();
}

static void loops_close(void)
{
	peer_close();
	for (uint32_t t = 0; t < BENCH_THREADS; t++) {
		free(loops_page[t]);
		loops_page[t] = NULL;
	}
}

static const char *loops_open(uint32_t frame_count)
{
	const char *why;

	for (uint32_t t = 0; t < BENCH_THREADS; t++) {
		loops_page[t] = calloc(frame_count + BENCH_BULK, sizeof(peer_page));
		if (loops_page[t] == NULL)
			return "no memory for the places";
	}
	why = peer_open(frame_count);
	if (why != NULL)
		loops_close();
	return why;
}

__attribute__((noinline)) static bool loops_alloc(uint32_t thread, uint32_t place)
{
	return peer_alloc(thread, &loops_page[thread][place]);
}

__attribute__((noinline)) static bool loops_free(uint32_t thread, uint32_t place)
{
	peer_free(thread, &loops_page[thread][place]);
	return true;
}

__attribute__((noinline)) static bool loops_nothing(uint32_t thread, uint32_t place)
{
	__asm__ volatile("" ::"r"(&loops_page[thread][place]) : "memory");
	return true;
}

__attribute__((noinline)) static bool loops_alloc_bulk(uint32_t thread, uint32_t place)
{
	(void)place;
	return peer_alloc_bulk(thread, loops_page[thread]);
}

__attribute__((noinline)) static bool loops_free_bulk(uint32_t thread, uint32_t place)
{
	(void)place;
	peer_free_bulk(thread, loops_page[thread]);
	return true;
}

static uint32_t loops_lifo(uint32_t thread, uint32_t depth, uint32_t rounds)
{
	peer_page *page = loops_page[thread];
	uint32_t failed = 0;

	for (uint32_t round = 0; round < rounds; round++) {
		for (uint32_t i = 0; i < depth; i++)
			failed += !peer_alloc(thread, &page[i]);
		for (uint32_t i = depth; i-- > 0;)
			peer_free(thread, &page[i]);
	}
	return failed;
}

static uint32_t loops_bulk(uint32_t thread, uint32_t rounds)
{
	uint32_t failed = 0;

	for (uint32_t round = 0; round < rounds; round++) {
		failed += !peer_alloc_bulk(thread, loops_page[thread]);
		peer_free_bulk(thread, loops_page[thread]);
	}
	return failed;
}

static uint32_t loops_churn(uint32_t thread, const uint32_t *victim, uint32_t count)
{
	peer_page *page = loops_page[thread];
	uint32_t failed = 0;

	for (uint32_t i = 0; i < count; i++) {
		peer_free(thread, &page[victim[i]]);
		failed += !peer_alloc(thread, &page[victim[i]]);
	}
	return failed;
}

/* A burst is allocated into the ring's own slots, then shown. */
static uint32_t loops_produce(uint32_t thread, uint32_t count)
{
	uint32_t head = atomic_load_explicit(&loops_ring.head, memory_order_relaxed);
	uint32_t failed = 0;

	for (uint32_t done = 0; done < count; done += BENCH_BULK) {
		while (head - loops_ring.tail_seen > LOOPS_RING - BENCH_BULK) {
			loops_pause();
			loops_ring.tail_seen =
				atomic_load_explicit(&loops_ring.tail, memory_order_acquire);
		}
		for (uint32_t i = 0; i < BENCH_BULK; i++)
			while (!peer_alloc(thread, &loops_ring.slot[(head + i) % LOOPS_RING])) {
				failed++;
				loops_pause();
			}
		head += BENCH_BULK;
		atomic_store_explicit(&loops_ring.head, head, memory_order_release);
	}
	return failed;
}

static uint32_t loops_consume(uint32_t thread, uint32_t count)
{
	uint32_t tail = atomic_load_explicit(&loops_ring.tail, memory_order_relaxed);

	for (uint32_t done = 0; done < count; done += BENCH_BULK) {
		while (loops_ring.head_seen == tail) {
			loops_pause();
			loops_ring.head_seen =
				atomic_load_explicit(&loops_ring.head, memory_order_acquire);
		}
		for (uint32_t i = 0; i < BENCH_BULK; i++)
			peer_free(thread, &loops_ring.slot[(tail + i) % LOOPS_RING]);
		tail += BENCH_BULK;
		atomic_store_explicit(&loops_ring.tail, tail, memory_order_release);
	}
	return 0;
}

extern const struct peer PEER_SYMBOL;
const struct peer PEER_SYMBOL = {
	.name = PEER_NAME,
	.what = PEER_WHAT,
	.open = loops_open,
	.close = loops_close,
	.join = peer_join,
	.reset = peer_reset,
	.metadata_size = peer_metadata_size,
	.alloc = loops_alloc,
	.free = loops_free,
	.nothing = loops_nothing,
	.alloc_bulk = loops_alloc_bulk,
	.free_bulk = loops_free_bulk,
	.lifo = loops_lifo,
	.bulk = loops_bulk,
	.churn = loops_churn,
	.produce = loops_produce,
	.consume = loops_consume,
};

#endif /* BENCH_LOOPS_H */
