// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * main.c - run every case once, when the module is loaded.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/string.h>

#include "ktap.h"

bool ktap_failed;

static char *only = "";
module_param(only, charp, 0444);
MODULE_PARM_DESC(only, "run only the cases whose names contain this text");

static bool hold;
module_param(hold, bool, 0444);
MODULE_PARM_DESC(hold, "run nothing; take 3 pages of the default pool and keep them for good");

char *sweep_list = "";
module_param(sweep_list, charp, 0444);
MODULE_PARM_DESC(sweep_list, "file with an offset into labyrinth.ko's text on each line");

unsigned long sweep_base;
module_param(sweep_base, ulong, 0444);
MODULE_PARM_DESC(sweep_base, "where labyrinth.ko's text is");

unsigned int sweep_hits_min = 1;
module_param(sweep_hits_min, uint, 0444);
MODULE_PARM_DESC(sweep_hits_min, "per cent of the instructions that must have been interrupted");

unsigned int sweep_every = 1;
module_param(sweep_every, uint, 0444);
MODULE_PARM_DESC(sweep_every, "interrupt only each so manieth instruction");

bool sweep_show;
module_param(sweep_show, bool, 0444);
MODULE_PARM_DESC(sweep_show, "name the instructions that were not interrupted");

unsigned int crowd_steps = 1000;
module_param(crowd_steps, uint, 0444);
MODULE_PARM_DESC(crowd_steps, "calls that each kind of context makes at least on each CPU");

#define CASE(function) { #function, function }

static const struct ktap_case cases[] = {
	CASE(api_page),
	CASE(api_address),
	CASE(api_grant),
	CASE(api_void),
	CASE(api_bulk),
	CASE(api_zero),
	CASE(api_poison),
	CASE(api_holder),
	CASE(api_dma),
	CASE(api_zones),
	CASE(api_no_zone),
	CASE(api_nodes),
	CASE(api_default),
	CASE(misuse_free),
	CASE(misuse_grant),
	CASE(misuse_alloc),
	CASE(misuse_bulk),
	CASE(misuse_config),
	CASE(misuse_destroy),
	CASE(limits_exhaustion),
	CASE(limits_arrays),
	CASE(limits_large),
	CASE(refill_task),
	CASE(refill_nmi),
	CASE(refill_surplus),
	CASE(crowd_rooms),
	CASE(crowd_no_rooms),
	CASE(sweep_every_instruction),
};

struct labyrinth_pool *test_pool(const char *name, unsigned int pages, unsigned int reserve,
				 unsigned int room)
{
	const struct labyrinth_zone_config zone = {
		.gfp = GFP_KERNEL,
		.node = NUMA_NO_NODE,
		.pages = pages,
		.reserve = reserve,
	};
	const struct labyrinth_pool_config config = {
		.name = name,
		.zones = &zone,
		.zone_count = 1,
		.room = room,
	};
	struct labyrinth_pool *pool = labyrinth_pool_create_config(&config);

	CHECK(!IS_ERR(pool));
	return IS_ERR(pool) ? NULL : pool;
}

void test_pool_end(struct labyrinth_pool *pool)
{
	struct labyrinth_stats stats;

	CHECK_EQUAL(labyrinth_drain(pool), 0);
	CHECK_EQUAL(labyrinth_stats(pool, &stats), 0);
	CHECK_EQUAL(stats.held, 0);
	CHECK_EQUAL(stats.free, stats.pages);
	CHECK_EQUAL(labyrinth_pool_destroy(pool), 0);
}

static void run_one(unsigned int number, const struct ktap_case *one)
{
	ktap_failed = false;
	pr_info("# running %s\n", one->name);
	one->run();
	pr_info("%s %u %s\n", ktap_failed ? "not ok" : "ok", number, one->name);
}

/* Not __init: the name of this function is to be found in lists of holders. */
static noinline int hold_pages(unsigned int count)
{
	while (count-- > 0)
		if (!labyrinth_alloc_page(labyrinth_default_pool(), GFP_ATOMIC))
			return -ENOMEM;
	return 0;
}

static int __init test_init(void)
{
	unsigned int i, count = 0, number = 0;

	if (hold)
		return hold_pages(3);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		count += !!strstr(cases[i].name, only);
	pr_info("KTAP version 1\n1..%u\n", count);
	for (i = 0; i < ARRAY_SIZE(cases); i++)
		if (strstr(cases[i].name, only))
			run_one(++number, &cases[i]);
	return 0;
}

static void __exit test_exit(void)
{
}

module_init(test_init);
module_exit(test_exit);
MODULE_DESCRIPTION("Tests of labyrinth.ko");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_IMPORT_NS(LABYRINTH);
