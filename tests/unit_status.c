/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_status.c - core/status.h: one name, one number and one text per cause.
 */
#include <string.h>

#include "../core/status.h"
#include "support/check.h"

static void r5_each_status_has_its_own_name_and_text(void)
{
	/* lab_context.refused counts the answers 1 .. 3. */
	CHECK_EQ(LAB_OK, 0);
	CHECK_EQ(LAB_EMPTY, 1);
	CHECK_EQ(LAB_CONTENDED, 2);
	CHECK_EQ(LAB_RESERVED, 3);
	CHECK_EQ(LAB_STATUS_COUNT, 33);
	for (unsigned i = 0; i < LAB_STATUS_COUNT; i++) {
		check_note("status", i);
		CHECK(strncmp(status_name((lab_status)i), "LAB_", 4) == 0);
		CHECK(strlen(status_text((lab_status)i)) >= 4);
		for (unsigned j = 0; j < i; j++) {
			CHECK(strcmp(status_name((lab_status)i), status_name((lab_status)j)) != 0);
			CHECK(strcmp(status_text((lab_status)i), status_text((lab_status)j)) != 0);
		}
	}
}

#define CHECK_NAME(name, text)                                                                     \
	CHECK(strcmp(status_name(name), #name) == 0);                                              \
	CHECK(strcmp(status_text(name), text) == 0);

static void r5_the_table_follows_the_list(void)
{
	LAB_STATUS_LIST(CHECK_NAME)
	CHECK(strcmp(status_name(LAB_STATUS_COUNT), "(not a status)") == 0);
}

static void r6_every_refusal_is_named_an_error(void)
{
	for (unsigned i = 0; i < LAB_STATUS_COUNT; i++) {
		bool answer = i <= LAB_RESERVED;

		CHECK_EQ(strncmp(status_name((lab_status)i), "LAB_ERR_", 8) != 0, answer);
	}
}

int main(void)
{
	RUN(r5_each_status_has_its_own_name_and_text);
	RUN(r5_the_table_follows_the_list);
	RUN(r6_every_refusal_is_named_an_error);
	return check_finish();
}
