/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/rig.h - an allocator, its zones and its contexts in one block, between red zones.
 *
 * The whole state of the core is in the block, so "a refusal changes nothing" is one comparison.
 */
#ifndef RIG_H
#define RIG_H

#include "../../core/labyrinth.h"
#include "check.h"
#include "pool.h"

#define RIG_CONTEXTS_MAX 16u
#define RIG_NONE LAB_ZONE_NONE
#define RIG_GAPS_MAX (3u * LAB_ZONES_MAX + 2u * RIG_CONTEXTS_MAX + 2u)

/** One zone of a rig; as in lab_zone_config. */
struct rig_zone {
	uint32_t node;
	uint32_t type;
	uint32_t frame_count;
	uint32_t reserve_words;
	uint32_t low;
	uint32_t high;
};

struct rig {
	lab_allocator *lab;
	struct pool pool[LAB_ZONES_MAX]; /* views of the zones, for pool_frames() and others */
	lab_context *context[RIG_CONTEXTS_MAX];
	uint32_t context_count;
	uint32_t frame_count; /* of all zones together */
	unsigned char *block;
	unsigned char *saved;
	size_t used_size;
	size_t block_size;
	size_t gap[RIG_GAPS_MAX]; /* where each red zone begins */
	uint32_t gap_count;
};

/** An allocator with these zones, in this order. */
void rig_begin(struct rig *rig, const struct rig_zone *zones, uint32_t count);

/** `size` bytes of the block, filled with a pattern, before a red zone. */
void *rig_place(struct rig *rig, size_t size);

/** A context as configured; the rig supplies the slots when the configuration names none. */
lab_context *rig_configure(struct rig *rig, const lab_context_config *config);

/** A context of its own CPU on `node`, level 0, client 0; capacity 0: without a room. */
lab_context *rig_context(struct rig *rig, uint32_t node, uint32_t capacity);
void rig_end(struct rig *rig);

/** Remember every byte of the block; compare with it. */
void rig_save(struct rig *rig);
bool rig_unchanged(const struct rig *rig);

/** The tag of a frame. */
uint32_t rig_tag(const struct rig *rig, uint32_t zone, uint32_t frame);

/** The index of the zone that a context's room is of; RIG_NONE without a room. */
uint32_t rig_room_zone(const struct rig *rig, const lab_context *context);

/** Frames that the room of a context has in store. */
uint32_t rig_stored(const lab_context *context);

/** Frames of a zone that the ledger says somebody holds. */
uint32_t rig_held(const struct rig *rig, uint32_t zone);

/** At rest: each frame of each zone is in the pool, in one room, or held, exactly once; nothing is
 *  hidden; rooms keep within their bounds and hold no reserve; gauges are exact. */
void rig_check_rest(const struct rig *rig);

/** Drain every context. */
void rig_drain_all(struct rig *rig);

/** With nothing held: after a drain, one context obtains every frame, by one call each; they are
 *  given back and drained again. On the way down each zone with watermarks warns exactly once, and
 *  on the way up its flag is taken back. */
void rig_check_no_false_empty(struct rig *rig, lab_context *context);

/** A call that must be refused with `expected` and must change nothing. */
#define RIG_REFUSED(rig, call, expected)                                                           \
	do {                                                                                       \
		rig_save(rig);                                                                     \
		CHECK_STATUS(call, expected);                                                      \
		CHECK(rig_unchanged(rig));                                                         \
	} while (0)

#endif /* RIG_H */
