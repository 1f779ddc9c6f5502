/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/zone_calls.h - claims and releases of a zone as tests write them down.
 *
 * A claim has its frames in an output, which a failure must leave alone. An answer that contradicts
 * itself shows there: frames of a failed claim change the output, an LAB_OK without frames does
 * not, and more than one frame where one was asked for is a number that no zone has.
 *
 * A zone knows nothing of holders, so a release cannot be refused: whoever calls must hold the
 * frames, and these calls look at the pool whether it may. Safe in threads and signal handlers, and
 * no step of theirs has a seam.
 */
#ifndef ZONE_CALLS_H
#define ZONE_CALLS_H

#include "../../core/zone.h"

static inline lab_status zone_claim_word(const lab_zone *zone, uint32_t start, lab_batch *batch)
{
	lab_found found = lab_zone_claim(zone, start, true);

	if (found.frames != 0)
		*batch = (lab_batch){lab_zone_base(zone, found.node), found.frames};
	return found.status;
}

/* The one frame that a claim found, if it found any. */
static inline lab_status zone_found_one(const lab_zone *zone, lab_found found, uint32_t *frame)
{
	bool one = (found.frames & (found.frames - 1u)) == 0;

	if (found.frames != 0)
		*frame = one ? lab_zone_base(zone, found.node) + lab_port_lowest(found.frames)
			     : UINT32_MAX - 1;
	return found.status;
}

static inline lab_status zone_claim_one(const lab_zone *zone, uint32_t start, uint32_t *frame)
{
	return zone_found_one(zone, lab_zone_claim(zone, start, false), frame);
}

static inline lab_status zone_claim_reserve(const lab_zone *zone, uint32_t *frame)
{
	return zone_found_one(zone, lab_zone_claim_reserve(zone), frame);
}

/** Whether frames of one word exist and are out of the pool; only then they are given back. */
static inline bool zone_release_word(const lab_zone *zone, const lab_batch *batch)
{
	uint32_t leaf = batch->base / LAB_WORD_BITS;
	bool held = batch->frames != 0 && batch->base % LAB_WORD_BITS == 0 &&
		    leaf < zone->end - zone->leaf;

	for (uint32_t bit = 0; held && bit < LAB_WORD_BITS; bit++)
		if ((batch->frames >> bit & 1u) != 0)
			held = batch->base + bit < zone->frame_count;
	/* Nobody else can give them back: what is seen of these bits now stays so. */
	if (held)
		held = (lab_port_load_relaxed(&zone->word[zone->leaf + leaf]) & batch->frames) == 0;
	if (held)
		lab_zone_release(zone, batch->base, batch->frames);
	return held;
}

/** The same of one frame. */
static inline bool zone_release_one(const lab_zone *zone, uint32_t frame)
{
	uint32_t bit = frame % LAB_WORD_BITS;
	lab_batch batch = {frame - bit, (lab_word)((lab_word)1 << bit)};

	return zone_release_word(zone, &batch);
}

/** Bytes of storage for a zone. */
static inline size_t zone_storage_size(uint32_t frame_count, uint32_t reserve_words)
{
	return LAB_ZONE_WORDS(frame_count, reserve_words) * sizeof(lab_word);
}

#endif /* ZONE_CALLS_H */
