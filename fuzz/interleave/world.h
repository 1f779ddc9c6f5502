/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/world.h - one allocator in one block between red zones, and the shadow account of
 * its frames that the oracle keeps.
 *
 * Geometry and paths are computed here a second time, in another way than in the core.
 */
#ifndef WORLD_H
#define WORLD_H

#include "../../core/labyrinth.h"

#define WORLD_BITS ((uint32_t)LAB_WORD_BITS)
#define WORLD_CPUS_MAX 4u
#define WORLD_LEVELS 4u        /* task, softirq, hardirq, and one more, each with a room */
#define WORLD_NMI WORLD_LEVELS /* the level of the context without a room, which may nest */
#define WORLD_CONTEXTS (WORLD_CPUS_MAX * (WORLD_LEVELS + 1u))
#define WORLD_CALLS_MAX (WORLD_CPUS_MAX * 5u) /* at once: on each a task and four interrupts */
#define WORLD_PLANS 16u
#define WORLD_NONE UINT32_MAX
#define WORLD_DEAD 8u
#if LAB_WORD_BITS > 8
#define WORLD_FRAMES_MAX 4608u
#define WORLD_WORDS_MAX 96u
#define WORLD_BLOCK_SIZE 65536u
#else
#define WORLD_FRAMES_MAX 192u
#define WORLD_WORDS_MAX 96u
#define WORLD_BLOCK_SIZE 12288u
#endif

/** Which allocator to build. */
struct world_plan {
	uint8_t zones; /* number of the set of zones, below WORLD_PLANS */
	uint8_t cpus;  /* 1 .. WORLD_CPUS_MAX */
	uint8_t rooms; /* number of the set of capacities, below 4 */
	bool old_tags; /* each frame's generation is near its greatest */
};

struct world_zone {
	uint32_t node;
	uint32_t type;
	uint32_t frame_count;
	uint32_t leaf_count;
	uint32_t hinted_count; /* leaves that are not of the reserve */
	uint32_t level_count;
	uint32_t hint_count; /* words above the leaves */
	uint32_t low;
	uint32_t high;
	uint32_t first_word;  /* of this zone in the arrays over all words */
	uint32_t first_frame; /* in the arrays over all frames */
	lab_word *word;
	uint32_t *tag;
	lab_gauge *gauge;
	uint32_t in_pool;   /* frames whose bit is set; follows each step */
	uint64_t high_time; /* when the gauge was last seen at the high watermark */
	uint64_t warn_time; /* when somebody was last told that frames are few */
};

enum world_state { WORLD_CORE, WORLD_HELD, WORLD_AWAY };

/** What the clients know about one frame. */
struct world_frame {
	enum world_state state;
	uint32_t last_tag; /* as the ledger must have it, once no call is at work on the frame */
};

struct world_context {
	lab_context *context;
	uint32_t node;
	uint32_t holder;
	uint32_t room_zone; /* WORLD_NONE: no room */
	uint32_t capacity;
	uint32_t refused[3]; /* what it was refused: as the core must have counted */
};

/** Frees of one grant that run at once. */
struct world_race {
	lab_grant grant;
	uint32_t running;
	uint32_t accepted;
};

struct world {
	struct world_plan plan;
	lab_allocator *lab;
	lab_allocator *other_lab; /* somebody else's, with one context */
	lab_context *other_context;
	uint32_t zone_count;
	uint32_t word_count;
	uint32_t frame_count;
	struct world_race race[WORLD_CALLS_MAX];
	uint32_t race_count;
	struct world_zone zone[LAB_ZONES_MAX];
	struct world_frame frame[WORLD_FRAMES_MAX];
	struct world_context context[WORLD_CONTEXTS];
	lab_grant held[WORLD_FRAMES_MAX]; /* grants that clients have, the oldest first */
	uint32_t held_count;
	lab_grant away[WORLD_FRAMES_MAX]; /* zone and frame of reclaimed frames */
	uint32_t away_count;
	lab_grant dead[WORLD_DEAD]; /* grants that were freed, the newest at dead_count - 1 */
	uint32_t dead_count;
};

extern struct world world;

/** Build the allocator, or put it back as it was built when the plan is that of the last one. */
void world_begin(const struct world_plan *plan);

/** The context of a level of a CPU. */
struct world_context *world_context(uint32_t cpu, uint32_t level);

/** The zones that a request walks, in order; how many. */
uint32_t world_path(const struct world_context *context, uint32_t flags, uint32_t *zones);

/** The zone and the node of a shared word, or false: no word of the pool. */
bool world_find_word(const volatile void *where, uint32_t *zone, uint32_t *node);
bool world_find_tag(const volatile void *where, uint32_t *zone, uint32_t *frame);
bool world_find_gauge(const volatile void *where, uint32_t *zone);

struct world_frame *world_frame(uint32_t zone, uint32_t frame);

/** Frames that are in the pool of a zone, as its gauge says. */
uint32_t world_counted(uint32_t zone);

uint32_t world_stored(const lab_context *context);
uint32_t world_count_bits(uint64_t word);
bool world_in_reserve(uint32_t zone, uint32_t frame);

/** Take grant number `index` out of a list. */
lab_grant world_remove(lab_grant *list, uint32_t *count, uint32_t index);

/** Whether nothing was written outside the allocator's parts. */
bool world_red_zones_intact(void);

/** Remember every byte of the block; compare with it. */
void world_save(void);
bool world_unchanged(void);

/** The name of a set of zones; NULL when there is none of that number. */
const char *world_plan_name(uint32_t zones);

#endif /* WORLD_H */
