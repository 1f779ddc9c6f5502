/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/labyrinth.c - Labyrinth, one zone; compiled once for each of its four builds:
 * PEER_SYMBOL and PEER_NAME, PEER_ROOM (frames a context keeps; 0: no rooms), LAB_HARDENED or not.
 * Each is linked with a core of its own.
 */
#include <stdlib.h>

#include "../../core/labyrinth.h"
#include "../peer.h"

#if PEER_ROOM == 0
#define PEER_WHAT "Labyrinth, contexts without rooms"
#else
#define PEER_WHAT "Labyrinth, rooms of 32 frames"
#endif

typedef lab_grant peer_page;

static struct {
	_Alignas(128) lab_context context;
	uint32_t slot[PEER_ROOM + 1];
} side[BENCH_THREADS];
_Alignas(128) static lab_allocator allocator;
static lab_word *words;
static uint32_t *tags;

static inline bool peer_alloc(uint32_t thread, lab_grant *grant)
{
	return lab_alloc(&allocator, &side[thread].context, 0, grant) == LAB_OK;
}

static inline void peer_free(uint32_t thread, const lab_grant *grant)
{
	(void)lab_free(&allocator, &side[thread].context, grant);
}

static inline bool peer_alloc_bulk(uint32_t thread, lab_grant *grants)
{
	uint32_t done;

	return lab_alloc_bulk(&allocator, &side[thread].context, 0, grants, BENCH_BULK, &done) ==
	       LAB_OK;
}

static inline void peer_free_bulk(uint32_t thread, const lab_grant *grants)
{
	uint32_t done;

	(void)lab_free_bulk(&allocator, &side[thread].context, grants, BENCH_BULK, &done);
}

static bool make_context(uint32_t thread)
{
	const lab_context_config config = {
		.cpu = thread, .slot = side[thread].slot, .capacity = PEER_ROOM};

	return lab_context_init(&side[thread].context, &allocator, &config) == LAB_OK;
}

static const char *peer_open(uint32_t frame_count)
{
	const size_t size = LAB_ZONE_WORDS(frame_count, 0) * sizeof(lab_word);
	lab_zone_config zone = {
		.words_size = size, .frame_count = frame_count, .type = LAB_ZONE_NORMAL};

	words = aligned_alloc(128, (size + 127) / 128 * 128);
	tags = aligned_alloc(128, (frame_count * sizeof(*tags) + 127) / 128 * 128);
	if (words == NULL || tags == NULL)
		return "no memory for the words and the tags";
	zone.words = words;
	zone.tags = tags;
	if (lab_init(&allocator) != LAB_OK || lab_add_zone(&allocator, &zone) != LAB_OK)
		return "lab_add_zone() refuses the zone";
	for (uint32_t t = 0; t < BENCH_THREADS; t++)
		if (!make_context(t))
			return "lab_context_init() refuses the context";
	return NULL;
}

static void peer_close(void)
{
	free(words);
	free(tags);
	words = NULL;
	tags = NULL;
}

static void peer_join(uint32_t thread)
{
	(void)thread;
}

static void peer_reset(uint32_t thread)
{
	(void)lab_drain(&allocator, &side[thread].context);
	(void)make_context(thread);
}

static size_t peer_metadata_size(uint32_t frame_count)
{
	return sizeof(allocator) + sizeof(side[0].context) + PEER_ROOM * sizeof(uint32_t) +
	       LAB_ZONE_WORDS(frame_count, 0) * sizeof(lab_word) + frame_count * sizeof(uint32_t);
}

#include "../loops.h"
