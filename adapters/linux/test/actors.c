// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * actors.c - take a page, mark it, keep it for a while, look at the marks, give it back or on.
 */
#include <linux/atomic.h>
#include <linux/kcsan-checks.h>
#include <linux/mm.h>
#include <linux/preempt.h>

#include "actors.h"
#include "ktap.h"

/* Words of a page with a mark; the first is the owner's and 0 while nobody has the page. */
#define MARKS 8
#define STRIDE (PAGE_SIZE / MARKS / sizeof(u32))

static u32 next_random(struct actor *actor)
{
	actor->random ^= actor->random << 13;
	actor->random ^= actor->random >> 17;
	actor->random ^= actor->random << 5;
	return actor->random;
}

/* The first taker of a pool's page finds what the kernel left there: so pages are cleared first. */
bool mark_take(struct page *page, u32 id)
{
	u32 *word = page_address(page);
	bool good = xchg(word, id) == 0;
	u32 i;

	for (i = 1; i < MARKS; i++) {
		ASSERT_EXCLUSIVE_ACCESS(word[i * STRIDE]);
		WRITE_ONCE(word[i * STRIDE], id * MARKS + i);
	}
	return good;
}

bool mark_give(struct page *page, u32 id)
{
	u32 *word = page_address(page);
	bool good = true;
	u32 i;

	for (i = 1; i < MARKS; i++) {
		ASSERT_EXCLUSIVE_ACCESS(word[i * STRIDE]);
		good &= READ_ONCE(word[i * STRIDE]) == id * MARKS + i;
	}
	return xchg(word, 0) == id && good;
}

/* The module finds the level in its own way; the kernel's is right. Nested calls have their own. */
static bool level_is_right(struct labyrinth_pool *pool, struct page *page)
{
	struct labyrinth_holder holder;

	return labyrinth_holder(pool, page, &holder) == 0 &&
	       (holder.level == interrupt_context_level() || holder.level == 3);
}

static void take(struct stage *stage, struct actor *actor)
{
	gfp_t gfp = next_random(actor) % 2 ? GFP_ATOMIC : GFP_NOWAIT & ~__GFP_HIGH;
	struct labyrinth_grant *grant = &actor->held[actor->held_count];

	if (labyrinth_alloc_grant(stage->pool, gfp, grant) != 0) {
		actor->refused++;
		return;
	}
	actor->errors += !mark_take(grant->page, actor->id);
	actor->errors += !level_is_right(stage->pool, grant->page);
	actor->taken++;
	actor->held_count++;
}

static void take_many(struct stage *stage, struct actor *actor)
{
	struct page *pages[4];
	u32 i, count = labyrinth_alloc_bulk(stage->pool, GFP_ATOMIC, pages, 4);

	for (i = 0; i < count; i++) {
		actor->errors += !mark_take(pages[i], actor->id);
		actor->errors += !mark_give(pages[i], actor->id);
	}
	actor->taken += count;
	actor->errors += labyrinth_free_bulk(stage->pool, pages, count) != count;
	actor->given += count;
}

static void give(struct stage *stage, struct actor *actor)
{
	u32 index = next_random(actor) % actor->held_count;
	struct labyrinth_grant grant = actor->held[index];
	int error;

	actor->held[index] = actor->held[--actor->held_count];
	actor->errors += !mark_give(grant.page, actor->id);
	if (next_random(actor) % 2)
		error = labyrinth_free_grant(stage->pool, &grant);
	else
		error = labyrinth_free_page(stage->pool, grant.page);
	actor->errors += error != 0;
	actor->given++;
}

static u32 mail_id(u32 slot)
{
	return 0x10000 + slot;
}

/* Put a page into a slot, and give back whatever was there. */
static void pass(struct stage *stage, struct actor *actor)
{
	u32 slot = next_random(actor) % ARRAY_SIZE(stage->mail);
	struct page *page = NULL, *old;

	if (actor->held_count > 0) {
		page = actor->held[--actor->held_count].page;
		actor->errors += !mark_give(page, actor->id);
		actor->errors += !mark_take(page, mail_id(slot));
	}
	old = xchg(&stage->mail[slot], page);
	if (!old)
		return;
	actor->errors += !mark_give(old, mail_id(slot));
	actor->errors += labyrinth_free_page(stage->pool, old) != 0;
	actor->given++;
}

void actor_step(struct stage *stage, struct actor *actor)
{
	u32 choice = next_random(actor) % 16;

	if (xchg(&actor->running, true)) {
		actor->errors++;
		return;
	}
	WRITE_ONCE(actor->steps, actor->steps + 1);
	if (choice == 0)
		take_many(stage, actor);
	else if (choice <= 2)
		pass(stage, actor);
	else if (actor->held_count == 0 || (choice < 11 && actor->held_count < HELD_MAX))
		take(stage, actor);
	else
		give(stage, actor);
	WRITE_ONCE(actor->running, false);
}

/* Give back all that an actor holds. */
void actor_end(struct stage *stage, struct actor *actor)
{
	while (actor->held_count > 0)
		give(stage, actor);
}

/* Give back what is in the mail; returns the number of errors. */
u64 stage_end(struct stage *stage)
{
	u64 errors = 0;
	u32 slot;

	for (slot = 0; slot < ARRAY_SIZE(stage->mail); slot++) {
		struct page *page = xchg(&stage->mail[slot], NULL);

		if (!page)
			continue;
		errors += !mark_give(page, mail_id(slot));
		errors += labyrinth_free_page(stage->pool, page) != 0;
	}
	return errors;
}
