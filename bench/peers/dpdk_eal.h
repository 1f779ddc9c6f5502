/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/dpdk_eal.h - DPDK's environment: one for the whole program.
 */
#ifndef BENCH_DPDK_EAL_H
#define BENCH_DPDK_EAL_H

#include <stdint.h>

/** Start it in ordinary memory, without devices; null, or why it does not start. */
const char *dpdk_eal_start(void);

/** Give a thread that is not DPDK's own an lcore number, so that its caches are its own. */
void dpdk_eal_join(uint32_t thread);

#endif /* BENCH_DPDK_EAL_H */
