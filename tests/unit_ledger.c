/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_ledger.c - core/ledger.h: tags, grants, revocations, and why a free is refused.
 */
#include "../core/ledger.h"
#include "support/check.h"
#include "support/pool.h"

#define FRAMES 5u

static uint32_t tags[FRAMES];
static const uint32_t values[] = {0,           1,           0xffffu,     0x10000u,  0x10001u,
				  0x7fffffffu, 0x80000000u, 0xffff0000u, UINT32_MAX};
#define VALUES (sizeof(values) / sizeof(values[0]))

static void set_tags(uint32_t value)
{
	for (uint32_t frame = 0; frame < FRAMES; frame++)
		tags[frame] = 1000 + frame;
	tags[2] = value;
}

/* Only the tag in the middle may have changed. */
static void check_tags(uint32_t value)
{
	for (uint32_t frame = 0; frame < FRAMES; frame++)
		CHECK_EQ(tags[frame], frame == 2 ? value : 1000 + frame);
}

static void r1_port_tag_steps(void)
{
	for (size_t i = 0; i < VALUES; i++) {
		uint32_t tag = values[i];

		CHECK_EQ(lab_port_tag_load_relaxed(&tag), values[i]);
		for (size_t j = 0; j < VALUES; j++) {
			lab_port_tag_store_relaxed(&tag, values[j]);
			CHECK_EQ(tag, values[j]);
			for (size_t k = 0; k < VALUES; k++) {
				tag = values[i];
				CHECK_EQ(lab_port_tag_swap_relaxed(&tag, values[j], values[k]),
					 values[i]);
				CHECK_EQ(tag, i == j ? values[k] : values[i]);
			}
		}
	}
}

static void r1_counts_and_flags(void)
{
	int32_t count = 7;
	int32_t flag = 0;

	CHECK_EQ(lab_port_count_add_relaxed(&count, 5), 7);
	CHECK_EQ(count, 12);
	CHECK_EQ(lab_port_count_add_relaxed(&count, 0u - 12u), 12);
	CHECK_EQ(count, 0);
	CHECK_EQ(lab_port_flag_swap_relaxed(&flag, 1), 0);
	CHECK_EQ(lab_port_flag_load_relaxed(&flag), 1);
	CHECK_EQ(lab_port_flag_swap_relaxed(&flag, 1), 1);
	CHECK_EQ(flag, 1);
	CHECK_EQ(lab_port_flag_swap_relaxed(&flag, 0), 1);
	CHECK_EQ(flag, 0);
	CHECK_EQ(lab_port_flag_load_relaxed(&flag), 0);
}

/* The generation of the next grant: 1 .. 65535, then 1 again; 0 is for frames never handed out. */
static uint32_t next_generation(uint32_t generation)
{
	return generation == 65535 ? 1 : generation + 1;
}

/* A grant names its holder and counts one generation more, whatever the tag was. */
static void r1_grant_counts_generations(void)
{
	struct pool p;
	static const uint32_t holders[] = {1, 9, 4095, 65535};

	pool_make(&p, FRAMES, 0);
	for (size_t i = 0; i < VALUES; i++) {
		for (size_t j = 0; j < 4; j++) {
			uint32_t old = values[i] - values[i] % 65536u;
			uint32_t generation = next_generation(old / 65536u);
			uint32_t tag = generation * 65536u + holders[j];

			set_tags(old);
			CHECK_EQ(lab_ledger_grant(p.zone, tags, 2, holders[j]), tag);
			check_tags(tag);
			CHECK_EQ(LAB_TAG_HOLDER(tag), holders[j]);
			CHECK_EQ(LAB_TAG_GENERATION(tag), generation);
		}
	}
	pool_free(&p);
}

/* No two of 2^16 - 1 grants of one frame are alike, and none has the generation 0; then they
 * repeat. */
static void r1_generations_repeat_after_65535_grants(void)
{
	struct pool p;
	uint32_t first;

	pool_make(&p, FRAMES, 0);
	set_tags(0);
	first = lab_ledger_grant(p.zone, tags, 2, 3);
	for (uint32_t i = 1; i <= 2 * 65535; i++) {
		uint32_t before = tags[2];

		CHECK_STATUS(lab_ledger_revoke(p.zone, tags, 2, before), LAB_OK);
		check_tags(before - 3);
		CHECK_EQ(lab_ledger_grant(p.zone, tags, 2, 3) == first, i % 65535 == 0);
		CHECK_EQ(LAB_TAG_GENERATION(tags[2]), i % 65535 + 1);
	}
	pool_free(&p);
}

/* Why a revocation of `value` is refused when the tag is `found`, in words of its own. */
static lab_status cause(uint32_t found, uint32_t value)
{
	if ((value & 0xffffu) == 0)
		return LAB_ERR_GRANT_EMPTY;
	if (found == value)
		return LAB_OK;
	if (found == 0)
		return LAB_ERR_NEVER_HELD;
	return (found & 0xffffu) == 0 && found >> 16 == value >> 16 ? LAB_ERR_FREED : LAB_ERR_STALE;
}

/* Revoked exactly when the tag is the grant's and names a holder; else nothing is changed. */
static void r1_revoke_takes_only_its_own_grant(void)
{
	struct pool p;

	pool_make(&p, FRAMES, 0);
	for (size_t i = 0; i < VALUES; i++) {
		for (size_t j = 0; j < VALUES; j++) {
			lab_status expected = cause(values[i], values[j]);

			check_note("found", values[i]);
			check_note("value", values[j]);
			set_tags(values[i]);
			CHECK_STATUS(lab_ledger_revoke(p.zone, tags, 2, values[j]), expected);
			check_tags(expected == LAB_OK ? values[i] & 0xffff0000u : values[i]);
		}
	}
	pool_free(&p);
}

static void r6_each_refused_free_has_its_cause(void)
{
	static const struct {
		uint32_t found;
		uint32_t value;
		lab_status cause;
	} rows[] = {
		{0, 0x10001, LAB_ERR_NEVER_HELD},  {0, 0xffffffff, LAB_ERR_NEVER_HELD},
		{0, 0x00001, LAB_ERR_NEVER_HELD},  {0x10000, 0x10001, LAB_ERR_FREED},
		{0x10000, 0x1ffff, LAB_ERR_FREED}, {0xffff0000, 0xffff0001, LAB_ERR_FREED},
		{0x20000, 0x10001, LAB_ERR_STALE}, {0x20001, 0x10001, LAB_ERR_STALE},
		{0x10002, 0x10001, LAB_ERR_STALE}, {0x10001, 0x20001, LAB_ERR_STALE},
		{0x10000, 0x20001, LAB_ERR_STALE}, {0x00001, 0xffff0001, LAB_ERR_STALE},
	};

	struct pool p;

	pool_make(&p, FRAMES, 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check_note("row", i);
		set_tags(rows[i].found);
		CHECK_STATUS(lab_ledger_revoke(p.zone, tags, 2, rows[i].value), rows[i].cause);
		check_tags(rows[i].found);
	}
	pool_free(&p);
}

int main(void)
{
	RUN(r1_port_tag_steps);
	RUN(r1_counts_and_flags);
	RUN(r1_grant_counts_generations);
	RUN(r1_generations_repeat_after_65535_grants);
	RUN(r1_revoke_takes_only_its_own_grant);
	RUN(r6_each_refused_free_has_its_cause);
	return check_finish();
}
