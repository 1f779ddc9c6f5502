/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/watch.c - what each call in flight could have seen, kept up with every step.
 *
 * Shared memory changes at steps only, so looking at the word of each step sees all that there is
 * to see; rest.c finds changes that were made without a step.
 */
#include <string.h>

#include "calls.h"

struct change {
	uint32_t index;
	lab_word word;
};

static uint32_t frames_of(const struct world_zone *zone, uint32_t node)
{
	return node < zone->hint_count ? 0 : world_count_bits(zone->word[node]);
}

static void note(struct call *call, uint32_t index, lab_word word)
{
	call->taken[index] = (lab_word)(call->taken[index] | (lab_word)~word);
	call->seen[index] = (lab_word)(call->seen[index] | word);
	call->empty[index] = call->empty[index] || word == 0;
}

static void note_change(struct call *call, const void *data)
{
	const struct change *change = data;

	if (call->begun)
		note(call, change->index, change->word);
}

static bool has_stale(const struct world_zone *zone)
{
	for (uint32_t node = 1; node < zone->hint_count + zone->hinted_count; node++) {
		lab_word parent = zone->word[(node - 1) / WORLD_BITS];

		if ((parent >> ((node - 1) % WORLD_BITS) & 1u) != 0 && zone->word[node] == 0)
			return true;
	}
	return false;
}

void watch_begin(struct call *call)
{
	memset(call->taken, 0, world.word_count * sizeof(call->taken[0]));
	memset(call->seen, 0, world.word_count * sizeof(call->seen[0]));
	memset(call->empty, 0, world.word_count * sizeof(call->empty[0]));
	for (uint32_t z = 0; z < world.zone_count; z++) {
		const struct world_zone *zone = &world.zone[z];

		for (uint32_t node = 0; node < zone->hint_count + zone->leaf_count; node++)
			note(call, zone->first_word + node, zone->word[node]);
		call->stale[z] = has_stale(zone);
		call->low[z] = zone->low != 0 && world_counted(z) <= zone->low;
	}
	call->begun = true;
	call->others = sched_in_flight() - 1;
}

static void note_low(struct call *call, const void *data)
{
	call->low[*(const uint32_t *)data] = true;
}

/* Frames are counted before they enter the pool and after they left it. */
static void check_gauge(uint32_t z)
{
	const struct world_zone *zone = &world.zone[z];

	if (zone->low == 0)
		return;
	if (world_counted(z) < zone->in_pool)
		sched_fail("T3", "zone %u: the gauge says %u frames while %u are in the pool", z,
			   world_counted(z), zone->in_pool);
	if (world_counted(z) > zone->frame_count)
		sched_fail("T3", "zone %u: the gauge says %u frames of %u", z, world_counted(z),
			   zone->frame_count);
}

static void watch_word(uint32_t z, uint32_t node)
{
	struct world_zone *zone = &world.zone[z];
	struct change change = {zone->first_word + node, zone->word[node]};

	sched_each_call(note_change, &change);
	if (node >= zone->hint_count) {
		zone->in_pool = 0;
		for (uint32_t n = zone->hint_count; n < zone->hint_count + zone->leaf_count; n++)
			zone->in_pool += frames_of(zone, n);
	}
	check_gauge(z);
}

/* At high: now, or until this step. */
static void watch_gauge(uint32_t z, const struct step *step)
{
	struct world_zone *zone = &world.zone[z];

	check_gauge(z);
	if (world_counted(z) >= zone->high ||
	    (step->kind == STEP_COUNT_ADD && step->saw >= zone->high))
		zone->high_time = sched_now();
	if (world_counted(z) <= zone->low)
		sched_each_call(note_low, &z);
}

void watch_warning(uint32_t zone)
{
	world.zone[zone].warn_time = sched_now();
}

/* A client loses its frame at this step: nobody but a free or a donation of it may do that. */
static void watch_tag(uint32_t z, uint32_t frame, const struct step *step)
{
	const struct world_frame *shadow = world_frame(z, frame);

	if (step->kind == STEP_TAG_STORE && shadow->state != WORLD_CORE)
		sched_fail("T1", "zone %u frame %u is handed out while a client has it", z, frame);
	if (step->kind == STEP_TAG_SWAP && shadow->state != WORLD_CORE &&
	    world.zone[z].tag[frame] != shadow->last_tag)
		sched_fail("T6", "zone %u frame %u is taken from its holder", z, frame);
}

void watch_step(const struct step *step)
{
	uint32_t zone;
	uint32_t number;

	switch (step->kind) {
	case STEP_TAKE:
	case STEP_CLEAR_BIT:
	case STEP_OR:
		if (!world_find_word(step->where, &zone, &number))
			sched_fail("T8", "a step on a word outside every zone");
		watch_word(zone, number);
		break;
	case STEP_LOAD:
	case STEP_LOAD_SEQ_CST:
		if (!world_find_word(step->where, &zone, &number))
			sched_fail("T8", "a look at a word outside every zone");
		break;
	case STEP_TAG_LOAD:
	case STEP_TAG_STORE:
	case STEP_TAG_SWAP:
		if (!world_find_tag(step->where, &zone, &number))
			sched_fail("T8", "a step on a tag outside every zone");
		watch_tag(zone, number, step);
		break;
	case STEP_COUNT_ADD:
	case STEP_FLAG_LOAD:
	case STEP_FLAG_SWAP:
		if (!world_find_gauge(step->where, &zone))
			sched_fail("T8", "a step on a gauge outside every zone");
		watch_gauge(zone, step);
		break;
	case STEP_ENTER:
	case STEP_DONE:
	case STEP_KINDS:
	default:
		break;
	}
}
