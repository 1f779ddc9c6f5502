/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * actors.h - one party that takes and gives pages, from one context only.
 */
#ifndef LABYRINTH_TEST_ACTORS_H
#define LABYRINTH_TEST_ACTORS_H

#include <linux/types.h>

#include "labyrinth_linux.h"

#define HELD_MAX 24

struct actor {
	u32 id;     /* never 0 */
	u32 random; /* never 0 */
	u32 held_count;
	bool running;
	struct labyrinth_grant held[HELD_MAX];
	u64 steps;
	u64 taken;
	u64 given;
	u64 refused; /* for lack of pages */
	u64 errors;
	u64 wrong_context;
};

/* What all actors of a crowd share. */
struct stage {
	struct labyrinth_pool *pool;
	struct page *mail[16]; /* pages that one actor passes to whoever comes */
};

void actor_step(struct stage *stage, struct actor *actor);
void actor_end(struct stage *stage, struct actor *actor);
u64 stage_end(struct stage *stage);

/* Marks on a page: nobody has it but the one who wrote them. */
bool mark_take(struct page *page, u32 id);
bool mark_give(struct page *page, u32 id);

#endif /* LABYRINTH_TEST_ACTORS_H */
