/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * spec/trade.h - what other contexts do to the tags of a zone, as a program.
 *
 * The proof build runs lab_interfere_ledger() before and after each step on a tag. The others'
 * steps
 * on tags are moved to ours: between two of our steps on tags we look at no tag,
 * and no step of ours
 * on a word touches a frame that clients have (proofs/SOUNDNESS.md).
 * Not part of the shipped core.
 */
#ifndef LAB_TRADE_H
#define LAB_TRADE_H

/* What a ledger step of another context may change. */
#define LAB_TRADED(zone, tag) lab_ghost_map[(zone)->id], (tag)[0 .. (zone)->frame_count - 1]
#define LAB_TRADED_IN_LOOP(zone, tag)                                                              \
	lab_ghost_map[\at((zone)->id, Pre)], (tag)[0 .. \at((zone)->frame_count, Pre) - 1]

/* Frame `bit` of a leaf goes to `to`. */
/*@ ghost
  /@ requires range: z < LAB_ZONES_MAX && node < LAB_SPEC_NODES && bit < LAB_WORD_BITS;
     terminates \true; exits \false;
     assigns lab_ghost_map[z];
     ensures T1_moved: lab_set{Pre,Post}(z, node, bit, to); @/
  void lab_ghost_traded(uint32_t z, uint32_t node, uint32_t bit, int to)
  {
      lab_ghost_map[z].owner[node][bit] = to;
  }
*/

/* Another context hands out a frame that it has in its hands. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_tagged(zone, tag);
    requires range: frame < zone->frame_count && value % LAB_HOLDERS != 0;
    requires holder: lab_others(zone, frame);
    terminates \true; exits \false; assigns tag[frame], lab_ghost_map[zone->id];
    ensures T3_conserved: lab_conserved(zone) && lab_outside(zone);
    ensures T11_unhidden: lab_hints(zone) && lab_unhidden(zone);
    ensures T3_tagged: lab_tagged(zone, tag);
    ensures T2_rely: lab_ledger_rely{Pre,Post}(zone->id, lab_ghost_me);
*/
static void lab_other_grants(const lab_zone *zone, uint32_t *tag, uint32_t frame, uint32_t value)
{
	lab_port_tag_store_relaxed(&tag[frame], value);
	/*@ ghost lab_ghost_traded(zone->id, zone->leaf + frame / LAB_WORD_BITS,
	    frame % LAB_WORD_BITS, LAB_SPEC_CLIENTS); */
}

/* Another context takes back a frame that a client has. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_tagged(zone, tag);
    requires range: frame < zone->frame_count && value % LAB_HOLDERS == 0;
    requires holder: tag[frame] % LAB_HOLDERS != 0;
    terminates \true; exits \false; assigns tag[frame], lab_ghost_map[zone->id];
    ensures T3_conserved: lab_conserved(zone) && lab_outside(zone);
    ensures T11_unhidden: lab_hints(zone) && lab_unhidden(zone);
    ensures T3_tagged: lab_tagged(zone, tag);
    ensures T2_rely: lab_ledger_rely{Pre,Post}(zone->id, lab_ghost_me);
*/
static void lab_other_revokes(const lab_zone *zone, uint32_t *tag, uint32_t frame, uint32_t value)
{
	/*@ ghost int who = lab_ghost_other(); */
	lab_port_tag_store_relaxed(&tag[frame], value);
	/*@ ghost lab_ghost_traded(zone->id, zone->leaf + frame / LAB_WORD_BITS,
	    frame % LAB_WORD_BITS, who); */
}

/* Other contexts hand a frame out and take it back, which leaves a new generation. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_tagged(zone, tag);
    requires range: frame < zone->frame_count && value % LAB_HOLDERS == 0;
    requires nobody: tag[frame] % LAB_HOLDERS == 0;
    terminates \true; exits \false; assigns tag[frame];
    ensures T3_conserved: lab_conserved(zone) && lab_outside(zone);
    ensures T11_unhidden: lab_hints(zone) && lab_unhidden(zone);
    ensures T3_tagged: lab_tagged(zone, tag);
*/
static void lab_other_ages(const lab_zone *zone, uint32_t *tag, uint32_t frame, uint32_t value)
{
	lab_port_tag_store_relaxed(&tag[frame], value);
}

/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_tagged(zone, tag);
    terminates \true; exits \false; assigns LAB_TRADED(zone, tag);
    ensures T3_conserved: lab_conserved(zone) && lab_outside(zone);
    ensures T11_unhidden: lab_hints(zone) && lab_unhidden(zone);
    ensures T3_tagged: lab_tagged(zone, tag);
    ensures T2_rely: lab_ledger_rely{Pre,Post}(zone->id, lab_ghost_me);
*/
static void lab_other_trades(const lab_zone *zone, uint32_t *tag)
{
	uint32_t frame = lab_any();
	uint32_t value = lab_any();

	if (frame >= zone->frame_count)
		return;
	if (value % LAB_HOLDERS != 0) {
		if (lab_other_releases(zone, zone->leaf + frame / LAB_WORD_BITS,
		    frame % LAB_WORD_BITS))
			lab_other_grants(zone, tag, frame, value);
	} else if (tag[frame] % LAB_HOLDERS != 0) {
		lab_other_revokes(zone, tag, frame, value);
	} else {
		lab_other_ages(zone, tag, frame, value);
	}
}

/*@ requires zone: lab_zone_ok(zone);
    requires conserved: lab_ghost_me > 0 && lab_conserved(zone) && lab_outside(zone);
    requires unhidden: lab_hints(zone) && lab_unhidden(zone);
    requires tagged: lab_tagged(zone, tag);
    terminates \true; exits \false; assigns LAB_TRADED(zone, tag);
    ensures T3_T11_inv: lab_inv(zone);
    ensures T3_tagged: lab_tagged(zone, tag);
    ensures T2_rely: lab_ledger_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures quiet: lab_ghost_quiet ==> \forall integer f; 0 <= f < zone->frame_count ==>
        tag[f] == \at(tag[f],Pre);
*/
static void lab_interfere_ledger(const lab_zone *zone, uint32_t *tag)
{
	uint32_t step_count = lab_any_step_count();

	/*@ loop invariant zone: lab_zone_ok(zone) && *zone == \at(*zone,Pre);
	    loop invariant inv: lab_inv(zone) && lab_tagged(zone, tag);
	    loop invariant rely: lab_ledger_rely{Pre,Here}(zone->id, lab_ghost_me);
	    loop invariant quiet: lab_ghost_quiet ==> step_count == 0 &&
	        \forall integer f; 0 <= f < zone->frame_count ==> tag[f] == \at(tag[f],Pre);
	    loop assigns step_count, LAB_TRADED_IN_LOOP(zone, tag);
	    loop variant step_count;
	*/
	while (step_count > 0) {
		lab_other_trades(zone, tag);
		step_count--;
	}
}

#endif /* LAB_TRADE_H */
