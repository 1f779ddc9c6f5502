// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * rivals.c - the kernel's own ways to one page in atomic context, and Labyrinth.
 */
#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/err.h>
#include <linux/genalloc.h>
#include <linux/mempool.h>
#include <linux/mm.h>
#include <linux/platform_device.h>
#include <linux/sbitmap.h>
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#include <net/page_pool/helpers.h>
#else
#include <net/page_pool.h>
#endif

#include "bench.h"
#include "labyrinth_linux.h"

/* ---- alloc_page ---- */

static int nothing(void)
{
	return 0;
}

static void nothing_to_stop(void)
{
}

static void *buddy_take(void)
{
	return alloc_page(GFP_ATOMIC | __GFP_NOWARN);
}

static void buddy_give(void *page)
{
	__free_page(page);
}

/* ---- genalloc: numbers of pages; 1 << 20 keeps them apart from NULL ---- */

static struct gen_pool *gen;

static int gen_start(void)
{
	gen = gen_pool_create(PAGE_SHIFT, NUMA_NO_NODE);
	return gen ? gen_pool_add(gen, 1 << 20, BENCH_PAGES * PAGE_SIZE, NUMA_NO_NODE) : -ENOMEM;
}

static void *gen_take(void)
{
	return (void *)gen_pool_alloc(gen, PAGE_SIZE);
}

static void gen_give(void *page)
{
	gen_pool_free(gen, (unsigned long)page, PAGE_SIZE);
}

static void gen_stop(void)
{
	gen_pool_destroy(gen);
}

/* ---- mempool of pages: as it is used, the kernel's allocator first ---- */

static mempool_t *mempool;

static int mempool_start(void)
{
	mempool = mempool_create_page_pool(BENCH_PAGES, 0);
	return mempool ? 0 : -ENOMEM;
}

static void *mempool_take(void)
{
	return mempool_alloc(mempool, GFP_ATOMIC);
}

static void mempool_give(void *page)
{
	mempool_free(page, mempool);
}

static void mempool_stop(void)
{
	mempool_destroy(mempool);
}

/* ---- sbitmap_queue: numbers ---- */

static struct sbitmap_queue sbitmap;
static unsigned int sbitmap_cpu;

static int sbitmap_start(void)
{
	return sbitmap_queue_init_node(&sbitmap, BENCH_PAGES, -1, false, GFP_KERNEL, NUMA_NO_NODE);
}

static void *sbitmap_take(void)
{
	int number = sbitmap_queue_get(&sbitmap, &sbitmap_cpu);

	return number < 0 ? NULL : (void *)(unsigned long)(number + 1);
}

static void sbitmap_give(void *page)
{
	sbitmap_queue_clear(&sbitmap, (unsigned long)page - 1, sbitmap_cpu);
}

static void sbitmap_stop(void)
{
	sbitmap_queue_free(&sbitmap);
}

/* ---- page_pool ---- */

static struct page_pool *page_pool;

static int page_pool_start(void)
{
	const struct page_pool_params params = {
		.pool_size = BENCH_PAGES,
		.nid = NUMA_NO_NODE,
	};

	page_pool = page_pool_create(&params);
	return PTR_ERR_OR_ZERO(page_pool);
}

static void *page_pool_take(void)
{
	return page_pool_alloc_pages(page_pool, GFP_ATOMIC | __GFP_NOWARN);
}

/* As a driver's receive loop recycles: from the pool's own softirq. */
static void page_pool_give(void *page)
{
	page_pool_put_full_page(page_pool, page, true);
}

static void page_pool_stop(void)
{
	page_pool_destroy(page_pool);
}

/* ---- Labyrinth ---- */

static struct labyrinth_pool *pool;

static int labyrinth_start(unsigned int room)
{
	const struct labyrinth_zone_config zone = {
		.node = NUMA_NO_NODE, .pages = BENCH_PAGES, .reserve = 64
	};
	const struct labyrinth_pool_config config = {
		.name = "bench", .zones = &zone, .zone_count = 1, .room = room
	};

	pool = labyrinth_pool_create_config(&config);
	return PTR_ERR_OR_ZERO(pool);
}

static int rooms_start(void)
{
	return labyrinth_start(64);
}

static int roomless_start(void)
{
	return labyrinth_start(0);
}

static void *labyrinth_take(void)
{
	return labyrinth_alloc_page(pool, GFP_ATOMIC);
}

static void labyrinth_give(void *page)
{
	labyrinth_free_page(pool, page);
}

static void labyrinth_stop(void)
{
	labyrinth_pool_destroy(pool);
}

/* ---- many at once, as a receive ring is filled and emptied; most calls then only count ---- */

static struct page *stock[16], *waste[16];
static unsigned int stock_count, waste_count;

static void *stock_take(void)
{
	if (stock_count == 0)
		stock_count = labyrinth_alloc_bulk(pool, GFP_ATOMIC, stock, ARRAY_SIZE(stock));
	return stock_count ? stock[--stock_count] : NULL;
}

static void waste_give(void *page)
{
	waste[waste_count++] = page;
	if (waste_count < ARRAY_SIZE(waste))
		return;
	labyrinth_free_bulk(pool, waste, waste_count);
	waste_count = 0;
}

static void bulk_stop(void)
{
	labyrinth_free_bulk(pool, stock, stock_count);
	labyrinth_free_bulk(pool, waste, waste_count);
	stock_count = 0;
	waste_count = 0;
	labyrinth_stop();
}

static void *buddy_stock_take(void)
{
	if (stock_count == 0) {
		memset(stock, 0, sizeof(stock));
		stock_count = alloc_pages_bulk_array(GFP_ATOMIC, ARRAY_SIZE(stock), stock);
	}
	return stock_count ? stock[--stock_count] : NULL;
}

static void buddy_bulk_stop(void)
{
	while (stock_count > 0)
		__free_page(stock[--stock_count]);
}

const struct rival rivals[] = {
	{ "alloc_page", nothing, buddy_take, buddy_give, nothing_to_stop },
	{ "genalloc", gen_start, gen_take, gen_give, gen_stop },
	{ "mempool", mempool_start, mempool_take, mempool_give, mempool_stop },
	{ "sbitmap_queue", sbitmap_start, sbitmap_take, sbitmap_give, sbitmap_stop },
	{ "page_pool", page_pool_start, page_pool_take, page_pool_give, page_pool_stop },
	{ "Labyrinth, rooms", rooms_start, labyrinth_take, labyrinth_give, labyrinth_stop },
	{ "Labyrinth, no rooms", roomless_start, labyrinth_take, labyrinth_give, labyrinth_stop },
	{ "alloc_pages_bulk, 16", nothing, buddy_stock_take, buddy_give, buddy_bulk_stop },
	{ "Labyrinth, bulk of 16", rooms_start, stock_take, waste_give, bulk_stop },
};

const unsigned int rival_count = ARRAY_SIZE(rivals);
