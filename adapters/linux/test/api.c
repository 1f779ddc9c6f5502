// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * api.c - each function does what its comment says.
 */
#include <linux/err.h>
#include <linux/highmem.h>
#include <linux/platform_device.h>
#include <linux/string.h>

#include "ktap.h"

void api_page(void)
{
	struct labyrinth_pool *pool = labyrinth_pool_create("page", 16, GFP_KERNEL, NUMA_NO_NODE);
	struct page *a, *b;

	CHECK(!IS_ERR(pool));
	if (IS_ERR(pool))
		return;
	a = labyrinth_alloc_page(pool, GFP_ATOMIC);
	b = labyrinth_alloc_page(pool, GFP_KERNEL);
	CHECK(a && b && a != b);
	CHECK_EQUAL(page_ref_count(a), 1);
	CHECK_EQUAL(labyrinth_page_phys(a), (phys_addr_t)page_to_pfn(a) << PAGE_SHIFT);
	CHECK_EQUAL(labyrinth_free_page(pool, a), 0);
	CHECK_EQUAL(labyrinth_free_page(pool, b), 0);
	test_pool_end(pool);
}

void api_address(void)
{
	struct labyrinth_pool *pool = test_pool("address", 8, 0, 0);
	void *address;

	if (!pool)
		return;
	address = labyrinth_alloc_address(pool, GFP_ATOMIC);
	CHECK(address && !offset_in_page(address));
	memset(address, 1, PAGE_SIZE);
	CHECK_EQUAL(labyrinth_free_address(pool, address), 0);
	test_pool_end(pool);
}

void api_grant(void)
{
	struct labyrinth_pool *pool = test_pool("grant", 8, 0, 0);
	struct labyrinth_grant grant;

	if (!pool)
		return;
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_KERNEL, &grant), 0);
	CHECK(grant.page && grant.tag && grant.frame < 8 && grant.zone == 0 && grant.error == 0);
	CHECK_EQUAL(labyrinth_free_grant(pool, &grant), 0);
	test_pool_end(pool);
}

void api_void(void)
{
	struct labyrinth_pool *pool = test_pool("void", 8, 0, 0);
	struct labyrinth_grant grant, held[8];
	unsigned int i;

	if (!pool)
		return;
	for (i = 0; i < 8; i++) {
		labyrinth_void_alloc_page_gfp_atomic_exclusive(pool, &held[i]);
		CHECK(held[i].error == 0 && held[i].page);
	}
	labyrinth_void_alloc_page_gfp_atomic_exclusive(pool, NULL);
	labyrinth_void_alloc_page_gfp_atomic_exclusive(NULL, &grant);
	CHECK_EQUAL(grant.error, -EINVAL);
	labyrinth_void_alloc_page_gfp_atomic_exclusive(pool, &grant);
	CHECK_EQUAL(grant.error, -ENOMEM);
	CHECK(!grant.page);
	for (i = 0; i < 8; i++)
		CHECK_EQUAL(labyrinth_free_grant(pool, &held[i]), 0);
	test_pool_end(pool);
}

void api_bulk(void)
{
	struct labyrinth_pool *pool = test_pool("bulk", 100, 0, 4);
	static struct page *pages[120];
	struct labyrinth_stats stats;

	if (!pool)
		return;
	CHECK_EQUAL(labyrinth_alloc_bulk(pool, GFP_ATOMIC, pages, 0), 0);
	CHECK_EQUAL(labyrinth_alloc_bulk(pool, GFP_ATOMIC, pages, 37), 37);
	CHECK_EQUAL(labyrinth_alloc_bulk(pool, GFP_ATOMIC, pages + 37, 83), 63);
	CHECK_EQUAL(labyrinth_stats(pool, &stats), 0);
	CHECK_EQUAL(stats.held, 100);
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages, 100), 100);
	test_pool_end(pool);
}

void api_zero(void)
{
	struct labyrinth_pool *pool = test_pool("zero", 1, 0, 0);
	char *address;

	if (!pool)
		return;
	address = labyrinth_alloc_address(pool, GFP_ATOMIC);
	memset(address, 7, PAGE_SIZE);
	CHECK_EQUAL(labyrinth_free_address(pool, address), 0);
	address = labyrinth_alloc_address(pool, GFP_ATOMIC | __GFP_ZERO);
	CHECK(address && !memchr_inv(address, 0, PAGE_SIZE));
	CHECK_EQUAL(labyrinth_free_address(pool, address), 0);
	test_pool_end(pool);
}

void api_poison(void)
{
	const struct labyrinth_zone_config zone = { .pages = 1, .node = NUMA_NO_NODE };
	const struct labyrinth_pool_config config = {
		.name = "poison", .zones = &zone, .zone_count = 1, .poison = true
	};
	struct labyrinth_pool *pool = labyrinth_pool_create_config(&config);
	struct labyrinth_grant old, now;
	char *address;

	CHECK(!IS_ERR(pool));
	if (IS_ERR(pool))
		return;
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_ATOMIC, &old), 0);
	address = page_address(old.page);
	memset(address, 7, PAGE_SIZE);
	CHECK_EQUAL(labyrinth_free_grant(pool, &old), 0);
	CHECK(!memchr_inv(address, 0xaa, PAGE_SIZE));
	/* A free that is refused must not overwrite the page of its new holder. */
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_ATOMIC, &now), 0);
	memset(address, 8, PAGE_SIZE);
	CHECK_EQUAL(labyrinth_free_grant(pool, &old), -ESTALE);
	CHECK(!memchr_inv(address, 8, PAGE_SIZE));
	CHECK_EQUAL(labyrinth_free_page(pool, now.page), 0);
	CHECK(!memchr_inv(address, 0xaa, PAGE_SIZE));
	test_pool_end(pool);
}

void api_holder(void)
{
	struct labyrinth_pool *pool = test_pool("holder", 8, 0, 0);
	struct labyrinth_holder holder;
	struct page *page;
	char text[80];
	int cpu;

	if (!pool)
		return;
	cpu = get_cpu();
	page = labyrinth_alloc_page(pool, GFP_ATOMIC);
	put_cpu();
	CHECK_EQUAL(labyrinth_holder(pool, page, &holder), 0);
	CHECK_EQUAL(holder.cpu, cpu);
	CHECK_EQUAL(holder.level, 0);
	snprintf(text, sizeof(text), "%ps", (void *)holder.caller);
	CHECK(strstr(text, "api_holder"));
	CHECK_EQUAL(labyrinth_free_page(pool, page), 0);
	CHECK_EQUAL(labyrinth_holder(pool, page, &holder), -ESRCH);
	test_pool_end(pool);
}

/* A device that sees memory as the CPU does: the bus address is the physical one. */
void api_dma(void)
{
	struct labyrinth_pool *pool = test_pool("dma", 8, 0, 0);
	struct platform_device *device;
	struct page *page;
	dma_addr_t address;

	if (!pool)
		return;
	device = platform_device_register_simple("labyrinth_test", PLATFORM_DEVID_NONE, NULL, 0);
	CHECK(!IS_ERR(device));
	page = labyrinth_alloc_page(pool, GFP_ATOMIC);
	if (!IS_ERR(device) && page) {
		CHECK_EQUAL(dma_coerce_mask_and_coherent(&device->dev, DMA_BIT_MASK(64)), 0);
		address = labyrinth_page_dma_map(&device->dev, page, DMA_FROM_DEVICE);
		CHECK(!dma_mapping_error(&device->dev, address));
		CHECK_EQUAL(address, labyrinth_page_phys(page));
		dma_unmap_page(&device->dev, address, PAGE_SIZE, DMA_FROM_DEVICE);
	}
	if (!IS_ERR(device))
		platform_device_unregister(device);
	CHECK_EQUAL(labyrinth_free_page(pool, page), 0);
	test_pool_end(pool);
}

/* Take all that a request can get; returns how many, and whether each was of these zones. */
static unsigned int take_all(struct labyrinth_pool *pool, gfp_t gfp, enum zone_type highest,
			     struct page **pages)
{
	unsigned int count = 0;

	while (count < 40) {
		pages[count] = labyrinth_alloc_page(pool, gfp);
		if (!pages[count])
			break;
		CHECK(page_zonenum(pages[count]) <= highest);
		count++;
	}
	return count;
}

/* Each request falls back to lower zones, never to higher ones. */
void api_zones(void)
{
	const struct labyrinth_zone_config zones[] = {
		{ .gfp = GFP_KERNEL, .node = 0, .pages = 8 },
#ifdef CONFIG_ZONE_DMA32
		{ .gfp = GFP_DMA32, .node = 0, .pages = 4 },
#endif
#ifdef CONFIG_ZONE_DMA
		{ .gfp = GFP_DMA, .node = 0, .pages = 2 },
#endif
	};
	unsigned int dma = IS_ENABLED(CONFIG_ZONE_DMA) ? 2 : 0;
	unsigned int dma32 = IS_ENABLED(CONFIG_ZONE_DMA32) ? 4 : 0;
	const struct labyrinth_pool_config config = {
		.name = "zones", .zones = zones, .zone_count = ARRAY_SIZE(zones)
	};
	struct labyrinth_pool *pool = labyrinth_pool_create_config(&config);
	static struct page *pages[40];
	unsigned int count;

	CHECK(!IS_ERR(pool));
	if (IS_ERR(pool))
		return;
#ifdef CONFIG_ZONE_DMA
	CHECK_EQUAL(count = take_all(pool, GFP_ATOMIC | GFP_DMA, ZONE_DMA, pages), dma);
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages, count), count);
#endif
#ifdef CONFIG_ZONE_DMA32
	CHECK_EQUAL(count = take_all(pool, GFP_ATOMIC | GFP_DMA32, ZONE_DMA32, pages),
		    dma + dma32);
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages, count), count);
#endif
	CHECK_EQUAL(count = take_all(pool, GFP_ATOMIC, ZONE_NORMAL, pages), 8 + dma + dma32);
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages, count), count);
	test_pool_end(pool);
}

/* A pool without the lowest zone refuses what only that zone has. */
void api_no_zone(void)
{
	const struct labyrinth_zone_config zones[] = {
		{ .gfp = GFP_KERNEL, .node = NUMA_NO_NODE, .pages = 8 },
		{ .gfp = GFP_DMA32, .node = NUMA_NO_NODE, .pages = 4 },
	};
	const struct labyrinth_pool_config config = {
		.name = "no_zone", .zones = zones, .zone_count = ARRAY_SIZE(zones)
	};
	struct labyrinth_pool *pool = labyrinth_pool_create_config(&config);
	struct labyrinth_grant grant;

	CHECK(!IS_ERR(pool));
	if (IS_ERR(pool))
		return;
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_ATOMIC | GFP_DMA, &grant), -ENXIO);
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_ATOMIC | GFP_DMA32, &grant), 0);
	CHECK(page_zonenum(grant.page) <= ZONE_NORMAL);
	CHECK_EQUAL(labyrinth_free_grant(pool, &grant), 0);
	test_pool_end(pool);
}

void api_default(void)
{
	struct labyrinth_pool *pool = labyrinth_default_pool();
	struct page *page = labyrinth_alloc_page(pool, GFP_ATOMIC);

	CHECK(pool && page);
	CHECK_EQUAL(labyrinth_free_page(pool, page), 0);
}
