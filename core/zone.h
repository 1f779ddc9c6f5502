/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/zone.h - layer 2: one zone of page frames, shared by every context.
 */
#pragma once

#include "atomic.h"

/** Words that hold `frame_count` frames. */
#define LAB_ZONE_LEAVES(frame_count) (((frame_count) + LAB_WORD_BITS - 1u) / LAB_WORD_BITS)

/** Hint words above `leaves` words. */
#define LAB_ZONE_HINTS(leaves)                                                                     \
	(((leaves) > 1u) + ((leaves) > LAB_LEVEL_1) * LAB_LEVEL_1 +                                \
	 ((leaves) > LAB_LEVEL_2) * LAB_LEVEL_2 + ((leaves) > LAB_LEVEL_3) * LAB_LEVEL_3)

/** Hint levels above `leaves` words. */
#define LAB_ZONE_LEVELS(leaves)                                                                    \
	(((leaves) > 1u) + 0u + ((leaves) > LAB_LEVEL_1) + ((leaves) > LAB_LEVEL_2) +              \
	 ((leaves) > LAB_LEVEL_3))
#define LAB_LEVEL_1 ((uint32_t)LAB_WORD_BITS)
#define LAB_LEVEL_2 (LAB_LEVEL_1 * LAB_WORD_BITS)
#define LAB_LEVEL_3 (LAB_LEVEL_2 * LAB_WORD_BITS)

/** Words of storage that lab_zone_init() needs: `static lab_word storage[LAB_ZONE_WORDS(8, 0)];` */
#define LAB_ZONE_WORDS(frame_count, reserve_words)                                                 \
	(LAB_ZONE_HINTS(LAB_ZONE_LEAVES(frame_count) - (reserve_words)) +                          \
	 LAB_ZONE_LEAVES(frame_count))

/**
 * Make a zone whose frames are all in the pool. The zone keeps `storage` until it is thrown away.
 *
 * @zone: the structure to fill in
 * @id: the number of this zone in its allocator, 0 .. LAB_ZONES_MAX - 1; 0 for a zone on its own
 * @storage: aligned to a lab_word (to a cache line for speed), not overlapping `zone`
 * @storage_size: bytes of storage, at least those of LAB_ZONE_WORDS(frame_count, reserve_words)
 * @frame_count: frames of the zone, 1 .. LAB_FRAMES_MAX
 * @reserve_words: words at the end that only lab_zone_claim_reserve() takes from,
 *                 0 .. LAB_SWEEP_WORDS, fewer than the words of the zone
 *
 * LAB_OK
 * LAB_ERR_NULL            zone or storage is null
 * LAB_ERR_FRAMES_ZERO     frame_count is 0
 * LAB_ERR_FRAMES_MAX      frame_count is over LAB_FRAMES_MAX
 * LAB_ERR_RESERVE_MAX     reserve_words is over LAB_SWEEP_WORDS
 * LAB_ERR_RESERVE_ALL     reserve_words leaves no word for ordinary claims
 * LAB_ERR_STORAGE_SIZE    storage_size is too small
 * LAB_ERR_STORAGE_ALIGN   storage is not aligned to a lab_word
 * LAB_ERR_STORAGE_OVERLAP storage and zone overlap
 * LAB_ERR_ZONE            id is not below LAB_ZONES_MAX
 * The first of these that holds is answered. A refusal changes nothing.
 *
 * Before the zone is shared: one context, once. Steps proportional to frame_count.
 */
/*@ requires T10_memory: lab_zone_memory(zone, storage, storage_size);
    requires T10_me: lab_ghost_me > 0 && lab_ghost_owing == 0;
    terminates \true; exits \false;
    assigns *zone, storage[0 .. lab_storage_words(frame_count, reserve_words) - 1],
        lab_ghost_map[id];
    ensures T10_status:
        lab_init_status(zone, id, storage, storage_size, frame_count, reserve_words, \result);
    ensures T10_refused: \result != LAB_OK ==> lab_untouched{Pre,Post} && lab_unwritten{Pre,Post} &&
        (zone != \null ==> *zone == \old(*zone)) && (storage != \null ==> \forall integer n;
        0 <= n < lab_storage_words(frame_count, reserve_words) ==> storage[n] == \old(storage[n]));
    ensures T10_zone: \result == LAB_OK ==> lab_zone_ok(zone) && lab_inv(zone);
    ensures T10_full: \result == LAB_OK ==> lab_full(zone, frame_count) && lab_no_stale(zone);
    ensures T10_reserve: \result == LAB_OK ==> zone->end - zone->reserve == reserve_words;
*/
lab_status lab_zone_init(lab_zone *zone, uint32_t id, lab_word *storage, size_t storage_size,
			 uint32_t frame_count, uint32_t reserve_words);

/** What a claim found. */
typedef struct lab_found {
	lab_status status; /* LAB_OK, or why there is none */
	uint32_t node;     /* with LAB_OK: the leaf that `frames` are of */
	lab_word frames;   /* with LAB_OK: one frame or more; else 0 */
} lab_found;

/** The first frame of a leaf. */
/*@ requires zone: \valid_read(zone);
    terminates \true; exits \false; assigns \nothing;
    ensures T1_base: lab_zone_shape(zone) && zone->leaf <= node < zone->end ==>
        \result == LAB_WORD_BITS * (node - zone->leaf);
*/
static inline uint32_t lab_zone_base(const lab_zone *zone, uint32_t node)
{
	return (node - zone->leaf) * LAB_WORD_BITS;
}

/**
 * Claim the free frames of one word with one exchange, which cannot fail half-way: the refill of a
 * room. Or claim one frame: for contexts without a room.
 *
 * @zone: from lab_zone_init()
 * @start: any frame number; the search prefers the words at and after it, so that contexts with
 *         different starts keep off each other's cache lines
 * @whole: every free frame of the word, or one
 *
 * LAB_OK         the frames are the caller's, and were nobody's
 * LAB_EMPTY      zones of at most LAB_SWEEP_WORDS words: each frame was seen taken during this
 *                call; larger zones: the root was seen without a hint, and a hint is missing above
 *                a free frame only while a call that will give it is in flight
 * LAB_CONTENDED  larger zones only: LAB_VISITS_MAX words went to other contexts first, or were
 *                empty under hints that had become untrue, which this call took back
 * A failure leaves the pool unchanged.
 *
 * Any context: task, softirq, hardirq, NMI. With D hint levels (0 for one word, 2 for 64 K frames
 * of 64 bits, 4 at most), whatever the size: D + 1 loads and 1 exchange find and take a word, or
 * D + 1 loads and 1 locked clear a frame; 3 loads and 1 locked clear mend the hint of a word that
 * is empty then. At most LAB_VISITS_MAX * (4 D + 3 + each) steps, and LAB_SWEEP_WORDS * (1 + each)
 * + 3 D + 2 more in the sweep of a small zone, where `each` is 1 for words and LAB_WORD_BITS for
 * frames: a lost race costs one step and rules its frame out.
 */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(6) && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone);
    ensures T3_T11_inv: lab_inv(zone) && lab_ghost_owing == 0;
    ensures T1_exclusive: lab_gained{Pre,Post}(zone->id, lab_ghost_me, \result.node,
        \result.frames);
    ensures T1_some: \result.status == LAB_OK ? lab_some(\result.frames, whole) :
        \result.frames == 0;
    ensures T7_range: \result.status == LAB_OK ==>
        zone->leaf <= \result.node < zone->reserve;
    ensures T4_bounded: lab_spent{Pre,Post}(
        lab_claim_steps(lab_level(zone->leaf), whole ? 1 : LAB_WORD_BITS));
    ensures T5_honest: lab_honest(zone, \result.status);
    ensures T9_complete: lab_ghost_quiet ==> lab_complete{Pre}(zone, \result.status);
    ensures T5_seen: lab_looked{Pre,Post}(zone->id);
*/
lab_found lab_zone_claim(const lab_zone *zone, uint32_t start, bool whole);

/**
 * Claim one frame of the reserve: for requests that may not fail while anything is left. No other
 * claim takes these frames.
 *
 * LAB_OK     the frame is the caller's, and was nobody's
 * LAB_EMPTY  each frame of the reserve was seen taken during this call, or there is no reserve
 * A failure leaves the pool unchanged.
 *
 * Any context. At most reserve_words * (1 + LAB_WORD_BITS) steps; undisturbed, one load for each
 * word passed, and 1 locked clear.
 */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(6) && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone);
    ensures T3_T11_inv: lab_inv(zone) && lab_ghost_owing == 0;
    ensures T1_exclusive: lab_gained{Pre,Post}(zone->id, lab_ghost_me, \result.node,
        \result.frames);
    ensures T1_some: \result.status == LAB_OK ? lab_some(\result.frames, 0) :
        \result.frames == 0;
    ensures T7_range: \result.status == LAB_OK ==> zone->reserve <= \result.node < zone->end;
    ensures T4_bounded: lab_spent{Pre,Post}(
        (zone->end - zone->reserve) * (1 + LAB_WORD_BITS));
    ensures T5_honest: \result.status == LAB_OK || (\result.status == LAB_EMPTY &&
        lab_seen_all_empty(zone->id, zone->reserve, zone->end));
    ensures T9_complete: lab_ghost_quiet ==>
        (\result.status == LAB_EMPTY <==> lab_empty{Pre}(zone, zone->reserve, zone->end));
    ensures T5_seen: lab_looked{Pre,Post}(zone->id);
*/
lab_found lab_zone_claim_reserve(const lab_zone *zone);

/**
 * Give frames of one word back with one locked instruction: the flush of a room, or a frame that
 * the ledger has just let go.
 *
 * @base: a multiple of LAB_WORD_BITS
 * @frames: bit k set: frame base + k, which the caller holds
 *
 * Cannot fail; whether the caller holds the frames is the ledger's to know.
 * Any context. 1 locked or and, with D > 0, 1 load; at most 1 + 2 D steps, when the word was empty.
 */
/*@ requires zone: lab_zone_ok(zone) && lab_inv(zone);
    requires holder: base < zone->frame_count && lab_holds_word(zone, base, frames);
    requires calm: lab_counts(6) && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone);
    ensures T3_T11_inv: lab_inv(zone) && lab_ghost_owing == 0;
    ensures T1_exclusive: lab_gained{Post,Pre}(zone->id, lab_ghost_me, lab_node(zone, base),
        frames);
    ensures T4_bounded: lab_spent{Pre,Post}(1 + 2 * lab_level(zone->leaf));
*/
void lab_zone_release(const lab_zone *zone, uint32_t base, lab_word frames);

/** The first frame that is not for ordinary claims; frames of the reserve come last. */
/*@ requires zone: \valid_read(zone) && lab_zone_shape(zone);
    terminates \true; exits \false; assigns \nothing;
    ensures T7_limit: \forall integer f; 0 <= f ==>
        (f < \result <==> f < zone->frame_count && lab_node(zone, f) < zone->reserve);
*/
static inline uint32_t lab_zone_limit(const lab_zone *zone)
{
	return zone->reserve == zone->end ? zone->frame_count
					  : (zone->reserve - zone->leaf) * LAB_WORD_BITS;
}

/**
 * Whether a frame of the reserve was seen in the pool, so that a refusal can say what is left.
 *
 * False: each word of the reserve was seen empty during this call.
 * Any context. At most reserve_words loads.
 */
/*@ requires zone: lab_zone_ok(zone) && lab_inv(zone);
    requires calm: lab_counts(6) && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone);
    ensures T3_T11_inv: lab_inv(zone) && lab_ghost_owing == 0;
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T4_bounded: lab_spent{Pre,Post}(zone->end - zone->reserve);
    ensures T5_honest: \result == 0 ==> lab_seen_all_empty(zone->id, zone->reserve, zone->end);
    ensures T9_complete: lab_ghost_quiet ==>
        (\result == 0 <==> lab_empty{Pre}(zone, zone->reserve, zone->end));
    ensures T5_seen: lab_looked{Pre,Post}(zone->id);
*/
bool lab_zone_reserve_left(const lab_zone *zone);
