/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/zone.h - layer 2: one zone of page frames, shared by every context.
 */
#ifndef LAB_ZONE_H
#define LAB_ZONE_H

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

/** Words of storage for a zone, as a constant: `static lab_word storage[LAB_ZONE_WORDS(8, 0)];` */
#define LAB_ZONE_WORDS(frame_count, reserve_words)                                                 \
	(LAB_ZONE_HINTS(LAB_ZONE_LEAVES(frame_count) - (reserve_words)) +                          \
	 LAB_ZONE_LEAVES(frame_count))

/**
 * The bytes of storage that lab_zone_init() needs for a zone, so that a caller can set them aside.
 *
 * @frame_count: frames of the zone, 1 .. LAB_FRAMES_MAX
 * @reserve_words: words at the end that only lab_zone_claim_reserve() takes from,
 *                 0 .. LAB_SWEEP_WORDS, fewer than the words of the zone
 *
 * Returns 0 when lab_zone_init() would refuse these two numbers.
 * Changes nothing. Any context. No atomic step.
 */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures T10_init: \result == lab_storage_size(frame_count, reserve_words);
*/
size_t lab_zone_storage_size(uint32_t frame_count, uint32_t reserve_words);

/**
 * Make a zone whose frames are all in the pool. The zone keeps `storage` until it is thrown away.
 *
 * @zone: the structure to fill in
 * @id: the number of this zone in its allocator, 0 .. LAB_ZONES_MAX - 1; 0 for a zone on its own
 * @storage: aligned to a lab_word (to a cache line for speed), not overlapping `zone`
 * @storage_size: bytes of storage, at least lab_zone_storage_size(frame_count, reserve_words)
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
    ensures T10_status: lab_init_status(zone, id, storage, storage_size,
        frame_count, reserve_words, \result);
    ensures T10_refused: \result != LAB_OK ==> lab_untouched{Pre,Post} &&
        (zone != \null ==> *zone == \old(*zone)) && (storage != \null ==>
            \forall integer n; 0 <= n < lab_storage_words(frame_count, reserve_words) ==>
                storage[n] == \old(storage[n]));
    ensures T10_zone: \result == LAB_OK ==> lab_zone_ok(zone) && lab_inv(zone);
    ensures T10_full: \result == LAB_OK ==> lab_full(zone, frame_count) && lab_no_stale(zone);
    ensures T10_reserve: \result == LAB_OK ==> zone->end - zone->reserve == reserve_words;
*/
lab_status lab_zone_init(lab_zone *zone, uint32_t id, lab_word *storage, size_t storage_size,
			 uint32_t frame_count, uint32_t reserve_words);

/**
 * Claim every free frame of one word, with one exchange that cannot fail half-way: the refill of a
 * context's private store.
 *
 * @start: any frame number; the search prefers the words at and after it, so that contexts with
 *         different starts keep off each other's cache lines
 * @batch: where the claimed frames are named
 *
 * LAB_OK         the frames in *batch are the caller's, and were nobody's
 * LAB_EMPTY      zones of at most LAB_SWEEP_WORDS words: each word was seen empty during this call;
 *                larger zones: the root was seen without a hint, and a hint is missing above a free
 *                frame only while a call that will give it is in flight
 * LAB_CONTENDED  larger zones only: LAB_VISITS_MAX words went to other contexts first
 * LAB_ERR_NULL   zone or batch is null
 * A failure leaves *batch and the pool unchanged.
 *
 * Any context: task, softirq, hardirq, NMI. With D hint levels (0 for one word, 2 for 64 K frames
 * of 64 bits, 4 at most), whatever the size: D + 1 loads and 1 exchange find and take a word, and
 * 3 loads and 1 locked clear mend its hint; at most LAB_VISITS_MAX * (4 D + 4) steps, and
 * LAB_SWEEP_WORDS * 2 + 3 D + 2 more in the sweep of a small zone.
 */
/*@ requires zone: zone == \null || (lab_zone_ok(zone) && lab_inv(zone));
    requires batch: batch == \null || \valid(batch);
    requires apart: zone != \null && batch != \null ==> lab_apart_batch(zone, batch);
    requires calm: lab_counts(7) && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone), *batch;
    ensures T6_null: (\result == LAB_ERR_NULL <==> zone == \null || batch == \null) &&
        (\result == LAB_ERR_NULL ==> lab_untouched{Pre,Post});
    ensures T3_T11_inv: \result != LAB_ERR_NULL ==> lab_inv(zone) && lab_ghost_owing == 0;
    ensures T1_T7_exclusive: \result == LAB_OK ==> lab_got_word{Pre,Post}(zone, batch);
    ensures T4_bounded: zone != \null ==> lab_ghost_steps <= \old(lab_ghost_steps) +
        lab_claim_steps(lab_level(zone->leaf), 1);
    ensures T5_honest: \result != LAB_ERR_NULL && \result != LAB_OK ==>
        lab_honest(zone, \result) && lab_rely{Pre,Post}(zone->id, lab_ghost_me) &&
            *batch == \old(*batch);
    ensures T9_complete: lab_ghost_quiet && \result != LAB_ERR_NULL ==>
        lab_complete{Pre}(zone, \result);
*/
lab_status lab_zone_claim_word(const lab_zone *zone, uint32_t start, lab_batch *batch);

/**
 * Claim one free frame: for contexts without a private store, such as NMI and fault handlers.
 *
 * @start: any frame number; the search prefers the words at and after it
 * @frame: where the claimed frame's number is put
 *
 * LAB_OK, LAB_EMPTY, LAB_CONTENDED  as lab_zone_claim_word(); a word counts as seen empty when each
 *                                   of its frames was seen taken
 * LAB_ERR_NULL                      zone or frame is null
 * A failure leaves *frame and the pool unchanged.
 *
 * Any context. Undisturbed: D + 2 loads and 1 locked clear. A lost race costs one locked clear and
 * rules its frame out, so a word is left after LAB_WORD_BITS of them: at most LAB_VISITS_MAX *
 * (4 D + 3 + LAB_WORD_BITS) steps, and LAB_SWEEP_WORDS * (1 + LAB_WORD_BITS) + 3 D + 2 more in the
 * sweep of a small zone.
 */
/*@ requires zone: zone == \null || (lab_zone_ok(zone) && lab_inv(zone));
    requires frame: frame == \null || \valid(frame);
    requires apart: zone != \null && frame != \null ==> lab_apart_frame(zone, frame);
    requires calm: lab_counts(7) && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone), *frame;
    ensures T6_null: (\result == LAB_ERR_NULL <==> zone == \null || frame == \null) &&
        (\result == LAB_ERR_NULL ==> lab_untouched{Pre,Post});
    ensures T3_T11_inv: \result != LAB_ERR_NULL ==> lab_inv(zone) && lab_ghost_owing == 0;
    ensures T1_T7_exclusive: \result == LAB_OK ==>
        lab_got_frame{Pre,Post}(zone, *frame, \old(zone->leaf), \old(zone->reserve));
    ensures T4_bounded: zone != \null ==> lab_ghost_steps <= \old(lab_ghost_steps) +
        lab_claim_steps(lab_level(zone->leaf), LAB_WORD_BITS);
    ensures T5_honest: \result != LAB_ERR_NULL && \result != LAB_OK ==>
        lab_honest(zone, \result) && lab_rely{Pre,Post}(zone->id, lab_ghost_me) &&
            *frame == \old(*frame);
    ensures T9_complete: lab_ghost_quiet && \result != LAB_ERR_NULL ==>
        lab_complete{Pre}(zone, \result);
*/
lab_status lab_zone_claim_one(const lab_zone *zone, uint32_t start, uint32_t *frame);

/**
 * Claim one frame of the reserve: for requests that may not fail while anything is left. No other
 * claim takes these frames.
 *
 * @frame: where the claimed frame's number is put
 *
 * LAB_OK        the frame is the caller's, and was nobody's
 * LAB_EMPTY     each frame of the reserve was seen taken during this call, or there is no reserve
 * LAB_ERR_NULL  zone or frame is null
 * A failure leaves *frame and the pool unchanged.
 *
 * Any context. At most reserve_words * (1 + LAB_WORD_BITS) steps; undisturbed, one load for each
 * word passed, and 1 locked clear.
 */
/*@ requires zone: zone == \null || (lab_zone_ok(zone) && lab_inv(zone));
    requires frame: frame == \null || \valid(frame);
    requires apart: zone != \null && frame != \null ==> lab_apart_frame(zone, frame);
    requires calm: lab_counts(7) && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone), *frame;
    ensures T6_null: (\result == LAB_ERR_NULL <==> zone == \null || frame == \null) &&
        (\result == LAB_ERR_NULL ==> lab_untouched{Pre,Post});
    ensures T3_T11_inv: \result != LAB_ERR_NULL ==> lab_inv(zone) && lab_ghost_owing == 0;
    ensures T1_T7_exclusive: \result == LAB_OK ==>
        lab_got_frame{Pre,Post}(zone, *frame, \old(zone->reserve), \old(zone->end));
    ensures T4_bounded: zone != \null ==> lab_ghost_steps <= \old(lab_ghost_steps) +
        (zone->end - zone->reserve) * (1 + LAB_WORD_BITS);
    ensures T5_honest: \result == LAB_EMPTY ==>
        lab_seen_all_empty(zone->id, zone->reserve, zone->end) &&
        lab_rely{Pre,Post}(zone->id, lab_ghost_me) && *frame == \old(*frame);
    ensures T9_complete: (\result == LAB_OK || \result == LAB_EMPTY || \result == LAB_ERR_NULL) &&
        (lab_ghost_quiet && \result != LAB_ERR_NULL ==>
            (\result == LAB_EMPTY <==> lab_empty{Pre}(zone, zone->reserve, zone->end)));
*/
lab_status lab_zone_claim_reserve(const lab_zone *zone, uint32_t *frame);

/**
 * Give one frame back to the pool. One locked instruction decides: a frame that is in the pool
 * already is refused even when two contexts give it back at the same time.
 *
 * @frame: a frame the caller holds
 *
 * LAB_OK               the frame is in the pool
 * LAB_ERR_NULL         zone is null
 * LAB_ERR_FRAME_RANGE  no such frame: the number is not below frame_count
 * LAB_ERR_NOT_HELD     the frame is in the pool: freed twice, or never handed out
 * A refusal changes nothing. A frame that was given back and handed out again is another's: freeing
 * it a second time then cannot be told from that holder's free by one bit per frame.
 *
 * Any context. Undisturbed: 1 locked set and, with D > 0, 1 load; a first frame into an empty word
 * sets the missing hints too: at most 1 + 2 D steps.
 */
/*@ requires zone: zone == \null || (lab_zone_ok(zone) && lab_inv(zone));
    requires holder: zone != \null && frame < zone->frame_count ==>
        lab_holds(zone->id, lab_node(zone, frame), frame % LAB_WORD_BITS);
    requires calm: lab_counts(7) && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone);
    ensures T6_refused: \result == lab_release_status(zone, frame,
        \old(lab_ghost_map[zone->id].owner[lab_node(zone, frame)][frame % LAB_WORD_BITS]));
    ensures T6_untouched: \result == LAB_ERR_NULL || \result == LAB_ERR_FRAME_RANGE ==>
        lab_untouched{Pre,Post};
    ensures T6_same: \result == LAB_ERR_NOT_HELD ==> lab_rely{Pre,Post}(zone->id, lab_ghost_me) &&
        (lab_ghost_quiet ==> lab_same_bits{Pre,Post}(zone, lab_node(zone, frame)));
    ensures T3_T11_inv: zone != \null ==> lab_inv(zone) && lab_ghost_owing == 0;
    ensures T1_exclusive: \result == LAB_OK ==> lab_gained{Post,Pre}(zone->id, lab_ghost_me,
        lab_node(zone, frame), (lab_word)(1 << (frame % LAB_WORD_BITS)));
    ensures T4_bounded: zone != \null ==> lab_ghost_steps <= \old(lab_ghost_steps) + 1 +
        2 * lab_level(zone->leaf);
*/
lab_status lab_zone_release_one(const lab_zone *zone, uint32_t frame);

/**
 * Give frames of one word back with one locked instruction: the flush of a context's private store.
 *
 * @batch: frames the caller holds; base is a multiple of LAB_WORD_BITS
 *
 * LAB_OK               the frames are in the pool
 * LAB_ERR_NULL         zone or batch is null
 * LAB_ERR_BATCH_EMPTY  the batch names no frame
 * LAB_ERR_BATCH_BASE   base is not a multiple of LAB_WORD_BITS
 * LAB_ERR_FRAME_RANGE  a frame of the batch is not below frame_count
 * LAB_ERR_NOT_HELD     a frame of the batch is in the pool: freed twice, or never handed out
 * A refusal changes nothing, not even for the other frames of the batch. LAB_ERR_NOT_HELD comes
 * from a look before the release, so here a double free that races is not found.
 *
 * Any context. 1 load, 1 locked or and, with D > 0, 1 load; at most 2 + 2 D steps, when the word
 * was empty.
 */
/*@ requires zone: zone == \null || (lab_zone_ok(zone) && lab_inv(zone));
    requires batch: batch == \null || \valid(batch);
    requires apart: zone != \null && batch != \null ==> lab_apart_batch(zone, batch);
    requires holder: zone != \null && batch != \null ==> lab_holds_all(zone, batch);
    requires calm: lab_counts(7) && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone);
    ensures T6_refused: lab_batch_status(zone, batch, \result);
    ensures T6_same: \result != LAB_OK ==> lab_rely{Pre,Post}(zone->id, lab_ghost_me) &&
        (lab_ghost_quiet && zone != \null ==> lab_same{Pre,Post}(zone));
    ensures T3_T11_inv: zone != \null ==> lab_inv(zone) && lab_ghost_owing == 0;
    ensures T1_exclusive: \result == LAB_OK ==> lab_gained{Post,Pre}(zone->id, lab_ghost_me,
        lab_node(zone, batch->base), batch->frames);
    ensures T4_bounded: zone != \null ==> lab_ghost_steps <= \old(lab_ghost_steps) + 2 +
        2 * lab_level(zone->leaf);
*/
lab_status lab_zone_release_word(const lab_zone *zone, const lab_batch *batch);

/**
 * Give frames of one word back that certainly are the caller's: the flush of a private store, or a
 * frame that the ledger has just let go. No look before it, so it costs one locked instruction.
 *
 * @base: a multiple of LAB_WORD_BITS
 * @frames: bit k set: frame base + k, which the caller holds
 *
 * Cannot fail; whether the caller holds the frames is not checked.
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
void lab_zone_release_held(const lab_zone *zone, uint32_t base, lab_word frames);

/** Whether a frame is one of the reserve's. */
/*@ requires zone: \valid_read(zone);
    terminates \true; exits \false; assigns \nothing;
    ensures T7_reserve: lab_zone_shape(zone) && frame < zone->frame_count ==>
        (\result != 0 <==> lab_node(zone, frame) >= zone->reserve);
*/
static inline bool lab_zone_in_reserve(const lab_zone *zone, uint32_t frame)
{
	return zone->leaf + frame / LAB_WORD_BITS >= zone->reserve;
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
    ensures T5_honest: \result == 0 ==>
        lab_seen_all_empty(zone->id, zone->reserve, zone->end);
    ensures T9_complete: lab_ghost_quiet ==>
        (\result == 0 <==> lab_empty{Pre}(zone, zone->reserve, zone->end));
*/
bool lab_zone_reserve_left(const lab_zone *zone);

#endif /* LAB_ZONE_H */
