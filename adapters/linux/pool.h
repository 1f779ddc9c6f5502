/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * pool.h - what the files of the module share: a pool, and the context of a caller.
 */
#ifndef LABYRINTH_POOL_H
#define LABYRINTH_POOL_H

#include <linux/irq_work.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/shrinker.h>
#include <linux/workqueue.h>

#include "core.h"
#include "labyrinth_linux.h"

#define NAME_SIZE 32

/* The kernel's zones from the lowest to the highest, as a request or a configuration names them. */
enum { RANK_DMA, RANK_DMA32, RANK_NORMAL, RANKS };

/* Where a page says which frame of which zone it is: page->private = zone << FRAME_BITS | frame. */
#define FRAME_BITS 24

/* No flags of the core's, which it refuses: the pool has no zone as low as the request wants. */
#define NO_ZONE 0x80

/* Levels of interrupt_context_level(); the last has no room, so it may nest. */
enum { LEVEL_TASK, LEVEL_SOFTIRQ, LEVEL_HARDIRQ, LEVEL_NESTED, LEVELS };
#define LEVEL_NAMES { "task", "softirq", "hardirq", "nmi" }

/* A level of a CPU. Its flag is up while it is inside a call, and that of the nested level always:
 * whoever enters on top (a breakpoint, a machine check, a handler that let interrupts in) takes the
 * nested context. A power of two bytes, so that finding one is a shift.
 */
struct pool_level {
	lab_context context;
	bool busy;
	bool nested;
} __aligned(256);

/* What one CPU has of a pool. */
struct pool_cpu {
	struct pool_level level[LEVELS];
};

/* The kernel's side of one zone of the core. */
struct pool_zone {
	struct page **page;    /* of each frame; NULL: spare */
	unsigned long *caller; /* who took each frame last */
	u32 frame_count;
	/* The worker's, under pool->lock. */
	u32 *spare; /* numbers of frames that have no page */
	u32 spare_count;
	u32 base; /* pages it has from the start */
	u32 low;
	u32 high;
	gfp_t gfp;
	int node;
	lab_word *words;
	u32 *tags;
};

struct labyrinth_pool {
	struct pool_cpu __percpu *cpu;
	u8 flags[8]; /* core flags for each mix of __GFP_DMA, __GFP_HIGHMEM, __GFP_DMA32 */
	bool poison;
	bool stopped;
	struct pool_zone zone[LAB_ZONES_MAX];
	lab_allocator lab;
	struct irq_work wake;
	struct delayed_work work;
	struct mutex lock; /* pages that come and go */
	struct shrinker *shrinker;
	atomic_t refused_frees;
	u32 *slots;
	u32 node_count;
	int nodes[LAB_NODES_MAX]; /* kernel nodes, by the core's numbers */
	struct dentry *dir;
	struct list_head all;
	char name[NAME_SIZE];
};

/* As interrupt_context_level(), with the two levels that are in a hurry first. */
static __always_inline unsigned int level_here(void)
{
	unsigned int count = preempt_count();

	if (likely(!(count & (NMI_MASK | HARDIRQ_MASK))))
		return count / SOFTIRQ_OFFSET & 1;
	return count & NMI_MASK ? LEVEL_NESTED : LEVEL_HARDIRQ;
}

/* One call on this CPU begins: a context for it, and nobody else's until visit_end(). Its address
 * is hidden, for compilers work it out twice, and is said not to be NULL, for the core asks.
 */
static __always_inline struct pool_level *visit_begin(struct labyrinth_pool *pool)
{
	struct pool_level *level;

	preempt_disable_notrace();
	level = &this_cpu_ptr(pool->cpu)->level[level_here()];
	OPTIMIZER_HIDE_VAR(level);
	if (unlikely(READ_ONCE(level->busy)))
		level = &this_cpu_ptr(pool->cpu)->level[LEVEL_NESTED];
	else
		WRITE_ONCE(level->busy, true);
	barrier(); /* the room is touched only with the flag up */
	if (!level)
		__builtin_unreachable();
	return level;
}

static __always_inline void visit_end(struct pool_level *level)
{
	barrier(); /* the room is touched only with the flag up */
	WRITE_ONCE(level->busy, level->nested);
	preempt_enable_notrace();
}

/* The core's part of a pool, which is not NULL. */
static __always_inline lab_allocator *lab_of(struct labyrinth_pool *pool)
{
	lab_allocator *lab = &pool->lab;

	if (!lab)
		__builtin_unreachable();
	return lab;
}

/* The core's flags for a request; the kernel's flags about sleeping say nothing here. */
static __always_inline u32 flags_of(const struct labyrinth_pool *pool, gfp_t gfp)
{
	u32 flags = pool->flags[(__force u32)gfp & 7];

	flags |= gfp & __GFP_HIGH ? LAB_GFP_ATOMIC : 0;
	if (unlikely(gfp & __GFP_THISNODE))
		flags |= LAB_GFP_THISNODE;
	return flags;
}

/* The frame of a page; false: the page is not of this pool, whatever it has in page->private. */
static __always_inline bool frame_of(const struct labyrinth_pool *pool, struct page *page,
				     u32 *zone, u32 *frame)
{
	unsigned long place = page_private(page);

	*zone = place >> FRAME_BITS;
	*frame = place & ((1UL << FRAME_BITS) - 1);
	if (place >> FRAME_BITS >= pool->lab.zone_count)
		return false;
	/* The core's own count, which it asks for again. */
	return *frame < pool->lab.zone[*zone].frame_count &&
	       READ_ONCE(pool->zone[*zone].page[*frame]) == page;
}

/* main.c */
struct dentry *module_dir(void);
int pool_enlist(struct labyrinth_pool *pool);
void pool_delist(struct labyrinth_pool *pool);

/* config.c */
u32 rank_of(gfp_t gfp);
int refuse(const char *name, const char *why);
int config_check(const struct labyrinth_pool_config *config);

/* contexts.c */
int contexts_make(struct labyrinth_pool *pool, unsigned int room);
void contexts_drain(struct labyrinth_pool *pool, unsigned int cpu);

/* refuse.c */
int errno_of(lab_status status);
const char *status_text(lab_status status);
void holder_of_tag(u32 tag, struct labyrinth_holder *holder);
int free_refused(struct labyrinth_pool *pool, struct page *page, int error, const char *why);

/* refill.c */
int zone_fill(struct labyrinth_pool *pool, u32 zone);
unsigned int zone_empty(struct labyrinth_pool *pool, u32 zone);
int refill_start(struct labyrinth_pool *pool);
void refill_stop(struct labyrinth_pool *pool);

/* debug.c */
void debug_show(struct labyrinth_pool *pool);
void debug_hide(struct labyrinth_pool *pool);

#endif /* LABYRINTH_POOL_H */
