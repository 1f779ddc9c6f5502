/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench.h - one allocator, as the measurement sees it.
 */
#ifndef LABYRINTH_BENCH_H
#define LABYRINTH_BENCH_H

#include <linux/types.h>

/* Pages of each pool. */
#define BENCH_PAGES 4096

struct rival {
	const char *name;
	int (*start)(void);
	void *(*take)(void); /* NULL: none left */
	void (*give)(void *page);
	void (*stop)(void);
};

extern const struct rival rivals[];
extern const unsigned int rival_count;

#endif /* LABYRINTH_BENCH_H */
