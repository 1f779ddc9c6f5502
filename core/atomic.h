/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/atomic.h - layer 1: the shared words of a zone and the only steps on them.
 *
 * Everything that more than one context touches is reached through this file, one instruction at a
 * time. LAB_INTERFERE marks the two instants around a step at which other contexts run.
 */
#pragma once

#include "bits.h"
#include "status.h"

/**
 * The shared words of a zone, and the numbers that say what each word is.
 *
 * Words are nodes of an implicit tree: bit k of node n speaks about node n * LAB_WORD_BITS + 1 + k.
 * Nodes below `leaf` are hints: bit set means "this child may hold a free frame". Nodes from `leaf`
 * on hold frames: bit set means the frame is in the pool. Nodes from `reserve` on have no hint.
 */
typedef struct lab_zone {
	lab_word *word;       /* the storage the caller gave: `end` words */
	uint32_t leaf;        /* first node that holds frames; 0 when the root itself does */
	uint32_t reserve;     /* first node of the reserve; one past the last hinted leaf */
	uint32_t end;         /* one past the last node */
	uint32_t frame_count; /* frames 0 .. frame_count - 1 exist */
	uint32_t shift;       /* LAB_WORD_SHIFT times the number of hint levels */
	uint8_t id;           /* which zone of its allocator this is; below LAB_ZONES_MAX */
} lab_zone;

/** Holder numbers, in the low half of a tag; 0 is nobody. */
#define LAB_HOLDERS 65536u

/** Frames of one leaf: bit k set names frame base + k. */
typedef struct lab_batch {
	uint32_t base;   /* a multiple of LAB_WORD_BITS */
	lab_word frames; /* never 0 in an answer */
} lab_batch;

#ifdef __FRAMAC__
#include "../spec/zone.acsl"
#include "../spec/interference.h"
#include "../spec/ledger.acsl"
#include "../spec/trade.h"
#endif

/** One look at a word of a zone; orders nothing. Litmus: hidden_word, found_later. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && node < zone->end && lab_counts(0);
    terminates \true; exits \false;
    assigns LAB_SHARED(zone), lab_ghost_steps, lab_ghost_owing,
        lab_ghost_unseen[zone->id].node[node];
    ensures T3_T11_inv: lab_inv(zone);
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
    ensures T5_seen: lab_looked{Pre,Post}(zone->id) && LAB_EACH_OF_WORD(k)
        lab_bit(lab_ghost_unseen[zone->id].node[node], k) ==> lab_bit(\result, k);
    ensures T8_child: node < zone->leaf ==> \forall integer k; 0 <= k < LAB_WORD_BITS &&
        lab_bit(\result, k) ==> LAB_WORD_BITS * node + 1 + k < zone->reserve;
    ensures T9_quiet: lab_ghost_quiet ==> lab_same{Pre,Post}(zone) && \result == zone->word[node];
    ensures T11_owing: lab_ghost_owing ==
        (\result == 0 && \old(lab_ghost_owing) == node ? 0 : \old(lab_ghost_owing));
*/
static inline lab_word lab_atomic_load_relaxed(const lab_zone *zone, uint32_t node)
{
	lab_word value;

	LAB_INTERFERE(zone);
	value = lab_port_load_relaxed(&zone->word[node]);
	/*@ ghost lab_ghost_saw(zone->id, node, value); */
	LAB_INTERFERE(zone);
	return value;
}

/** One look at a word, after every earlier sequentially consistent step of this context. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && node < zone->end && lab_counts(0);
    terminates \true; exits \false;
    assigns LAB_SHARED(zone), lab_ghost_steps, lab_ghost_owing,
        lab_ghost_unseen[zone->id].node[node];
    ensures T3_T11_inv: lab_inv(zone);
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
    ensures T5_seen: lab_looked{Pre,Post}(zone->id);
    ensures T9_quiet: lab_ghost_quiet ==> lab_same{Pre,Post}(zone) && \result == zone->word[node];
    ensures T11_owing: lab_ghost_owing ==
        (\result == 0 && \old(lab_ghost_owing) == node ? 0 : \old(lab_ghost_owing));
*/
static inline lab_word lab_atomic_load_seq_cst(const lab_zone *zone, uint32_t node)
{
	lab_word value;

	LAB_INTERFERE(zone);
	value = lab_port_load_seq_cst(&zone->word[node]);
	/*@ ghost lab_ghost_saw(zone->id, node, value); */
	LAB_INTERFERE(zone);
	return value;
}

/** Take every free frame of a leaf at once. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(0);
    requires leaf: zone->leaf <= node < zone->end;
    terminates \true; exits \false;
    assigns LAB_SHARED(zone), lab_ghost_steps, lab_ghost_unseen[zone->id].node[node];
    ensures T3_T11_inv: lab_inv(zone);
    ensures T1_exclusive: lab_gained{Pre,Post}(zone->id, lab_ghost_me, node, \result);
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
    ensures T5_seen: \forall integer k; 0 <= k < LAB_WORD_BITS && !lab_bit(\result, k) ==>
        !lab_bit(lab_ghost_unseen[zone->id].node[node], k);
    ensures T9_quiet: lab_ghost_quiet ==> \result == \old(zone->word[node]) &&
        zone->word[node] == 0 && lab_same_but{Pre,Post}(zone, node);
    ensures T5_looked: lab_looked{Pre,Post}(zone->id);
*/
static inline lab_word lab_atomic_take_seq_cst(const lab_zone *zone, uint32_t node)
{
	lab_word value;

	LAB_INTERFERE(zone);
	value = lab_port_take_seq_cst(&zone->word[node]);
	/*@ ghost lab_ghost_took(zone->id, node, value); */
	LAB_INTERFERE(zone);
	return value;
}

/** Take one frame of a leaf; false when it was not free. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(0);
    requires leaf: zone->leaf <= node < zone->end && bit < LAB_WORD_BITS;
    terminates \true; exits \false;
    assigns LAB_SHARED(zone), lab_ghost_steps, lab_ghost_unseen[zone->id].node[node];
    ensures T3_T11_inv: lab_inv(zone);
    ensures T1_exclusive:
        lab_gained{Pre,Post}(zone->id, lab_ghost_me, node, (lab_word)(\result ? (1 << bit) : 0));
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
    ensures T5_seen: LAB_EACH_OF_WORD(k) (lab_bit(lab_ghost_unseen[zone->id].node[node], k) <==>
        lab_bit(\old(lab_ghost_unseen[zone->id].node[node]), k) && (\result || k != bit));
    ensures T9_quiet: lab_ghost_quiet ==> (\result <==> lab_bit(\old(zone->word[node]), bit)) &&
        lab_same_but{Pre,Post}(zone, node);
*/
static inline bool lab_atomic_claim_seq_cst(const lab_zone *zone, uint32_t node, uint32_t bit)
{
	bool was;

	LAB_INTERFERE(zone);
	was = lab_port_clear_bit_seq_cst(&zone->word[node], bit);
	/*@ ghost lab_ghost_claimed(zone->id, node, bit, was); */
	LAB_INTERFERE(zone);
	return was;
}

/** Give frames of a leaf back, all of them held. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(0) && lab_ghost_owing == 0;
    requires leaf: zone->leaf <= node < zone->end;
    requires holder: \forall integer k; 0 <= k < LAB_WORD_BITS && lab_bit(frames, k) ==>
        LAB_MAP(zone)[node][k] == lab_ghost_me;
    terminates \true; exits \false; assigns LAB_SHARED(zone), lab_ghost_steps, lab_ghost_owing;
    ensures T3_T11_inv: lab_inv(zone);
    ensures T1_exclusive: lab_gained{Post,Pre}(zone->id, lab_ghost_me, node, frames);
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
    ensures T9_quiet: lab_ghost_quiet ==> lab_same_but{Pre,Post}(zone, node);
    ensures T11_owing: lab_ghost_owing == (node < zone->reserve ? node : 0);
*/
static inline void lab_atomic_release_seq_cst(const lab_zone *zone, uint32_t node, lab_word frames)
{
	LAB_INTERFERE(zone);
	lab_port_or_seq_cst(&zone->word[node], frames);
	/*@ ghost lab_ghost_gave(zone->id, node, frames); */
	/*@ ghost if (node < zone->reserve) lab_ghost_owing = node; */
	LAB_INTERFERE(zone);
}

/** Whether a node's hint is set. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(0);
    requires hinted: 0 < node < zone->reserve && lab_ghost_owing == node;
    terminates \true; exits \false; assigns LAB_SHARED(zone), lab_ghost_steps, lab_ghost_owing;
    ensures T3_T11_inv: lab_inv(zone);
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
    ensures T9_quiet: lab_ghost_quiet ==> lab_same{Pre,Post}(zone);
    ensures T11_owing: lab_ghost_owing == (\result ? 0 : node);
*/
static inline bool lab_atomic_hint_test_seq_cst(const lab_zone *zone, uint32_t node)
{
	bool is;

	LAB_INTERFERE(zone);
	is = (lab_port_load_seq_cst(&zone->word[LAB_BITS_PARENT(node)]) &
	      lab_bits_mask(LAB_BITS_SLOT(node))) != 0;
	/*@ ghost lab_ghost_steps = lab_ghost_steps + 1; */
	/*@ ghost if (is) lab_ghost_owing = 0; */
	LAB_INTERFERE(zone);
	return is;
}

/** Set a node's hint. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(0);
    requires hinted: 0 < node < zone->reserve && lab_ghost_owing == node;
    terminates \true; exits \false; assigns LAB_SHARED(zone), lab_ghost_steps, lab_ghost_owing;
    ensures T3_T11_inv: lab_inv(zone);
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
    ensures T9_quiet: lab_ghost_quiet ==> lab_same_leaves{Pre,Post}(zone);
    ensures T11_owing: lab_ghost_owing == (node - 1) / LAB_WORD_BITS;
*/
static inline void lab_atomic_hint_set_seq_cst(const lab_zone *zone, uint32_t node)
{
	LAB_INTERFERE(zone);
	lab_port_or_seq_cst(&zone->word[LAB_BITS_PARENT(node)], lab_bits_mask(LAB_BITS_SLOT(node)));
	/*@ ghost lab_ghost_steps = lab_ghost_steps + 1; */
	/*@ ghost lab_ghost_owing = (node - 1) / LAB_WORD_BITS; */
	LAB_INTERFERE(zone);
}

/** Clear a node's hint. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(0);
    requires hinted: 0 < node < zone->reserve && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), lab_ghost_steps, lab_ghost_owing;
    ensures T3_T11_inv: lab_inv(zone);
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
    ensures T9_quiet: lab_ghost_quiet ==> lab_same_leaves{Pre,Post}(zone);
    ensures T11_owing: lab_ghost_owing == node;
*/
static inline void lab_atomic_hint_clear_seq_cst(const lab_zone *zone, uint32_t node)
{
	LAB_INTERFERE(zone);
	(void)lab_port_clear_bit_seq_cst(&zone->word[LAB_BITS_PARENT(node)], LAB_BITS_SLOT(node));
	/*@ ghost lab_ghost_steps = lab_ghost_steps + 1; */
	/*@ ghost lab_ghost_owing = node; */
	LAB_INTERFERE(zone);
}

/** One look at the tag of a frame. Litmus: tag_next, tag_asked. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_tagged(zone, tag) && lab_counts(0);
    requires range: frame < zone->frame_count;
    terminates \true; exits \false; assigns LAB_TRADED(zone, tag), lab_ghost_steps;
    ensures T3_T11_inv: lab_inv(zone);
    ensures T3_tagged: lab_tagged(zone, tag);
    ensures T2_rely: lab_ledger_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
    ensures T9_quiet: lab_ghost_quiet ==> \result == \old(tag[frame]) && tag[frame] == \result;
*/
static inline uint32_t lab_atomic_tag_load_relaxed(const lab_zone *zone, uint32_t *tag,
						   uint32_t frame)
{
	uint32_t value;

	LAB_INTERFERE_LEDGER(zone, tag);
	value = lab_port_tag_load_relaxed(&tag[frame]);
	/*@ ghost lab_ghost_steps = lab_ghost_steps + 1; */
	LAB_INTERFERE_LEDGER(zone, tag);
	return value;
}

/** Hand a frame out that this context has in its hands. Litmus: tag_handed, tag_stale. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_tagged(zone, tag) && lab_counts(0);
    requires range: frame < zone->frame_count && value % LAB_HOLDERS != 0;
    requires T1_holder: lab_in_hand(zone, frame);
    terminates \true; exits \false; assigns LAB_TRADED(zone, tag), lab_ghost_steps;
    ensures T3_T11_inv: lab_inv(zone);
    ensures T3_tagged: lab_tagged(zone, tag);
    ensures T1_handed: lab_handed{Pre,Post}(zone->id, lab_ghost_me, lab_node(zone, frame),
        lab_slot(frame));
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
*/
static inline void lab_atomic_tag_grant_relaxed(const lab_zone *zone, uint32_t *tag, uint32_t frame,
						uint32_t value)
{
	LAB_INTERFERE_LEDGER(zone, tag);
	lab_port_tag_store_relaxed(&tag[frame], value);
	/*@ ghost lab_ghost_steps = lab_ghost_steps + 1; */
	/*@ ghost lab_ghost_traded(zone->id, zone->leaf + frame / LAB_WORD_BITS,
	    frame % LAB_WORD_BITS, LAB_SPEC_CLIENTS); */
	/*@ assert own: LAB_OWNER(zone, frame) < 0; */
	LAB_INTERFERE_LEDGER(zone, tag);
}

/** Take a frame back if its tag is `value`, and leave the generation; returns the tag found.
 *  Litmus: tag_double, tag_stale, tag_handed. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_tagged(zone, tag) && lab_counts(0);
    requires range: frame < zone->frame_count && value % LAB_HOLDERS != 0;
    terminates \true; exits \false; assigns LAB_TRADED(zone, tag), lab_ghost_steps;
    ensures T3_T11_inv: lab_inv(zone);
    ensures T3_tagged: lab_tagged(zone, tag);
    ensures T1_revoked: \result == value ==>
        lab_revoked{Pre,Post}(zone->id, lab_ghost_me, lab_node(zone, frame), lab_slot(frame));
    ensures T6_refused: \result != value ==> lab_ledger_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T9_quiet: lab_ghost_quiet ==> \result == \old(tag[frame]);
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
*/
static inline uint32_t lab_atomic_tag_revoke_relaxed(const lab_zone *zone, uint32_t *tag,
						     uint32_t frame, uint32_t value)
{
	uint32_t found;

	LAB_INTERFERE_LEDGER(zone, tag);
	found = lab_port_tag_swap_relaxed(&tag[frame], value, value / LAB_HOLDERS * LAB_HOLDERS);
	/*@ assert bare: found == value ? tag[frame] % LAB_HOLDERS == 0 : tag[frame] == found; */
	/*@ ghost lab_ghost_steps = lab_ghost_steps + 1; */
	/*@ ghost if (found == value) lab_ghost_traded(zone->id,
	    zone->leaf + frame / LAB_WORD_BITS, frame % LAB_WORD_BITS, lab_ghost_me); */
	/*@ assert others: \forall integer f; 0 <= f < zone->frame_count && f != frame ==>
	    (tag[f] % LAB_HOLDERS != 0 <==> LAB_OWNER(zone, f) < 0); */
	/*@ assert own: LAB_OWNER(zone, frame) < 0 <==> tag[frame] % LAB_HOLDERS != 0; */
	LAB_INTERFERE_LEDGER(zone, tag);
	return found;
}
