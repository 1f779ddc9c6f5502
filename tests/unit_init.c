/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_init.c - lab_zone_init(): every bad configuration is named and nothing is written.
 */
#include <stdalign.h>
#include <string.h>

#include "../core/zone.h"
#include "support/check.h"
#include "support/pool.h"

#define B ((uint32_t)LAB_WORD_BITS)

/* Refused with `expected`, and every byte of zone, storage and red zones as before. */
static void refused(struct pool *pool, lab_zone *zone, lab_word *storage, size_t storage_size,
		    uint32_t frame_count, uint32_t reserve_words, lab_status expected)
{
	check_note("frames", frame_count);
	check_note("reserve", reserve_words);
	check_note("size", storage_size);
	pool_save(pool);
	CHECK_STATUS(lab_zone_init(zone, 0, storage, storage_size, frame_count, reserve_words),
		     expected);
	CHECK(pool_unchanged(pool));
}

static void r10_init_refuses_null_pointers(void)
{
	struct pool p;

	pool_prepare(&p, 2 * B, 0);
	refused(&p, NULL, p.storage, p.storage_size, 2 * B, 0, LAB_ERR_NULL);
	refused(&p, p.zone, NULL, p.storage_size, 2 * B, 0, LAB_ERR_NULL);
	refused(&p, NULL, NULL, p.storage_size, 2 * B, 0, LAB_ERR_NULL);
	refused(&p, NULL, NULL, 0, 0, 0, LAB_ERR_NULL);
	pool_free(&p);
}

static void r10_init_refuses_frame_counts(void)
{
	struct pool p;

	pool_prepare(&p, 2 * B, 0);
	refused(&p, p.zone, p.storage, p.storage_size, 0, 0, LAB_ERR_FRAMES_ZERO);
	refused(&p, p.zone, p.storage, p.storage_size, 0, 1, LAB_ERR_FRAMES_ZERO);
	refused(&p, p.zone, p.storage, SIZE_MAX / 2, (uint32_t)LAB_FRAMES_MAX + 1, 0,
		LAB_ERR_FRAMES_MAX);
	refused(&p, p.zone, p.storage, SIZE_MAX / 2, UINT32_MAX, 0, LAB_ERR_FRAMES_MAX);
	refused(&p, p.zone, p.storage, SIZE_MAX / 2, UINT32_MAX - B, 0, LAB_ERR_FRAMES_MAX);
	pool_free(&p);
}

static void r10_init_refuses_reserves(void)
{
	struct pool p;

	pool_prepare(&p, 3 * B, 0);
	refused(&p, p.zone, p.storage, p.storage_size, 3 * B, LAB_SWEEP_WORDS + 1,
		LAB_ERR_RESERVE_MAX);
	refused(&p, p.zone, p.storage, p.storage_size, 3 * B, UINT32_MAX, LAB_ERR_RESERVE_MAX);
	refused(&p, p.zone, p.storage, p.storage_size, LAB_FRAMES_MAX, LAB_SWEEP_WORDS + 1,
		LAB_ERR_RESERVE_MAX);
	refused(&p, p.zone, p.storage, p.storage_size, 1, 1, LAB_ERR_RESERVE_ALL);
	refused(&p, p.zone, p.storage, p.storage_size, B, 1, LAB_ERR_RESERVE_ALL);
	if (LAB_SWEEP_WORDS >= 3) {
		refused(&p, p.zone, p.storage, p.storage_size, 3 * B, 3, LAB_ERR_RESERVE_ALL);
		refused(&p, p.zone, p.storage, p.storage_size, 2 * B + 1, 3, LAB_ERR_RESERVE_ALL);
		refused(&p, p.zone, p.storage, p.storage_size, B, 3, LAB_ERR_RESERVE_ALL);
	}
	pool_free(&p);
}

static void r10_init_refuses_storage_one_byte_short(void)
{
	static const uint32_t reserves[] = {0, 1};
	static const uint32_t words[] = {1, 2, LAB_WORD_BITS, LAB_WORD_BITS + 1};
	struct pool p;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (size_t j = 0; j < 2; j++) {
			uint32_t count = words[i] * B;

			if (reserves[j] >= words[i] || count > LAB_FRAMES_MAX)
				continue;
			pool_prepare(&p, count, reserves[j]);
			refused(&p, p.zone, p.storage, p.storage_size - 1, count, reserves[j],
				LAB_ERR_STORAGE_SIZE);
			refused(&p, p.zone, p.storage, 0, count, reserves[j], LAB_ERR_STORAGE_SIZE);
			CHECK_STATUS(lab_zone_init(p.zone, 0, p.storage, p.storage_size, count,
						   reserves[j]),
				     LAB_OK);
			pool_free(&p);
		}
	}
}

static void r10_init_refuses_misaligned_storage(void)
{
	struct pool p;

	pool_prepare(&p, 4 * B, 0);
	for (size_t off = 1; off < sizeof(lab_word); off++) {
		/* Through uintptr_t: forming a misaligned pointer is what the caller did wrong. */
		lab_word *storage = (lab_word *)((uintptr_t)p.storage + off);

		refused(&p, p.zone, storage, p.storage_size, B, 0, LAB_ERR_STORAGE_ALIGN);
	}
	/* Words of one byte (small test words) are aligned anywhere. */
	if (sizeof(lab_word) == 1)
		CHECK_STATUS(lab_zone_init(p.zone, 0, p.storage + 1, p.storage_size - 1, B, 0),
			     LAB_OK);
	pool_free(&p);
}

static void r10_init_refuses_zone_numbers(void)
{
	static const uint32_t ids[] = {LAB_ZONES_MAX, LAB_ZONES_MAX + 1, 1u << 31, UINT32_MAX};
	struct pool p;

	pool_prepare(&p, 2 * B + 1, 1);
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		check_note("id", ids[i]);
		pool_save(&p);
		CHECK_STATUS(lab_zone_init(p.zone, ids[i], p.storage, p.storage_size, 2 * B + 1, 1),
			     LAB_ERR_ZONE);
		CHECK(pool_unchanged(&p));
		/* Every other cause comes first. */
		CHECK_STATUS(lab_zone_init(p.zone, ids[i], p.storage, p.storage_size, 0, 1),
			     LAB_ERR_FRAMES_ZERO);
		CHECK(pool_unchanged(&p));
	}
	for (uint32_t id = 0; id < LAB_ZONES_MAX; id++) {
		check_note("id", id);
		CHECK_STATUS(lab_zone_init(p.zone, id, p.storage, p.storage_size, 2 * B + 1, 1),
			     LAB_OK);
		CHECK_EQ(p.zone->id, id);
	}
	pool_free(&p);
}

/* A zone and its storage anywhere in one buffer. */
static alignas(64) unsigned char buffer[1024];
static unsigned char buffer_before[sizeof(buffer)];

static void place(size_t zone_at, size_t storage_at, size_t storage_size, uint32_t frame_count,
		  lab_status expected)
{
	lab_zone *zone = (lab_zone *)(void *)(buffer + zone_at);
	lab_word *storage = (lab_word *)(void *)(buffer + storage_at);

	check_note("zone_at", zone_at);
	check_note("storage_at", storage_at);
	memset(buffer, 0x33, sizeof(buffer));
	memcpy(buffer_before, buffer, sizeof(buffer));
	CHECK_STATUS(lab_zone_init(zone, 0, storage, storage_size, frame_count, 0), expected);
	if (expected != LAB_OK)
		CHECK(memcmp(buffer, buffer_before, sizeof(buffer)) == 0);
	else
		CHECK_EQ(zone->frame_count, frame_count);
}

static void r10_init_refuses_overlap_and_allows_touching(void)
{
	size_t size = zone_storage_size(3 * B, 0);
	size_t zone_at = 512;

	for (size_t at = zone_at - 128; at <= zone_at + 128; at += sizeof(lab_word)) {
		bool apart = at + size <= zone_at || at >= zone_at + sizeof(lab_zone);

		place(zone_at, at, size, 3 * B, apart ? LAB_OK : LAB_ERR_STORAGE_OVERLAP);
	}
	/* The zone strictly inside a larger storage, and the storage strictly inside the zone. */
	place(256, 128, 512, 3 * B, LAB_ERR_STORAGE_OVERLAP);
	place(256, 256 + sizeof(lab_word), sizeof(lab_word), 1, LAB_ERR_STORAGE_OVERLAP);
	/* Touching on both sides. */
	place(256, 256 + sizeof(lab_zone), size, 3 * B, LAB_OK);
	place(64 * sizeof(lab_word), 64 * sizeof(lab_word) - size, size, 3 * B, LAB_OK);
}

/* A storage_size that reaches past the end of the address space cannot hide an overlap. */
static void r10_init_refuses_overlap_for_a_size_that_wraps(void)
{
	place(256, 128, SIZE_MAX, 3 * B, LAB_ERR_STORAGE_OVERLAP);
	place(128 + sizeof(lab_word), 128, SIZE_MAX - 200, 3 * B, LAB_ERR_STORAGE_OVERLAP);
}

/* What a fresh zone is: all frames in the pool, hints exact, fields as laid out, nothing else. */
static void check_fresh(const struct pool *p)
{
	CHECK(p->zone->word == p->storage);
	CHECK_EQ(p->zone->leaf, p->hint_count);
	CHECK_EQ(p->zone->reserve, p->hint_count + p->hinted_count);
	CHECK_EQ(p->zone->end, p->hint_count + p->leaf_count);
	CHECK_EQ(p->zone->frame_count, p->frame_count);
	CHECK_EQ(p->zone->id, 0);
	CHECK_EQ(p->zone->shift, p->level_count * LAB_WORD_SHIFT);
	for (uint32_t leaf = 0; leaf < p->leaf_count; leaf++)
		CHECK_EQ(pool_leaf(p, leaf), pool_existing(p, leaf));
	CHECK_EQ(pool_inexact(p), 0);
	CHECK_EQ(pool_frames(p), p->frame_count);
	CHECK(pool_red_zones_intact(p));
}

static void r10_init_accepts_exactly_the_valid_and_fills(void)
{
	struct pool p;

	for (uint32_t count = 1; count <= 5 * B + 1 && count <= LAB_FRAMES_MAX; count++) {
		uint32_t leaves = count / B + (count % B != 0);

		for (uint32_t reserve = 0; reserve <= 7; reserve++) {
			check_note("frames", count);
			check_note("reserve", reserve);
			if (reserve < leaves && reserve <= LAB_SWEEP_WORDS) {
				pool_make(&p, count, reserve);
				check_fresh(&p);
			} else {
				pool_prepare(&p, count, 0);
				refused(&p, p.zone, p.storage, p.storage_size, count, reserve,
					reserve > LAB_SWEEP_WORDS ? LAB_ERR_RESERVE_MAX
								  : LAB_ERR_RESERVE_ALL);
			}
			pool_free(&p);
		}
	}
}

static void r10_init_the_largest_reserve(void)
{
	struct pool p;

	if ((LAB_SWEEP_WORDS + 1) * B > LAB_FRAMES_MAX) {
		pool_prepare(&p, LAB_FRAMES_MAX, 0);
		refused(&p, p.zone, p.storage, p.storage_size, LAB_FRAMES_MAX, LAB_SWEEP_WORDS,
			LAB_ERR_RESERVE_ALL);
		pool_free(&p);
		return;
	}
	pool_make(&p, (LAB_SWEEP_WORDS + 1) * B, LAB_SWEEP_WORDS);
	check_fresh(&p);
	CHECK_EQ(p.hinted_count, 1);
	pool_free(&p);
}

/* A storage larger than needed: the rest is the caller's. */
static void r10_init_leaves_spare_storage_alone(void)
{
	struct pool p;
	struct pool small;

	pool_prepare(&p, 4 * B, 0);
	pool_measure(&small, 2 * B, 0);
	pool_save(&p);
	CHECK_STATUS(lab_zone_init(p.zone, 0, p.storage, p.storage_size, 2 * B, 0), LAB_OK);
	CHECK(memcmp((unsigned char *)p.storage + small.storage_size,
		     p.saved + ((unsigned char *)p.storage - p.block) + small.storage_size,
		     p.storage_size - small.storage_size) == 0);
	pool_free(&p);
}

/* Again on a used zone: as good as new. */
static void r10_init_again_starts_afresh(void)
{
	struct pool p;

	pool_make(&p, 3 * B + 1, 1);
	pool_drain(&p);
	CHECK_STATUS(lab_zone_init(p.zone, 0, p.storage, p.storage_size, 3 * B + 1, 1), LAB_OK);
	check_fresh(&p);
	pool_free(&p);
}

int main(void)
{
	RUN(r10_init_refuses_null_pointers);
	RUN(r10_init_refuses_frame_counts);
	RUN(r10_init_refuses_reserves);
	RUN(r10_init_refuses_storage_one_byte_short);
	RUN(r10_init_refuses_misaligned_storage);
	RUN(r10_init_refuses_zone_numbers);
	RUN(r10_init_refuses_overlap_and_allows_touching);
	RUN(r10_init_refuses_overlap_for_a_size_that_wraps);
	RUN(r10_init_accepts_exactly_the_valid_and_fills);
	RUN(r10_init_the_largest_reserve);
	RUN(r10_init_leaves_spare_storage_alone);
	RUN(r10_init_again_starts_afresh);
	return check_finish();
}
