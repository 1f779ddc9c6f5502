// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * refill.c - the worker brings pages when a pool is low, whoever took the last of them, and gives
 * them back afterwards.
 */
#include <linux/delay.h>
#include <linux/err.h>
#include <linux/mm.h>

#include "ktap.h"

#define BASE 64
#define LIMIT 256

static struct labyrinth_pool *pool;
static struct page *pages[LIMIT];
static unsigned int taken;

static bool start(const char *name)
{
	const struct labyrinth_zone_config zone = {
		.node = NUMA_NO_NODE, .pages = BASE, .max_pages = LIMIT, .low = 16, .high = 48
	};
	const struct labyrinth_pool_config config = {
		.name = name, .zones = &zone, .zone_count = 1
	};

	taken = 0;
	pool = labyrinth_pool_create_config(&config);
	CHECK(!IS_ERR(pool));
	return !IS_ERR(pool);
}

static struct labyrinth_stats now(void)
{
	struct labyrinth_stats stats;

	labyrinth_stats(pool, &stats);
	return stats;
}

/* Wait until the pool has that many pages: however long it takes, but not for ever. */
static void wait_pages(unsigned int least, unsigned int most)
{
	unsigned int tries;

	for (tries = 0; tries < 600; tries++) {
		if (now().pages >= least && now().pages <= most)
			return;
		msleep(50);
	}
	CHECK_EQUAL(now().pages, least);
}

static void take(void)
{
	if (taken < LIMIT) {
		pages[taken] = labyrinth_alloc_page(pool, GFP_ATOMIC);
		WRITE_ONCE(taken, taken + !!pages[taken]);
	}
}

static void end(void)
{
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages, taken), taken);
	wait_pages(BASE, BASE);
	CHECK_EQUAL(now().spare, LIMIT - BASE);
	test_pool_end(pool);
}

void refill_task(void)
{
	unsigned int i;

	if (!start("refill"))
		return;
	CHECK_EQUAL(now().pages, BASE);
	for (i = 0; i < BASE - 17; i++)
		take();
	msleep(300);
	CHECK_EQUAL(now().pages, BASE);
	take();
	wait_pages(BASE - 16 + 48, BASE - 16 + 48);
	/* All that there may ever be, and no more. */
	for (i = 0; i < 1000 && taken < LIMIT; i++) {
		take();
		if (taken % 16 == 0)
			msleep(20);
	}
	CHECK_EQUAL(taken, LIMIT);
	CHECK(!labyrinth_alloc_page(pool, GFP_ATOMIC));
	end();
}

static void take_in_nmi(void)
{
	if (taken < BASE - 16)
		take();
}

/* The call that crosses the watermark is made in an NMI. */
void refill_nmi(void)
{
	unsigned int tries;

	if (!start("refill"))
		return;
	if (!nmi_start(take_in_nmi)) {
		pr_info("# no NMI on this machine: crossing in task context\n");
		while (taken < BASE - 16)
			take();
	} else {
		for (tries = 0; tries < 5000 && READ_ONCE(taken) < BASE - 16; tries++) {
			nmi_send(get_cpu());
			put_cpu();
			usleep_range(20, 60);
		}
		nmi_stop();
	}
	CHECK_EQUAL(taken, BASE - 16);
	wait_pages(BASE - 16 + 48, BASE - 16 + 48);
	end();
}

/* Pages that a burst brought go back to the kernel, at most down to the high watermark. */
void refill_surplus(void)
{
	unsigned int i;

	if (!start("surplus"))
		return;
	for (i = 0; i < 100000 && taken < 200; i++) {
		take();
		if (taken % 16 == 0)
			msleep(20);
	}
	CHECK_EQUAL(taken, 200);
	CHECK(now().pages >= 200);
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages + 100, 100), 100);
	taken = 100;
	wait_pages(100, 100 + 48 + 1);
	CHECK(now().free >= 48 - 1);
	end();
}
