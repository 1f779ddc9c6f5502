/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/steps.h - random good calls on the allocator, each checked against world.h.
 */
#ifndef STEPS_H
#define STEPS_H

#include "random.h"
#include "world.h"

#define STEPS_DEAD_COUNT 256u
#define STEPS_BULK_MAX (2u * LAB_WORD_BITS + 3u)

struct steps {
	random_state random;
	lab_grant *held; /* every grant that is good */
	uint32_t held_count;
	lab_grant dead[STEPS_DEAD_COUNT]; /* some that were freed */
	uint64_t answers[LAB_STATUS_COUNT];
	uint64_t warnings;
};

extern struct steps steps;

/** Room for every grant of the world, after world_begin(). */
void steps_begin(uint32_t seed);
void steps_end(void);

uint32_t steps_below(uint32_t limit);
uint32_t steps_context(void);

/** A grant that may be anything: held or dead, as it is or with faults. */
lab_grant steps_wild_grant(void);

/** The answer is the expected one; and when it is a refusal, nothing changed since rig_save(). */
void steps_expect(lab_status got, lab_status expected);
void steps_refuse(lab_status got, lab_status expected);

void steps_alloc(void);
void steps_free(void);
void steps_alloc_bulk(void);
void steps_free_bulk(void);
void steps_drain(void);
void steps_reclaim_or_donate(void);

#endif /* STEPS_H */
