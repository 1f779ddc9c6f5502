/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/misuse.c - T6: calls that must be refused by name, and must change nothing.
 */
#include "calls.h"

lab_status misuse_free_status(const lab_grant *grant)
{
	uint32_t tag;

	if (grant->tag % LAB_HOLDERS == 0)
		return LAB_ERR_GRANT_EMPTY;
	if (grant->tag % LAB_HOLDERS == LAB_CONTEXT_AWAY)
		return LAB_ERR_AWAY;
	if (grant->zone >= world.zone_count)
		return LAB_ERR_ZONE;
	if (grant->frame >= world.zone[grant->zone].frame_count)
		return LAB_ERR_FRAME_RANGE;
	tag = world_frame(grant->zone, grant->frame)->last_tag;
	if (tag == grant->tag)
		return LAB_OK;
	if (tag == 0)
		return LAB_ERR_NEVER_HELD;
	return tag == grant->tag / LAB_HOLDERS * LAB_HOLDERS ? LAB_ERR_FREED : LAB_ERR_STALE;
}

static bool of_the_ledger(lab_status status)
{
	return status == LAB_ERR_NEVER_HELD || status == LAB_ERR_FREED || status == LAB_ERR_STALE;
}

/* While others are at work on the frame, its cause may be any of the ledger's. */
static void check_refusal(const struct call *call, lab_status status, lab_status expected)
{
	bool exact = call_alone(call) && call->others == 0;

	if (status != expected && (exact || !of_the_ledger(expected) || !of_the_ledger(status)))
		sched_fail("T6", "status %u for a mistake whose name is %u", status, expected);
	if (call_alone(call) && !world_unchanged())
		sched_fail("T6", "a refused call (status %u) has changed something", status);
}

/* A free of a grant while another free of it runs: one of them is accepted. */
static void racing_free(struct call *call, lab_grant grant)
{
	lab_status status;

	call->bound = bound_free();
	race_enter(&grant);
	status = lab_free(world.lab, call->context->context, &grant);
	if (status != LAB_OK && !of_the_ledger(status))
		sched_fail("T6", "status %u for a second free at the same time", status);
	race_leave(&grant, status);
}

static void refused_free(const lab_grant *grant)
{
	struct call *call = sched_call();
	lab_status expected = misuse_free_status(grant);

	if (race_runs(grant)) {
		racing_free(call, *grant);
		return;
	}
	if (expected == LAB_OK)
		return;
	world_save();
	call->bound = 1;
	call->others = sched_in_flight() - 1;
	check_refusal(call, lab_free(world.lab, call->context->context, grant), expected);
}

void misuse_double_free(uint32_t which)
{
	if (world.dead_count > 0)
		refused_free(&world.dead[world.dead_count - 1 - which % world.dead_count]);
}

/* Bits 2 and 3: which frame; a generation half the circle away is nobody's. */
void misuse_wild_free(uint32_t which)
{
	lab_grant grant = {which >> 2, 0, LAB_OK, (uint16_t)(which % 2 % world.zone_count), false};
	uint32_t far = LAB_HOLDERS / 2 * LAB_HOLDERS;

	if (world.held_count > 0 && which >= 4)
		grant = world.held[which % world.held_count];
	switch (which % 4u) {
	case 0:
		grant.tag = (grant.tag + far) / LAB_HOLDERS * LAB_HOLDERS + 77;
		break;
	case 1:
		grant.tag = 5 * LAB_HOLDERS + LAB_CONTEXT_AWAY;
		break;
	case 2:
		grant.tag |= 1;
		grant.frame = which >= 8 ? UINT32_MAX : world.zone[grant.zone].frame_count;
		break;
	default:
		grant.tag |= 1;
		grant.zone = which >= 8 ? LAB_ZONE_NONE : (uint16_t)world.zone_count;
		break;
	}
	if (which == 12)
		grant.tag = 0;
	refused_free(&grant);
}

static void refused_donate(uint32_t zone, uint32_t frame, lab_status expected)
{
	struct call *call = sched_call();
	lab_status status;

	world_save();
	call->bound = 1;
	status = lab_donate(world.lab, zone, frame);
	if (status != expected)
		sched_fail("T6", "donate: status %u, and %u is due", status, expected);
	if (call_alone(call) && !world_unchanged())
		sched_fail("T6", "a refused donation (status %u) has changed something", status);
}

/* Of the frames that exist only those of the reserve are certainly not away. */
void misuse_wild_donate(uint32_t which)
{
	uint32_t zone = which / 4 % world.zone_count;
	uint32_t last = world.zone[zone].frame_count - 1;

	switch (which % 4u) {
	case 0:
		refused_donate(world.zone_count, 0, LAB_ERR_ZONE);
		break;
	case 1:
		refused_donate(zone, last + 1, LAB_ERR_FRAME_RANGE);
		break;
	case 2:
		if (world_in_reserve(zone, last))
			refused_donate(zone, last, LAB_ERR_NOT_AWAY);
		break;
	default:
		refused_donate(zone, UINT32_MAX, LAB_ERR_FRAME_RANGE);
		break;
	}
}
