/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/glibc.c - the C library's allocator: pages aligned to their size.
 */
#include <stdlib.h>

#include "../peer.h"
#include "../singly.h"

#define PEER_SYMBOL peer_glibc
#define PEER_NAME "glibc"
#define PEER_WHAT "glibc aligned_alloc(4096, 4096)"

typedef void *peer_page;

static inline bool peer_alloc(uint32_t thread, peer_page *page)
{
	(void)thread;
	*page = aligned_alloc(BENCH_PAGE_SIZE, BENCH_PAGE_SIZE);
	return *page != NULL;
}

static inline void peer_free(uint32_t thread, const peer_page *page)
{
	(void)thread;
	free(*page);
}

SINGLY_BULK
SINGLY_THREADS

static const char *peer_open(uint32_t frame_count)
{
	(void)frame_count;
	return NULL;
}

static void peer_close(void)
{
}

static size_t peer_metadata_size(uint32_t frame_count)
{
	(void)frame_count;
	return 0;
}

#include "../loops.h"
