/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/ck_ring.c - ConcurrencyKit's ring of free pages, many producers and many consumers.
 */
#include "../peer.h"

#define PEER_SYMBOL peer_ck_ring
#define PEER_NAME "ck_ring"
#define PEER_WHAT "ConcurrencyKit ck_ring, mpmc"

#if __has_include(<ck_ring.h>)

#include <stdlib.h>

#include <ck_ring.h>

#include "../singly.h"

typedef void *peer_page;

_Alignas(128) static ck_ring_t ring;
static ck_ring_buffer_t *buffer;
static unsigned char *address; /* one byte each, for its address */

static inline bool peer_alloc(uint32_t thread, peer_page *page)
{
	(void)thread;
	return ck_ring_dequeue_mpmc(&ring, buffer, page);
}

static inline void peer_free(uint32_t thread, const peer_page *page)
{
	(void)thread;
	(void)ck_ring_enqueue_mpmc(&ring, buffer, *page);
}

SINGLY_BULK
SINGLY_THREADS

/* A ring has room for one entry less than its size, which is a power of two. */
static uint32_t size_of(uint32_t frame_count)
{
	uint32_t size = 2;

	while (size < frame_count + 1)
		size *= 2;
	return size;
}

static const char *peer_open(uint32_t frame_count)
{
	const uint32_t size = size_of(frame_count);

	buffer = calloc(size, sizeof(*buffer));
	address = calloc(frame_count, 1);
	if (buffer == NULL || address == NULL)
		return "no memory for the ring";
	ck_ring_init(&ring, size);
	for (uint32_t i = 0; i < frame_count; i++)
		if (!ck_ring_enqueue_mpmc(&ring, buffer, &address[i]))
			return "the ring does not hold every page";
	return NULL;
}

static void peer_close(void)
{
	free(buffer);
	free(address);
	buffer = NULL;
	address = NULL;
}

static size_t peer_metadata_size(uint32_t frame_count)
{
	return sizeof(ring) + size_of(frame_count) * sizeof(*buffer);
}

#include "../loops.h"

#else
#include "../absent.h"
PEER_ABSENT(PEER_SYMBOL, PEER_NAME, PEER_WHAT, "libck-dev");
#endif
