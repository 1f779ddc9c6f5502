/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/keeper.h - a context of a stress test: the grants it keeps, and calls that check.
 *
 * Each held frame has a plain (not atomic) stamp, written and checked by its holder only, as in
 * holder.h, and its grant is copied to a desk, from where whoever the frame was passed to takes it.
 * Everything but begin, end and the checks at rest is safe in a signal handler.
 */
#ifndef KEEPER_H
#define KEEPER_H

#include "random.h"
#include "rig.h"

#define KEEPER_FREE 0u
#define KEEPER_IN_TRANSIT 99u
#define KEEPER_DEAD_COUNT 8u
#define KEEPER_BULK_MAX 24u

/** What all keepers of a test share: per frame of each zone, one after the other. */
struct keep {
	struct rig *rig;
	uint32_t *stamp;
	lab_grant *desk;
	uint32_t base[LAB_ZONES_MAX]; /* where the frames of each zone begin */
};

struct keeper {
	struct keep *keep;
	uint32_t stamp; /* this keeper's, from 1 */
	lab_grant *held;
	uint32_t held_count;
	uint32_t tide; /* of 16: how often to take rather than free; changes now and then */
	lab_grant dead[KEEPER_DEAD_COUNT]; /* grants that this keeper freed */
	lab_status last;                   /* of the last request */
	random_state random;
	uint64_t answers[LAB_STATUS_COUNT];
	uint64_t errors;
	const char *first_error;
};

void keep_begin(struct keep *keep, struct rig *rig);
void keep_end(struct keep *keep);
void keeper_begin(struct keeper *self, struct keep *keep, uint32_t stamp);
void keeper_end(struct keeper *self);

/** Count an error unless it holds; reported by keepers_check(). */
void keeper_expect(struct keeper *self, bool holds, const char *text);

/** One request; a bulk of up to KEEPER_BULK_MAX. */
void keeper_alloc(struct keeper *self, lab_context *context, uint32_t flags);
void keeper_alloc_bulk(struct keeper *self, lab_context *context, uint32_t flags);

/** One of those held, a bulk of them; a held frame there is. */
void keeper_free(struct keeper *self, lab_context *context);
void keeper_free_bulk(struct keeper *self, lab_context *context);

/** Free a grant that this keeper freed before: refused. */
void keeper_free_dead(struct keeper *self, lab_context *context);

/** Put some held frame's grant on the desk; its place there. Take it from there, ours now. */
uint32_t keeper_send(struct keeper *self);
void keeper_receive(struct keeper *self, uint32_t place);

/** Any of the above but sending, as chance has it. */
void keeper_call(struct keeper *self, lab_context *context, uint32_t flags);

/** At rest: no errors; the ledger, the stamps and the keepers agree; every frame is somewhere. */
void keepers_check(struct keeper *const *keepers, unsigned count);

/** Give all back through any contexts: after a drain one context obtains every frame. */
void keepers_free_everything(struct keeper *const *keepers, unsigned count);

#endif /* KEEPER_H */
