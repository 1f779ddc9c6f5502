/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * labyrinth_linux.h - page frames for code that cannot wait: the interface for other modules.
 *
 * A pool holds pages that it took from the kernel when it was made. Taking one and giving it back
 * never sleeps, takes no lock, masks nothing, and ends within a fixed number of steps, in task,
 * softirq, hardirq and NMI context alike. Every page has one holder.
 *
 * A module that calls these functions needs MODULE_IMPORT_NS(LABYRINTH).
 */
#ifndef LABYRINTH_LINUX_H
#define LABYRINTH_LINUX_H

#include <linux/dma-mapping.h>
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/mm.h>
#include <linux/types.h>

struct labyrinth_pool;

/** The most zones a pool can have; each is one pair of a kernel zone and a node. */
#define LABYRINTH_ZONES_MAX 24

/** The most pages that the list of one room can hold. */
#define LABYRINTH_ROOM_MAX 512

/** The pages of one zone that labyrinth_pool_create() sets aside for GFP_ATOMIC, from this many. */
#define LABYRINTH_RESERVE_FROM 512

/**
 * struct labyrinth_zone_config - one kernel zone of one node
 * @gfp: GFP_KERNEL, GFP_DMA32 or GFP_DMA: pages of this kernel zone or of a lower one
 * @node: the node, or NUMA_NO_NODE to leave it to the kernel
 * @pages: pages that the zone has from the start
 * @max_pages: pages that the worker may take it to; 0 means @pages
 * @reserve: pages only for GFP_ATOMIC, rounded up to whole words of frames
 * @low: at so few free pages the worker is woken; 0 means no worker
 * @high: the worker brings the zone back to so many, and gives back what is above
 */
struct labyrinth_zone_config {
	gfp_t gfp;
	int node;
	unsigned int pages;
	unsigned int max_pages;
	unsigned int reserve;
	unsigned int low;
	unsigned int high;
};

/**
 * struct labyrinth_pool_config - what a pool is to be
 * @name: 1 to 31 characters, shown in debugfs, warnings and tracepoints; not used by another pool
 * @zones: the zones, no two with the same kernel zone and node
 * @zone_count: 1 to LABYRINTH_ZONES_MAX
 * @room: pages that each CPU keeps at hand for each level; 0 means none, for small pools
 * @poison: overwrite each page when it is given back
 */
struct labyrinth_pool_config {
	const char *name;
	const struct labyrinth_zone_config *zones;
	unsigned int zone_count;
	unsigned int room;
	bool poison;
};

/**
 * struct labyrinth_grant - a page, and the proof that it was handed out
 * @page: the page, or NULL
 * @frame: its number in its zone
 * @tag: as the ledger has it; of all frees of a page only the first with its last tag is accepted
 * @zone: index of its zone
 * @error: 0, or why there is no page
 */
struct labyrinth_grant {
	struct page *page;
	u32 frame;
	u32 tag;
	u32 zone;
	int error;
};

/**
 * struct labyrinth_stats - where the pages of a pool are, each looked at once
 * @pages: pages that the pool has of the kernel's
 * @free: in the pool
 * @reserve_free: of these, in reserves
 * @held: handed out
 * @rooms: at hand for CPUs, or in a running call
 * @spare: frames without a page, which the worker may fill
 * @refused_frees: frees that were refused
 */
struct labyrinth_stats {
	unsigned int pages;
	unsigned int free;
	unsigned int reserve_free;
	unsigned int held;
	unsigned int rooms;
	unsigned int spare;
	unsigned int refused_frees;
};

/**
 * struct labyrinth_holder - who has a page
 * @cpu: the CPU that took it
 * @level: 0 task, 1 softirq, 2 hardirq, 3 NMI or another nested entry
 * @caller: the instruction after the call that took it, for %pS
 */
struct labyrinth_holder {
	unsigned int cpu;
	unsigned int level;
	unsigned long caller;
};

struct labyrinth_pool *labyrinth_pool_create(const char *name, unsigned int pages, gfp_t gfp,
					     int node);
struct labyrinth_pool *labyrinth_pool_create_config(const struct labyrinth_pool_config *config);
unsigned int labyrinth_pool_destroy(struct labyrinth_pool *pool);
struct labyrinth_pool *labyrinth_default_pool(void);

struct page *labyrinth_alloc_page(struct labyrinth_pool *pool, gfp_t gfp);
int labyrinth_free_page(struct labyrinth_pool *pool, struct page *page);
void *labyrinth_alloc_address(struct labyrinth_pool *pool, gfp_t gfp);
int labyrinth_free_address(struct labyrinth_pool *pool, const void *address);
int labyrinth_alloc_grant(struct labyrinth_pool *pool, gfp_t gfp, struct labyrinth_grant *grant);
int labyrinth_free_grant(struct labyrinth_pool *pool, const struct labyrinth_grant *grant);
void labyrinth_void_alloc_page_gfp_atomic_exclusive(struct labyrinth_pool *pool,
						    struct labyrinth_grant *grant);
unsigned int labyrinth_alloc_bulk(struct labyrinth_pool *pool, gfp_t gfp, struct page **pages,
				  unsigned int count);
unsigned int labyrinth_free_bulk(struct labyrinth_pool *pool, struct page **pages,
				 unsigned int count);

int labyrinth_holder(struct labyrinth_pool *pool, struct page *page,
		     struct labyrinth_holder *holder);
int labyrinth_stats(struct labyrinth_pool *pool, struct labyrinth_stats *stats);
int labyrinth_drain(struct labyrinth_pool *pool);

/**
 * labyrinth_page_phys() - the physical address of a page
 * @page: a page that the caller holds
 *
 * Context: Any.
 * Return: the address.
 */
static inline phys_addr_t labyrinth_page_phys(struct page *page)
{
	return page_to_phys(page);
}

/**
 * labyrinth_page_dma_map() - make a page known to a device
 * @dev: the device that is to read or write it
 * @page: a page that the caller holds
 * @dir: which way the data goes
 *
 * Context: Any but NMI: an IOMMU driver may take a lock with interrupts off.
 * Return: the bus address, to be tested with dma_mapping_error(); dma_unmap_page() ends it, before
 * the page is given back.
 */
static inline dma_addr_t labyrinth_page_dma_map(struct device *dev, struct page *page,
						enum dma_data_direction dir)
{
	return dma_map_page(dev, page, 0, PAGE_SIZE, dir);
}

#endif /* LABYRINTH_LINUX_H */
