/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/labyrinth_baremetal.h - pages for firmware: one static pool, any exception.
 *
 *	LABYRINTH_POOL_DEFINE(pool, 8);
 *
 *	void ADC_IRQHandler(void)
 *	{
 *		void *page = labyrinth_alloc_page_gfp_atomic_exclusive(&pool);
 *		...
 *	}
 *
 * A pool of up to LAB_WORD_BITS pages is ready before main() and needs no call at all. A pool is a
 * constant; what changes lies in RAM beside its pages: a bit and a tag of four bytes for each page,
 * and one counter. Nothing is masked, so priorities above those of an RTOS's calls may use it, and
 * so may NMI and HardFault; cores without atomic instructions are the exception (port_masked.c).
 *
 * LABYRINTH_ROOM_CAPACITY, 0 unless set, gives each exception priority a private store of so many
 * pages, for pools of several words and many cores; pools then need labyrinth_pool_init().
 */
#ifndef LABYRINTH_BAREMETAL_H
#define LABYRINTH_BAREMETAL_H

#include "labyrinth_config.h"

#include "labyrinth.h"

#include "machine.h"

/** A pool. LABYRINTH_POOL_DEFINE() makes it; none of it ever changes. */
typedef struct labyrinth_pool {
	lab_zone zone;
	uint32_t *tag;
	unsigned char *page;
	int32_t *failed;
#if LABYRINTH_ROOM_CAPACITY > 0
	struct labyrinth_rooms *rooms;
#endif
} labyrinth_pool;

#if LABYRINTH_ROOM_CAPACITY > 0
/** The allocator of a pool with rooms, and a context for each level of the one CPU. */
typedef struct labyrinth_rooms {
	lab_allocator lab;
	lab_context context[LABYRINTH_LEVELS];
	uint32_t slot[LABYRINTH_LEVELS][LABYRINTH_ROOM_CAPACITY];
} labyrinth_rooms;
#define LABYRINTH_ROOMS_DEFINE(name) static labyrinth_rooms name##_rooms;
#define LABYRINTH_ROOMS_OF(name) , .rooms = &name##_rooms
#else
#define LABYRINTH_ROOMS_DEFINE(name)
#define LABYRINTH_ROOMS_OF(name)
#endif

/** Words of a pool of `frames` pages that are all hinted, and where the frames start in them. */
#define LABYRINTH_WORDS(frames) LAB_ZONE_WORDS(frames, 0u)
#define LABYRINTH_LEAF(frames) LAB_ZONE_HINTS(LAB_ZONE_LEAVES(frames))

/** The first word at rest: a pool of one word is ready as it is, a larger one is empty. */
#define LABYRINTH_FIRST(frames)                                                                    \
	((frames) > LAB_WORD_BITS                                                                  \
		 ? (lab_word)0                                                                     \
		 : (lab_word)(LAB_WORD_FULL >> ((LAB_WORD_BITS - (frames)) % LAB_WORD_BITS)))

/** The least power of two that is not below `size`, up to 1 MiB: what an MPU region wants. */
#define LABYRINTH_POWER(size)                                                                      \
	((size) <= 0x1000u    ? 0x1000u                                                            \
	 : (size) <= 0x2000u  ? 0x2000u                                                            \
	 : (size) <= 0x4000u  ? 0x4000u                                                            \
	 : (size) <= 0x8000u  ? 0x8000u                                                            \
	 : (size) <= 0x10000u ? 0x10000u                                                           \
	 : (size) <= 0x20000u ? 0x20000u                                                           \
	 : (size) <= 0x40000u ? 0x40000u                                                           \
	 : (size) <= 0x80000u ? 0x80000u                                                           \
			      : 0x100000u)

/**
 * Define a pool: static storage, and the constant `name` that the calls take.
 *
 * @name: a name; the linkage is internal
 * @frames: pages, 1 .. LAB_FRAMES_MAX. Over LAB_WORD_BITS of them (32; 64 on rv64), or with rooms,
 *          the pool is empty until labyrinth_pool_init()
 */
#define LABYRINTH_POOL_DEFINE(name, frames)                                                        \
	LABYRINTH_POOL_DEFINE_ALIGNED(name, frames, LABYRINTH_PAGE_SIZE)

/** The same, aligned to its size, so that one MPU region covers it: for labyrinth_protect.h. */
#define LABYRINTH_POOL_DEFINE_GUARDED(name, frames)                                                \
	LABYRINTH_POOL_DEFINE_ALIGNED(name, frames, LABYRINTH_POWER((frames)*LABYRINTH_PAGE_SIZE))

#define LABYRINTH_POOL_DEFINE_ALIGNED(name, frames, alignment)                                     \
	static lab_word name##_word[LABYRINTH_WORDS(frames)] = {LABYRINTH_FIRST(frames)};          \
	static uint32_t name##_tag[frames];                                                        \
	static int32_t name##_failed;                                                              \
	static unsigned char name##_page[(size_t)(frames)*LABYRINTH_PAGE_SIZE]                     \
		__attribute__((aligned(alignment))) LABYRINTH_PAGE_ATTRIBUTE;                      \
	LABYRINTH_ROOMS_DEFINE(name)                                                               \
	static const labyrinth_pool name = {                                                       \
		.zone = {.word = name##_word,                                                      \
			 .leaf = LABYRINTH_LEAF(frames),                                           \
			 .reserve = LABYRINTH_WORDS(frames),                                       \
			 .end = LABYRINTH_WORDS(frames),                                           \
			 .frame_count = (frames),                                                  \
			 .shift = LAB_ZONE_LEVELS(LAB_ZONE_LEAVES(frames)) * LAB_WORD_SHIFT},      \
		.tag = name##_tag,                                                                 \
		.page = name##_page,                                                               \
		.failed = &name##_failed LABYRINTH_ROOMS_OF(name)}

/** How a pool is used. */
typedef struct labyrinth_counters {
	uint32_t frame_count;
	uint32_t used;   /* pages handed out */
	uint32_t peak;   /* the most that were out at once, or more (see labyrinth_count()) */
	uint32_t failed; /* requests that got no page */
} labyrinth_counters;

/**
 * Put every page into the pool, whoever holds it: at start-up, or to start again.
 *
 * @pool: nobody uses it meanwhile
 *
 * LAB_OK
 * LAB_ERR_NULL  pool is null
 * LAB_ERR_...   as lab_zone_init(), and with rooms as lab_add_zone() and lab_context_init()
 *
 * Start-up only. Steps proportional to the pages.
 */
lab_status labyrinth_pool_init(const labyrinth_pool *pool);

/**
 * Hand out one page; null when none is free. It is the caller's until it is freed.
 *
 * @pool: null gives null
 *
 * Main, any interrupt, SVC, PendSV; NMI and HardFault too where nothing is masked. In those two a
 * masking port gives null. The content is whatever was there, unless the pool is guarded.
 */
void *labyrinth_alloc_page_gfp_atomic_exclusive(const labyrinth_pool *pool);

/**
 * The same, and the answer is in the grant: the number of the page, the tag that
 * labyrinth_free_grant() wants to see, and why there is none.
 *
 * @grant: when it is null, nothing happens
 *
 * Callers as above.
 */
void labyrinth_void_alloc_page(const labyrinth_pool *pool, lab_grant *grant);

/** The page of a grant; null when it is a grant of no page. Anywhere. */
void *labyrinth_page(const labyrinth_pool *pool, const lab_grant *grant);

/**
 * Take a page back by its address. Whoever holds it loses it: the address does not say which of its
 * grants is meant. A page that is in the pool is always refused.
 *
 * LAB_OK
 * LAB_ERR_NULL         pool or page is null
 * LAB_ERR_FRAME_RANGE  not the address of a page of this pool
 * LAB_ERR_NEVER_HELD   the page was never handed out
 * LAB_ERR_FREED        the page is free: freed twice
 * LAB_ERR_STALE        somebody else freed it, or got it, during this call
 * LAB_ERR_CONTEXT      NMI or HardFault, with a port that masks
 * A refusal changes nothing.
 *
 * Callers as above.
 */
lab_status labyrinth_free_page(const labyrinth_pool *pool, void *page);

/**
 * Take a page back by its grant: only the first free of the last grant is accepted.
 *
 * Statuses as lab_free(), and LAB_ERR_CONTEXT as labyrinth_free_page(). Callers as above.
 */
lab_status labyrinth_free_grant(const labyrinth_pool *pool, const lab_grant *grant);

/**
 * Who holds a page: LABYRINTH_HOLDER() at its allocation, which on Arm is 1 + the exception number
 * (1: main, 3: NMI, 16: SysTick, 17: IRQ 0); 0: nobody, or no such page. With rooms it is
 * 1 + the level. Anywhere.
 */
uint32_t labyrinth_holder(const labyrinth_pool *pool, const void *page);

/**
 * Count the pages. `peak` is how many different pages were ever handed out: claims take the lowest
 * free page, so that is the most that were out at once; it may read higher by as many calls as were
 * interrupted by others at the same time, and in pools of several words.
 *
 * @counters: where the counts are put; all zero when pool is null
 *
 * Anywhere, but long: one look at each page's tag.
 */
void labyrinth_count(const labyrinth_pool *pool, labyrinth_counters *counters);

#if LABYRINTH_ROOM_CAPACITY > 0
/** Give the pages in the room of the calling level back to the pool. Statuses as lab_drain(). */
lab_status labyrinth_drain(const labyrinth_pool *pool);
#endif

#endif /* LABYRINTH_BAREMETAL_H */
