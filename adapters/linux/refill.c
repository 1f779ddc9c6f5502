// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * refill.c - pages that come from the kernel and go back to it, always in process context.
 *
 * A frame that has no page is away in the core's eyes: nobody is given it. The worker gets a page
 * for it and donates it; a surplus frame is reclaimed, and its page goes back.
 */
#include <linux/mm.h>

#include "compat.h"
#include "pool.h"
#include "trace.h"

/* How long the worker waits before it looks again at a pool that is not where it should be. */
#define AGAIN (HZ / 10)

/* Pages that the worker moves before it lets others at the pool. */
#define BATCH 64u

static u32 free_in(struct labyrinth_pool *pool, u32 zone)
{
	return READ_ONCE(pool->lab.gauge[zone].free);
}

/* Get a page for a spare frame; the frame stays away until it is donated. */
static bool page_join(struct pool_zone *of, u32 zone, u32 frame, gfp_t gfp)
{
	struct page *page = alloc_pages_node(of->node, of->gfp | gfp, 0);

	if (!page)
		return false;
	set_page_private(page, (unsigned long)zone << FRAME_BITS | frame);
	WRITE_ONCE(of->page[frame], page);
	return true;
}

/* Give the page of a frame that nobody can be given back to the kernel. */
static void page_part(struct pool_zone *of, u32 frame)
{
	struct page *page = of->page[frame];

	WRITE_ONCE(of->page[frame], NULL);
	set_page_private(page, 0);
	__free_page(page);
}

/* Get pages for all frames of a zone but the spare ones; the pool is not shared yet. */
int zone_fill(struct labyrinth_pool *pool, u32 zone)
{
	struct pool_zone *of = &pool->zone[zone];
	u32 frame;

	while (of->frame_count - of->spare_count > of->base) {
		if (lab_reclaim(&pool->lab, zone, 0, &frame) != LAB_OK)
			return -EINVAL;
		of->spare[of->spare_count++] = frame;
	}
	for (frame = 0; frame < of->frame_count; frame++) {
		lab_grant grant;

		if (lab_holder(&pool->lab, zone, frame, &grant) == LAB_OK)
			continue;
		if (!page_join(of, zone, frame, GFP_KERNEL))
			return -ENOMEM;
		cond_resched();
	}
	return 0;
}

/* Give all pages of a zone back that nobody holds; returns how many are held, and leaked. */
unsigned int zone_empty(struct labyrinth_pool *pool, u32 zone)
{
	static const char *const levels[] = LEVEL_NAMES;
	struct pool_zone *of = &pool->zone[zone];
	unsigned int leaked = 0;
	u32 frame;

	for (frame = 0; frame < of->frame_count; frame++) {
		struct page *page = of->page[frame];
		struct labyrinth_holder holder;
		lab_grant grant;

		cond_resched();
		if (!page)
			continue;
		if (lab_holder(&pool->lab, zone, frame, &grant) != LAB_OK &&
		    page_ref_count(page) == 1) {
			page_part(of, frame);
			continue;
		}
		leaked++;
		if (leaked > 16)
			continue;
		holder_of_tag(grant.tag, &holder);
		if (grant.status == LAB_OK)
			pr_warn("labyrinth: %s: page %lx is still held by cpu %u %s, from %pS\n",
				pool->name, page_to_pfn(page), holder.cpu,
				levels[holder.level & 3], (void *)of->caller[frame]);
		else
			pr_warn("labyrinth: %s: page %lx is free, but has %d references\n",
				pool->name, page_to_pfn(page), page_ref_count(page));
	}
	return leaked;
}

/* Up to the high watermark, or as far as there are frames and memory. */
static u32 zone_refill(struct labyrinth_pool *pool, u32 zone)
{
	struct pool_zone *of = &pool->zone[zone];
	u32 added = 0;

	while (added < BATCH && of->spare_count > 0 && free_in(pool, zone) < of->high) {
		u32 frame = of->spare[of->spare_count - 1];

		if (!page_join(of, zone, frame, GFP_KERNEL | __GFP_NOWARN | __GFP_NORETRY))
			break;
		of->spare_count--;
		lab_donate(&pool->lab, zone, frame);
		added++;
	}
	return added;
}

/* Give back at most `count` pages, and none at or under the high watermark. */
static u32 zone_shrink(struct labyrinth_pool *pool, u32 zone, u32 count)
{
	struct pool_zone *of = &pool->zone[zone];
	u32 returned = 0;
	u32 frame;

	while (returned < count && free_in(pool, zone) > of->high) {
		if (lab_reclaim(&pool->lab, zone, 0, &frame) != LAB_OK)
			break;
		/* Somebody kept a reference: the page is not free to go. */
		if (page_ref_count(of->page[frame]) != 1) {
			lab_donate(&pool->lab, zone, frame);
			break;
		}
		page_part(of, frame);
		of->spare[of->spare_count++] = frame;
		returned++;
	}
	return returned;
}

/* Pages that the worker brought, over those the zone began with. */
static u32 extra(const struct pool_zone *of)
{
	u32 pages = of->frame_count - of->spare_count;

	return pages > of->base ? pages - of->base : 0;
}

static void work(struct work_struct *item)
{
	struct labyrinth_pool *pool = container_of(to_delayed_work(item), struct labyrinth_pool,
						   work);
	unsigned int added = 0, returned = 0;
	bool again = false;
	u32 zone;

	mutex_lock(&pool->lock);
	for (zone = 0; zone < pool->lab.zone_count; zone++) {
		struct pool_zone *of = &pool->zone[zone];

		if (of->low == 0)
			continue;
		added += zone_refill(pool, zone);
		returned += zone_shrink(pool, zone, min(extra(of), BATCH));
		again |= extra(of) > 0 ||
			 (of->spare_count > 0 && free_in(pool, zone) < of->high);
	}
	mutex_unlock(&pool->lock);
	if (added || returned)
		trace_labyrinth_worker(pool->name, added, returned);
	if (again && !READ_ONCE(pool->stopped))
		queue_delayed_work(system_unbound_wq, &pool->work, added == BATCH ? 1 : AGAIN);
}

static void wake(struct irq_work *item)
{
	struct labyrinth_pool *pool = container_of(item, struct labyrinth_pool, wake);

	if (!READ_ONCE(pool->stopped))
		mod_delayed_work(system_unbound_wq, &pool->work, 0);
}

static unsigned long shrink_count(struct shrinker *shrinker, struct shrink_control *control)
{
	struct labyrinth_pool *pool = labyrinth_shrinker_data(shrinker);
	unsigned long count = 0;
	u32 zone;

	for (zone = 0; zone < pool->lab.zone_count; zone++) {
		u32 free = free_in(pool, zone);

		if (pool->zone[zone].low != 0 && free > pool->zone[zone].high)
			count += free - pool->zone[zone].high;
	}
	return count;
}

/* Idle pages go back when memory is short. The lock may be with the worker that asks for memory. */
static unsigned long shrink_scan(struct shrinker *shrinker, struct shrink_control *control)
{
	struct labyrinth_pool *pool = labyrinth_shrinker_data(shrinker);
	unsigned long returned = 0;
	u32 zone;

	if (!mutex_trylock(&pool->lock))
		return SHRINK_STOP;
	for (zone = 0; zone < pool->lab.zone_count; zone++)
		if (pool->zone[zone].low != 0 && returned < control->nr_to_scan)
			returned += zone_shrink(pool, zone, control->nr_to_scan - returned);
	mutex_unlock(&pool->lock);
	if (returned)
		trace_labyrinth_worker(pool->name, 0, returned);
	return returned;
}

int refill_start(struct labyrinth_pool *pool)
{
	u32 zone;

	init_irq_work(&pool->wake, wake);
	INIT_DELAYED_WORK(&pool->work, work);
	for (zone = 0; zone < pool->lab.zone_count; zone++) {
		if (pool->zone[zone].low == 0)
			continue;
		pool->shrinker = labyrinth_shrinker_start(shrink_count, shrink_scan, pool,
							  pool->name);
		return pool->shrinker ? 0 : -ENOMEM;
	}
	return 0;
}

void refill_stop(struct labyrinth_pool *pool)
{
	WRITE_ONCE(pool->stopped, true);
	if (pool->shrinker)
		labyrinth_shrinker_stop(pool->shrinker);
	irq_work_sync(&pool->wake);
	cancel_delayed_work_sync(&pool->work);
}
