// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * suite.c - each program of tests/unit_*.c is a case.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "../../../tests/support/check.h"
#include "libc.h"
#include "programs.h"

#define PROGRAM(name)                                                                              \
	static void name(struct kunit *test)                                                       \
	{                                                                                          \
		run(test, name##_main);                                                            \
	}

/* The checks of all programs are counted together, so one program's are those that are new. */
static void run(struct kunit *test, int (*program)(void))
{
	u64 before = check_failed();

	libc_case = test;
	program();
	KUNIT_EXPECT_EQ(test, check_failed(), before);
}

PROGRAM(unit_alloc)
PROGRAM(unit_bits)
PROGRAM(unit_bulk)
PROGRAM(unit_claim)
PROGRAM(unit_context)
PROGRAM(unit_donate)
PROGRAM(unit_free)
PROGRAM(unit_gauge)
PROGRAM(unit_init)
PROGRAM(unit_large)
PROGRAM(unit_ledger)
PROGRAM(unit_path)
PROGRAM(unit_refusal)
PROGRAM(unit_release)
PROGRAM(unit_reserve)
PROGRAM(unit_room)
PROGRAM(unit_size)
PROGRAM(unit_stats)
PROGRAM(unit_status)
PROGRAM(unit_watermark)

static struct kunit_case cases[] = {
	KUNIT_CASE(unit_alloc),
	KUNIT_CASE(unit_bits),
	KUNIT_CASE(unit_bulk),
	KUNIT_CASE(unit_claim),
	KUNIT_CASE(unit_context),
	KUNIT_CASE(unit_donate),
	KUNIT_CASE(unit_free),
	KUNIT_CASE(unit_gauge),
	KUNIT_CASE(unit_init),
	KUNIT_CASE(unit_large),
	KUNIT_CASE(unit_ledger),
	KUNIT_CASE(unit_path),
	KUNIT_CASE(unit_refusal),
	KUNIT_CASE(unit_release),
	KUNIT_CASE(unit_reserve),
	KUNIT_CASE(unit_room),
	KUNIT_CASE(unit_size),
	KUNIT_CASE(unit_stats),
	KUNIT_CASE(unit_status),
	KUNIT_CASE(unit_watermark),
	{}
};

static struct kunit_suite suite = {
	.name = "labyrinth_core",
	.test_cases = cases,
};

kunit_test_suite(suite);
MODULE_DESCRIPTION("The unit tests of Labyrinth's core");
MODULE_LICENSE("Dual MIT/GPL");
