/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/shared_malloc.h - an allocator that comes as a shared library and would replace
 * malloc() of the whole program if it were linked: it is loaded apart, and called by address.
 *
 * The including file has defined PEER_SYMBOL, PEER_NAME, PEER_WHAT, MALLOC_LIBRARY, MALLOC_PACKAGE.
 */
#ifndef BENCH_SHARED_MALLOC_H
#define BENCH_SHARED_MALLOC_H

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../peer.h"
#include "../singly.h"

typedef void *peer_page;

static struct {
	void *library;
	void *(*aligned_alloc)(size_t alignment, size_t size);
	void (*free)(void *page);
} own;

static inline bool peer_alloc(uint32_t thread, peer_page *page)
{
	(void)thread;
	*page = own.aligned_alloc(BENCH_PAGE_SIZE, BENCH_PAGE_SIZE);
	return *page != NULL;
}

static inline void peer_free(uint32_t thread, const peer_page *page)
{
	(void)thread;
	own.free(*page);
}

SINGLY_BULK
SINGLY_THREADS

/* POSIX has dlsym() answer functions as void *; copying the bytes is how C11 takes that. */
static bool find(const char *name, void *function)
{
	void *address = dlsym(own.library, name);

	memcpy(function, &address, sizeof(address));
	return address != NULL;
}

static const char *peer_open(uint32_t frame_count)
{
	(void)frame_count;
	if (own.library != NULL)
		return NULL;
	own.library = dlopen(MALLOC_LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (own.library == NULL) {
		static char why[256];

		snprintf(why, sizeof(why), "missing: %s: apt-get install %s", dlerror(),
			 MALLOC_PACKAGE);
		return why;
	}
	if (!find("aligned_alloc", &own.aligned_alloc) || !find("free", &own.free))
		return MALLOC_LIBRARY " has no aligned_alloc() and free()";
	return NULL;
}

/* It stays loaded: libraries with state of each thread cannot be unloaded safely. */
static void peer_close(void)
{
}

static size_t peer_metadata_size(uint32_t frame_count)
{
	(void)frame_count;
	return 0;
}

#include "../loops.h"

#endif /* BENCH_SHARED_MALLOC_H */
