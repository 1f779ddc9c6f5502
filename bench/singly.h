/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/singly.h - parts for peers that lack them: no bulk call, nothing kept for a thread.
 */
#ifndef BENCH_SINGLY_H
#define BENCH_SINGLY_H

#include "peer.h"

/* A bulk call is as many calls; a stock that is never drained needs no reset. */
#define SINGLY_BULK                                                                                \
	static inline bool peer_alloc_bulk(uint32_t thread, peer_page *pages)                      \
	{                                                                                          \
		bool good = true;                                                                  \
                                                                                                   \
		for (uint32_t i = 0; i < BENCH_BULK; i++)                                          \
			good &= peer_alloc(thread, &pages[i]);                                     \
		return good;                                                                       \
	}                                                                                          \
	static inline void peer_free_bulk(uint32_t thread, const peer_page *pages)                 \
	{                                                                                          \
		for (uint32_t i = 0; i < BENCH_BULK; i++)                                          \
			peer_free(thread, &pages[i]);                                              \
	}

#define SINGLY_THREADS                                                                             \
	static void peer_join(uint32_t thread)                                                     \
	{                                                                                          \
		(void)thread;                                                                      \
	}                                                                                          \
	static void peer_reset(uint32_t thread)                                                    \
	{                                                                                          \
		(void)thread;                                                                      \
	}

#endif /* BENCH_SINGLY_H */
