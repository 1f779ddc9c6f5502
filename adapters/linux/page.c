// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * page.c - one page out of a pool, and back.
 *
 * The core's calls are compiled here, as their file has them, and with __flatten around them: what
 * a call costs is mostly checks, and those that the module has made before are then made once.
 */
#include <linux/export.h>
#include <linux/highmem.h>
#include <linux/poison.h>
#include <linux/string.h>

#include "pool.h"
#include "trace.h"

#define labyrinth_void_alloc_page_gfp_atomic_exclusive lab_alloc_atomic_exclusive
#include "../../core/labyrinth.c"
#undef labyrinth_void_alloc_page_gfp_atomic_exclusive

/* ---- what is rare: apart, so that a call keeps few registers for it ---- */

static noinline void alloc_noted(struct labyrinth_pool *pool, struct page *page,
				 unsigned long caller)
{
	trace_labyrinth_alloc(pool->name, page, caller);
}

static noinline void free_noted(struct labyrinth_pool *pool, struct page *page,
				unsigned long caller)
{
	trace_labyrinth_free(pool->name, page, caller);
}

static noinline struct page *alloc_refused(struct labyrinth_pool *pool, lab_status status)
{
	trace_labyrinth_refused(pool->name, status_text(status), errno_of(status));
	return NULL;
}

static noinline void page_poison(struct page *page)
{
	memset(page_address(page), PAGE_POISON, PAGE_SIZE);
}

/* ---- one page ---- */

/* What the caller of the core sees to, once the core has handed a frame out. This and the next two
 * are a part of each exported function, so that _RET_IP_ is where that one goes back to.
 */
static __always_inline struct page *handed(struct labyrinth_pool *pool, gfp_t gfp,
					   const lab_grant *grant)
{
	struct pool_zone *zone = &pool->zone[grant->zone];
	struct page *page = zone->page[grant->frame];
	unsigned long caller = _RET_IP_;

	WRITE_ONCE(zone->caller[grant->frame], caller);
	if (unlikely(grant->low))
		irq_work_queue(&pool->wake);
	if (unlikely(gfp & __GFP_ZERO))
		clear_page(page_address(page));
	if (trace_labyrinth_alloc_enabled())
		alloc_noted(pool, page, caller);
	return page;
}

static __always_inline struct page *page_take(struct labyrinth_pool *pool, gfp_t gfp,
					      lab_grant *grant)
{
	struct pool_level *level;
	lab_status status;

	if (unlikely(!pool)) {
		grant->status = LAB_ERR_NULL;
		return NULL;
	}
	level = visit_begin(pool);
	status = lab_alloc(lab_of(pool), &level->context, flags_of(pool, gfp), grant);
	visit_end(level);
	if (unlikely(status != LAB_OK))
		return alloc_refused(pool, status);
	return handed(pool, gfp, grant);
}

/* Give the frame of a grant back. The page is overwritten while it is still the caller's. */
static __always_inline int page_put(struct labyrinth_pool *pool, struct page *page,
				    const lab_grant *grant)
{
	struct pool_level *level;
	lab_status status;

	if (unlikely(page_ref_count(page) != 1))
		return free_refused(pool, page, -EBUSY, "somebody else has a reference to it");
	if (unlikely(pool->poison))
		page_poison(page);
	if (trace_labyrinth_free_enabled())
		free_noted(pool, page, _RET_IP_);
	level = visit_begin(pool);
	status = lab_free(lab_of(pool), &level->context, grant);
	visit_end(level);
	if (unlikely(status != LAB_OK))
		return free_refused(pool, page, errno_of(status), status_text(status));
	return 0;
}

/**
 * labyrinth_alloc_page() - take one page
 * @pool: the pool
 * @gfp: GFP_ATOMIC to be let into the reserve, with __GFP_ZERO for a page of zeroes, __GFP_DMA or
 *	__GFP_DMA32 for one of these zones, __GFP_THISNODE for one of this CPU's own node; what the
 *	kernel's flags say about sleeping changes nothing, because this call never sleeps
 *
 * Context: Any: task, softirq, hardirq, NMI. Takes no lock, masks nothing.
 * Return: the page, which nobody else has, with a reference count of 1; or NULL when the pool has
 * none for this request. Its page->private is the pool's.
 */
__flatten struct page *labyrinth_alloc_page(struct labyrinth_pool *pool, gfp_t gfp)
{
	lab_grant grant;

	return page_take(pool, gfp, &grant);
}
EXPORT_SYMBOL_NS_GPL(labyrinth_alloc_page, LABYRINTH);

/**
 * labyrinth_free_page() - give one page back
 * @pool: the pool that it came from
 * @page: a page that is handed out; whoever took it, wherever
 *
 * Only the page's state tells a bad free here: a second free of a page that went to a new holder
 * meanwhile ends that one's. labyrinth_free_grant() refuses that one too.
 *
 * Context: Any: task, softirq, hardirq, NMI. Takes no lock, masks nothing.
 * Return: 0; -EINVAL for a null pointer; -ENOENT for a page that is not of this pool; -EALREADY
 * when nobody holds it; -EBUSY when its reference count is not 1. A refusal changes nothing, and a
 * warning names the holder.
 */
__flatten int labyrinth_free_page(struct labyrinth_pool *pool, struct page *page)
{
	lab_grant grant;
	u32 zone, frame;

	if (unlikely(!pool || !page))
		return free_refused(pool, page, -EINVAL, "pool or page is NULL");
	if (unlikely(!frame_of(pool, page, &zone, &frame)))
		return free_refused(pool, page, -ENOENT, "the page is not of this pool");
	if (unlikely(lab_holder(lab_of(pool), zone, frame, &grant) != LAB_OK))
		return free_refused(pool, page, -EALREADY, "nobody holds it: a double free");
	return page_put(pool, page, &grant);
}
EXPORT_SYMBOL_NS_GPL(labyrinth_free_page, LABYRINTH);

/**
 * labyrinth_alloc_address() - take one page, by the address where the kernel sees it
 * @pool: the pool
 * @gfp: as for labyrinth_alloc_page()
 *
 * Context: Any: task, softirq, hardirq, NMI. Takes no lock, masks nothing.
 * Return: the address of PAGE_SIZE bytes, or NULL.
 */
__flatten void *labyrinth_alloc_address(struct labyrinth_pool *pool, gfp_t gfp)
{
	lab_grant grant;
	struct page *page = page_take(pool, gfp, &grant);

	return page ? page_address(page) : NULL;
}
EXPORT_SYMBOL_NS_GPL(labyrinth_alloc_address, LABYRINTH);

/**
 * labyrinth_free_address() - give one page back, by its address
 * @pool: the pool that it came from
 * @address: the start of the page
 *
 * Context: Any: task, softirq, hardirq, NMI. Takes no lock, masks nothing.
 * Return: as labyrinth_free_page(); -EINVAL too for an address that is not the start of a page.
 */
__flatten int labyrinth_free_address(struct labyrinth_pool *pool, const void *address)
{
	lab_grant grant;
	struct page *page;
	u32 zone, frame;

	if (!pool || !virt_addr_valid(address) || offset_in_page(address))
		return free_refused(pool, NULL, -EINVAL, "the address is not the start of a page");
	page = virt_to_page(address);
	if (unlikely(!frame_of(pool, page, &zone, &frame)))
		return free_refused(pool, page, -ENOENT, "the page is not of this pool");
	if (unlikely(lab_holder(lab_of(pool), zone, frame, &grant) != LAB_OK))
		return free_refused(pool, page, -EALREADY, "nobody holds it: a double free");
	return page_put(pool, page, &grant);
}
EXPORT_SYMBOL_NS_GPL(labyrinth_free_address, LABYRINTH);

static __always_inline int alloc_grant(struct labyrinth_pool *pool, gfp_t gfp,
				       struct labyrinth_grant *grant)
{
	lab_grant answer;

	grant->page = page_take(pool, gfp, &answer);
	grant->frame = grant->page ? answer.frame : U32_MAX;
	grant->tag = grant->page ? answer.tag : 0;
	grant->zone = grant->page ? answer.zone : U32_MAX;
	grant->error = errno_of(answer.status);
	return grant->error;
}

/**
 * labyrinth_alloc_grant() - take one page, with the proof that it was handed out
 * @pool: the pool
 * @gfp: as for labyrinth_alloc_page()
 * @grant: filled in: the page, or why there is none
 *
 * Context: Any: task, softirq, hardirq, NMI. Takes no lock, masks nothing.
 * Return: 0; -ENOMEM when every page was seen taken; -ENOSPC when only the reserve has some, for
 * GFP_ATOMIC; -EAGAIN when others took every page that the call went for; -ENXIO when the pool has
 * no such zone; -EINVAL for a null pointer.
 */
__flatten int labyrinth_alloc_grant(struct labyrinth_pool *pool, gfp_t gfp,
				    struct labyrinth_grant *grant)
{
	if (!grant)
		return -EINVAL;
	return alloc_grant(pool, gfp, grant);
}
EXPORT_SYMBOL_NS_GPL(labyrinth_alloc_grant, LABYRINTH);

/**
 * labyrinth_void_alloc_page_gfp_atomic_exclusive() - take one page in code that cannot wait
 * @pool: the pool
 * @grant: filled in: the page, or in its error why there is none; NULL: nothing happens
 *
 * labyrinth_alloc_grant() with GFP_ATOMIC.
 *
 * Context: Any: task, softirq, hardirq, NMI. Takes no lock, masks nothing.
 */
__flatten void
labyrinth_void_alloc_page_gfp_atomic_exclusive(struct labyrinth_pool *pool,
					       struct labyrinth_grant *grant)
{
	if (grant)
		alloc_grant(pool, GFP_ATOMIC, grant);
}
EXPORT_SYMBOL_NS_GPL(labyrinth_void_alloc_page_gfp_atomic_exclusive, LABYRINTH);

/**
 * labyrinth_free_grant() - give one page back, showing the grant that it was handed out with
 * @pool: the pool that it came from
 * @grant: as the allocation filled it in
 *
 * Context: Any: task, softirq, hardirq, NMI. Takes no lock, masks nothing.
 * Return: 0; -EINVAL for a null pointer or the grant of a failure; -ENOENT for a page that is not
 * of this pool; -EALREADY for a second free of the grant; -ESTALE when the page was handed out
 * again since; -EBUSY when its reference count is not 1. A refusal changes nothing, and a warning
 * names the holder.
 */
__flatten int labyrinth_free_grant(struct labyrinth_pool *pool,
				   const struct labyrinth_grant *grant)
{
	lab_grant proof = {};
	lab_grant now;
	u32 zone, frame;

	if (unlikely(!pool || !grant || !grant->page))
		return free_refused(pool, NULL, -EINVAL, "pool is NULL, or a grant of no page");
	if (unlikely(!frame_of(pool, grant->page, &zone, &frame) || zone != grant->zone ||
		     frame != grant->frame))
		return free_refused(pool, grant->page, -ENOENT, "the page is not of this pool");
	proof.zone = zone;
	proof.frame = frame;
	proof.tag = grant->tag;
	/* A page that is overwritten must be the caller's: the core would say so too late. */
	if (pool->poison && lab_holder(lab_of(pool), zone, frame, &now) != LAB_OK)
		return free_refused(pool, grant->page, -EALREADY, status_text(LAB_ERR_FREED));
	if (pool->poison && now.tag != grant->tag)
		return free_refused(pool, grant->page, -ESTALE, status_text(LAB_ERR_STALE));
	return page_put(pool, grant->page, &proof);
}
EXPORT_SYMBOL_NS_GPL(labyrinth_free_grant, LABYRINTH);
