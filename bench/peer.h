/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peer.h - what the bench knows of an allocator: a table of functions.
 *
 * A file in peers/ says how its allocator is opened and how one page is allocated and freed;
 * loops.h turns that into the loops that are timed, so that they hold the allocator's own inline
 * code and no call of ours stands between.
 */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Threads that may use a peer; thread t runs on CPU t. */
#define BENCH_THREADS 2u
/** Pages in one bulk call, and in one burst of the pipeline. */
#define BENCH_BULK 32u
/** Bytes of a page: what is asked of allocators that hand out any size. */
#define BENCH_PAGE_SIZE 4096u

/** One call, of a thread about a place. */
typedef bool (*peer_call)(uint32_t thread, uint32_t place);

/**
 * One allocator. All functions but open() and close() name the thread that runs them; a thread has
 * `places` 0 .. frame_count + BENCH_BULK - 1, each with one page or none. A loop answers how many
 * of its requests failed.
 */
struct peer {
	const char *name;
	const char *what;

	/** Make a pool of `frame_count` pages, all free; null, or why that cannot be. */
	const char *(*open)(uint32_t frame_count);
	void (*close)(void);
	/** The thread itself, before anything else it does with this peer. */
	void (*join)(uint32_t thread);
	/** Give what this thread has in stock back: the same calls then take the same steps. */
	void (*reset)(uint32_t thread);
	/** Bytes that a pool of this many pages costs, the pages aside; 0: cannot be told. */
	size_t (*metadata_size)(uint32_t frame_count);

	/** One page into a place, out of a place (always true); the same without an allocator. */
	peer_call alloc;
	peer_call free;
	peer_call nothing;
	/** BENCH_BULK pages at once, into the first places and out of them; `place` is not used. */
	peer_call alloc_bulk;
	peer_call free_bulk;

	/** `rounds` times: allocate `depth` pages, free them, last first. */
	uint32_t (*lifo)(uint32_t thread, uint32_t depth, uint32_t rounds);
	uint32_t (*bulk)(uint32_t thread, uint32_t rounds);
	/** For each victim: free the page in that place, allocate another one into it. */
	uint32_t (*churn)(uint32_t thread, const uint32_t *victim, uint32_t count);
	/** Hand `count` pages to the other thread; free the pages that come from there. */
	uint32_t (*produce)(uint32_t thread, uint32_t count);
	uint32_t (*consume)(uint32_t thread, uint32_t count);
};

#endif /* BENCH_PEER_H */
