// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * debug.c - what a pool has, for people: debugfs, and labyrinth_stats().
 */
#include <linux/debugfs.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/seq_file.h>

#include "pool.h"

static u32 hoarded(const lab_context *context)
{
	/* Another CPU's room, for people: an old count does no harm. */
	return READ_ONCE(context->room.count) + hweight64(READ_ONCE(context->room.open.frames));
}

/**
 * labyrinth_stats() - count where the pages of a pool are
 * @pool: the pool
 * @stats: filled in; while pages move, the counts need not add up
 *
 * Context: Any, but long: one load for each page of the pool.
 * Return: 0; -EINVAL for a null pointer.
 */
int labyrinth_stats(struct labyrinth_pool *pool, struct labyrinth_stats *stats)
{
	u32 zone, frames = 0;

	if (!pool || !stats)
		return -EINVAL;
	memset(stats, 0, sizeof(*stats));
	stats->refused_frees = atomic_read(&pool->refused_frees);
	for (zone = 0; zone < pool->lab.zone_count; zone++) {
		lab_zone_stats of;

		lab_stats_zone(&pool->lab, zone, &of);
		frames += of.frame_count;
		stats->free += of.free;
		stats->reserve_free += of.reserve_free;
		stats->held += of.held;
		stats->spare += of.away;
	}
	stats->pages = frames - stats->spare;
	stats->rooms = max_t(int, stats->pages - stats->free - stats->held, 0);
	return 0;
}
EXPORT_SYMBOL_NS_GPL(labyrinth_stats, LABYRINTH);

static int stats_show(struct seq_file *file, void *unused)
{
	struct labyrinth_pool *pool = file->private;
	struct labyrinth_stats stats;
	u32 zone;

	labyrinth_stats(pool, &stats);
	seq_printf(file, "pages %u\nfree %u\nreserve_free %u\nheld %u\nrooms %u\nspare %u\n",
		   stats.pages, stats.free, stats.reserve_free, stats.held, stats.rooms,
		   stats.spare);
	seq_printf(file, "refused_frees %u\n", stats.refused_frees);
	for (zone = 0; zone < pool->lab.zone_count; zone++) {
		const struct pool_zone *of = &pool->zone[zone];
		lab_zone_stats now;

		lab_stats_zone(&pool->lab, zone, &now);
		seq_printf(file,
			   "zone %u %s node %d: all %u free %u held %u spare %u low %u high %u\n",
			   zone,
			   of->gfp & __GFP_DMA ? "DMA" :
			   of->gfp & __GFP_DMA32 ? "DMA32" : "NORMAL",
			   of->node, now.frame_count, now.free, now.held, now.away, of->low,
			   of->high);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(stats);

static int owners_show(struct seq_file *file, void *unused)
{
	static const char *const levels[] = LEVEL_NAMES;
	struct labyrinth_pool *pool = file->private;
	u32 zone, frame;

	for (zone = 0; zone < pool->lab.zone_count; zone++) {
		for (frame = 0; frame < pool->zone[zone].frame_count; frame++) {
			struct page *page = READ_ONCE(pool->zone[zone].page[frame]);
			struct labyrinth_holder holder;

			if (!page || labyrinth_holder(pool, page, &holder) != 0)
				continue;
			seq_printf(file, "zone %u frame %u page %lx cpu %u %s %pS\n", zone, frame,
				   page_to_pfn(page), holder.cpu, levels[holder.level & 3],
				   (void *)holder.caller);
		}
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(owners);

static int rooms_show(struct seq_file *file, void *unused)
{
	static const char *const levels[] = LEVEL_NAMES;
	struct labyrinth_pool *pool = file->private;
	u32 level;
	int cpu;

	for_each_online_cpu(cpu) {
		for (level = 0; level < LEVELS; level++) {
			const struct pool_cpu *here = per_cpu_ptr(pool->cpu, cpu);
			const lab_context *of = &here->level[level].context;
			const u32 *refused = of->refused;

			seq_printf(file,
				   "cpu %d %s: hoarded %u of %u, empty %u lost %u reserved %u\n",
				   cpu, levels[level], hoarded(of), of->room.capacity,
				   READ_ONCE(refused[LAB_EMPTY - LAB_EMPTY]),
				   READ_ONCE(refused[LAB_CONTENDED - LAB_EMPTY]),
				   READ_ONCE(refused[LAB_RESERVED - LAB_EMPTY]));
		}
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(rooms);

void debug_show(struct labyrinth_pool *pool)
{
	pool->dir = debugfs_create_dir(pool->name, module_dir());
	debugfs_create_file("stats", 0400, pool->dir, pool, &stats_fops);
	debugfs_create_file("owners", 0400, pool->dir, pool, &owners_fops);
	debugfs_create_file("rooms", 0400, pool->dir, pool, &rooms_fops);
}

void debug_hide(struct labyrinth_pool *pool)
{
	debugfs_remove(pool->dir);
}
