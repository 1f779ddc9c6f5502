// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * limits.c - the last page, the last element, more pages than one level of hints.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/vmalloc.h>

#include "ktap.h"

/* Ordinary requests leave the reserve alone; GFP_ATOMIC gets it; then there is nothing. */
void limits_exhaustion(void)
{
	struct labyrinth_pool *pool = test_pool("exhaustion", 256, 64, 0);
	static struct page *pages[256];
	struct labyrinth_grant grant;
	unsigned int count = 0;

	if (!pool)
		return;
	while (count < 256 && labyrinth_alloc_grant(pool, GFP_KERNEL, &grant) == 0)
		pages[count++] = grant.page;
	CHECK_EQUAL(count, 192);
	CHECK_EQUAL(grant.error, -ENOSPC);
	while (count < 256 && labyrinth_alloc_grant(pool, GFP_ATOMIC, &grant) == 0)
		pages[count++] = grant.page;
	CHECK_EQUAL(count, 256);
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_ATOMIC, &grant), -ENOMEM);
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_KERNEL, &grant), -ENOMEM);
	CHECK_EQUAL(labyrinth_free_page(pool, pages[255]), 0);
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_KERNEL, &grant), -ENOSPC);
	CHECK_EQUAL(labyrinth_alloc_grant(pool, GFP_ATOMIC, &grant), 0);
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages, 256), 256);
	test_pool_end(pool);
}

/* Every page of a pool is taken and given back, with stamps. */
static void use_all(struct labyrinth_pool *pool, unsigned int count)
{
	struct page **pages = vmalloc(array_size(count, sizeof(*pages)));
	unsigned int i;

	CHECK(pages);
	if (!pages)
		return;
	for (i = 0; i < count; i++) {
		pages[i] = labyrinth_alloc_page(pool, GFP_ATOMIC);
		if (!pages[i])
			break;
		*(u64 *)page_address(pages[i]) = i;
	}
	CHECK_EQUAL(i, count);
	CHECK(!labyrinth_alloc_page(pool, GFP_ATOMIC));
	while (i-- > 0) {
		CHECK_EQUAL(*(u64 *)page_address(pages[i]), i);
		CHECK_EQUAL(labyrinth_free_page(pool, pages[i]), 0);
	}
	vfree(pages);
}

/* 1025 elements of four or eight bytes are four or eight more than a slab object has: with red
 * zones (slub_debug=FZ) an array one too short is found when it is given back, and taints.
 */
void limits_arrays(void)
{
	struct labyrinth_pool *pool = test_pool("arrays", 1025, 0, 0);
	struct labyrinth_pool *roomy = test_pool("roomy", 1025, 0, 4);

	if (!pool || !roomy)
		return;
	use_all(pool, 1025);
	use_all(roomy, 1025);
	test_pool_end(pool);
	test_pool_end(roomy);
	CHECK(!test_taint(TAINT_BAD_PAGE));
}

/* More words than one level of hints has, and than are read one by one. */
void limits_large(void)
{
	struct labyrinth_pool *pool = test_pool("large", 4500, 64, 0);

	if (!pool)
		return;
	use_all(pool, 4500);
	test_pool_end(pool);
}
