/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/dpdk.c - DPDK's rte_mempool; compiled once for each of its builds: PEER_SYMBOL and
 * PEER_NAME, DPDK_CACHE (objects a lcore keeps; 0: none), DPDK_OPS (what holds the others).
 */
#include "../peer.h"

#if DPDK_CACHE == 0
#define PEER_WHAT "DPDK rte_mempool, no cache, " DPDK_OPS
#else
#define PEER_WHAT "DPDK rte_mempool, a cache of 512 for each lcore (not interrupt-safe)"
#endif

#if __has_include(<rte_mempool.h>)

#include <stdlib.h>

#include <rte_errno.h>
#include <rte_mempool.h>

#include "dpdk_eal.h"

#define OBJECT_SIZE 64u /* the pages themselves would not be touched either */

typedef void *peer_page;

static struct rte_mempool *pool;

static inline bool peer_alloc(uint32_t thread, peer_page *page)
{
	(void)thread;
	return rte_mempool_get(pool, page) == 0;
}

static inline void peer_free(uint32_t thread, const peer_page *page)
{
	(void)thread;
	rte_mempool_put(pool, *page);
}

static inline bool peer_alloc_bulk(uint32_t thread, peer_page *pages)
{
	(void)thread;
	return rte_mempool_get_bulk(pool, pages, BENCH_BULK) == 0;
}

static inline void peer_free_bulk(uint32_t thread, const peer_page *pages)
{
	(void)thread;
	rte_mempool_put_bulk(pool, pages, BENCH_BULK);
}

static const char *peer_open(uint32_t frame_count)
{
	const char *why = dpdk_eal_start();

	if (why != NULL)
		return why;
	pool = rte_mempool_create_empty(PEER_NAME, frame_count, OBJECT_SIZE, DPDK_CACHE, 0,
					SOCKET_ID_ANY, 0);
	if (pool == NULL)
		return rte_strerror(rte_errno);
	if (rte_mempool_set_ops_byname(pool, DPDK_OPS, NULL) != 0)
		return "DPDK does not know the mempool ops " DPDK_OPS;
	if (rte_mempool_populate_default(pool) != (int)frame_count)
		return "DPDK has not enough memory for the pool";
	return NULL;
}

static void peer_close(void)
{
	rte_mempool_free(pool);
	pool = NULL;
}

static void peer_join(uint32_t thread)
{
	dpdk_eal_join(thread);
}

static void peer_reset(uint32_t thread)
{
	(void)thread;
	if (DPDK_CACHE != 0)
		rte_mempool_cache_flush(rte_mempool_default_cache(pool, rte_lcore_id()), pool);
}

/* A header and a trailer for each object, and a place in the ring. */
static size_t peer_metadata_size(uint32_t frame_count)
{
	struct rte_mempool_objsz size;
	size_t slots = 2;

	while (slots < frame_count + 1)
		slots *= 2;
	(void)rte_mempool_calc_obj_size(OBJECT_SIZE, 0, &size);
	return sizeof(struct rte_mempool) + slots * sizeof(void *) +
	       (size_t)frame_count * (size.header_size + size.trailer_size);
}

#include "../loops.h"

#else
#include "../absent.h"
PEER_ABSENT(PEER_SYMBOL, PEER_NAME, PEER_WHAT, "libdpdk-dev");
#endif
