/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/all.h - every peer, in the order of the tables.
 */
#ifndef BENCH_PEERS_ALL_H
#define BENCH_PEERS_ALL_H

#include "../peer.h"

/* X(symbol) for each of Labyrinth's builds, and for the others. */
#define PEERS_LABYRINTH(X) X(peer_lab) X(peer_lab_bare) X(peer_lab_hard) X(peer_lab_hard_bare)
#define PEERS_OTHERS(X)                                                                            \
	X(peer_floor)                                                                              \
	X(peer_dpdk_cached)                                                                        \
	X(peer_dpdk_ring)                                                                          \
	X(peer_dpdk_lfstack)                                                                       \
	X(peer_ck_stack)                                                                           \
	X(peer_ck_ring)                                                                            \
	X(peer_lfstack)                                                                            \
	X(peer_spinlock)                                                                           \
	X(peer_jemalloc)                                                                           \
	X(peer_mimalloc)                                                                           \
	X(peer_glibc)

#define PEERS_DECLARE(symbol) extern const struct peer(symbol);
#define PEERS_ADDRESS(symbol) &(symbol),

PEERS_LABYRINTH(PEERS_DECLARE)
PEERS_OTHERS(PEERS_DECLARE)

#endif /* BENCH_PEERS_ALL_H */
