// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * bulk.c - many pages at once, for receive rings.
 */
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/poison.h>
#include <linux/string.h>

#include "pool.h"
#include "trace.h"

/* Grants that one step of a bulk call keeps on the stack. */
#define STEP 16u

static void hand_over(struct labyrinth_pool *pool, gfp_t gfp, const lab_grant *grants,
		      unsigned int count, struct page **pages, unsigned long caller)
{
	unsigned int i;

	for (i = 0; i < count; i++) {
		struct pool_zone *zone = &pool->zone[grants[i].zone];

		pages[i] = zone->page[grants[i].frame];
		WRITE_ONCE(zone->caller[grants[i].frame], caller);
		if (unlikely(grants[i].low))
			irq_work_queue(&pool->wake);
		if (gfp & __GFP_ZERO)
			clear_page(page_address(pages[i]));
		trace_labyrinth_alloc(pool->name, pages[i], caller);
	}
}

/**
 * labyrinth_alloc_bulk() - take many pages
 * @pool: the pool
 * @gfp: as for labyrinth_alloc_page()
 * @pages: where they are put
 * @count: how many are wanted
 *
 * Context: Any: task, softirq, hardirq, NMI. Takes no lock, masks nothing.
 * Return: how many there are now in @pages; fewer than @count when the pool had no more.
 */
unsigned int labyrinth_alloc_bulk(struct labyrinth_pool *pool, gfp_t gfp, struct page **pages,
				  unsigned int count)
{
	lab_grant grants[STEP];
	unsigned int total = 0;
	lab_status status = LAB_OK;

	if (!pool || !pages)
		return 0;
	while (total < count && status == LAB_OK) {
		struct pool_level *level = visit_begin(pool);
		u32 done = 0;

		status = lab_alloc_bulk(&pool->lab, &level->context, flags_of(pool, gfp), grants,
					min(count - total, STEP), &done);
		visit_end(level);
		hand_over(pool, gfp, grants, done, pages + total, _RET_IP_);
		total += done;
	}
	if (status != LAB_OK)
		trace_labyrinth_refused(pool->name, status_text(status), errno_of(status));
	return total;
}
EXPORT_SYMBOL_NS_GPL(labyrinth_alloc_bulk, LABYRINTH);

/* The grant of a page that may be given back, or the error that says why it may not. */
static int proof_of(struct labyrinth_pool *pool, struct page *page, lab_grant *grant)
{
	u32 zone, frame;

	if (!page)
		return free_refused(pool, page, -EINVAL, "the page is NULL");
	if (!frame_of(pool, page, &zone, &frame))
		return free_refused(pool, page, -ENOENT, "the page is not of this pool");
	if (lab_holder(&pool->lab, zone, frame, grant) != LAB_OK)
		return free_refused(pool, page, -EALREADY, "nobody holds it: a double free");
	if (page_ref_count(page) != 1)
		return free_refused(pool, page, -EBUSY, "somebody else has a reference to it");
	return 0;
}

/* Give up to STEP pages back; stops at the first that is refused. */
static unsigned int put_step(struct labyrinth_pool *pool, struct page **pages, unsigned int count,
			     unsigned long caller)
{
	lab_grant grants[STEP];
	unsigned int good = 0;
	struct pool_level *level;
	lab_status status;
	u32 done = 0;

	while (good < count && proof_of(pool, pages[good], &grants[good]) == 0) {
		if (pool->poison)
			memset(page_address(pages[good]), PAGE_POISON, PAGE_SIZE);
		trace_labyrinth_free(pool->name, pages[good], caller);
		good++;
	}
	level = visit_begin(pool);
	status = lab_free_bulk(&pool->lab, &level->context, grants, good, &done);
	visit_end(level);
	if (status != LAB_OK)
		free_refused(pool, pages[done], errno_of(status), status_text(status));
	return done;
}

/**
 * labyrinth_free_bulk() - give many pages back
 * @pool: the pool that they came from
 * @pages: the pages, best in the order in which they were taken
 * @count: how many
 *
 * Context: Any: task, softirq, hardirq, NMI. Takes no lock, masks nothing.
 * Return: how many were taken back: @count, or the index of the first that was refused, for a
 * reason of labyrinth_free_page(), which a warning names; it and those after it are as they were.
 */
unsigned int labyrinth_free_bulk(struct labyrinth_pool *pool, struct page **pages,
				 unsigned int count)
{
	unsigned int total = 0;

	if (!pool || !pages) {
		free_refused(pool, NULL, -EINVAL, "pool or pages is NULL");
		return 0;
	}
	while (total < count) {
		unsigned int step = min(count - total, STEP);
		unsigned int done = put_step(pool, pages + total, step, _RET_IP_);

		total += done;
		if (done < step)
			break;
	}
	return total;
}
EXPORT_SYMBOL_NS_GPL(labyrinth_free_bulk, LABYRINTH);
