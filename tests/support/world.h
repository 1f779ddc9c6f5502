/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/world.h - what an allocator must answer, call by call: the oracle of model_core.c.
 *
 * A second, plain account of every frame: arrays of who has what, rooms as lists, paths by search.
 * Each function is told what the core answered, checks it, and then does the same to its own books.
 */
#ifndef WORLD_H
#define WORLD_H

#include "rig.h"

#define WORLD_SLOTS_MAX 16u

/** A room, or the hand of a bulk call of a context without one. */
struct world_room {
	uint32_t zone; /* RIG_NONE: none */
	uint32_t capacity;
	uint32_t count;
	uint32_t slot[WORLD_SLOTS_MAX];
	uint32_t base; /* of the open word */
	bool open[LAB_WORD_BITS];
	uint32_t open_count;
};

struct world_zone {
	uint32_t node;
	uint32_t type;
	uint32_t ordinary_free; /* frames in the pool: of ordinary words, of the reserve */
	uint32_t reserve_free;
	uint32_t low;
	uint32_t high;
	bool warned;   /* somebody was warned, and high was not reached since */
	bool *in_pool; /* per frame */
	uint32_t *tag; /* per frame: what the ledger must have */
};

struct world_context {
	uint32_t node;
	uint32_t holder;
	const uint8_t *distance;
	struct world_room room;
	uint32_t refused[3];
};

struct world {
	struct rig rig;
	struct world_zone zone[LAB_ZONES_MAX];
	struct world_context context[RIG_CONTEXTS_MAX];
	uint32_t path[LAB_ZONES_MAX]; /* of the request in hand */
	uint32_t path_count;
};

extern struct world world;

void world_begin(const struct rig_zone *zones, uint32_t count);

/** The context number `rig.context_count`; `distance` is kept. */
void world_add_context(const lab_context_config *config);
void world_end(void);

/** The room that a bulk call of context `c` works with: its own, or `hand`, made for `zone`. */
struct world_room *world_hand(uint32_t c, struct world_room *hand, uint32_t zone);
void world_drop_hand(struct world_room *hand);

/** The status of bad arguments, LAB_OK when they are good; lays the path of the request. */
lab_status world_check_request(uint32_t c, uint32_t flags);

/** A request of context `c`, good by itself, was answered with `grant`. */
void world_alloc(uint32_t c, struct world_room *room, uint32_t flags, const lab_grant *grant);

/** One frame leaves or enters the pool; nobody is warned for that. */
void world_move(uint32_t zone, uint32_t frame, bool to_pool);

/** The generation that a frame's next grant has, in the high half. */
uint32_t world_next_tag(uint32_t tag);

/** What a free of `grant` must answer; and, when that is LAB_OK, do it. */
lab_status world_free_status(const lab_grant *grant);
void world_free(struct world_room *room, const lab_grant *grant);

void world_drain(uint32_t c);
void world_reclaim(uint32_t zone, lab_status status, uint32_t frame);
lab_status world_donate_status(uint32_t zone, uint32_t frame);
void world_donate(uint32_t zone, uint32_t frame);

/** The core's words, tags, rooms, gauges and counts are exactly the world's. */
void world_check_exact(void);

#endif /* WORLD_H */
