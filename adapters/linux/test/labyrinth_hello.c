// SPDX-License-Identifier: GPL-2.0-only OR MIT
#include <linux/err.h>
#include <linux/module.h>

#include "labyrinth_linux.h"

static struct labyrinth_pool *pool;

static int __init hello_init(void)
{
	struct page *page;

	pool = labyrinth_pool_create("hello", 1024, GFP_KERNEL, NUMA_NO_NODE);
	if (IS_ERR(pool))
		return PTR_ERR(pool);
	page = labyrinth_alloc_page(pool, GFP_ATOMIC); /* in any handler too, an NMI's included */
	if (page)
		pr_info("page %lx is mine, and nobody else's\n", page_to_pfn(page));
	return page ? labyrinth_free_page(pool, page) : 0;
}

static void __exit hello_exit(void)
{
	labyrinth_pool_destroy(pool);
}

module_init(hello_init);
module_exit(hello_exit);
MODULE_DESCRIPTION("The example of Labyrinth's README");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_IMPORT_NS(LABYRINTH);
