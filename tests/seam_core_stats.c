/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/seam_core_stats.c - frames that come back or go away while they are counted.
 *
 * At each seam of a count, in turn, the one frame that is away is donated, or one that is not is
 * reclaimed. No frame is handed out, so none may be counted as held.
 */
#include "../core/labyrinth.h"
#include "support/check.h"
#include "support/rig.h"
#include "support/seam.h"

#define FRAMES (2u * LAB_WORD_BITS)
#define CLIENT_FRAMES 3u

static const struct rig_zone one[] = {{0, LAB_ZONE_NORMAL, FRAMES, 0, 0, 0}};

static struct {
	struct rig rig;
	uint64_t position; /* the seam at which the frame moves */
	uint32_t frame;    /* that is away */
	bool donates;
} mover;

static void move(const lab_zone *zone, uint64_t position, void *data)
{
	(void)zone;
	(void)data;
	if (position != mover.position)
		return;
	if (mover.donates)
		CHECK_STATUS(lab_donate(mover.rig.lab, 0, mover.frame), LAB_OK);
	else
		CHECK_STATUS(lab_reclaim(mover.rig.lab, 0, 0, &mover.frame), LAB_OK);
	mover.position = 0;
}

/* Count with a move at seam `position`; whether the count came so far. */
static bool count_at(uint64_t position, uint32_t held, lab_zone_stats *stats)
{
	mover.position = position;
	seam_start(move, NULL, 1);
	CHECK_STATUS(lab_stats_zone(mover.rig.lab, 0, stats), LAB_OK);
	seam_stop();
	check_note("seam", position);
	CHECK_EQ(stats->held, held);
	CHECK_AT_MOST(stats->away, 1);
	CHECK_AT_MOST(stats->free, FRAMES - held);
	return mover.position == 0;
}

/* Each seam, with a frame that comes back and with one that goes away. */
static void sweep(uint32_t held)
{
	lab_zone_stats stats;
	bool reached = true;

	for (uint64_t position = 1; reached; position++) {
		mover.donates = false;
		reached = count_at(position, held, &stats);
		if (!reached)
			break;
		mover.donates = true;
		reached = count_at(position, held, &stats);
	}
	CHECK_AT_MOST(4 * FRAMES, mover.position);
}

static void r3_stats_count_what_is_held_while_frames_move(void)
{
	lab_context *context;
	lab_grant grant[CLIENT_FRAMES];

	rig_begin(&mover.rig, one, 1);
	context = rig_context(&mover.rig, 0, 0);
	sweep(0);
	for (uint32_t i = 0; i < CLIENT_FRAMES; i++)
		CHECK_STATUS(lab_alloc(mover.rig.lab, context, 0, &grant[i]), LAB_OK);
	sweep(CLIENT_FRAMES);
	for (uint32_t i = 0; i < CLIENT_FRAMES; i++)
		CHECK_STATUS(lab_free(mover.rig.lab, context, &grant[i]), LAB_OK);
	rig_end(&mover.rig);
}

int main(void)
{
	RUN(r3_stats_count_what_is_held_while_frames_move);
	return check_finish();
}
