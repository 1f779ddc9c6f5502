/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/scatter.h - random numbers that are the same in every run, and pools filled with them.
 */
#ifndef BENCH_SCATTER_H
#define BENCH_SCATTER_H

#include "peer.h"

/** The next number below `limit`; `state` is anything but 0 at first (xorshift). */
uint32_t scatter_below(uint64_t *state, uint32_t limit);

/** 0 .. count - 1 in random order, for free(); ends the program when there is no memory. */
uint32_t *scatter_order(uint32_t count, uint64_t seed);

/** Take `taken` pages and free all but `held` of them, in random order. The answer, for free(), has
 *  the places in that order: the first `held` of them have a page. */
uint32_t *scatter_fill(const struct peer *peer, uint32_t thread, uint32_t taken, uint32_t held);

/** The two halves of scatter_fill(), for threads that take first and then free, each its own. */
void scatter_take(const struct peer *peer, uint32_t thread, uint32_t taken);
uint32_t *scatter_free(const struct peer *peer, uint32_t thread, uint32_t taken, uint32_t held);

/** Free the first `held` places of the order. */
void scatter_empty(const struct peer *peer, uint32_t thread, const uint32_t *order, uint32_t held);

#endif /* BENCH_SCATTER_H */
