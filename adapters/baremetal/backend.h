/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/backend.h - how a pool takes a frame and gives it back.
 *
 * Without rooms a pool is one zone and its ledger, and a call goes straight to these two layers of
 * the core: claim, then tag; tag, then release. That order is what makes a page somebody's: a
 * frame is in the pool only while its tag names nobody. With rooms a pool is an allocator, and a
 * call goes through lab_alloc() and lab_free() with the context of the caller's level.
 */
#ifndef LABYRINTH_BACKEND_H
#define LABYRINTH_BACKEND_H

#include "labyrinth_baremetal.h"

#if LABYRINTH_ROOM_CAPACITY > 0

static inline lab_context *backend_context(const labyrinth_pool *pool)
{
	return &pool->rooms->context[LABYRINTH_LEVEL()];
}

static inline void backend_grant(const labyrinth_pool *pool, lab_grant *grant)
{
	(void)lab_alloc(&pool->rooms->lab, backend_context(pool), LAB_GFP_ATOMIC, grant);
}

static inline lab_status backend_take(const labyrinth_pool *pool, uint32_t *frame)
{
	lab_grant grant;

	backend_grant(pool, &grant);
	*frame = grant.frame;
	return grant.status;
}

static inline lab_status backend_give(const labyrinth_pool *pool, uint32_t frame, uint32_t tag)
{
	const lab_grant grant = {frame, tag, LAB_OK, 0, false};

	return lab_free(&pool->rooms->lab, backend_context(pool), &grant);
}

/* As lab_add_zone() and lab_context_init(), for every level. */
lab_status backend_init(const labyrinth_pool *pool);

#else

static inline lab_status backend_take_for(const labyrinth_pool *pool, uint32_t holder,
					  uint32_t *frame, uint32_t *tag)
{
	lab_found found = lab_zone_claim(&pool->zone, 0, false);

	if (found.status != LAB_OK)
		return found.status;
	*frame = lab_zone_base(&pool->zone, found.node) + lab_port_lowest(found.frames);
	*tag = lab_ledger_grant(&pool->zone, pool->tag, *frame, holder);
	return LAB_OK;
}

static inline lab_status backend_take(const labyrinth_pool *pool, uint32_t *frame)
{
	uint32_t tag;

	return backend_take_for(pool, LABYRINTH_HOLDER(), frame, &tag);
}

static inline void backend_grant(const labyrinth_pool *pool, lab_grant *grant)
{
	uint32_t frame = LAB_FRAME_NONE;
	uint32_t tag = 0;

	grant->status = backend_take_for(pool, LABYRINTH_HOLDER(), &frame, &tag);
	if (grant->status != LAB_OK)
		return;
	grant->frame = frame;
	grant->tag = tag;
	grant->zone = 0;
	grant->low = false;
}

static inline lab_status backend_give(const labyrinth_pool *pool, uint32_t frame, uint32_t tag)
{
	lab_status status = lab_ledger_revoke(&pool->zone, pool->tag, frame, tag);
	uint32_t bit = frame % LAB_WORD_BITS;

	if (status == LAB_OK)
		lab_zone_release(&pool->zone, frame - bit, lab_bits_mask(bit));
	return status;
}

/* As lab_zone_init(), and no page was ever handed out. */
static inline lab_status backend_init(const labyrinth_pool *pool)
{
	const lab_zone *zone = &pool->zone;
	lab_zone made;

	for (uint32_t frame = 0; frame < zone->frame_count; frame++)
		pool->tag[frame] = 0;
	return lab_zone_init(&made, 0, zone->word, zone->end * sizeof(lab_word), zone->frame_count,
			     0);
}

#endif

#endif /* LABYRINTH_BACKEND_H */
