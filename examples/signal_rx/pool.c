/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/pool.c - the zone, the memory its frames stand for, and the holder's stamps.
 *
 * A stamp is written by one atomic exchange when a frame is handed out and taken back by another
 * when it is freed: the old value shows a frame that two holders were given.
 */
#include <signal.h>

#include "signal_rx.h"

#define NOBODY 0u

static lab_zone zone;
static lab_word storage[LAB_ZONE_WORDS(FRAMES_MAX, 0)];
static _Alignas(PAGE_BYTES) uint8_t pages[FRAMES_MAX][PAGE_BYTES];
static atomic_uint stamp[FRAMES_MAX];
static _Thread_local volatile sig_atomic_t open_calls; /* calls of the core this thread is in */

lab_status pool_init(uint32_t frame_count)
{
	return lab_zone_init(&zone, storage, sizeof(storage), frame_count, 0);
}

/** Whether the calling thread, interrupted by a handler, stands inside a call of the core. */
bool pool_was_interrupted(void)
{
	return open_calls != 0;
}

uint8_t *pool_page(uint32_t frame)
{
	return pages[frame];
}

static void stamp_change(uint32_t frame, uint32_t expected, uint32_t tag)
{
	if (atomic_exchange(&stamp[frame], tag) != expected)
		count_add(&counts.double_holders, 1);
}

lab_status pool_claim(uint32_t tag, uint32_t start, uint32_t *frame)
{
	lab_status status;

	open_calls++;
	status = lab_zone_claim_one(&zone, start, frame);
	open_calls--;
	if (status == LAB_OK)
		stamp_change(*frame, NOBODY, tag);
	else if (status != LAB_EMPTY && status != LAB_CONTENDED)
		count_add(&counts.status_errors, 1);
	return status;
}

void pool_release(uint32_t frame, uint32_t tag)
{
	lab_status status;

	stamp_change(frame, tag, NOBODY);
	open_calls++;
	status = lab_zone_release_one(&zone, frame);
	open_calls--;
	if (status != LAB_OK)
		count_add(&counts.status_errors, 1);
}

static uint32_t stamp_many(const lab_batch *batch, uint32_t expected, uint32_t tag)
{
	uint32_t frame_count = 0;

	for (uint32_t bit = 0; bit < LAB_WORD_BITS; bit++) {
		if ((batch->frames >> bit & 1) != 0) {
			stamp_change(batch->base + bit, expected, tag);
			frame_count++;
		}
	}
	return frame_count;
}

uint32_t pool_claim_many(uint32_t tag, uint32_t start, lab_batch *batch)
{
	lab_status status;

	open_calls++;
	status = lab_zone_claim_word(&zone, start, batch);
	open_calls--;
	if (status == LAB_OK)
		return stamp_many(batch, NOBODY, tag);
	if (status != LAB_EMPTY && status != LAB_CONTENDED)
		count_add(&counts.status_errors, 1);
	return 0;
}

void pool_release_many(const lab_batch *batch, uint32_t tag)
{
	lab_status status;

	(void)stamp_many(batch, tag, NOBODY);
	open_calls++;
	status = lab_zone_release_word(&zone, batch);
	open_calls--;
	if (status != LAB_OK)
		count_add(&counts.status_errors, 1);
}

/* Take every frame that is left and say how many came; call it when nobody holds any. */
uint32_t pool_drain(void)
{
	uint32_t total = 0;
	uint32_t frame_count;
	lab_batch batch;

	do {
		frame_count = pool_claim_many(UINT32_MAX, 0, &batch);
		total += frame_count;
	} while (frame_count != 0 && total <= FRAMES_MAX);
	return total;
}
