/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/pool.c - the allocator, its contexts, the memory its frames stand for, and the
 * holder's stamps.
 *
 * A stamp is written by one atomic exchange when a frame is handed out and taken back by another
 * when it is freed: the old value shows a frame that two holders were given. It is a second
 * opinion: it does not trust the allocator's own ledger.
 */
#include <signal.h>

#include "signal_rx.h"

#define NOBODY 0u
/* A pool this small has no words to set aside for rooms, and one of one word none for a reserve. */
#define ROOMS_FROM (4u * LAB_WORD_BITS)
#define ROOM_SHARE 16u
#define RESERVE_WORDS_MAX 1u

static lab_allocator lab;
static lab_word words[LAB_ZONE_WORDS(FRAMES_MAX, RESERVE_WORDS_MAX)];
static uint32_t tags[FRAMES_MAX];
static lab_context context[POOL_USERS];
static uint32_t slots[POOL_USERS][FRAMES_MAX / ROOM_SHARE];
static _Alignas(PAGE_BYTES) uint8_t pages[FRAMES_MAX][PAGE_BYTES];
static atomic_uint stamp[FRAMES_MAX];
static _Thread_local volatile sig_atomic_t open_calls; /* calls of the core this thread is in */

/* The interrupted thread and its handler are two levels of CPU 0; the consumer is on CPU 1. */
static lab_status make_context(pool_user user, uint32_t frame_count)
{
	const lab_context_config config = {.cpu = user == POOL_CONSUMER ? 1 : 0,
					   .level = user == POOL_CONSUMER ? 0 : user,
					   .slot = slots[user],
					   .capacity =
						   user != POOL_AUDIT && pool_has_rooms(frame_count)
							   ? frame_count / ROOM_SHARE
							   : 0};

	return lab_context_init(&context[user], &lab, &config);
}

lab_status pool_init(uint32_t frame_count)
{
	const lab_zone_config zone = {.words = words,
				      .words_size = sizeof(words),
				      .tags = tags,
				      .frame_count = frame_count,
				      .reserve_words = pool_has_reserve(frame_count) ? 1 : 0,
				      .low = frame_count * 3 / 8,
				      .high = frame_count / 2,
				      .type = LAB_ZONE_NORMAL};
	lab_status status = lab_init(&lab);

	if (status == LAB_OK)
		status = lab_add_zone(&lab, &zone);
	for (pool_user user = POOL_TASK; user < POOL_USERS && status == LAB_OK; user++)
		status = make_context(user, frame_count);
	return status;
}

bool pool_has_rooms(uint32_t frame_count)
{
	return frame_count >= ROOMS_FROM;
}

bool pool_has_reserve(uint32_t frame_count)
{
	return frame_count > LAB_WORD_BITS;
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

static void stamp_change(uint32_t frame, uint32_t expected, uint32_t mark)
{
	if (atomic_exchange(&stamp[frame], mark) != expected)
		count_add(&counts.double_holders, 1);
}

/* A frame came: stamp it, and count what it cost the zone. */
static void came(pool_user user, const lab_grant *grant, uint32_t mark)
{
	stamp_change(grant->frame, NOBODY, mark);
	if (grant->low)
		count_add(&counts.low_crossings, 1);
	if (grant->frame < lab_zone_limit(&lab.zone[grant->zone]))
		return;
	count_add(user == POOL_HANDLER ? &counts.reserve_used : &counts.reserve_errors, 1);
}

/* No frame came: the handler may be told EMPTY or CONTENDED, a plain request RESERVED too. */
static void refused(pool_user user, lab_status status)
{
	if (status != LAB_EMPTY && status != LAB_CONTENDED &&
	    (status != LAB_RESERVED || user == POOL_HANDLER))
		count_add(&counts.status_errors, 1);
}

lab_status pool_alloc(pool_user user, uint32_t mark, lab_grant *grant)
{
	open_calls++;
	if (user == POOL_HANDLER)
		labyrinth_void_alloc_page_gfp_atomic_exclusive(&lab, &context[user], grant);
	else
		(void)lab_alloc(&lab, &context[user], 0, grant);
	open_calls--;
	if (grant->status == LAB_OK)
		came(user, grant, mark);
	else
		refused(user, grant->status);
	return grant->status;
}

void pool_free(pool_user user, const lab_grant *grant, uint32_t mark)
{
	lab_status status;

	stamp_change(grant->frame, mark, NOBODY);
	open_calls++;
	status = lab_free(&lab, &context[user], grant);
	open_calls--;
	if (status != LAB_OK)
		count_add(&counts.status_errors, 1);
}

uint32_t pool_alloc_bulk(pool_user user, uint32_t mark, lab_grant *grants, uint32_t count)
{
	uint32_t done_count = 0;
	lab_status status;

	open_calls++;
	status = lab_alloc_bulk(&lab, &context[user], 0, grants, count, &done_count);
	open_calls--;
	for (uint32_t index = 0; index < done_count; index++)
		came(user, &grants[index], mark);
	if (status != LAB_OK)
		refused(user, status);
	return done_count;
}

void pool_free_bulk(pool_user user, const lab_grant *grants, uint32_t count, uint32_t mark)
{
	uint32_t done_count = 0;
	lab_status status;

	for (uint32_t index = 0; index < count; index++)
		stamp_change(grants[index].frame, mark, NOBODY);
	open_calls++;
	status = lab_free_bulk(&lab, &context[user], grants, count, &done_count);
	open_calls--;
	if (status != LAB_OK || done_count != count)
		count_add(&counts.status_errors, 1);
}

/** A context that has nothing to do gives its room back. */
void pool_idle(pool_user user)
{
	open_calls++;
	if (lab_drain(&lab, &context[user]) != LAB_OK)
		count_add(&counts.status_errors, 1);
	open_calls--;
}

/* Take every frame that is left, reserve too, and say how many came. */
static uint32_t take_all(void)
{
	uint32_t frame_count = 0;
	lab_grant grant;

	while (frame_count <= FRAMES_MAX &&
	       lab_alloc(&lab, &context[POOL_AUDIT], LAB_GFP_ATOMIC, &grant) == LAB_OK) {
		stamp_change(grant.frame, NOBODY, UINT32_MAX);
		frame_count++;
	}
	return frame_count;
}

/** Where every frame is, at the end: once, when nobody holds any and nobody is in a call. */
void pool_settle(pool_rest *rest)
{
	rest->in_pool = (uint32_t)lab.gauge[0].free;
	rest->hoarded = 0;
	for (pool_user user = POOL_TASK; user <= POOL_CONSUMER; user++) {
		const lab_room *room = &context[user].room;

		rest->hoarded += room->count + lab_bits_count(room->open.frames);
		for (uint32_t cause = 0; cause < CAUSES; cause++)
			rest->refused[user][cause] = context[user].refused[cause];
		pool_idle(user);
	}
	rest->drained = (uint32_t)lab.gauge[0].free - rest->in_pool;
	rest->back = take_all();
}
