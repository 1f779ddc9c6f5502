/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/floor.c - no allocator: what any would cost that locks once per operation. A private
 * stack of each thread says which page it is, one locked add on a line of its own pays for it.
 */
#include <stdatomic.h>
#include <stdlib.h>

#include "../peer.h"
#include "../singly.h"

#define PEER_SYMBOL peer_floor
#define PEER_NAME "floor"
#define PEER_WHAT "a private stack and one locked instruction per operation (no allocator)"

typedef uint32_t peer_page;

static struct {
	_Alignas(128) uint32_t *page;
	uint32_t count;
	uint32_t limit;
	_Alignas(128) _Atomic uint64_t tally;
} stack[BENCH_THREADS];

/* It has no end: what the other thread frees would never come back. */
static inline bool peer_alloc(uint32_t thread, uint32_t *page)
{
	atomic_fetch_sub(&stack[thread].tally, 1);
	if (stack[thread].count == 0)
		stack[thread].count = stack[thread].limit;
	*page = stack[thread].page[--stack[thread].count];
	return true;
}

static inline void peer_free(uint32_t thread, const uint32_t *page)
{
	atomic_fetch_add(&stack[thread].tally, 1);
	if (stack[thread].count == stack[thread].limit)
		stack[thread].count = 0;
	stack[thread].page[stack[thread].count++] = *page;
}

SINGLY_BULK
SINGLY_THREADS

static const char *peer_open(uint32_t frame_count)
{
	for (uint32_t t = 0; t < BENCH_THREADS; t++) {
		stack[t].page = calloc(frame_count, sizeof(*stack[t].page));
		if (stack[t].page == NULL)
			return "no memory for the stack";
		for (uint32_t i = 0; i < frame_count; i++)
			stack[t].page[i] = i;
		stack[t].count = frame_count;
		stack[t].limit = frame_count;
	}
	return NULL;
}

static void peer_close(void)
{
	for (uint32_t t = 0; t < BENCH_THREADS; t++) {
		free(stack[t].page);
		stack[t].page = NULL;
	}
}

static size_t peer_metadata_size(uint32_t frame_count)
{
	return frame_count * sizeof(uint32_t);
}

#include "../loops.h"
