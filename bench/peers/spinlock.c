/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/spinlock.c - an array of free pages behind a test-and-set lock, as many kernels have
 * it; interrupts are not masked, which a real one would pay for as well.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "../peer.h"
#include "../singly.h"

#define PEER_SYMBOL peer_spinlock
#define PEER_NAME "spinlock"
#define PEER_WHAT "an array behind a spinlock, interrupts not masked"

typedef uint32_t peer_page;

static struct {
	_Alignas(128) atomic_bool locked;
	uint32_t count;
	uint32_t *page;
} pool;

static inline void lock(void)
{
	while (atomic_exchange_explicit(&pool.locked, true, memory_order_acquire))
		while (atomic_load_explicit(&pool.locked, memory_order_relaxed))
			__builtin_ia32_pause();
}

static inline void unlock(void)
{
	atomic_store_explicit(&pool.locked, false, memory_order_release);
}

static inline bool peer_alloc(uint32_t thread, uint32_t *page)
{
	bool found;

	(void)thread;
	lock();
	found = pool.count > 0;
	if (found)
		*page = pool.page[--pool.count];
	unlock();
	return found;
}

static inline void peer_free(uint32_t thread, const uint32_t *page)
{
	(void)thread;
	lock();
	pool.page[pool.count++] = *page;
	unlock();
}

static inline bool peer_alloc_bulk(uint32_t thread, uint32_t *pages)
{
	bool found;

	(void)thread;
	lock();
	found = pool.count >= BENCH_BULK;
	for (uint32_t i = 0; found && i < BENCH_BULK; i++)
		pages[i] = pool.page[--pool.count];
	unlock();
	return found;
}

static inline void peer_free_bulk(uint32_t thread, const uint32_t *pages)
{
	(void)thread;
	lock();
	for (uint32_t i = 0; i < BENCH_BULK; i++)
		pool.page[pool.count++] = pages[i];
	unlock();
}

SINGLY_THREADS

static const char *peer_open(uint32_t frame_count)
{
	pool.page = calloc(frame_count, sizeof(*pool.page));
	if (pool.page == NULL)
		return "no memory for the array";
	for (uint32_t i = 0; i < frame_count; i++)
		pool.page[i] = i;
	pool.count = frame_count;
	return NULL;
}

static void peer_close(void)
{
	free(pool.page);
	pool.page = NULL;
}

static size_t peer_metadata_size(uint32_t frame_count)
{
	return sizeof(pool) + frame_count * sizeof(uint32_t);
}

#include "../loops.h"
