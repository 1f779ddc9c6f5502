/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/ledger.c - layer 3: the reasons of refused frees.
 */
#include "ledger.h"

lab_status lab_ledger_cause(uint32_t found, uint32_t value)
{
	if (found == 0)
		return LAB_ERR_NEVER_HELD;
	if (LAB_TAG_HOLDER(found) == 0 && LAB_TAG_GENERATION(found) == LAB_TAG_GENERATION(value))
		return LAB_ERR_FREED;
	return LAB_ERR_STALE;
}
