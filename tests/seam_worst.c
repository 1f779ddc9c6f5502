/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/seam_worst.c - the worst case of a claim, reached exactly and not exceeded.
 *
 * With D hint levels, V = LAB_VISITS_MAX, h ordinary words, C = 2 (a word) or 1 + B (a frame):
 *   a visit of a search     D loads, C at the leaf, 3D + 2 to take hints back
 *   claim                   V (4D + 2 + C), and for h <= LAB_SWEEP_WORDS another h C + 3D + 2
 * The adversary is another CPU whose releases are caught in flight: it writes words itself.
 */
#include <string.h>

#include "../core/zone.h"
#include "support/check.h"
#include "support/pool.h"

#define B ((uint32_t)LAB_WORD_BITS)

static struct {
	struct pool pool;
	uint64_t leaf_cost; /* C: steps at a leaf whose frames others take */
	bool whole;         /* the call is claim_word */
	bool relent;        /* the last word of the sweep is left to the call */
	uint32_t target;    /* the leaf node that every visit is led to: the first */
	uint64_t taken;
} foe;

/* Each hint word speaks of one child only: the one above the first leaf. */
static void lead_to_target(bool with_root)
{
	memset(foe.pool.storage, 0, foe.pool.storage_size);
	foe.pool.storage[foe.target] = LAB_WORD_FULL;
	for (uint32_t node = foe.target; node != 0; node = (node - 1) / B) {
		if ((node - 1) / B != 0 || with_root)
			foe.pool.storage[(node - 1) / B] = lab_bits_mask((node - 1) % B);
	}
}

/* Before step `step` (from 0) of a visit. */
static void before_visit_step(uint64_t step)
{
	uint64_t levels = foe.pool.level_count;

	/* The leaf was seen full: take it. */
	if (step == levels + 1) {
		foe.pool.storage[foe.target] = 0;
		foe.taken++;
	}
	/* The root's bit has just been cleared: a release in flight has set all but that one. */
	if (levels > 0 && step == levels + foe.leaf_cost + 3 * levels - 1)
		lead_to_target(false);
}

/* The node under the root, above (or at) leaf `leaf`. */
static uint32_t below_root(uint32_t leaf)
{
	uint32_t node = foe.pool.hint_count + leaf;

	while (node > B)
		node = (node - 1) / B;
	return node;
}

/* Before step `step` (from 0) of the sweep, which looks at each leaf for foe.leaf_cost steps. */
static void before_sweep_step(uint64_t step)
{
	uint64_t leaf = step / foe.leaf_cost;
	uint64_t at = step % foe.leaf_cost;
	uint64_t last = foe.pool.hinted_count - 1;
	lab_word *word;

	if (leaf > last) {
		/* The last retire has just cleared the root's bit: a release in flight, again. */
		if (step == foe.leaf_cost * (last + 1) + 3 * foe.pool.level_count - 1)
			foe.pool.storage[below_root((uint32_t)last)] = 1;
		return;
	}
	word = &foe.pool.storage[foe.pool.hint_count + leaf];
	if (step == 0)
		memset(foe.pool.storage, 0, foe.pool.storage_size);
	if (at == 0)
		*word = LAB_WORD_FULL;
	if (at == 1 && !(foe.relent && leaf == last))
		*word = 0;
	if (at == 1 && foe.relent && leaf == last && !foe.whole)
		*word = lab_bits_mask(B - 1);
}

static uint64_t visit_steps(void)
{
	uint64_t levels = foe.pool.level_count;

	return levels + foe.leaf_cost + (levels > 0 ? 3 * levels + 2 : 0);
}

static uint64_t search_steps(void)
{
	return foe.pool.level_count > 0 ? visit_steps() * LAB_VISITS_MAX : 0;
}

static void at_seam(const struct lab_zone *zone, uint64_t position, void *data)
{
	uint64_t step = (position - 1) / 2;

	(void)zone;
	(void)data;
	if (position % 2 == 0)
		return;
	if (step < search_steps())
		before_visit_step(step % visit_steps());
	else
		before_sweep_step(step - search_steps());
}

/* One call under the adversary; its steps. */
static uint64_t besieged(bool whole, bool relent, lab_status expected)
{
	lab_batch batch = {UINT32_MAX, 0};
	uint32_t frame = UINT32_MAX;
	lab_status status;

	foe.whole = whole;
	foe.relent = relent;
	foe.leaf_cost = whole ? 2 : 1 + B;
	foe.taken = 0;
	lead_to_target(true);
	seam_start(at_seam, NULL, 1);
	seam_call_begin();
	status = whole ? zone_claim_word(foe.pool.zone, 0, &batch)
		       : zone_claim_one(foe.pool.zone, 0, &frame);
	seam_stop();
	CHECK_STATUS(status, expected);
	CHECK_EQ(batch.base != UINT32_MAX || frame != UINT32_MAX, expected == LAB_OK);
	CHECK_EQ(batch.frames != 0, expected == LAB_OK && whole);
	CHECK_EQ(foe.taken, foe.pool.level_count > 0 ? LAB_VISITS_MAX : 0);
	return seam_call_steps();
}

static void besiege(uint32_t frame_count, uint32_t reserve_words)
{
	if (frame_count > LAB_FRAMES_MAX)
		return;
	check_note("frames", frame_count);
	seam_start(NULL, NULL, 0);
	pool_make(&foe.pool, frame_count, reserve_words);
	foe.target = foe.pool.hint_count;
	for (unsigned whole = 0; whole < 2; whole++) {
		uint64_t hinted = foe.pool.hinted_count;
		uint64_t levels = foe.pool.level_count;
		uint64_t cost = whole ? 2 : 1 + B;
		uint64_t retire = levels > 0 ? 3 * levels + 2 : 0;
		uint64_t visits = levels > 0 ? LAB_VISITS_MAX : 0;
		uint64_t search = visits * (levels + cost + retire);

		check_note("whole", whole);
		if (hinted > LAB_SWEEP_WORDS) {
			CHECK_EQ(besieged(whole, false, LAB_CONTENDED), search);
			continue;
		}
		CHECK_EQ(besieged(whole, false, LAB_EMPTY), search + hinted * cost);
		CHECK_EQ(besieged(whole, true, LAB_OK), search + hinted * cost + retire);
	}
	pool_free(&foe.pool);
}

/* The bound that stands at the top of this file is reached: it is the worst case, no mere limit. */
static void r4_the_worst_case_is_the_bound(void)
{
	uint64_t words = 1;

	besiege(B, 0);
	besiege(2 * B, 0);
	besiege(3 * B, 1);
	for (uint32_t levels = 1; levels <= 4 && words * B < LAB_FRAMES_MAX; levels++) {
		besiege((uint32_t)(words * B + 2 * B), 0);
		words *= B;
	}
	if (LAB_SWEEP_WORDS * B <= LAB_FRAMES_MAX)
		besiege(LAB_SWEEP_WORDS * B, 0);
	if ((LAB_SWEEP_WORDS + 1) * B <= LAB_FRAMES_MAX)
		besiege((LAB_SWEEP_WORDS + 1) * B, 0);
}

/* Only zones that are not swept may answer CONTENDED; the outputs are then unchanged (above). */
static void r5_contended_after_all_visits_of_a_large_zone(void)
{
	uint32_t frame_count = (LAB_SWEEP_WORDS + 2) * B;

	if (frame_count > LAB_FRAMES_MAX)
		frame_count = LAB_FRAMES_MAX;
	CHECK(frame_count / B > LAB_SWEEP_WORDS);
	besiege(frame_count, 0);
}

int main(void)
{
	RUN(r4_the_worst_case_is_the_bound);
	RUN(r5_contended_after_all_visits_of_a_large_zone);
	return check_finish();
}
