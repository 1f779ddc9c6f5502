// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * pool.c - making a pool, and taking it down.
 */
#include <linux/err.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/slab.h>

#include "pool.h"

/* The core's number of a kernel node; -1: there are too many. */
static int node_number(struct labyrinth_pool *pool, int node)
{
	u32 i;

	for (i = 0; i < pool->node_count; i++)
		if (pool->nodes[i] == node)
			return i;
	if (i == LAB_NODES_MAX)
		return -1;
	pool->nodes[pool->node_count++] = node;
	return i;
}

/* The core's zone types for the kernel's zones: the highest that the pool has is NORMAL, which is
 * where rooms are, and the lower one DMA; only with all three the highest has to be HIGHMEM.
 */
static void types_set(struct labyrinth_pool *pool, const struct labyrinth_pool_config *config,
		      u32 type[RANKS])
{
	bool has[RANKS] = {};
	u32 i, rank, highest = RANK_DMA, lowest = RANK_NORMAL;

	for (i = 0; i < config->zone_count; i++) {
		has[rank_of(config->zones[i].gfp)] = true;
		lowest = min(lowest, rank_of(config->zones[i].gfp));
	}
	for (rank = 0; rank < RANKS; rank++) {
		type[rank] = LAB_ZONE_DMA;
		if (has[rank])
			highest = rank;
	}
	type[highest] = LAB_ZONE_NORMAL;
	if (has[RANK_DMA] && has[RANK_DMA32] && has[RANK_NORMAL]) {
		type[RANK_NORMAL] = LAB_ZONE_HIGHMEM;
		type[RANK_DMA32] = LAB_ZONE_NORMAL;
	}
	for (i = 0; i < ARRAY_SIZE(pool->flags); i++) {
		static const u32 flags[] = { LAB_GFP_DMA, 0, LAB_GFP_HIGHMEM };
		u32 want = rank_of((__force gfp_t)i);

		pool->flags[i] = want < lowest ? NO_ZONE : flags[type[min(want, highest)]];
	}
}

static int zone_add(struct labyrinth_pool *pool, const struct labyrinth_zone_config *config,
		    u32 type)
{
	u32 zone = pool->lab.zone_count;
	struct pool_zone *of = &pool->zone[zone];
	u32 count = config->max_pages ? config->max_pages : config->pages;
	u32 reserve = DIV_ROUND_UP(config->reserve, LAB_WORD_BITS);
	int node = node_number(pool, config->node);
	lab_zone_config core;
	lab_status status;

	if (node < 0)
		return refuse(pool->name, "more than LAB_NODES_MAX nodes");
	of->page = kvcalloc(count, sizeof(*of->page), GFP_KERNEL);
	of->caller = kvcalloc(count, sizeof(*of->caller), GFP_KERNEL);
	of->spare = kvcalloc(count, sizeof(*of->spare), GFP_KERNEL);
	of->tags = kvcalloc(count, sizeof(*of->tags), GFP_KERNEL);
	of->words = kvcalloc(LAB_ZONE_WORDS(count, reserve), sizeof(lab_word), GFP_KERNEL);
	if (!of->page || !of->caller || !of->spare || !of->tags || !of->words)
		return -ENOMEM;
	of->base = config->pages;
	of->low = config->low;
	of->high = config->high;
	of->gfp = config->gfp & (__GFP_DMA | __GFP_DMA32);
	if (config->node != NUMA_NO_NODE)
		of->gfp |= __GFP_THISNODE;
	of->node = config->node;
	core = (lab_zone_config){
		.words = of->words,
		.words_size = LAB_ZONE_WORDS(count, reserve) * sizeof(lab_word),
		.tags = of->tags,
		.frame_count = count,
		.reserve_words = reserve,
		.low = config->low,
		.high = config->high,
		.node = node,
		.type = type,
	};
	status = lab_add_zone(&pool->lab, &core);
	if (status != LAB_OK)
		return refuse(pool->name, status_text(status));
	of->frame_count = count;
	return zone_fill(pool, zone);
}

static void pool_free(struct labyrinth_pool *pool)
{
	u32 zone;

	for (zone = 0; zone < LAB_ZONES_MAX; zone++) {
		kvfree(pool->zone[zone].words);
		kvfree(pool->zone[zone].tags);
		kvfree(pool->zone[zone].spare);
		kvfree(pool->zone[zone].caller);
		kvfree(pool->zone[zone].page);
	}
	free_percpu(pool->cpu);
	kvfree(pool->slots);
	mutex_destroy(&pool->lock);
	kvfree(pool);
}

static int pool_build(struct labyrinth_pool *pool, const struct labyrinth_pool_config *config)
{
	u32 type[RANKS];
	int error = 0;
	u32 i;

	lab_init(&pool->lab);
	types_set(pool, config, type);
	for (i = 0; i < config->zone_count && !error; i++)
		error = zone_add(pool, &config->zones[i], type[rank_of(config->zones[i].gfp)]);
	if (!error)
		error = contexts_make(pool, config->room);
	if (!error)
		error = refill_start(pool);
	if (!error) {
		error = pool_enlist(pool);
		if (error)
			refill_stop(pool);
	}
	return error;
}

/**
 * labyrinth_pool_create_config() - make a pool, with every choice open
 * @config: what it is to be; may go afterwards
 *
 * Context: Process context. May sleep.
 * Return: the pool; ERR_PTR(-EINVAL) for a configuration that cannot be, which a message explains;
 * ERR_PTR(-EEXIST) for a name in use; ERR_PTR(-ENOMEM) when the kernel has not so many pages.
 */
struct labyrinth_pool *labyrinth_pool_create_config(const struct labyrinth_pool_config *config)
{
	struct labyrinth_pool *pool;
	int error = config_check(config);
	u32 zone;

	if (error)
		return ERR_PTR(error);
	pool = kvzalloc(sizeof(*pool), GFP_KERNEL);
	if (!pool)
		return ERR_PTR(-ENOMEM);
	strscpy(pool->name, config->name, sizeof(pool->name));
	pool->poison = config->poison;
	mutex_init(&pool->lock);
	error = pool_build(pool, config);
	if (!error)
		return pool;
	for (zone = 0; zone < LAB_ZONES_MAX; zone++)
		zone_empty(pool, zone);
	pool_free(pool);
	return ERR_PTR(error);
}
EXPORT_SYMBOL_NS_GPL(labyrinth_pool_create_config, LABYRINTH);

/**
 * labyrinth_pool_create() - make a pool of one zone, with the usual choices
 * @name: 1 to 31 characters
 * @pages: how many pages it has, all from the start
 * @gfp: GFP_KERNEL, GFP_DMA32 or GFP_DMA
 * @node: a node, or NUMA_NO_NODE
 *
 * From LABYRINTH_RESERVE_FROM pages on a sixteenth of them is for GFP_ATOMIC only, and each CPU
 * keeps up to 32 at hand for each level. Smaller pools have neither.
 *
 * Context: Process context. May sleep.
 * Return: as labyrinth_pool_create_config().
 */
struct labyrinth_pool *labyrinth_pool_create(const char *name, unsigned int pages, gfp_t gfp,
					     int node)
{
	bool large = pages >= LABYRINTH_RESERVE_FROM;
	const struct labyrinth_zone_config zone = {
		.gfp = gfp,
		.node = node,
		.pages = pages,
		.reserve = large ? min_t(u32, pages / 16, LAB_SWEEP_WORDS * LAB_WORD_BITS) : 0,
	};
	const struct labyrinth_pool_config config = {
		.name = name,
		.zones = &zone,
		.zone_count = 1,
		.room = large ? 32 : 0,
	};

	return labyrinth_pool_create_config(&config);
}
EXPORT_SYMBOL_NS_GPL(labyrinth_pool_create, LABYRINTH);

/**
 * labyrinth_pool_destroy() - take a pool down
 * @pool: the pool, in which no call runs and none will; NULL: nothing happens
 *
 * Pages that nobody holds go back to the kernel. Pages that are still held, or referred to, are
 * named in the log with their holders and stay as they are: they are leaked, never freed under
 * somebody's hands.
 *
 * Context: Process context. May sleep.
 * Return: how many pages were leaked.
 */
unsigned int labyrinth_pool_destroy(struct labyrinth_pool *pool)
{
	unsigned int leaked = 0;
	u32 zone;

	if (!pool)
		return 0;
	pool_delist(pool);
	refill_stop(pool);
	for (zone = 0; zone < pool->lab.zone_count; zone++)
		leaked += zone_empty(pool, zone);
	if (leaked)
		pr_warn("labyrinth: pool %s: %u pages leaked\n", pool->name, leaked);
	pool_free(pool);
	return leaked;
}
EXPORT_SYMBOL_NS_GPL(labyrinth_pool_destroy, LABYRINTH);
