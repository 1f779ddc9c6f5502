// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * refuse.c - what a refusal is called, who holds a page, and the warning that says both.
 */
#include <linux/export.h>
#include <linux/printk.h>
#include <linux/ratelimit.h>

#include "pool.h"
#include "trace.h"

#define STATUS_TEXT(name, text) text,
static const char *const texts[] = { LAB_STATUS_LIST(STATUS_TEXT) };

const char *status_text(lab_status status)
{
	return status < ARRAY_SIZE(texts) ? texts[status] : "unknown status";
}

int errno_of(lab_status status)
{
	switch (status) {
	case LAB_OK:
		return 0;
	case LAB_EMPTY:
		return -ENOMEM;
	case LAB_RESERVED:
		return -ENOSPC;
	case LAB_CONTENDED:
		return -EAGAIN;
	case LAB_ERR_NO_ZONE:
	case LAB_ERR_FLAGS: /* NO_ZONE: no other wrong flags reach the core */
		return -ENXIO;
	case LAB_ERR_ZONE:
	case LAB_ERR_FRAME_RANGE:
		return -ENOENT;
	case LAB_ERR_FREED:
	case LAB_ERR_NEVER_HELD:
	case LAB_ERR_NOT_HELD:
	case LAB_ERR_AWAY:
		return -EALREADY;
	case LAB_ERR_STALE:
		return -ESTALE;
	default:
		return -EINVAL;
	}
}

void holder_of_tag(u32 tag, struct labyrinth_holder *holder)
{
	u32 number = LAB_TAG_HOLDER(tag) % LAB_CONTEXTS - 1;

	holder->cpu = number / LAB_LEVELS_MAX;
	holder->level = number % LAB_LEVELS_MAX;
}

static int look(struct labyrinth_pool *pool, struct page *page, struct labyrinth_holder *holder)
{
	lab_grant grant;
	u32 zone, frame;

	if (!pool || !page || !holder)
		return -EINVAL;
	if (!frame_of(pool, page, &zone, &frame))
		return -ENOENT;
	holder->caller = READ_ONCE(pool->zone[zone].caller[frame]);
	if (lab_holder(&pool->lab, zone, frame, &grant) != LAB_OK)
		return -ESRCH;
	holder_of_tag(grant.tag, holder);
	return 0;
}

/**
 * labyrinth_holder() - say who has a page
 * @pool: the pool
 * @page: a page
 * @holder: filled in
 *
 * Context: Any: task, softirq, hardirq, NMI. Takes no lock, masks nothing.
 * Return: 0; -ESRCH when nobody held it when it was looked at; -ENOENT for a page that is not of
 * this pool; -EINVAL for a null pointer.
 */
int labyrinth_holder(struct labyrinth_pool *pool, struct page *page,
		     struct labyrinth_holder *holder)
{
	return look(pool, page, holder);
}
EXPORT_SYMBOL_NS_GPL(labyrinth_holder, LABYRINTH);

/* Say that a free was refused, why, and who holds the page; returns the error. */
int free_refused(struct labyrinth_pool *pool, struct page *page, int error, const char *why)
{
	static DEFINE_RATELIMIT_STATE(limit, 5 * HZ, 10);
	static const char *const levels[] = LEVEL_NAMES;
	const char *name = pool ? pool->name : "(none)";
	struct labyrinth_holder holder = {};

	if (pool)
		atomic_inc(&pool->refused_frees);
	trace_labyrinth_refused(name, why, error);
	if (!__ratelimit(&limit))
		return error;
	switch (look(pool, page, &holder)) {
	case 0:
		pr_warn("labyrinth: %s: free of %lx refused: %s; cpu %u %s has it from %pS\n",
			name, page_to_pfn(page), why, holder.cpu, levels[holder.level & 3],
			(void *)holder.caller);
		break;
	case -ESRCH:
		pr_warn("labyrinth: %s: free of %lx refused: %s; last taken at %pS\n",
			name, page_to_pfn(page), why, (void *)holder.caller);
		break;
	default:
		pr_warn("labyrinth: %s: free refused: %s\n", name, why);
	}
	return error;
}
