/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/keeper.c - see keeper.h.
 */
#include "keeper.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *allocate(size_t count, size_t size)
{
	void *memory = calloc(count, size);

	if (memory == NULL) {
		printf("keeper: no memory\n");
		exit(EXIT_FAILURE);
	}
	return memory;
}

void keep_begin(struct keep *keep, struct rig *rig)
{
	uint32_t base = 0;

	memset(keep, 0, sizeof(*keep));
	keep->rig = rig;
	keep->stamp = allocate(rig->frame_count, sizeof(*keep->stamp));
	keep->desk = allocate(rig->frame_count, sizeof(*keep->desk));
	for (uint32_t z = 0; z < rig->lab->zone_count; z++) {
		keep->base[z] = base;
		base += rig->pool[z].frame_count;
	}
}

void keep_end(struct keep *keep)
{
	free(keep->stamp);
	free(keep->desk);
}

void keeper_begin(struct keeper *self, struct keep *keep, uint32_t stamp)
{
	memset(self, 0, sizeof(*self));
	self->keep = keep;
	self->stamp = stamp;
	self->tide = 8;
	self->random.position = keep->rig->frame_count * 100u + stamp;
	self->held = allocate(keep->rig->frame_count + 1, sizeof(*self->held));
}

void keeper_end(struct keeper *self)
{
	free(self->held);
}

void keeper_expect(struct keeper *self, bool holds, const char *text)
{
	if (holds)
		return;
	if (self->errors++ == 0)
		self->first_error = text;
}

static uint32_t below(struct keeper *self, uint32_t limit)
{
	return random_below(&self->random, limit);
}

/* ---- gaining and giving ---- */

static bool is_frame(const struct keep *keep, const lab_grant *grant)
{
	return grant->zone < keep->rig->lab->zone_count &&
	       grant->frame < keep->rig->pool[grant->zone].frame_count;
}

static void gain(struct keeper *self, const lab_grant *grant, uint32_t from)
{
	uint32_t *stamp;

	if (!is_frame(self->keep, grant) || self->held_count >= self->keep->rig->frame_count) {
		keeper_expect(self, false, "a granted frame exists, and is not one too many");
		return;
	}
	stamp = &self->keep->stamp[self->keep->base[grant->zone] + grant->frame];
	keeper_expect(self, *stamp == from, "a gained frame had no other holder");
	*stamp = self->stamp;
	self->held[self->held_count++] = *grant;
}

/* Give the held grant number `i` away; the frame gets the stamp `to`. */
static lab_grant give(struct keeper *self, uint32_t i, uint32_t to)
{
	lab_grant grant = self->held[i];
	uint32_t *stamp = &self->keep->stamp[self->keep->base[grant.zone] + grant.frame];

	keeper_expect(self, *stamp == self->stamp, "a held frame kept its stamp");
	*stamp = to;
	self->held[i] = self->held[--self->held_count];
	return grant;
}

static void check_grant(struct keeper *self, const lab_context *context, uint32_t flags,
			const lab_grant *grant)
{
	const struct pool *pool = &self->keep->rig->pool[grant->zone];

	keeper_expect(self, LAB_TAG_HOLDER(grant->tag) == context->holder,
		      "a grant names the context that asked");
	keeper_expect(self,
		      (flags & LAB_GFP_ATOMIC) != 0 ||
			      grant->frame / LAB_WORD_BITS < pool->hinted_count,
		      "the reserve is for LAB_GFP_ATOMIC");
}

/* One answer of a request. */
static void granted(struct keeper *self, const lab_context *context, uint32_t flags,
		    const lab_grant *grant)
{
	self->answers[grant->status]++;
	self->last = grant->status;
	if (grant->status != LAB_OK) {
		keeper_expect(self, grant->tag == 0, "a failed request has no tag");
		return;
	}
	gain(self, grant, KEEPER_FREE);
	if (is_frame(self->keep, grant))
		check_grant(self, context, flags, grant);
}

/* ---- calls ---- */

void keeper_alloc(struct keeper *self, lab_context *context, uint32_t flags)
{
	lab_grant grant;
	lab_status status = lab_alloc(self->keep->rig->lab, context, flags, &grant);

	keeper_expect(self, status == grant.status, "the grant has the status of the call");
	granted(self, context, flags, &grant);
}

void keeper_alloc_bulk(struct keeper *self, lab_context *context, uint32_t flags)
{
	lab_grant grants[KEEPER_BULK_MAX];
	uint32_t count = 1 + below(self, KEEPER_BULK_MAX);
	uint32_t done = 0;
	lab_status status =
		lab_alloc_bulk(self->keep->rig->lab, context, flags, grants, count, &done);

	keeper_expect(self, (status == LAB_OK) == (done == count), "a bulk is whole, or says why");
	for (uint32_t i = 0; i < done && i < count; i++)
		granted(self, context, flags, &grants[i]);
	if (status != LAB_OK)
		self->answers[status]++;
}

/* Remember a grant that was freed. */
static void bury(struct keeper *self, const lab_grant *grant)
{
	self->dead[below(self, KEEPER_DEAD_COUNT)] = *grant;
}

void keeper_free(struct keeper *self, lab_context *context)
{
	lab_grant grant = give(self, below(self, self->held_count), KEEPER_FREE);
	lab_status status = lab_free(self->keep->rig->lab, context, &grant);

	self->answers[status]++;
	keeper_expect(self, status == LAB_OK, "a held frame is taken back");
	bury(self, &grant);
}

void keeper_free_bulk(struct keeper *self, lab_context *context)
{
	lab_grant grants[KEEPER_BULK_MAX];
	uint32_t count = 0;
	uint32_t done = 0;
	lab_status status;

	while (count < KEEPER_BULK_MAX && self->held_count > 0) {
		grants[count] = give(self, self->held_count - 1, KEEPER_FREE);
		count++;
	}
	status = lab_free_bulk(self->keep->rig->lab, context, grants, count, &done);
	self->answers[status]++;
	keeper_expect(self, status == LAB_OK && done == count, "a held bulk is taken back");
	bury(self, &grants[0]);
}

void keeper_free_dead(struct keeper *self, lab_context *context)
{
	const lab_grant *dead = &self->dead[below(self, KEEPER_DEAD_COUNT)];
	lab_status status = lab_free(self->keep->rig->lab, context, dead);

	self->answers[status]++;
	if (dead->tag == 0)
		keeper_expect(self, status == LAB_ERR_GRANT_EMPTY, "an empty grant frees nothing");
	else
		keeper_expect(self, status == LAB_ERR_FREED || status == LAB_ERR_STALE,
			      "a grant is freed once");
}

uint32_t keeper_send(struct keeper *self)
{
	lab_grant grant = give(self, below(self, self->held_count), KEEPER_IN_TRANSIT);
	uint32_t place = self->keep->base[grant.zone] + grant.frame;

	self->keep->desk[place] = grant;
	return place;
}

void keeper_receive(struct keeper *self, uint32_t place)
{
	lab_grant grant = self->keep->desk[place];

	gain(self, &grant, KEEPER_IN_TRANSIT);
}

void keeper_call(struct keeper *self, lab_context *context, uint32_t flags)
{
	uint32_t kind = below(self, 64);

	if (below(self, 128) == 0)
		self->tide = 3 + below(self, 11);
	if (kind < 2)
		keeper_free_dead(self, context);
	else if (kind < 3)
		keeper_expect(self, lab_drain(self->keep->rig->lab, context) == LAB_OK,
			      "a drain cannot fail");
	else if (below(self, 16) < self->tide)
		(kind < 58 ? keeper_alloc : keeper_alloc_bulk)(self, context, flags);
	else if (self->held_count == 0)
		keeper_alloc(self, context, flags);
	else
		(kind < 58 ? keeper_free : keeper_free_bulk)(self, context);
}

/* ---- at rest ---- */

static void check_errors(const struct keeper *keeper)
{
	check_note("keeper", keeper->stamp);
	CHECK_EQ(keeper->errors, 0);
	if (keeper->errors > 0)
		printf("keeper %" PRIu32 ": not true: %s\n", keeper->stamp, keeper->first_error);
}

void keepers_check(struct keeper *const *keepers, unsigned count)
{
	const struct keep *keep = keepers[0]->keep;
	uint32_t held = 0;
	uint32_t wrong = 0;

	for (unsigned i = 0; i < count; i++) {
		check_errors(keepers[i]);
		for (uint32_t k = 0; k < keepers[i]->held_count; k++) {
			const lab_grant *grant = &keepers[i]->held[k];

			wrong += rig_tag(keep->rig, grant->zone, grant->frame) != grant->tag;
			wrong += keep->stamp[keep->base[grant->zone] + grant->frame] !=
				 keepers[i]->stamp;
		}
		held += keepers[i]->held_count;
	}
	CHECK_EQ(wrong, 0);
	for (uint32_t z = 0; z < keep->rig->lab->zone_count; z++)
		held -= rig_held(keep->rig, z);
	CHECK_EQ(held, 0);
	rig_check_rest(keep->rig);
}

void keepers_free_everything(struct keeper *const *keepers, unsigned count)
{
	struct rig *rig = keepers[0]->keep->rig;

	for (unsigned i = 0; i < count; i++) {
		while (keepers[i]->held_count > 0)
			keeper_free(keepers[i],
				    rig->context[keepers[i]->held_count % rig->context_count]);
		check_errors(keepers[i]);
	}
	rig_check_rest(rig);
	for (uint32_t c = 0; c < rig->context_count; c++)
		rig_check_no_false_empty(rig, rig->context[c]);
}
