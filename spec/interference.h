/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * spec/interference.h - every behaviour of every other context, as a program.
 *
 * The proof build runs lab_interfere() before and after each atomic step (LAB_INTERFERE). It is any
 * number of single steps of other contexts; a step on several bits of a word is a run of steps on
 * one bit each that nobody sees in between, so one-bit steps make every interleaving.
 * Not part of the shipped core.
 */
#ifndef LAB_INTERFERENCE_H
#define LAB_INTERFERENCE_H

/* How many steps the others take; none when none of them runs. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures quiet: lab_ghost_quiet ==> \result == 0;
*/
uint32_t lab_any_step_count(void);

/* Whether a context other than ours, which holds frame `bit` of leaf `node`, releases it now. */
/*@ requires range: lab_zone_ok(zone) && node < LAB_SPEC_NODES && bit < LAB_WORD_BITS;
    terminates \true; exits \false; assigns \nothing;
    ensures holder:
        \result != 0 ==> LAB_MAP(zone)[node][bit] > 0 && LAB_MAP(zone)[node][bit] != lab_ghost_me;
*/
int lab_other_releases(const lab_zone *zone, uint32_t node, uint32_t bit);

/* Whether another context now sees `node` empty or hinted. */
/*@ requires ok: lab_zone_ok(zone) && 0 < node < zone->reserve;
    terminates \true; exits \false; assigns \nothing;
    ensures settled: \result != 0 ==> zone->word[node] == 0 || lab_hinted(zone, node);
*/
static int lab_other_sees(const lab_zone *zone, uint32_t node)
{
	return lab_any() != 0 && (zone->word[node] == 0 ||
	    lab_port_test(zone->word[(node - 1) / LAB_WORD_BITS], (node - 1) % LAB_WORD_BITS));
}

/*@ ghost
  /@ requires me: lab_ghost_me > 0;
     terminates \true; exits \false; assigns \nothing;
     ensures other: \result > 0 && \result != lab_ghost_me; @/
  int lab_ghost_other(void) { return lab_ghost_me == 1 ? 2 : 1; }
*/

/* Another context claims one free frame. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone);
    requires leaf: zone->leaf <= node < zone->end && bit < LAB_WORD_BITS;
    terminates \true; exits \false; assigns zone->word[node], lab_ghost_map[zone->id];
    ensures T3_conserved: lab_conserved(zone) && lab_outside(zone);
    ensures T11_unhidden: lab_hints(zone) && lab_unhidden(zone);
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
*/
static void lab_other_claims(const lab_zone *zone, uint32_t node, uint32_t bit)
{
	/*@ ghost int who = lab_ghost_other(); */
	bool was = lab_port_clear_bit_seq_cst(&zone->word[node], bit);
	/*@ ghost if (was) LAB_MAP(zone)[node][bit] = who; */
}

/* Another context releases one frame that it holds; it owes the leaf a hint until it has looked. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && !lab_ghost_quiet;
    requires leaf: zone->leaf <= node < zone->end && bit < LAB_WORD_BITS;
    requires holder: LAB_MAP(zone)[node][bit] > 0 &&
        LAB_MAP(zone)[node][bit] != lab_ghost_me;
    terminates \true; exits \false; assigns zone->word[node], lab_ghost_map[zone->id],
        lab_ghost_debt[zone->id].node[node];
    ensures T3_conserved: lab_conserved(zone) && lab_outside(zone);
    ensures T11_unhidden: lab_hints(zone) && lab_unhidden(zone);
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
*/
static void lab_other_frees(const lab_zone *zone, uint32_t node, uint32_t bit)
{
	lab_port_or_seq_cst(&zone->word[node], lab_bits_mask(bit));
	/*@ ghost LAB_MAP(zone)[node][bit] = 0; */
	/*@ ghost lab_ghost_debt[zone->id].node[node] = 1; */
}

/* Another context sets a node's hint; it owes the hint word a hint of its own. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && !lab_ghost_quiet;
    requires hinted: 0 < node < zone->reserve;
    terminates \true; exits \false;
    assigns zone->word[(node - 1) / LAB_WORD_BITS],
        lab_ghost_debt[zone->id].node[(node - 1) / LAB_WORD_BITS];
    ensures T3_conserved: lab_conserved(zone) && lab_outside(zone);
    ensures T11_unhidden: lab_hints(zone) && lab_unhidden(zone);
*/
static void lab_other_hints(const lab_zone *zone, uint32_t node)
{
	uint32_t parent = (node - 1) / LAB_WORD_BITS;

	lab_port_or_seq_cst(&zone->word[parent], lab_bits_mask((node - 1) % LAB_WORD_BITS));
	/*@ ghost lab_ghost_debt[zone->id].node[parent] = 1; */
}

/* Another context clears a node's hint; it owes the node a second look. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && !lab_ghost_quiet;
    requires hinted: 0 < node < zone->reserve;
    terminates \true; exits \false;
    assigns zone->word[(node - 1) / LAB_WORD_BITS], lab_ghost_debt[zone->id].node[node];
    ensures T3_conserved: lab_conserved(zone) && lab_outside(zone);
    ensures T11_unhidden: lab_hints(zone) && lab_unhidden(zone);
*/
static void lab_other_unhints(const lab_zone *zone, uint32_t node)
{
	uint32_t parent = (node - 1) / LAB_WORD_BITS;

	(void)lab_port_clear_bit_seq_cst(&zone->word[parent], (node - 1) % LAB_WORD_BITS);
	/*@ ghost lab_ghost_debt[zone->id].node[node] = 1; */
}

/* Another context sees that a node is empty or has its hint, and owes it nothing any more. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone);
    requires hinted: 0 < node < zone->reserve;
    requires settled: zone->word[node] == 0 || lab_hinted(zone, node);
    terminates \true; exits \false; assigns lab_ghost_debt[zone->id].node[node];
    ensures T11_unhidden: lab_unhidden(zone);
*/
static void lab_other_settles(const lab_zone *zone, uint32_t node)
{
	/*@ ghost lab_ghost_debt[zone->id].node[node] = 0; */
}

/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && !lab_ghost_quiet;
    terminates \true; exits \false; assigns LAB_SHARED(zone);
    ensures T3_conserved: lab_conserved(zone) && lab_outside(zone);
    ensures T11_unhidden: lab_hints(zone) && lab_unhidden(zone);
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
*/
static void lab_other_steps(const lab_zone *zone)
{
	uint32_t node = lab_any();
	uint32_t bit = lab_any() % LAB_WORD_BITS;

	if (node >= zone->end)
		return;
	if (node >= zone->leaf) {
		if (lab_other_releases(zone, node, bit))
			lab_other_frees(zone, node, bit);
		else
			lab_other_claims(zone, node, bit);
	}
	if (0 < node && node < zone->reserve) {
		if (lab_any())
			lab_other_hints(zone, node);
		else if (lab_any())
			lab_other_unhints(zone, node);
		else if (lab_other_sees(zone, node))
			lab_other_settles(zone, node);
	}
}

/*@ requires zone: lab_zone_ok(zone);
    requires conserved: lab_ghost_me > 0 && lab_conserved(zone) && lab_outside(zone);
    requires unhidden: lab_hints(zone) && lab_unhidden(zone);
    terminates \true; exits \false; assigns LAB_SHARED(zone);
    ensures T3_conserved: lab_conserved(zone) && lab_outside(zone);
    ensures T11_unhidden: lab_hints(zone) && lab_unhidden(zone);
    ensures T2_rely: lab_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures quiet: lab_ghost_quiet ==> lab_same{Pre,Post}(zone) &&
        LAB_EACH_BIT(n, k) LAB_MAP(zone)[n][k] == \at(LAB_MAP(zone)[n][k],Pre);
*/
static void lab_interfere(const lab_zone *zone)
{
	uint32_t step_count = lab_any_step_count();

	/*@ loop invariant zone: lab_zone_ok(zone) && *zone == \at(*zone,Pre);
	    loop invariant inv: lab_inv(zone);
	    loop invariant rely: lab_rely{Pre,Here}(zone->id, lab_ghost_me);
	    loop invariant quiet: lab_ghost_quiet ==> step_count == 0 && lab_same{Pre,Here}(zone) &&
	        LAB_EACH_BIT(n, k) LAB_MAP(zone)[n][k] == \at(LAB_MAP(zone)[n][k],Pre);
	    loop assigns step_count, LAB_SHARED_IN_LOOP(zone);
	    loop variant step_count;
	*/
	while (step_count > 0) {
		lab_other_steps(zone);
		step_count--;
	}
}

/* ---- what our own steps record ---- */

/* A word was seen: its clear bits are seen clear, and an empty node needs no hint. */
/*@ ghost
  /@ requires range: z < LAB_ZONES_MAX && node < LAB_SPEC_NODES && lab_counts(0);
     terminates \true; exits \false;
     assigns lab_ghost_steps, lab_ghost_owing, lab_ghost_unseen[z].node[node];
     ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
     ensures T5_seen: LAB_EACH_OF_WORD(k)
         (lab_bit(lab_ghost_unseen[z].node[node], k) <==>
          lab_bit(\old(lab_ghost_unseen[z].node[node]), k) && lab_bit(value, k));
     ensures T11_settled: lab_ghost_owing == (value == 0 && \old(lab_ghost_owing) == node ?
         0 : \old(lab_ghost_owing)); @/
  void lab_ghost_saw(uint32_t z, uint32_t node, lab_word value)
  {
      lab_ghost_steps = lab_ghost_steps + 1;
      lab_ghost_unseen[z].node[node] = lab_ghost_unseen[z].node[node] & value;
      if (lab_ghost_owing == node && value == 0)
          lab_ghost_owing = 0;
  }
*/

/* The frames `got` of a leaf, all free, went to this context. */
/*@ ghost
  /@ requires range: z < LAB_ZONES_MAX && node < LAB_SPEC_NODES && lab_counts(0) &&
      lab_ghost_me > 0;
     requires free: \forall integer k; 0 <= k < LAB_WORD_BITS && lab_bit(got, k) ==>
         lab_ghost_map[z].owner[node][k] == 0;
     terminates \true; exits \false;
     assigns lab_ghost_steps, lab_ghost_map[z], lab_ghost_unseen[z].node[node];
     ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
     ensures T5_seen: \forall integer k; 0 <= k < LAB_WORD_BITS && !lab_bit(got, k) ==>
         !lab_bit(lab_ghost_unseen[z].node[node], k);
     ensures T5_looked: lab_looked{Pre,Post}(z);
     ensures T1_moved: lab_moved{Pre,Post}(z, node, got, 0, lab_ghost_me);
     ensures T2_guarantee: lab_guarantee{Pre,Post}(z, lab_ghost_me); @/
  void lab_ghost_took(uint32_t z, uint32_t node, lab_word got)
  {
      uint32_t k = 0;
      lab_ghost_unseen[z].node[node] = lab_ghost_unseen[z].node[node] & got;
      lab_ghost_steps = lab_ghost_steps + 1;
      /@ loop invariant range: 0 <= k <= LAB_WORD_BITS;
         loop invariant done: LAB_EACH_BIT(n, j)
             (n == node && j < k && lab_bit(got, j) ==>
                 lab_ghost_map[z].owner[n][j] == lab_ghost_me) &&
             (!(n == node && j < k && lab_bit(got, j)) ==>
                 lab_ghost_map[z].owner[n][j] == \at(lab_ghost_map[z].owner[n][j],Pre));
         loop assigns k, lab_ghost_map[z];
         loop variant LAB_WORD_BITS - k; @/
      while (k < LAB_WORD_BITS) {
          if ((got & ((lab_word)1 << k)) != 0)
              lab_ghost_map[z].owner[node][k] = lab_ghost_me;
          k = k + 1;
      }
  }
*/

/* Frame `bit` of a leaf went to this context if it was free, and is seen taken if it was not. */
/*@ ghost
  /@ requires range: z < LAB_ZONES_MAX && node < LAB_SPEC_NODES && bit < LAB_WORD_BITS &&
      lab_counts(0);
     requires me: lab_ghost_me > 0;
     requires free: was ==> lab_ghost_map[z].owner[node][bit] == 0;
     terminates \true; exits \false;
     assigns lab_ghost_steps, lab_ghost_map[z], lab_ghost_unseen[z].node[node];
     ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
     ensures T1_moved: lab_set{Pre,Post}(z, node, bit,
         was ? lab_ghost_me : \old(lab_ghost_map[z].owner[node][bit]));
     ensures T2_guarantee: lab_guarantee{Pre,Post}(z, lab_ghost_me);
     ensures T5_seen: LAB_EACH_OF_WORD(k)
         (lab_bit(lab_ghost_unseen[z].node[node], k) <==>
          lab_bit(\old(lab_ghost_unseen[z].node[node]), k) && (was || k != bit)); @/
  void lab_ghost_claimed(uint32_t z, uint32_t node, uint32_t bit, bool was)
  {
      lab_word mask = (lab_word)1 << bit;
      lab_ghost_steps = lab_ghost_steps + 1;
      if (was)
          lab_ghost_map[z].owner[node][bit] = lab_ghost_me;
      else
          lab_ghost_unseen[z].node[node] = lab_ghost_unseen[z].node[node] & ~mask;
  }
*/

/* The frames `given` of a leaf, all ours, went to the pool. */
/*@ ghost
  /@ requires range: z < LAB_ZONES_MAX && node < LAB_SPEC_NODES && lab_counts(0) &&
      lab_ghost_me > 0;
     requires ours: \forall integer k; 0 <= k < LAB_WORD_BITS && lab_bit(given, k) ==>
         lab_ghost_map[z].owner[node][k] == lab_ghost_me;
     terminates \true; exits \false;
     assigns lab_ghost_steps, lab_ghost_map[z];
     ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
     ensures T1_moved: lab_moved{Pre,Post}(z, node, given, lab_ghost_me, 0);
     ensures T2_guarantee: lab_guarantee{Pre,Post}(z, lab_ghost_me); @/
  void lab_ghost_gave(uint32_t z, uint32_t node, lab_word given)
  {
      uint32_t k = 0;
      lab_ghost_steps = lab_ghost_steps + 1;
      /@ loop invariant range: 0 <= k <= LAB_WORD_BITS;
         loop invariant done: LAB_EACH_BIT(n, j)
             (n == node && j < k && lab_bit(given, j) ==> lab_ghost_map[z].owner[n][j] == 0) &&
             (!(n == node && j < k && lab_bit(given, j)) ==>
                 lab_ghost_map[z].owner[n][j] == \at(lab_ghost_map[z].owner[n][j],Pre));
         loop assigns k, lab_ghost_map[z];
         loop variant LAB_WORD_BITS - k; @/
      while (k < LAB_WORD_BITS) {
          if ((given & ((lab_word)1 << k)) != 0)
              lab_ghost_map[z].owner[node][k] = 0;
          k = k + 1;
      }
  }
*/

/* No frame exists yet. */
/*@ ghost
  /@ requires range: z < LAB_ZONES_MAX;
     terminates \true; exits \false;
     assigns lab_ghost_map[z];
     ensures T10_nobody: LAB_EACH_BIT(n, k) lab_ghost_map[z].owner[n][k] == -1; @/
  void lab_ghost_nobody(uint32_t z)
  {
      uint32_t n = 0;
      /@ loop invariant range: 0 <= n <= LAB_SPEC_NODES;
         loop invariant done: \forall integer m, k; 0 <= m < n && 0 <= k < LAB_WORD_BITS ==>
             lab_ghost_map[z].owner[m][k] == -1;
         loop assigns n, lab_ghost_map[z];
         loop variant LAB_SPEC_NODES - n; @/
      while (n < LAB_SPEC_NODES) {
          uint32_t k = 0;
          /@ loop invariant range: 0 <= k <= LAB_WORD_BITS;
             loop invariant done: \forall integer m, j; 0 <= m < n && 0 <= j < LAB_WORD_BITS ==>
                 lab_ghost_map[z].owner[m][j] == -1;
             loop invariant row: \forall integer j; 0 <= j < k ==>
                 lab_ghost_map[z].owner[n][j] == -1;
             loop assigns k, lab_ghost_map[z];
             loop variant LAB_WORD_BITS - k; @/
          while (k < LAB_WORD_BITS) {
              lab_ghost_map[z].owner[n][k] = -1;
              k = k + 1;
          }
          n = n + 1;
      }
  }
*/

/* With interference off and no hint owed, an empty root means that every node is empty. */
/*@ ghost
  /@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_ghost_owing == 0;
     terminates \true; exits \false;
     assigns \nothing;
     ensures T9_complete: lab_ghost_quiet && zone->word[0] == 0 ==>
         \forall integer n; 0 <= n < zone->reserve ==> zone->word[n] == 0; @/
  void lab_ghost_all_empty(const lab_zone *zone)
  {
      uint32_t n = 1;
      /@ loop invariant range: 1 <= n <= zone->reserve;
         loop invariant empty: lab_ghost_quiet && zone->word[0] == 0 ==>
             \forall integer m; 0 <= m < n ==> zone->word[m] == 0;
         loop assigns n;
         loop variant zone->reserve - n; @/
      while (n < zone->reserve) {
          /@ assert parent: 0 <= (n - 1) / LAB_WORD_BITS < n; @/
          n = n + 1;
      }
  }
*/

#endif /* LAB_INTERFERENCE_H */
