/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/seam_core_contended.c - LAB_CONTENDED of the whole allocator: every visit of a zone that is
 * too large to be swept is lost to others, as in seam_worst.c.
 *
 * The adversary is another CPU that writes words itself: hints lead to the first leaf, which is
 * taken between the look at it and the claim, and comes back before the next visit.
 */
#include <string.h>

#include "../core/labyrinth.h"
#include "support/rig.h"

#define B ((uint32_t)LAB_WORD_BITS)

static struct {
	struct rig rig;
	struct pool *pool;  /* the large zone, number 0 */
	uint64_t leaf_cost; /* steps at a leaf whose frames others take */
	uint64_t taken;
} foe;

/* Each hint word speaks of one child only: the one above the first leaf. The reserve stays. */
static void lead_to_target(bool with_root)
{
	uint32_t target = foe.pool->hint_count;

	memset(foe.pool->storage, 0, (target + foe.pool->hinted_count) * sizeof(lab_word));
	foe.pool->storage[target] = LAB_WORD_FULL;
	for (uint32_t node = target; node != 0; node = (node - 1) / B)
		if ((node - 1) / B != 0 || with_root)
			foe.pool->storage[(node - 1) / B] = lab_bits_mask((node - 1) % B);
}

static void at_seam(const struct lab_zone *zone, uint64_t position, void *data)
{
	uint64_t levels = foe.pool->level_count;
	uint64_t visit_steps = levels + foe.leaf_cost + 3 * levels + 2;
	uint64_t step = (position - 1) / 2;

	(void)data;
	if (zone != foe.pool->zone || position % 2 == 0 || step >= LAB_VISITS_MAX * visit_steps)
		return;
	/* The leaf was seen full: take it. */
	if (step % visit_steps == levels + 1) {
		foe.pool->storage[foe.pool->hint_count] = 0;
		foe.taken++;
	}
	/* The root's bit has just been cleared: a release in flight has set all but that one. */
	if (step % visit_steps == levels + foe.leaf_cost + 3 * levels - 1)
		lead_to_target(false);
}

static void besiege(bool whole)
{
	foe.leaf_cost = whole ? 2 : 1 + B;
	foe.taken = 0;
	lead_to_target(true);
	seam_start(at_seam, NULL, 1);
}

static void relent(void)
{
	seam_stop();
	CHECK_EQ(foe.taken, LAB_VISITS_MAX);
}

/* A large zone, with a reserve word or without, before one small zone. */
static bool begin(uint32_t reserve_words, uint32_t small_frames)
{
	const struct rig_zone zones[] = {{0, LAB_ZONE_NORMAL,
					  (LAB_SWEEP_WORDS + 2 + reserve_words) * B, reserve_words,
					  0, 0},
					 {0, LAB_ZONE_DMA, small_frames, 0, 0, 0}};

	if (zones[0].frame_count > LAB_FRAMES_MAX)
		return false;
	seam_start(NULL, NULL, 0);
	rig_begin(&foe.rig, zones, 2);
	foe.pool = &foe.rig.pool[0];
	return true;
}

/* The small zone's frames are all held. */
static void take_small(void)
{
	lab_context *context = rig_context(&foe.rig, 0, 0);
	lab_grant grant;

	while (lab_alloc(foe.rig.lab, context, LAB_GFP_DMA, &grant) == LAB_OK)
		CHECK_EQ(grant.zone, 1);
}

static void r5_contended_is_said_over_empty_and_reserved(void)
{
	for (uint32_t reserve = 0; reserve <= 1; reserve++) {
		for (uint32_t capacity = 0; capacity <= 1; capacity++) {
			lab_context *context;
			lab_grant grant;
			uint32_t done = 77;

			CHECK(begin(reserve, 1));
			check_note("reserve", reserve);
			check_note("capacity", capacity);
			take_small();
			context = rig_context(&foe.rig, 0, capacity);
			besiege(capacity != 0);
			CHECK_STATUS(lab_alloc(foe.rig.lab, context, 0, &grant), LAB_CONTENDED);
			relent();
			CHECK_STATUS(grant.status, LAB_CONTENDED);
			CHECK(grant.tag == 0 && grant.frame == LAB_FRAME_NONE);
			CHECK_EQ(context->refused[0] + context->refused[2], 0);
			CHECK_EQ(context->refused[1], 1);
			/* A bulk call takes words, in the hand of a context without a room too. */
			besiege(true);
			CHECK_STATUS(lab_alloc_bulk(foe.rig.lab, context, 0, &grant, 1, &done),
				     LAB_CONTENDED);
			relent();
			CHECK_EQ(done, 0);
			rig_end(&foe.rig);
		}
	}
}

/* What others fought for is passed by: the next zone answers, then the reserve. */
static void r7_the_path_goes_on_after_a_contended_zone(void)
{
	lab_context *context;
	lab_grant grant;

	CHECK(begin(1, 1));
	context = rig_context(&foe.rig, 0, 0);
	besiege(false);
	CHECK_STATUS(lab_alloc(foe.rig.lab, context, 0, &grant), LAB_OK);
	relent();
	CHECK_EQ(grant.zone, 1);
	besiege(false);
	CHECK_STATUS(lab_alloc(foe.rig.lab, context, LAB_GFP_ATOMIC, &grant), LAB_OK);
	relent();
	CHECK_EQ(grant.zone, 0);
	CHECK(grant.frame / B >= foe.pool->hinted_count);
	rig_end(&foe.rig);
}

static void r5_reclaim_says_contended(void)
{
	uint32_t frame = 77;

	CHECK(begin(0, 1));
	besiege(false);
	CHECK_STATUS(lab_reclaim(foe.rig.lab, 0, 0, &frame), LAB_CONTENDED);
	relent();
	CHECK_EQ(frame, 77);
	CHECK_EQ(rig_held(&foe.rig, 0), 0);
	rig_end(&foe.rig);
}

int main(void)
{
	RUN(r5_contended_is_said_over_empty_and_reserved);
	RUN(r7_the_path_goes_on_after_a_contended_zone);
	RUN(r5_reclaim_says_contended);
	return check_finish();
}
