/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/seam_core_races.c - calls of the allocator interrupted at their seams by other calls, which
 * are interrupted as well, three deep.
 *
 * Each depth has a context with a room; one without is used at all depths. Interrupting calls
 * keep what they get. Checked: each frame has one holder, calls keep their step bounds, EMPTY and
 * RESERVED were honest, and nothing is lost at the end. Fixed seeds.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../core/labyrinth.h"
#include "support/keeper.h"

#define B ((uint32_t)LAB_WORD_BITS)
#define DEPTHS 4u
#define LEAVES_MAX (LAB_SWEEP_WORDS + 8u)
#define ZONES_HERE 4u
#define CALLS 12000u
#define GAUGE_STEPS 3u /* of one visit of a zone that has watermarks */

static struct {
	struct rig rig;
	struct keep keep;
	struct keeper keeper[DEPTHS];
	struct keeper *keepers[DEPTHS];
	lab_context *context[DEPTHS];
	lab_context *roomless;
	unsigned depth;
	random_state random;
	uint32_t chance; /* of 256: that a call interrupts at a seam */
	/* What was so at some seam of the call that runs at each depth. */
	struct {
		lab_word taken[ZONES_HERE][LEAVES_MAX]; /* frames that were not in the pool */
		bool reserve_free[ZONES_HERE];          /* one of the reserve was */
		bool root_empty[ZONES_HERE];            /* the first word was 0 */
	} seen[DEPTHS];
	uint64_t gauge_faults;
	uint64_t interruptions;
	uint64_t answers[LAB_STATUS_COUNT];
} foe;

static void look_for(unsigned depth, uint32_t z)
{
	const struct pool *pool = &foe.rig.pool[z];

	foe.seen[depth].root_empty[z] |= pool->storage[0] == 0;
	for (uint32_t leaf = 0; leaf < pool->leaf_count; leaf++) {
		lab_word word = pool_leaf(pool, leaf);
		lab_word *taken = &foe.seen[depth].taken[z][leaf];

		*taken = (lab_word)(*taken | (lab_word)~word);
		foe.seen[depth].reserve_free[z] |= leaf >= pool->hinted_count && word != 0;
	}
}

/* Frames are counted out after they left, and in before they come: a gauge is never under. */
static void look_at_gauge(uint32_t z)
{
	const lab_gauge *gauge = &foe.rig.lab->gauge[z];

	if (gauge->low == 0)
		return;
	foe.gauge_faults += (uint32_t)gauge->free < pool_frames(&foe.rig.pool[z]);
	foe.gauge_faults += (uint32_t)gauge->free > foe.rig.pool[z].frame_count;
}

static void look(void)
{
	for (uint32_t z = 0; z < foe.rig.lab->zone_count; z++)
		look_at_gauge(z);
	for (unsigned depth = 0; depth <= foe.depth && depth < DEPTHS; depth++)
		for (uint32_t z = 0; z < foe.rig.lab->zone_count; z++)
			look_for(depth, z);
}

/* Whether each frame of the leaves first .. last - 1 was seen taken during the call. */
static bool seen_taken(uint32_t z, uint32_t first, uint32_t last)
{
	const struct pool *pool = &foe.rig.pool[z];
	lab_word unseen = 0;

	for (uint32_t leaf = first; leaf < last; leaf++)
		unseen = (lab_word)(unseen | (pool_existing(pool, leaf) &
					      ~foe.seen[foe.depth].taken[z][leaf]));
	return unseen == 0;
}

/* ---- bounds ---- */

static uint64_t claim_bound(const struct pool *pool, bool whole)
{
	uint64_t levels = pool->level_count;
	uint64_t retire = levels == 0 ? 0 : 3 * levels + 2;
	uint64_t leaf_cost = whole ? 2 : 1 + B;
	uint64_t visits = levels == 0 ? 0 : LAB_VISITS_MAX;
	uint64_t hinted = pool->hinted_count;

	return visits * (levels + leaf_cost + retire) +
	       (hinted <= LAB_SWEEP_WORDS ? hinted * leaf_cost + retire : 0);
}

static const lab_path *path_of(const lab_context *context, uint32_t flags)
{
	return &context->path[(flags & LAB_GFP_DMA) != 0       ? LAB_ZONE_DMA
			      : (flags & LAB_GFP_HIGHMEM) != 0 ? LAB_ZONE_HIGHMEM
							       : LAB_ZONE_NORMAL];
}

static uint64_t alloc_bound(const lab_context *context, uint32_t flags)
{
	const lab_path *path = path_of(context, flags);
	uint64_t bound = 2 + GAUGE_STEPS; /* the ledger, and the zone that has a frame */

	for (uint32_t i = 0; i < path->count; i++) {
		const struct pool *pool = &foe.rig.pool[path->zone[i]];
		uint32_t reserve = pool->leaf_count - pool->hinted_count;

		bound += claim_bound(pool, rig_room_zone(&foe.rig, context) == path->zone[i]);
		bound += (flags & LAB_GFP_ATOMIC) != 0 ? reserve * (1 + B) : reserve;
	}
	return bound;
}

static uint64_t free_bound(void)
{
	uint64_t levels = 0;

	for (uint32_t z = 0; z < foe.rig.lab->zone_count; z++)
		if (foe.rig.pool[z].level_count > levels)
			levels = foe.rig.pool[z].level_count;
	return 2 + GAUGE_STEPS + 2 * levels;
}

/* ---- calls ---- */

static void check_honest(const lab_context *context, uint32_t flags, lab_status status)
{
	const lab_path *path = path_of(context, flags);
	bool reserve_free = false;

	for (uint32_t i = 0; i < path->count; i++) {
		uint32_t z = path->zone[i];
		const struct pool *pool = &foe.rig.pool[z];

		check_note("zone", z);
		reserve_free |= foe.seen[foe.depth].reserve_free[z];
		/* Larger zones are not swept: a hint may be on its way. */
		if (pool->hinted_count <= LAB_SWEEP_WORDS)
			CHECK(seen_taken(z, 0, pool->hinted_count));
		else
			CHECK(foe.seen[foe.depth].root_empty[z]);
		if (status == LAB_EMPTY)
			CHECK(seen_taken(z, pool->hinted_count, pool->leaf_count));
	}
	CHECK(status == LAB_EMPTY || (reserve_free && (flags & LAB_GFP_ATOMIC) == 0));
}

/* CONTENDED: only where a zone of the path is too large to be swept. */
static void check_contended(const lab_context *context, uint32_t flags)
{
	const lab_path *path = path_of(context, flags);
	bool large = false;

	for (uint32_t i = 0; i < path->count; i++)
		large |= foe.rig.pool[path->zone[i]].hinted_count > LAB_SWEEP_WORDS;
	CHECK(large);
}

static void request(struct keeper *keeper, lab_context *context)
{
	static const uint32_t all[] = {0, LAB_GFP_ATOMIC, LAB_GFP_HIGHMEM,
				       LAB_GFP_HIGHMEM | LAB_GFP_ATOMIC, LAB_GFP_DMA};
	uint32_t flags = all[random_below(&foe.random, 5)];

	seam_call_begin();
	keeper_alloc(keeper, context, flags);
	CHECK_AT_MOST(seam_call_steps(), alloc_bound(context, flags));
	look();
	foe.answers[keeper->last]++;
	if (keeper->last == LAB_EMPTY || keeper->last == LAB_RESERVED)
		check_honest(context, flags, keeper->last);
	if (keeper->last == LAB_CONTENDED)
		check_contended(context, flags);
}

/* One call of the depth that `foe` is at. */
static void perform(void)
{
	struct keeper *keeper = &foe.keeper[foe.depth];
	lab_context *context =
		random_below(&foe.random, 3) == 0 ? foe.roomless : foe.context[foe.depth];
	uint32_t kind = random_below(&foe.random, 16);

	memset(&foe.seen[foe.depth], 0, sizeof(foe.seen[foe.depth]));
	if (kind < 9 || (kind < 13 && keeper->held_count == 0)) {
		request(keeper, context);
	} else if (kind < 13) {
		seam_call_begin();
		keeper_free(keeper, context);
		CHECK_AT_MOST(seam_call_steps(), free_bound());
	} else {
		keeper_call(keeper, context, 0);
	}
}

static void at_seam(const struct lab_zone *zone, uint64_t position, void *data)
{
	(void)zone;
	(void)position;
	(void)data;
	look();
	if (random_below(&foe.random, 256) >= foe.chance)
		return;
	foe.depth++;
	foe.interruptions++;
	perform();
	foe.depth--;
	look();
}

/* ---- runs ---- */

static void run(const struct rig_zone *zones, uint32_t zone_count, uint32_t chance)
{
	uint64_t failed_before = check_failed();

	check_note("chance", chance);
	memset(&foe, 0, sizeof(foe));
	foe.random.position = chance;
	foe.chance = chance;
	seam_start(NULL, NULL, 0);
	rig_begin(&foe.rig, zones, zone_count);
	keep_begin(&foe.keep, &foe.rig);
	foe.roomless = rig_context(&foe.rig, 0, 0);
	for (unsigned depth = 0; depth < DEPTHS; depth++) {
		foe.context[depth] = rig_context(&foe.rig, depth % 2, 1 + depth);
		foe.keepers[depth] = &foe.keeper[depth];
		keeper_begin(&foe.keeper[depth], &foe.keep, depth + 1);
	}
	seam_start(at_seam, NULL, DEPTHS - 1);
	for (uint32_t i = 0; i < CALLS && check_failed() == failed_before; i++) {
		check_note("call", i);
		perform();
	}
	seam_stop();
	printf("    %" PRIu64 " interruptions:", foe.interruptions);
	for (unsigned i = 0; i < LAB_STATUS_COUNT; i++)
		if (foe.answers[i] > 0)
			printf(" %s %" PRIu64, status_name((lab_status)i), foe.answers[i]);
	printf("\n");
	CHECK(foe.answers[LAB_OK] > 0 && foe.answers[LAB_EMPTY] > 0 && foe.interruptions > 0);
	CHECK_EQ(foe.gauge_faults, 0);
	keepers_check(foe.keepers, DEPTHS);
	keepers_free_everything(foe.keepers, DEPTHS);
	for (unsigned depth = 0; depth < DEPTHS; depth++)
		keeper_end(&foe.keeper[depth]);
	keep_end(&foe.keep);
	rig_end(&foe.rig);
}

static void r5_answers_are_honest_in_one_zone(void)
{
	static const struct rig_zone zones[] = {
		{0, LAB_ZONE_DMA, LAB_WORD_BITS + LAB_WORD_BITS / 2, 1, 1, 3}};

	run(zones, 1, 8);
	run(zones, 1, 40);
	run(zones, 1, 100);
}

static void r5_answers_are_honest_in_many_zones(void)
{
	static const struct rig_zone zones[] = {
		{0, LAB_ZONE_DMA, 3, 0, 0, 0},
		{0, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS + 1, 1, 1, 3},
		{1, LAB_ZONE_NORMAL, 2 * LAB_WORD_BITS, 0, 0, 0},
		{1, LAB_ZONE_HIGHMEM, 2, 0, 0, 0}};

	run(zones, 4, 4);
	run(zones, 4, 16);
	run(zones, 4, 50);
}

int main(void)
{
	RUN(r5_answers_are_honest_in_one_zone);
	RUN(r5_answers_are_honest_in_many_zones);
	return check_finish();
}
