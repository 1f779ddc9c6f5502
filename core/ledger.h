/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/ledger.h - layer 3: who holds each frame of a zone.
 *
 * One tag per frame: the holder in the low half (0: nobody), the number of times the frame was
 * handed out, its generation, in the high half. A grant carries the tag it was made with, so a free
 * is refused unless it is the first free of the last grant of its frame. After 2^16 - 1 grants
 * of one frame its generations repeat.
 */
#pragma once

#include "zone.h"

/** The holder in a tag; 0 is nobody. */
#define LAB_TAG_HOLDER(tag) ((tag) % LAB_HOLDERS)

/** The generation in a tag; 0 only before the first grant. */
#define LAB_TAG_GENERATION(tag) ((tag) / LAB_HOLDERS)

/** Hand a frame that this context has in its hands to `holder`; returns the tag of the grant. */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_tagged(zone, tag) && lab_counts(1);
    requires range: frame < zone->frame_count && 0 < holder < LAB_HOLDERS;
    requires T1_holder: lab_in_hand(zone, frame);
    terminates \true; exits \false; assigns LAB_TRADED(zone, tag), lab_ghost_steps;
    ensures T3_T11_inv: lab_inv(zone);
    ensures T3_tagged: lab_tagged(zone, tag);
    ensures T1_handed: lab_handed{Pre,Post}(zone->id, lab_ghost_me, lab_node(zone, frame),
        lab_slot(frame));
    ensures T4_bounded: lab_ghost_steps == \old(lab_ghost_steps) + 2;
    ensures T6_holder: \result % LAB_HOLDERS == holder;
    ensures T6_generation: lab_ghost_quiet ==>
        \result / LAB_HOLDERS == lab_next(\old(tag[frame]) / LAB_HOLDERS);
*/
static inline uint32_t lab_ledger_grant(const lab_zone *zone, uint32_t *tag, uint32_t frame,
					uint32_t holder)
{
	uint32_t generation = LAB_TAG_GENERATION(lab_atomic_tag_load_relaxed(zone, tag, frame));
	uint32_t next = generation + 1 < LAB_HOLDERS ? generation + 1 : 1;
	uint32_t value = next * LAB_HOLDERS + holder;

	lab_atomic_tag_grant_relaxed(zone, tag, frame, value);
	return value;
}

/**
 * Take the frame of a grant back into this context's hands, if this is the grant's first free.
 *
 * LAB_OK               the frame is in this context's hands, and nobody holds it
 * LAB_ERR_GRANT_EMPTY  the tag names no holder
 * LAB_ERR_NEVER_HELD   the frame was never handed out
 * LAB_ERR_FREED        this grant was freed already, and the frame not handed out since
 * LAB_ERR_STALE        the frame was handed out again since this grant, or the grant is forged
 * A refusal changes nothing. LAB_HARDENED: of any number of frees of one grant, at any time,
 * exactly one succeeds. Otherwise that holds unless two of them run at the same time.
 */
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_tagged(zone, tag) && lab_counts(1);
    requires range: frame < zone->frame_count;
    terminates \true; exits \false; assigns LAB_TRADED(zone, tag), lab_ghost_steps;
    ensures T3_T11_inv: lab_inv(zone);
    ensures T3_tagged: lab_tagged(zone, tag);
    ensures T1_revoked: \result == LAB_OK ==>
        lab_revoked{Pre,Post}(zone->id, lab_ghost_me, lab_node(zone, frame), lab_slot(frame));
    ensures T6_refused: \result != LAB_OK ==> lab_ledger_rely{Pre,Post}(zone->id, lab_ghost_me);
    ensures T6_cause: lab_ghost_quiet ==> \result == lab_free_status(\old(tag[frame]), value);
    ensures T4_bounded: lab_spent{Pre,Post}(1);
*/
static inline lab_status lab_ledger_revoke(const lab_zone *zone, uint32_t *tag, uint32_t frame,
					   uint32_t value)
{
	uint32_t found;

	if (LAB_TAG_HOLDER(value) == 0)
		return LAB_ERR_GRANT_EMPTY;
	found = lab_atomic_tag_revoke_relaxed(zone, tag, frame, value);
	if (found == value)
		return LAB_OK;
	if (found == 0)
		return LAB_ERR_NEVER_HELD;
	return LAB_TAG_HOLDER(found) == 0 && LAB_TAG_GENERATION(found) == LAB_TAG_GENERATION(value)
		       ? LAB_ERR_FREED
		       : LAB_ERR_STALE;
}
