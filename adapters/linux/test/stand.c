// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * stand.c - pools at every level of filling, calls in each, and what an interruption does there.
 */
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "actors.h"
#include "ktap.h"
#include "rig.h"
#include "stand.h"

#define MAIN_ID 1
#define OTHER_ID 2
#define KEEP 12

/* A pool that stays at one level of filling between runs. */
struct stand {
	const char *name;
	unsigned int pages, reserve, room;
	unsigned int left; /* pages left when a run starts */
	struct labyrinth_pool *pool;
	struct labyrinth_grant *held; /* the others; the last is the one that is given back */
	unsigned int held_count;
};

static struct stand stands[] = {
	{ "none_left", 8, 0, 0, 0 },    { "one_left", 8, 0, 0, 1 },
	{ "some_left", 130, 0, 0, 70 }, { "reserve_left", 128, 64, 0, 64 },
	{ "room", 256, 64, 2, 180 },    { "room_none_left", 128, 64, 2, 0 },
	{ "large", 4500, 64, 2, 66 },   { "large_roomless", 4500, 64, 0, 1 },
};

enum {
	ALLOC,
	ALLOC_VOID,
	ALLOC_PAGE,
	ALLOC_ADDRESS,
	FREE,
	FREE_PAGE,
	FREE_ADDRESS,
	BULK,
	OPERATIONS
};

enum { TAKE, GIVE, ACTIONS };

/* What the handler of an interruption finds. */
static struct stand *armed;
static unsigned int action;
static struct labyrinth_grant others[KEEP];
static unsigned int others_count;
static struct labyrinth_grant prey;
unsigned int interruptions, interruptions_in_nmi, wrong;

/* Pages that were taken without a grant have none: their tag is 0. */
static int put_back(struct stand *stand, const struct labyrinth_grant *grant)
{
	return grant->tag ? labyrinth_free_grant(stand->pool, grant) :
			    labyrinth_free_page(stand->pool, grant->page);
}

void interrupt(void)
{
	struct stand *stand = READ_ONCE(armed);

	if (!stand)
		return;
	WRITE_ONCE(armed, NULL);
	interruptions++;
	interruptions_in_nmi += in_nmi() != 0;
	if (action == GIVE) {
		wrong += !mark_give(prey.page, MAIN_ID);
		wrong += put_back(stand, &prey) != 0;
		return;
	}
	for (others_count = 0; others_count < 2; others_count++) {
		if (labyrinth_alloc_grant(stand->pool, GFP_ATOMIC, &others[others_count]) != 0)
			break;
		wrong += !mark_take(others[others_count].page, OTHER_ID);
	}
}

static void hold_one(struct stand *stand)
{
	struct labyrinth_grant *grant = &stand->held[stand->held_count];

	if (labyrinth_alloc_grant(stand->pool, GFP_ATOMIC, grant) != 0) {
		wrong++;
		return;
	}
	wrong += !mark_take(grant->page, MAIN_ID);
	stand->held_count++;
}

static struct labyrinth_grant let_go(struct stand *stand)
{
	struct labyrinth_grant grant = stand->held[--stand->held_count];

	wrong += !mark_give(grant.page, MAIN_ID);
	return grant;
}

static void alloc_one(struct stand *stand, unsigned int operation)
{
	struct labyrinth_grant *grant = &stand->held[stand->held_count];
	void *address;

	memset(grant, 0, sizeof(*grant));
	if (operation == ALLOC) {
		labyrinth_alloc_grant(stand->pool, GFP_NOWAIT, grant);
	} else if (operation == ALLOC_VOID) {
		labyrinth_void_alloc_page_gfp_atomic_exclusive(stand->pool, grant);
	} else if (operation == ALLOC_PAGE) {
		grant->page = labyrinth_alloc_page(stand->pool, GFP_ATOMIC);
	} else {
		address = labyrinth_alloc_address(stand->pool, GFP_ATOMIC | __GFP_THISNODE);
		grant->page = address ? virt_to_page(address) : NULL;
	}
	if (!grant->page)
		return;
	wrong += !mark_take(grant->page, MAIN_ID);
	stand->held_count++;
}

static void free_one(struct stand *stand, unsigned int operation)
{
	struct labyrinth_grant grant = let_go(stand);

	if (operation == FREE)
		wrong += put_back(stand, &grant) != 0;
	else if (operation == FREE_PAGE)
		wrong += labyrinth_free_page(stand->pool, grant.page) != 0;
	else
		wrong += labyrinth_free_address(stand->pool, page_address(grant.page)) != 0;
}

static void bulk(struct stand *stand)
{
	struct page *pages[5];
	unsigned int i, count = labyrinth_alloc_bulk(stand->pool, GFP_ATOMIC, pages, 5);

	for (i = 0; i < count; i++)
		wrong += !mark_take(pages[i], MAIN_ID);
	for (i = 0; i < count; i++)
		wrong += !mark_give(pages[i], MAIN_ID);
	wrong += labyrinth_free_bulk(stand->pool, pages, count) != count;
}

static void operate(struct stand *stand, unsigned int operation)
{
	if (operation < FREE)
		alloc_one(stand, operation);
	else if (operation < BULK)
		free_one(stand, operation);
	else
		bulk(stand);
}

/* Back to the level of filling: what the interruption kept is still its own, and can be freed. */
static void settle(struct stand *stand, bool given)
{
	unsigned int target = stand->pages - stand->left;
	unsigned int i;

	for (i = 0; i < others_count; i++) {
		wrong += !mark_give(others[i].page, OTHER_ID);
		wrong += labyrinth_free_grant(stand->pool, &others[i]) != 0;
	}
	others_count = 0;
	if (!given && prey.page) {
		stand->held[stand->held_count++] = prey;
		prey.page = NULL;
	}
	while (stand->held_count > target) {
		struct labyrinth_grant grant = let_go(stand);

		wrong += put_back(stand, &grant) != 0;
	}
	while (stand->held_count < target && wrong == 0)
		hold_one(stand);
}

/* One call, interrupted at the first time that it comes to the enabled instruction. */
static bool play(struct stand *stand, unsigned int operation, unsigned int act)
{
	unsigned int before = interruptions;

	prey.page = NULL;
	if (act == GIVE)
		prey = stand->held[--stand->held_count];
	action = act;
	barrier(); /* the handler reads what was written above */
	WRITE_ONCE(armed, stand);
	operate(stand, operation);
	WRITE_ONCE(armed, NULL);
	settle(stand, act == GIVE && interruptions != before);
	return interruptions != before;
}

/* Every call in every stand; stops at the first that something is wrong after. */
unsigned int play_all(unsigned long offset)
{
	unsigned int i, operation, act, count = 0;

	for (i = 0; i < ARRAY_SIZE(stands); i++)
		for (operation = 0; operation < OPERATIONS; operation++)
			for (act = 0; act < ACTIONS; act++) {
				count += play(&stands[i], operation, act);
				if (wrong == 0)
					continue;
				pr_info("# text+0x%lx, pool %s, call %u, action %u: wrong\n",
					offset, stands[i].name, operation, act);
				return count;
			}
	return count;
}

bool stands_start(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stands); i++) {
		struct stand *stand = &stands[i];

		stand->held_count = 0;
		stand->pool = test_pool(stand->name, stand->pages, stand->reserve, stand->room);
		stand->held = vzalloc(array_size(stand->pages + KEEP, sizeof(*stand->held)));
		if (!stand->pool || !stand->held)
			return false;
		rig_clear_pages(stand->pool, stand->pages);
		settle(stand, false);
	}
	return wrong == 0;
}

void stands_end(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(stands); i++) {
		struct stand *stand = &stands[i];

		while (stand->held_count > 0) {
			struct labyrinth_grant grant = let_go(stand);

			CHECK_EQUAL(put_back(stand, &grant), 0);
		}
		if (stand->pool)
			test_pool_end(stand->pool);
		vfree(stand->held);
		stand->pool = NULL;
		stand->held = NULL;
	}
}
