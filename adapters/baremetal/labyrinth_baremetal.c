/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/labyrinth_baremetal.c - the calls of a pool.
 */
#include "labyrinth_baremetal.h"
#include "backend.h"

#define PAGE_BYTES ((uintptr_t)LABYRINTH_PAGE_SIZE)

_Static_assert(LABYRINTH_PAGE_SIZE >= 32 && (LABYRINTH_PAGE_SIZE & (LABYRINTH_PAGE_SIZE - 1)) == 0,
	       "LABYRINTH_PAGE_SIZE is a power of two, at least 32");
_Static_assert(LABYRINTH_LEVELS <= LAB_CPUS_MAX * LAB_LEVELS_MAX, "a context for each level");

/* ---- allocation ---- */

static void count_failure(const labyrinth_pool *pool)
{
	(void)lab_port_count_add_relaxed(pool->failed, 1);
}

static unsigned char *page_at(const labyrinth_pool *pool, uint32_t frame)
{
	return &pool->page[frame * PAGE_BYTES];
}

void *labyrinth_alloc_page_gfp_atomic_exclusive(const labyrinth_pool *pool)
{
	uint32_t frame;

	if (pool == NULL || labyrinth_unmaskable())
		return NULL;
	if (backend_take(pool, &frame) == LAB_OK)
		return page_at(pool, frame);
	count_failure(pool);
	return NULL;
}

/* Member by member: whole, it would be a call of memset() to some compilers. */
static void no_page(lab_grant *grant, lab_status status)
{
	grant->frame = LAB_FRAME_NONE;
	grant->tag = 0;
	grant->zone = LAB_ZONE_NONE;
	grant->status = status;
	grant->low = false;
}

void labyrinth_void_alloc_page(const labyrinth_pool *pool, lab_grant *grant)
{
	if (grant == NULL)
		return;
	if (pool == NULL || labyrinth_unmaskable()) {
		no_page(grant, pool == NULL ? LAB_ERR_NULL : LAB_ERR_CONTEXT);
		return;
	}
	backend_grant(pool, grant);
	if (grant->status == LAB_OK)
		return;
	count_failure(pool);
	no_page(grant, grant->status);
}

void *labyrinth_page(const labyrinth_pool *pool, const lab_grant *grant)
{
	if (pool == NULL || grant == NULL || grant->frame >= pool->zone.frame_count)
		return NULL;
	return page_at(pool, grant->frame);
}

/* ---- the way back ---- */

lab_status labyrinth_free_page(const labyrinth_pool *pool, void *page)
{
	uintptr_t offset;
	uint32_t tag;

	if (pool == NULL || page == NULL)
		return LAB_ERR_NULL;
	offset = (uintptr_t)page - (uintptr_t)pool->page;
	if (offset % PAGE_BYTES != 0 || offset / PAGE_BYTES >= pool->zone.frame_count)
		return LAB_ERR_FRAME_RANGE;
	if (labyrinth_unmaskable())
		return LAB_ERR_CONTEXT;
	tag = lab_atomic_tag_load_relaxed(&pool->zone, pool->tag, (uint32_t)(offset / PAGE_BYTES));
	if (LAB_TAG_HOLDER(tag) == 0)
		return tag == 0 ? LAB_ERR_NEVER_HELD : LAB_ERR_FREED;
	return backend_give(pool, (uint32_t)(offset / PAGE_BYTES), tag);
}

lab_status labyrinth_free_grant(const labyrinth_pool *pool, const lab_grant *grant)
{
	if (pool == NULL || grant == NULL)
		return LAB_ERR_NULL;
	if (LAB_TAG_HOLDER(grant->tag) == 0)
		return LAB_ERR_GRANT_EMPTY;
	if (grant->frame >= pool->zone.frame_count)
		return LAB_ERR_FRAME_RANGE;
	if (labyrinth_unmaskable())
		return LAB_ERR_CONTEXT;
	return backend_give(pool, grant->frame, grant->tag);
}

/* ---- books ---- */

uint32_t labyrinth_holder(const labyrinth_pool *pool, const void *page)
{
	uintptr_t offset;

	if (pool == NULL || page == NULL)
		return 0;
	offset = (uintptr_t)page - (uintptr_t)pool->page;
	if (offset / PAGE_BYTES >= pool->zone.frame_count)
		return 0;
	return LAB_TAG_HOLDER(lab_atomic_tag_load_relaxed(&pool->zone, pool->tag,
							  (uint32_t)(offset / PAGE_BYTES)));
}

void labyrinth_count(const labyrinth_pool *pool, labyrinth_counters *counters)
{
	if (counters == NULL)
		return;
	counters->frame_count = 0;
	counters->used = 0;
	counters->peak = 0;
	counters->failed = 0;
	if (pool == NULL)
		return;
	counters->frame_count = pool->zone.frame_count;
	counters->failed = lab_port_count_add_relaxed(pool->failed, 0);
	for (uint32_t frame = 0; frame < pool->zone.frame_count; frame++) {
		uint32_t tag = lab_atomic_tag_load_relaxed(&pool->zone, pool->tag, frame);

		counters->used += LAB_TAG_HOLDER(tag) != 0;
		counters->peak += tag != 0;
	}
}

/* ---- set-up ---- */

lab_status labyrinth_pool_init(const labyrinth_pool *pool)
{
	if (pool == NULL)
		return LAB_ERR_NULL;
	*pool->failed = 0;
	return backend_init(pool);
}
