/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/zone.c - layer 2: claim, release and search. All shared-memory protocol is here.
 */
#include "zone.h"

_Static_assert((1u << LAB_WORD_SHIFT) == LAB_WORD_BITS, "LAB_WORD_SHIFT is log2(LAB_WORD_BITS)");
_Static_assert(LAB_ZONE_LEAVES(LAB_FRAMES_MAX) <= (uint64_t)LAB_LEVEL_3 * LAB_WORD_BITS,
	       "four hint levels must reach LAB_FRAMES_MAX frames");
_Static_assert(LAB_ZONES_MAX <= 255, "a zone's number must fit its field");
_Static_assert(LAB_VISITS_MAX >= 1 && LAB_SWEEP_WORDS >= 1, "a claim looks at one word at least");

/* ---- hints ---- */

/* Make `node`'s hint and every hint above it say "may hold a free frame". */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(1);
    requires owing: node < zone->reserve && lab_ghost_owing == node;
    terminates \true; exits \false; assigns LAB_SHARED(zone), lab_ghost_steps, lab_ghost_owing;
    ensures T3_T11_inv: lab_inv(zone) && lab_ghost_owing == 0;
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T4_bounded: lab_spent{Pre,Post}(2 * lab_level(node));
    ensures T9_quiet: lab_ghost_quiet ==> lab_same_leaves{Pre,Post}(zone);
*/
static void publish(const lab_zone *zone, uint32_t node)
{
	/*@ loop invariant zone: lab_zone_ok(zone) && *zone == \at(*zone,Pre);
	    loop invariant inv: lab_inv(zone) && lab_ghost_owing == node < zone->reserve;
	    loop invariant T2_rely: lab_rely{Pre,Here}(zone->id, lab_ghost_me);
	    loop invariant T4_level: lab_level(node) <= lab_level(\at(node,Pre));
	    loop invariant T4_bounded: lab_ghost_steps == \at(lab_ghost_steps,Pre) +
	        2 * (lab_level(\at(node,Pre)) - lab_level(node));
	    loop invariant T9_quiet: lab_ghost_quiet ==> lab_same_leaves{Pre,Here}(zone);
	    loop assigns node, LAB_SHARED_IN_LOOP(zone), lab_ghost_steps, lab_ghost_owing;
	    loop variant node;
	*/
	while (node != 0) {
		/* Whoever set this hint has set those above it, or is on its way to. */
		if (lab_atomic_hint_test_seq_cst(zone, node))
			return;
		lab_atomic_hint_set_seq_cst(zone, node);
		node = LAB_BITS_PARENT(node);
	}
}

/* If `node` is empty, take back its hint, and every hint above that this leaves untrue. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(2);
    requires owing: node < zone->reserve && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone);
    ensures T3_T11_inv: lab_inv(zone) && lab_ghost_owing == 0;
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T4_bounded: lab_spent{Pre,Post}(lab_retire_steps(lab_level(node)));
    ensures T5_seen: lab_looked{Pre,Post}(zone->id);
    ensures T9_quiet: lab_ghost_quiet ==> lab_same_leaves{Pre,Post}(zone);
*/
static void retire(const lab_zone *zone, uint32_t node)
{
	/*@ loop invariant zone: lab_zone_ok(zone) && *zone == \at(*zone,Pre);
	    loop invariant inv: lab_inv(zone) && node < zone->reserve && lab_ghost_owing == 0;
	    loop invariant T2_rely: lab_rely{Pre,Here}(zone->id, lab_ghost_me);
	    loop invariant T4_level: lab_level(node) <= lab_level(\at(node,Pre));
	    loop invariant T4_bounded: lab_ghost_steps == \at(lab_ghost_steps,Pre) +
	        3 * (lab_level(\at(node,Pre)) - lab_level(node));
	    loop invariant T5_seen: lab_looked{Pre,Here}(zone->id);
	    loop invariant T9_quiet: lab_ghost_quiet ==> lab_same_leaves{Pre,Here}(zone);
	    loop assigns node, LAB_SHARED_IN_LOOP(zone), LAB_OURS_IN_LOOP(zone);
	    loop variant node;
	*/
	while (node != 0 && lab_atomic_load_relaxed(zone, node) == 0) {
		lab_atomic_hint_clear_seq_cst(zone, node);
		/* A release between the two steps saw the hint still set and left it to us. */
		if (lab_atomic_load_seq_cst(zone, node) != 0) {
			publish(zone, node);
			return;
		}
		node = LAB_BITS_PARENT(node);
	}
}

/* ---- claims ---- */

/* Take one frame of a leaf whose free frames were `seen`; 0 when others took each of them. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(2);
    requires leaf: zone->leaf <= node < zone->end;
    requires T5_seen: LAB_EACH_OF_WORD(k)
        lab_bit(lab_ghost_unseen[zone->id].node[node], k) ==> lab_bit(seen, k);
    terminates \true; exits \false;
    assigns LAB_SHARED(zone), lab_ghost_steps, lab_ghost_unseen[zone->id].node[node];
    ensures T3_T11_inv: lab_inv(zone);
    ensures T1_exclusive: lab_gained{Pre,Post}(zone->id, lab_ghost_me, node, \result);
    ensures T1_one: \result != 0 ==> lab_one(\result);
    ensures T4_bounded: lab_spent{Pre,Post}(LAB_WORD_BITS);
    ensures T5_honest: \result == 0 ==> lab_seen_empty(zone->id, node);
    ensures T9_quiet: lab_ghost_quiet && seen == \old(zone->word[node]) ==>
        (seen != 0 ==> \result != 0) && lab_same_but{Pre,Post}(zone, node);
    ensures T5_seen: lab_looked{Pre,Post}(zone->id);
*/
static lab_word take_one(const lab_zone *zone, uint32_t node, lab_word seen)
{
	/*@ ghost uint32_t tried = 0; */
	/*@ loop invariant zone: lab_zone_ok(zone) && *zone == \at(*zone,Pre);
	    loop invariant inv: lab_inv(zone) && 0 <= tried <= LAB_WORD_BITS;
	    loop invariant T2_rely: lab_rely{Pre,Here}(zone->id, lab_ghost_me);
	    loop invariant T4_low: \forall integer k; 0 <= k < tried ==> !lab_bit(seen, k);
	    loop invariant T4_bounded: lab_spent{Pre,Here}(tried);
	    loop invariant T5_seen: LAB_EACH_OF_WORD(k)
	        lab_bit(lab_ghost_unseen[zone->id].node[node], k) ==> lab_bit(seen, k);
	    loop invariant T9_quiet:
	        lab_ghost_quiet && \at(seen,Pre) == \at(zone->word[node],Pre) ==>
	        seen == \at(seen,Pre) && lab_same{Pre,Here}(zone);
	    loop invariant T5_looked: lab_looked{Pre,Here}(zone->id);
	    loop assigns seen, tried, LAB_SHARED_IN_LOOP(zone), lab_ghost_steps,
	        lab_ghost_unseen[\at(zone->id,Pre)].node[node];
	    loop variant LAB_WORD_BITS - tried;
	*/
	while (seen != 0) {
		uint32_t bit = lab_port_lowest(seen);

		if (lab_atomic_claim_seq_cst(zone, node, bit))
			return lab_bits_mask(bit);
		seen = lab_bits_without(seen, bit);
		/*@ ghost tried = bit + 1; */
	}
	return 0;
}

/* Take the frames of a leaf, or one of them; 0 when it was seen empty. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(3);
    requires leaf: zone->leaf <= node < zone->end && lab_ghost_owing == 0;
    terminates \true; exits \false;
    assigns LAB_SHARED(zone), lab_ghost_steps, lab_ghost_owing,
        lab_ghost_unseen[zone->id].node[node];
    ensures T3_T11_inv: lab_inv(zone) && lab_ghost_owing == 0;
    ensures T1_exclusive: lab_gained{Pre,Post}(zone->id, lab_ghost_me, node, \result);
    ensures T1_some: \result != 0 ==> lab_some(\result, whole);
    ensures T4_bounded: lab_spent{Pre,Post}(1 + (whole ? 1 : LAB_WORD_BITS));
    ensures T5_honest: \result == 0 ==> lab_seen_empty(zone->id, node);
    ensures T9_complete: lab_ghost_quiet ==> lab_same_but{Pre,Post}(zone, node) &&
        (\result == 0 <==> \old(zone->word[node]) == 0) &&
        (\result == 0 ==> lab_same{Pre,Post}(zone));
    ensures T5_seen: lab_looked{Pre,Post}(zone->id);
*/
static lab_word claim_leaf(const lab_zone *zone, uint32_t node, bool whole)
{
	lab_word seen = lab_atomic_load_relaxed(zone, node);

	if (seen == 0)
		return 0;
	return whole ? lab_atomic_take_seq_cst(zone, node) : take_one(zone, node, seen);
}

/* Follow the hints from the root, near `start` where there is a choice, to a leaf or to a hint word
 * that is empty. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(2) && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone);
    ensures T3_T11_inv: lab_inv(zone) && lab_ghost_owing == 0;
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T7_range: \result < zone->reserve;
    ensures T4_bounded: lab_spent{Pre,Post}(lab_level(zone->leaf));
    ensures T5_honest: \result < zone->leaf ==> lab_seen_empty(zone->id, \result);
    ensures T9_quiet: lab_ghost_quiet ==> lab_same{Pre,Post}(zone) &&
        (\result < zone->leaf ==> zone->word[\result] == 0) &&
        (zone->word[0] == 0 ==> \result == 0) &&
        (lab_no_stale(zone) && zone->word[0] != 0 ==> zone->word[\result] != 0);
    ensures T5_seen: lab_looked{Pre,Post}(zone->id);
*/
static uint32_t descend(const lab_zone *zone, uint32_t start)
{
	uint32_t shift = zone->shift;
	uint32_t node = 0;

	/*@ loop invariant zone: lab_zone_ok(zone) && *zone == \at(*zone,Pre);
	    loop invariant inv: lab_inv(zone) && lab_ghost_owing == 0 && node < zone->reserve;
	    loop invariant T2_rely: lab_rely{Pre,Here}(zone->id, lab_ghost_me);
	    loop invariant T4_bounded:
	        lab_ghost_steps == \at(lab_ghost_steps,Pre) + lab_level(node);
	    loop invariant T8_shift:
	        shift == LAB_WORD_SHIFT * (lab_level(zone->leaf) - lab_level(node));
	    loop invariant T9_quiet: lab_ghost_quiet ==> lab_same{Pre,Here}(zone) &&
	        (zone->word[0] == 0 ==> node == 0) &&
	        (lab_no_stale(zone) && zone->word[0] != 0 ==> zone->word[node] != 0);
	    loop invariant T5_looked: lab_looked{Pre,Here}(zone->id);
	    loop assigns node, shift, LAB_SHARED_IN_LOOP(zone), LAB_OURS_IN_LOOP(zone);
	    loop variant zone->leaf - node;
	*/
	while (node < zone->leaf) {
		lab_word hints = lab_atomic_load_relaxed(zone, node);
		uint32_t slot;

		if (hints == 0)
			return node;
		slot = lab_bits_pick(hints, start >> shift);
		/*@ assert T8_child: LAB_WORD_BITS * node + 1 + slot < zone->reserve &&
		    (lab_ghost_quiet && lab_no_stale(zone) && zone->word[0] != 0 ==>
		        zone->word[LAB_WORD_BITS * node + 1 + slot] != 0); */
		node = LAB_WORD_BITS * node + 1 + slot;
		shift -= LAB_WORD_SHIFT;
	}
	return node;
}

/* Try one leaf that the hints name: LAB_EMPTY when the root names none, LAB_CONTENDED when others
 * were faster. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(4) && lab_ghost_owing == 0;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone);
    ensures T3_T11_inv: lab_inv(zone) && lab_ghost_owing == 0;
    ensures T1_exclusive: lab_gained{Pre,Post}(zone->id, lab_ghost_me, \result.node,
        \result.frames);
    ensures T1_some: \result.status == LAB_OK ? lab_some(\result.frames, whole) :
        \result.frames == 0;
    ensures T7_range: \result.status == LAB_OK ==>
        zone->leaf <= \result.node < zone->reserve;
    ensures T4_bounded: lab_spent{Pre,Post}(
        lab_visit_steps(lab_level(zone->leaf), whole ? 1 : LAB_WORD_BITS));
    ensures T5_honest: \result.status == LAB_OK || \result.status == LAB_CONTENDED ||
        (\result.status == LAB_EMPTY && lab_seen_empty(zone->id, 0));
    ensures T9_quiet: lab_ghost_quiet && \result.status != LAB_OK ==>
        lab_same_leaves{Pre,Post}(zone);
    ensures T9_found: lab_ghost_quiet && \result.status == LAB_OK ==>
        !\old(lab_empty(zone, zone->leaf, zone->reserve));
    ensures T9_empty: lab_ghost_quiet && \result.status == LAB_EMPTY ==>
        \old(lab_empty(zone, zone->leaf, zone->reserve));
    ensures T9_missed: lab_ghost_quiet && \result.status == LAB_CONTENDED ==>
        !\old(lab_no_stale(zone));
    ensures T5_seen: lab_looked{Pre,Post}(zone->id);
*/
static lab_found visit(const lab_zone *zone, uint32_t start, bool whole)
{
	lab_found found = {LAB_CONTENDED, descend(zone, start), 0};

	if (found.node >= zone->leaf)
		found.frames = claim_leaf(zone, found.node, whole);
	/*@ ghost lab_ghost_all_empty(zone); */
	retire(zone, found.node);
	if (found.frames != 0)
		found.status = LAB_OK;
	else if (found.node == 0)
		found.status = LAB_EMPTY;
	return found;
}

/* Claim from the leaves first .. last - 1, whatever the hints say. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(4) && lab_ghost_owing == 0;
    requires range: zone->leaf <= first <= last <= zone->end && last - first <= LAB_SWEEP_WORDS;
    terminates \true; exits \false; assigns LAB_SHARED(zone), LAB_OURS(zone);
    ensures T3_T11_inv: lab_inv(zone) && lab_ghost_owing == 0;
    ensures T1_exclusive: lab_gained{Pre,Post}(zone->id, lab_ghost_me, \result.node,
        \result.frames);
    ensures T1_some: \result.status == LAB_OK ? lab_some(\result.frames, whole) :
        \result.frames == 0;
    ensures T7_range: \result.status == LAB_OK ==> first <= \result.node < last;
    ensures T4_bounded: lab_spent{Pre,Post}(
        lab_sweep_steps(first < zone->reserve ? lab_level(zone->leaf) : 0, last - first,
            whole ? 1 : LAB_WORD_BITS));
    ensures T5_honest: \result.status == LAB_OK ||
        (\result.status == LAB_EMPTY && lab_seen_all_empty(zone->id, first, last));
    ensures T9_complete: lab_ghost_quiet ==>
        (\result.status == LAB_EMPTY <==> lab_empty{Pre}(zone, first, last));
    ensures T5_seen: lab_looked{Pre,Post}(zone->id);
*/
static lab_found sweep(const lab_zone *zone, uint32_t first, uint32_t last, bool whole)
{
	lab_found found = {LAB_EMPTY, first, 0};

	/*@ loop invariant zone: lab_zone_ok(zone) && *zone == \at(*zone,Pre);
	    loop invariant inv: lab_inv(zone) && lab_ghost_owing == 0;
	    loop invariant range: first <= found.node <= last;
	    loop invariant found: found.status == LAB_EMPTY && found.frames == 0;
	    loop invariant T2_rely: lab_rely{Pre,Here}(zone->id, lab_ghost_me);
	    loop invariant T4_bounded: lab_spent{Pre,Here}(
	        (found.node - first) * (1 + (whole ? 1 : LAB_WORD_BITS)));
	    loop invariant T5_honest: lab_seen_all_empty(zone->id, first, found.node);
	    loop invariant T9_quiet: lab_ghost_quiet ==> lab_same{Pre,Here}(zone) &&
	        lab_empty{Pre}(zone, first, found.node);
	    loop invariant T5_looked: lab_looked{Pre,Here}(zone->id);
	    loop assigns found, LAB_SHARED_IN_LOOP(zone), LAB_OURS_IN_LOOP(zone);
	    loop variant last - found.node;
	*/
	for (; found.node < last; found.node++) {
		found.frames = claim_leaf(zone, found.node, whole);
		if (found.frames != 0) {
			if (found.node < zone->reserve)
				retire(zone, found.node);
			found.status = LAB_OK;
			return found;
		}
	}
	return found;
}

/* Claim by the hints, from LAB_VISITS_MAX words at most; then, in a small zone, word by word. */
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
LAB_APART static lab_found search(const lab_zone *zone, uint32_t start, bool whole)
{
	lab_found found = {LAB_CONTENDED, 0, 0};

	/*@ loop invariant zone: lab_zone_ok(zone) && *zone == \at(*zone,Pre);
	    loop invariant inv: lab_inv(zone) && lab_ghost_owing == 0;
	    loop invariant found: found.status == LAB_CONTENDED && found.frames == 0;
	    loop invariant T2_rely: lab_rely{Pre,Here}(zone->id, lab_ghost_me);
	    loop invariant T4_visits: 0 <= visit_count <= LAB_VISITS_MAX &&
	        lab_ghost_steps <= \at(lab_ghost_steps,Pre) + 1000 * visit_count;
	    loop invariant T4_bounded: lab_visited{Pre,Here}(zone, visit_count, whole);
	    loop invariant T9_quiet: lab_ghost_quiet ==> lab_same_leaves{Pre,Here}(zone) &&
	        (\at(lab_no_stale(zone),Pre) ==> visit_count == 0 && lab_same{Pre,Here}(zone));
	    loop invariant T5_looked: lab_looked{Pre,Here}(zone->id);
	    loop assigns visit_count, found, LAB_SHARED_IN_LOOP(zone), LAB_OURS_IN_LOOP(zone);
	    loop variant LAB_VISITS_MAX - visit_count;
	*/
	for (uint32_t visit_count = 0; visit_count < LAB_VISITS_MAX; visit_count++) {
		found = visit(zone, start, whole);
		/*@ assert T4_bounded: lab_visited{Pre,Here}(zone, visit_count + 1, whole); */
		if (found.status != LAB_CONTENDED)
			break;
	}
	/*@ assert T4_bounded: lab_visited{Pre,Here}(zone, LAB_VISITS_MAX, whole); */
	/*@ assert T9_complete: lab_ghost_quiet ==> lab_true_answer{Pre}(zone, found.status) &&
	    (found.status != LAB_OK ==> lab_same_leaves{Pre,Here}(zone)); */
	if (found.status == LAB_OK || zone->reserve - zone->leaf > LAB_SWEEP_WORDS)
		return found;
	/*@ assert T2_rely: lab_rely{Pre,Here}(zone->id, lab_ghost_me); */
	/*@ assert T9_quiet: lab_ghost_quiet ==>
	    (lab_empty{Here}(zone, zone->leaf, zone->reserve) <==>
	     \at(lab_empty(zone, zone->leaf, zone->reserve),Pre)); */
	return sweep(zone, zone->leaf, zone->reserve, whole);
}

lab_found lab_zone_claim(const lab_zone *zone, uint32_t start, bool whole)
{
	lab_found found = {LAB_EMPTY, 0, 0};

	/* One word has no hint, and nothing to search for. */
	if (zone->reserve > 1)
		return search(zone, start, whole);
	found.frames = claim_leaf(zone, 0, whole);
	if (found.frames != 0)
		found.status = LAB_OK;
	return found;
}

lab_found lab_zone_claim_reserve(const lab_zone *zone)
{
	return sweep(zone, zone->reserve, zone->end, false);
}

bool lab_zone_reserve_left(const lab_zone *zone)
{
	/*@ loop invariant zone: lab_zone_ok(zone) && *zone == \at(*zone,Pre);
	    loop invariant inv: lab_inv(zone) && lab_ghost_owing == 0;
	    loop invariant range: zone->reserve <= node <= zone->end;
	    loop invariant T2_rely: lab_rely{Pre,Here}(zone->id, lab_ghost_me);
	    loop invariant T4_bounded: lab_spent{Pre,Here}(node - zone->reserve);
	    loop invariant T5_honest: lab_seen_all_empty(zone->id, zone->reserve, node);
	    loop invariant T9_quiet: lab_ghost_quiet ==> lab_same{Pre,Here}(zone) &&
	        lab_empty{Pre}(zone, zone->reserve, node);
	    loop invariant T5_looked: lab_looked{Pre,Here}(zone->id);
	    loop assigns node, LAB_SHARED_IN_LOOP(zone), LAB_OURS_IN_LOOP(zone);
	    loop variant zone->end - node;
	*/
	for (uint32_t node = zone->reserve; node < zone->end; node++)
		if (lab_atomic_load_relaxed(zone, node) != 0)
			return true;
	return false;
}

/* ---- release ---- */

void lab_zone_release(const lab_zone *zone, uint32_t base, lab_word frames)
{
	uint32_t node = zone->leaf + base / LAB_WORD_BITS;

	lab_atomic_release_seq_cst(zone, node, frames);
	if (node != 0 && node < zone->reserve)
		publish(zone, node);
}

/* ---- set-up: the zone is not shared yet, so its words are written plainly ---- */

/* Whether some byte belongs to both; differences, because a sum could wrap. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures T10_overlap: \result <==> lab_overlap(zone, storage, storage_size);
*/
static bool overlap(const lab_zone *zone, const lab_word *storage, size_t storage_size)
{
	return (uintptr_t)zone - (uintptr_t)storage < storage_size ||
	       (uintptr_t)storage - (uintptr_t)zone < sizeof(*zone);
}

/* What is wrong with the arguments of lab_zone_init(), if anything is. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures T10_status:
        lab_init_status(zone, 0, storage, storage_size, frame_count, reserve_words, \result);
*/
static lab_status check(const lab_zone *zone, const lab_word *storage, size_t storage_size,
			uint32_t frame_count, uint32_t reserve_words)
{
	if (zone == NULL || storage == NULL)
		return LAB_ERR_NULL;
	if (frame_count == 0)
		return LAB_ERR_FRAMES_ZERO;
	if (frame_count > LAB_FRAMES_MAX)
		return LAB_ERR_FRAMES_MAX;
	if (reserve_words > LAB_SWEEP_WORDS)
		return LAB_ERR_RESERVE_MAX;
	if (reserve_words >= LAB_ZONE_LEAVES(frame_count))
		return LAB_ERR_RESERVE_ALL;
	if (storage_size / sizeof(lab_word) < LAB_ZONE_WORDS(frame_count, reserve_words))
		return LAB_ERR_STORAGE_SIZE;
	if ((uintptr_t)storage % sizeof(lab_word) != 0)
		return LAB_ERR_STORAGE_ALIGN;
	if (overlap(zone, storage, storage_size))
		return LAB_ERR_STORAGE_OVERLAP;
	return LAB_OK;
}

/* Put every frame into the pool; no hint yet. */
/*@ requires ok: lab_zone_ok(zone);
    terminates \true; exits \false; assigns zone->word[0 .. zone->end - 1], lab_ghost_map[zone->id];
    ensures T10_conserved: lab_conserved(zone) && lab_outside(zone);
    ensures T10_full: lab_full(zone, zone->frame_count);
    ensures T10_bare: \forall integer n; 0 <= n < zone->leaf ==> zone->word[n] == 0;
*/
static void fill(const lab_zone *zone)
{
	/*@ loop invariant range: 0 <= node <= zone->end && *zone == \at(*zone,Pre);
	    loop invariant T10_zero: \forall integer n; 0 <= n < node ==> zone->word[n] == 0;
	    loop assigns node, zone->word[0 .. \at(zone->end,Pre) - 1];
	    loop variant zone->end - node;
	*/
	for (uint32_t node = 0; node < zone->end; node++)
		zone->word[node] = 0;
	/*@ ghost lab_ghost_nobody(zone->id); */
	/*@ loop invariant range: 0 <= frame <= zone->frame_count && *zone == \at(*zone,Pre);
	    loop invariant T10_bare: \forall integer n; 0 <= n < zone->leaf ==> zone->word[n] == 0;
	    loop invariant T10_conserved: lab_conserved(zone);
	    loop invariant T10_filled: \forall integer n, k;
	        zone->leaf <= n < zone->end && 0 <= k < LAB_WORD_BITS ==>
	        LAB_MAP(zone)[n][k] == (LAB_WORD_BITS * (n - zone->leaf) + k < frame ? 0 : -1);
	    loop assigns frame, zone->word[0 .. \at(zone->end,Pre) - 1],
	        lab_ghost_map[\at(zone->id,Pre)];
	    loop variant zone->frame_count - frame;
	*/
	for (uint32_t frame = 0; frame < zone->frame_count; frame++) {
		uint32_t node = zone->leaf + frame / LAB_WORD_BITS;

		zone->word[node] = lab_bits_with(zone->word[node], frame % LAB_WORD_BITS);
		/*@ ghost LAB_MAP(zone)[node][frame % LAB_WORD_BITS] = 0; */
	}
}

/* Give every node that is not empty its hint. */
/*@ requires ok: lab_zone_ok(zone) && lab_ghost_owing == 0 && lab_ghost_me > 0;
    requires T10_conserved: lab_conserved(zone) && lab_outside(zone);
    requires T10_bare: \forall integer n; 0 <= n < zone->leaf ==> zone->word[n] == 0;
    terminates \true; exits \false; assigns zone->word[0 .. zone->leaf - 1];
    ensures T10_inv: lab_inv(zone) && lab_no_stale(zone);
*/
static void hint_all(const lab_zone *zone)
{
	/*@ loop invariant range: 0 <= node < zone->reserve && *zone == \at(*zone,Pre);
	    loop invariant T10_hinted: \forall integer n; node < n < zone->reserve ==>
	        zone->word[n] != 0 ==> lab_hinted(zone, n);
	    loop invariant T10_true: \forall integer n, k;
	        0 <= n < zone->leaf && 0 <= k < LAB_WORD_BITS && lab_bit(zone->word[n], k) ==>
	        node < LAB_WORD_BITS * n + 1 + k < zone->reserve &&
	        zone->word[LAB_WORD_BITS * n + 1 + k] != 0;
	    loop assigns node, zone->word[0 .. \at(zone->leaf,Pre) - 1];
	    loop variant node;
	*/
	for (uint32_t node = zone->reserve - 1; node > 0; node--) {
		uint32_t parent = LAB_BITS_PARENT(node);

		if (zone->word[node] != 0)
			zone->word[parent] = lab_bits_with(zone->word[parent], LAB_BITS_SLOT(node));
	}
}

lab_status lab_zone_init(lab_zone *zone, uint32_t id, lab_word *storage, size_t storage_size,
			 uint32_t frame_count, uint32_t reserve_words)
{
	lab_status status = check(zone, storage, storage_size, frame_count, reserve_words);
	uint32_t leaves = LAB_ZONE_LEAVES(frame_count);
	uint32_t hinted = leaves - reserve_words;

	if (status != LAB_OK)
		return status;
	if (id >= LAB_ZONES_MAX)
		return LAB_ERR_ZONE;
	zone->word = storage;
	zone->leaf = LAB_ZONE_HINTS(hinted);
	zone->reserve = zone->leaf + hinted;
	zone->end = zone->leaf + leaves;
	zone->frame_count = frame_count;
	zone->id = (uint8_t)id;
	zone->shift = LAB_ZONE_LEVELS(hinted) * LAB_WORD_SHIFT;
	fill(zone);
	hint_all(zone);
	return LAB_OK;
}
