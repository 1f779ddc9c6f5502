// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * main.c - the module: its parameters, the default pool, the list of pools, CPUs that go.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/debugfs.h>
#include <linux/err.h>
#include <linux/export.h>
#include <linux/module.h>

#define CREATE_TRACE_POINTS
#include "trace.h"
#include "pool.h"

static unsigned int pages = 1024;
module_param(pages, uint, 0444);
MODULE_PARM_DESC(pages, "pages of the default pool; 0: no default pool (1024)");

static unsigned int max_pages;
module_param(max_pages, uint, 0444);
MODULE_PARM_DESC(max_pages, "pages that the worker may take it to; 0: as pages (0)");

static unsigned int reserve = 64;
module_param(reserve, uint, 0444);
MODULE_PARM_DESC(reserve, "pages for GFP_ATOMIC only, in whole words of frames (64)");

static unsigned int low;
module_param(low, uint, 0444);
MODULE_PARM_DESC(low, "free pages at which the worker is woken; 0: no worker (0)");

static unsigned int high;
module_param(high, uint, 0444);
MODULE_PARM_DESC(high, "free pages that the worker brings it back to (0)");

static unsigned int room = 32;
module_param(room, uint, 0444);
MODULE_PARM_DESC(room, "pages that each CPU keeps at hand for each level (32)");

static char *zone = "normal";
module_param(zone, charp, 0444);
MODULE_PARM_DESC(zone, "normal, dma32 or dma (normal)");

static int node = NUMA_NO_NODE;
module_param(node, int, 0444);
MODULE_PARM_DESC(node, "the node of its pages; -1: any (-1)");

static bool poison;
module_param(poison, bool, 0444);
MODULE_PARM_DESC(poison, "overwrite each page when it is given back (N)");

static DEFINE_MUTEX(pools_lock);
static LIST_HEAD(pools);
static struct labyrinth_pool *default_pool;
static struct dentry *dir;
static enum cpuhp_state hotplug;

struct dentry *module_dir(void)
{
	return dir;
}

int pool_enlist(struct labyrinth_pool *pool)
{
	struct labyrinth_pool *other;
	int error = 0;

	mutex_lock(&pools_lock);
	list_for_each_entry(other, &pools, all)
		if (strcmp(other->name, pool->name) == 0)
			error = -EEXIST;
	if (error) {
		pr_err("labyrinth: pool %s not made: there is one of this name\n", pool->name);
	} else {
		list_add_tail(&pool->all, &pools);
		debug_show(pool);
	}
	mutex_unlock(&pools_lock);
	return error;
}

void pool_delist(struct labyrinth_pool *pool)
{
	mutex_lock(&pools_lock);
	debug_hide(pool);
	list_del(&pool->all);
	mutex_unlock(&pools_lock);
}

/**
 * labyrinth_default_pool() - the pool that the module's parameters describe
 *
 * Context: Any.
 * Return: the pool, or NULL when the module was loaded with pages=0.
 */
struct labyrinth_pool *labyrinth_default_pool(void)
{
	return default_pool;
}
EXPORT_SYMBOL_NS_GPL(labyrinth_default_pool, LABYRINTH);

/* A CPU is gone: what it kept at hand is for the others now. */
static int cpu_dead(unsigned int cpu)
{
	struct labyrinth_pool *pool;

	mutex_lock(&pools_lock);
	list_for_each_entry(pool, &pools, all)
		contexts_drain(pool, cpu);
	mutex_unlock(&pools_lock);
	return 0;
}

static int default_make(void)
{
	struct labyrinth_zone_config of = {
		.gfp = GFP_KERNEL,
		.node = node,
		.pages = pages,
		.max_pages = max_pages,
		.reserve = reserve,
		.low = low,
		.high = high,
	};
	const struct labyrinth_pool_config config = {
		.name = "default",
		.zones = &of,
		.zone_count = 1,
		.room = room,
		.poison = poison,
	};

	if (strcmp(zone, "dma") == 0) {
		of.gfp = GFP_DMA;
	} else if (strcmp(zone, "dma32") == 0) {
		of.gfp = GFP_DMA32;
	} else if (strcmp(zone, "normal") != 0) {
		pr_err("labyrinth: zone=%s: it must be normal, dma32 or dma\n", zone);
		return -EINVAL;
	}
	default_pool = labyrinth_pool_create_config(&config);
	return PTR_ERR_OR_ZERO(default_pool);
}

static int __init labyrinth_init(void)
{
	int error;

	BUILD_BUG_ON(LABYRINTH_ZONES_MAX != LAB_ZONES_MAX);
	/* A page of HIGHMEM has no lasting address. */
	BUILD_BUG_ON(IS_ENABLED(CONFIG_HIGHMEM));
	BUILD_BUG_ON(LAB_FRAMES_MAX > 1 << FRAME_BITS);
	if (nr_cpu_ids > LAB_CPUS_MAX) {
		pr_err("labyrinth: %u CPUs, at most %u\n", nr_cpu_ids, LAB_CPUS_MAX);
		return -EINVAL;
	}
	error = cpuhp_setup_state_nocalls(CPUHP_BP_PREPARE_DYN, "labyrinth:dead", NULL, cpu_dead);
	if (error < 0)
		return error;
	hotplug = error;
	dir = debugfs_create_dir("labyrinth", NULL);
	error = pages ? default_make() : 0;
	if (error) {
		default_pool = NULL;
		debugfs_remove(dir);
		cpuhp_remove_state_nocalls(hotplug);
	}
	return error;
}

static void __exit labyrinth_exit(void)
{
	labyrinth_pool_destroy(default_pool);
	debugfs_remove(dir);
	cpuhp_remove_state_nocalls(hotplug);
}

module_init(labyrinth_init);
module_exit(labyrinth_exit);
MODULE_DESCRIPTION("Labyrinth: page frames for code that cannot wait");
MODULE_AUTHOR("The Labyrinth authors");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_VERSION("0.1");
