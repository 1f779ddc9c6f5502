// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * nodes.c - near pages first, and only those with __GFP_THISNODE.
 */
#include <linux/cpu.h>
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/nodemask.h>
#include <linux/topology.h>
#include <linux/workqueue.h>

#include "ktap.h"

#define PAGES 8u

static unsigned int node_count;

/* On each CPU in turn: what it gets is its own node's until there is no more of that. */
static long take_near(void *data)
{
	struct labyrinth_pool *pool = data;
	int node = numa_node_id();
	struct page *pages[PAGES], *far;
	unsigned int i, count = 0;

	if (!node_state(node, N_MEMORY))
		return 0;
	for (i = 0; i < PAGES; i++) {
		gfp_t gfp = i % 2 ? GFP_ATOMIC : GFP_ATOMIC | __GFP_THISNODE;

		pages[count] = labyrinth_alloc_page(pool, gfp);
		CHECK(pages[count] && page_to_nid(pages[count]) == node);
		count += !!pages[count];
	}
	CHECK(!labyrinth_alloc_page(pool, GFP_ATOMIC | __GFP_THISNODE));
	far = labyrinth_alloc_page(pool, GFP_ATOMIC);
	CHECK(!!far == (node_count > 1));
	CHECK(!far || page_to_nid(far) != node);
	if (far)
		CHECK_EQUAL(labyrinth_free_page(pool, far), 0);
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages, count), count);
	return 0;
}

void api_nodes(void)
{
	struct labyrinth_zone_config zones[8];
	struct labyrinth_pool_config config = { .name = "nodes", .zones = zones };
	struct labyrinth_pool *pool;
	int node, cpu;

	node_count = 0;
	for_each_node_state(node, N_MEMORY) {
		if (node_count == ARRAY_SIZE(zones))
			break;
		zones[node_count++] = (struct labyrinth_zone_config){
			.gfp = GFP_KERNEL, .node = node, .pages = PAGES
		};
	}
	config.zone_count = node_count;
	pool = labyrinth_pool_create_config(&config);
	CHECK(!IS_ERR(pool));
	if (IS_ERR(pool))
		return;
	pr_info("# %u nodes\n", node_count);
	for_each_online_cpu(cpu)
		work_on_cpu(cpu, take_near, pool);
	test_pool_end(pool);
}
