// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * misuse.c - calls that must be refused, each for its own reason, and without changing anything.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/string.h>

#include "ktap.h"

static struct labyrinth_stats before;

static void remember(struct labyrinth_pool *pool)
{
	labyrinth_stats(pool, &before);
}

/* `refused` frees were refused since remember(), and nothing else happened. */
static void nothing_changed(struct labyrinth_pool *pool, unsigned int refused)
{
	struct labyrinth_stats now;

	labyrinth_stats(pool, &now);
	CHECK_EQUAL(now.refused_frees, before.refused_frees + refused);
	now.refused_frees = before.refused_frees;
	CHECK(memcmp(&now, &before, sizeof(now)) == 0);
}

void misuse_free(void)
{
	struct labyrinth_pool *pool = test_pool("misuse", 8, 0, 0);
	struct labyrinth_pool *other = test_pool("other", 8, 0, 0);
	struct page *page, *held, *foreign, *kernels = alloc_page(GFP_KERNEL);
	void *address;

	if (!pool || !other || !kernels)
		return;
	page = labyrinth_alloc_page(pool, GFP_ATOMIC);
	held = labyrinth_alloc_page(pool, GFP_ATOMIC);
	foreign = labyrinth_alloc_page(other, GFP_ATOMIC);
	CHECK_EQUAL(labyrinth_free_page(pool, page), 0);
	remember(pool);
	CHECK_EQUAL(labyrinth_free_page(pool, page), -EALREADY);
	CHECK_EQUAL(labyrinth_free_address(pool, page_address(page)), -EALREADY);
	CHECK_EQUAL(labyrinth_free_page(pool, NULL), -EINVAL);
	CHECK_EQUAL(labyrinth_free_page(NULL, held), -EINVAL);
	CHECK_EQUAL(labyrinth_free_page(pool, foreign), -ENOENT);
	set_page_private(kernels, page_private(held));
	CHECK_EQUAL(labyrinth_free_page(pool, kernels), -ENOENT);
	set_page_private(kernels, ~0UL);
	CHECK_EQUAL(labyrinth_free_page(pool, kernels), -ENOENT);
	get_page(held);
	CHECK_EQUAL(labyrinth_free_page(pool, held), -EBUSY);
	put_page(held);
	address = page_address(held);
	CHECK_EQUAL(labyrinth_free_address(pool, address + 1), -EINVAL);
	CHECK_EQUAL(labyrinth_free_address(pool, NULL), -EINVAL);
	CHECK_EQUAL(labyrinth_free_address(NULL, address), -EINVAL);
	CHECK_EQUAL(labyrinth_free_address(pool, page_address(kernels)), -ENOENT);
	nothing_changed(pool, 10);
	CHECK_EQUAL(labyrinth_free_page(pool, held), 0);
	CHECK_EQUAL(labyrinth_free_page(other, foreign), 0);
	set_page_private(kernels, 0);
	__free_page(kernels);
	test_pool_end(pool);
	test_pool_end(other);
}

void misuse_grant(void)
{
	struct labyrinth_pool *pool = test_pool("misuse", 1, 0, 0);
	struct labyrinth_grant old, now, wrong;

	if (!pool)
		return;
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_ATOMIC, &old), 0);
	CHECK_EQUAL(labyrinth_free_grant(pool, &old), 0);
	remember(pool);
	CHECK_EQUAL(labyrinth_free_grant(pool, &old), -EALREADY);
	nothing_changed(pool, 1);
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_ATOMIC, &now), 0);
	remember(pool);
	CHECK_EQUAL(labyrinth_free_grant(pool, &old), -ESTALE);
	CHECK_EQUAL(labyrinth_free_grant(pool, NULL), -EINVAL);
	CHECK_EQUAL(labyrinth_free_grant(NULL, &now), -EINVAL);
	wrong = now;
	wrong.tag = 0;
	CHECK_EQUAL(labyrinth_free_grant(pool, &wrong), -EINVAL);
	wrong = now;
	wrong.tag ^= 0x10000;
	CHECK_EQUAL(labyrinth_free_grant(pool, &wrong), -ESTALE);
	wrong = now;
	wrong.frame++;
	CHECK_EQUAL(labyrinth_free_grant(pool, &wrong), -ENOENT);
	wrong = now;
	wrong.zone++;
	CHECK_EQUAL(labyrinth_free_grant(pool, &wrong), -ENOENT);
	wrong.page = NULL;
	CHECK_EQUAL(labyrinth_free_grant(pool, &wrong), -EINVAL);
	get_page(now.page);
	CHECK_EQUAL(labyrinth_free_grant(pool, &now), -EBUSY);
	put_page(now.page);
	nothing_changed(pool, 8);
	CHECK_EQUAL(labyrinth_free_grant(pool, &now), 0);
	test_pool_end(pool);
}

void misuse_alloc(void)
{
	struct labyrinth_pool *pool = test_pool("misuse", 8, 0, 0);
	struct labyrinth_grant grant;
	struct labyrinth_holder holder;
	struct labyrinth_stats stats;
	struct page *kernels = alloc_page(GFP_KERNEL);

	if (!pool || !kernels)
		return;
	remember(pool);
	CHECK(!labyrinth_alloc_page(NULL, GFP_ATOMIC));
	CHECK(!labyrinth_alloc_address(NULL, GFP_ATOMIC));
	CHECK_EQUAL(labyrinth_alloc_grant(NULL, GFP_ATOMIC, &grant), -EINVAL);
	CHECK(!grant.page && grant.tag == 0 && grant.error == -EINVAL);
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_ATOMIC, NULL), -EINVAL);
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_ATOMIC | GFP_DMA, &grant), -ENXIO);
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_ATOMIC | GFP_DMA32, &grant), -ENXIO);
	CHECK_EQUAL(labyrinth_holder(pool, kernels, &holder), -ENOENT);
	CHECK_EQUAL(labyrinth_holder(pool, NULL, &holder), -EINVAL);
	CHECK_EQUAL(labyrinth_holder(NULL, kernels, &holder), -EINVAL);
	CHECK_EQUAL(labyrinth_holder(pool, kernels, NULL), -EINVAL);
	CHECK_EQUAL(labyrinth_stats(NULL, &stats), -EINVAL);
	CHECK_EQUAL(labyrinth_stats(pool, NULL), -EINVAL);
	CHECK_EQUAL(labyrinth_drain(NULL), -EINVAL);
	nothing_changed(pool, 0);
	__free_page(kernels);
	test_pool_end(pool);
}

/* A bulk free stops at the first page that it must refuse, and says which. */
void misuse_bulk(void)
{
	struct labyrinth_pool *pool = test_pool("misuse", 64, 0, 0);
	struct page *pages[20];

	if (!pool)
		return;
	CHECK_EQUAL(labyrinth_alloc_bulk(NULL, GFP_ATOMIC, pages, 20), 0);
	CHECK_EQUAL(labyrinth_alloc_bulk(pool, GFP_ATOMIC, NULL, 20), 0);
	CHECK_EQUAL(labyrinth_alloc_bulk(pool, GFP_ATOMIC, pages, 20), 20);
	CHECK_EQUAL(labyrinth_free_page(pool, pages[18]), 0);
	CHECK_EQUAL(labyrinth_free_bulk(NULL, pages, 20), 0);
	CHECK_EQUAL(labyrinth_free_bulk(pool, NULL, 20), 0);
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages, 20), 18);
	remember(pool);
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages, 20), 0);
	/* The same page twice in one call: the second is a double free. */
	pages[0] = pages[19];
	pages[1] = pages[19];
	nothing_changed(pool, 1);
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages, 2), 1);
	test_pool_end(pool);
}

static void refused(const struct labyrinth_pool_config *config, long error)
{
	struct labyrinth_pool *pool = labyrinth_pool_create_config(config);

	CHECK_EQUAL(PTR_ERR_OR_ZERO(pool), error);
	if (!IS_ERR(pool))
		labyrinth_pool_destroy(pool);
}

#define REFUSED_ZONE(...)                                                                          \
	do {                                                                                       \
		const struct labyrinth_zone_config one_ = { __VA_ARGS__ };                         \
		const struct labyrinth_pool_config config_ = {                                     \
			.name = "wrong", .zones = &one_, .zone_count = 1                           \
		};                                                                                 \
		refused(&config_, -EINVAL);                                                        \
	} while (0)

void misuse_config(void)
{
	const struct labyrinth_zone_config zones[2] = {
		{ .node = NUMA_NO_NODE, .pages = 8 }, { .node = NUMA_NO_NODE, .pages = 8 }
	};
	struct labyrinth_pool_config config = { .name = "wrong", .zones = zones, .zone_count = 1 };
	struct labyrinth_pool *pool = test_pool("taken", 8, 0, 0);

	refused(NULL, -EINVAL);
	config.name = "";
	refused(&config, -EINVAL);
	config.name = "a name of more than thirty-one characters";
	refused(&config, -EINVAL);
	config.name = "taken";
	refused(&config, -EEXIST);
	config.name = "wrong";
	config.zone_count = 0;
	refused(&config, -EINVAL);
	config.zone_count = 2;
	refused(&config, -EINVAL);
	config.zone_count = 1;
	config.room = LABYRINTH_ROOM_MAX + 1;
	refused(&config, -EINVAL);
	REFUSED_ZONE(.node = NUMA_NO_NODE, .pages = 0);
	REFUSED_ZONE(.node = NUMA_NO_NODE, .pages = 8, .max_pages = 7);
	REFUSED_ZONE(.node = NUMA_NO_NODE, .pages = 8, .max_pages = 9);
	REFUSED_ZONE(.node = NUMA_NO_NODE, .pages = 8, .reserve = 8);
	REFUSED_ZONE(.node = NUMA_NO_NODE, .pages = 64, .reserve = 1);
	REFUSED_ZONE(.node = NUMA_NO_NODE, .pages = 8, .low = 4, .high = 4);
	REFUSED_ZONE(.node = NUMA_NO_NODE, .pages = 8, .low = 4, .high = 9);
	REFUSED_ZONE(.pages = 8, .node = MAX_NUMNODES);
	CHECK_EQUAL(PTR_ERR_OR_ZERO(labyrinth_pool_create("huge", 1 << 25, GFP_KERNEL,
							  NUMA_NO_NODE)), -EINVAL);
	if (pool)
		test_pool_end(pool);
}

/* A pool that goes leaks what is held, and touches none of it. */
void misuse_destroy(void)
{
	struct labyrinth_pool *pool = test_pool("leaky", 64, 0, 4);
	struct page *pages[3];
	unsigned int i;

	if (!pool)
		return;
	CHECK_EQUAL(labyrinth_alloc_bulk(pool, GFP_ATOMIC, pages, 3), 3);
	for (i = 0; i < 3; i++)
		memset(page_address(pages[i]), 'a' + i, PAGE_SIZE);
	CHECK_EQUAL(labyrinth_pool_destroy(pool), 3);
	CHECK_EQUAL(labyrinth_pool_destroy(NULL), 0);
	for (i = 0; i < 3; i++) {
		CHECK_EQUAL(page_ref_count(pages[i]), 1);
		CHECK(!memchr_inv(page_address(pages[i]), 'a' + i, PAGE_SIZE));
		set_page_private(pages[i], 0);
		__free_page(pages[i]);
	}
}
