/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/labyrinth.h - layer 5: the allocator, and its manual.
 *
 * Labyrinth hands out single page frames in contexts that cannot wait. A request walks one fixed
 * path: the zones its flags allow, near node first, HIGHMEM then NORMAL then DMA, through the
 * context's own room where that is its zone; then, with LAB_GFP_ATOMIC, the reserves of the same
 * zones; then it fails and says why. Each frame has one holder: the ledger refuses every free but
 * the first of the frame's last grant (the limits of that are at lab_free()).
 *
 * Frames are numbers within a zone. An adapter turns them into addresses; the core never touches
 * the memory that it hands out.
 *
 * Who may call: every context has its own lab_context, and uses it from one place at a time. A
 * context with a room must not be entered again while one of its calls runs (a CPU's level does not
 * preempt itself). A context without a room holds nothing between its calls, and may nest: give
 * those to NMI and fault handlers. Calls of different contexts may run together without limit.
 */
#pragma once

#include "room.h"

/** May take from the reserves, as requests that cannot wait do. */
#define LAB_GFP_ATOMIC 1u
/** Frames of DMA zones only. */
#define LAB_GFP_DMA 2u
/** Frames of HIGHMEM zones, before those of NORMAL and DMA zones. */
#define LAB_GFP_HIGHMEM 4u
/** Frames of the context's own node only. */
#define LAB_GFP_THISNODE 8u
/** The frame is to be cleared: adapters do it, the core ignores it. */
#define LAB_GFP_ZERO 16u
/** Every flag. */
#define LAB_GFP_ALL 31u

/** Types of zones, in the order of the path from its end to its start. */
enum { LAB_ZONE_DMA, LAB_ZONE_NORMAL, LAB_ZONE_HIGHMEM, LAB_ZONE_TYPES };

/** Levels of a CPU that may have a context each, and CPUs, so that a context has a number. */
#define LAB_LEVELS_MAX 8u
#define LAB_CPUS_MAX 510u
/** Client tags, which a context may change as it likes; they show up in lab_holder(). */
#define LAB_CLIENTS_MAX 16u
/** Context numbers are 1 .. LAB_CONTEXTS - 1; the last of them marks frames that are away. */
#define LAB_CONTEXTS 4096u
#define LAB_CONTEXT_AWAY (LAB_CONTEXTS - 1u)

/** What an allocation answers: the frame, and the proof that it was handed out. */
typedef struct lab_grant {
	uint32_t frame;    /* its number in the zone */
	uint32_t tag;      /* as the ledger has it; 0: no frame */
	lab_status status; /* LAB_OK, or why there is no frame */
	uint16_t zone;     /* number of the zone in its allocator */
	bool low;          /* this request took the zone to its low watermark: wake the worker */
} lab_grant;

/** One zone's place in the configuration. */
typedef struct lab_zone_config {
	lab_word *words;        /* as lab_zone_init() wants it */
	size_t words_size;      /* bytes */
	uint32_t *tags;         /* frame_count tags */
	uint32_t frame_count;   /* 1 .. LAB_FRAMES_MAX */
	uint32_t reserve_words; /* 0 .. LAB_SWEEP_WORDS: the min watermark, in whole words */
	uint32_t low;           /* frames; 0: no watermarks */
	uint32_t high;          /* frames, above low */
	uint32_t node;          /* below LAB_NODES_MAX */
	uint32_t type;          /* LAB_ZONE_DMA, LAB_ZONE_NORMAL or LAB_ZONE_HIGHMEM */
} lab_zone_config;

/** The zones that a request tries, in order. */
typedef struct lab_path {
	uint32_t near_count; /* those of the context's own node come first */
	uint32_t count;
	uint8_t zone[LAB_ZONES_MAX];
} lab_path;

/** An allocator: zones, the ledger of each, and the watermarks of each. */
typedef struct lab_allocator {
	uint32_t zone_count;
	lab_zone zone[LAB_ZONES_MAX];
	uint32_t *tag[LAB_ZONES_MAX];
	lab_gauge gauge[LAB_ZONES_MAX];
	uint8_t node[LAB_ZONES_MAX];
	uint8_t type[LAB_ZONES_MAX];
} lab_allocator;

/** Where the frames of a zone were. What is missing from `frame_count` was in rooms or in the hands
 *  of running calls; a frame that moves while it is counted may be in two counts, or in none. */
typedef struct lab_zone_stats {
	uint32_t frame_count;
	uint32_t free;         /* in the pool, the reserve included */
	uint32_t reserve_free; /* in the pool, of the reserve */
	uint32_t held;         /* handed out */
	uint32_t away;         /* reclaimed, and not donated since */
} lab_zone_stats;

/** What a context has, and what it was refused. */
typedef struct lab_context_stats {
	uint32_t hoarded;   /* frames in its room */
	uint32_t held;      /* frames handed out by it, wherever they are now */
	uint32_t empty;     /* requests answered LAB_EMPTY */
	uint32_t contended; /* LAB_CONTENDED */
	uint32_t reserved;  /* LAB_RESERVED */
} lab_context_stats;

/** What a context is to be. */
typedef struct lab_context_config {
	uint32_t cpu;      /* below LAB_CPUS_MAX */
	uint32_t level;    /* below LAB_LEVELS_MAX; no two contexts have the same cpu and level */
	uint32_t node;     /* the near node, below LAB_NODES_MAX */
	uint32_t client;   /* below LAB_CLIENTS_MAX, for debugging */
	uint32_t *slot;    /* capacity numbers */
	uint32_t capacity; /* frames the room's list holds; 0: no room */
	const uint8_t *distance; /* LAB_NODES_MAX bytes: how far each node is; null: all alike */
} lab_context_config;

/** One (CPU, level) pair. */
typedef struct lab_context {
	lab_allocator *lab;
	lab_room room;       /* room.zone is null when there is no room */
	uint32_t holder;     /* context number + LAB_CONTEXTS * client */
	uint32_t direct;     /* LAB_GFP_DMA and HIGHMEM of the path that the room is for */
	int32_t busy;        /* LAB_DEBUG: a call of this context runs */
	uint32_t refused[3]; /* LAB_EMPTY, LAB_CONTENDED, LAB_RESERVED */
	lab_path path[LAB_ZONE_TYPES]; /* for DMA, NORMAL and HIGHMEM requests */
} lab_context;

#ifdef __FRAMAC__
#include "../spec/labyrinth.acsl"
#endif

/* ---- set-up: one context, before the allocator is shared ---- */

/**
 * Make an allocator without zones, for lab_add_zone() to fill.
 *
 * @lab: the structure to fill in; what was in it is forgotten
 *
 * LAB_OK
 * LAB_ERR_NULL  lab is null
 * A refusal changes nothing.
 *
 * Before the allocator is shared: one context, once. No atomic step.
 */
/*@ requires T10_memory: lab == \null || \valid(lab);
    terminates \true; exits \false; assigns lab->zone_count;
    ensures T10_status: \result == (lab == \null ? LAB_ERR_NULL : LAB_OK);
    ensures T10_empty: \result == LAB_OK ==> lab->zone_count == 0;
*/
lab_status lab_init(lab_allocator *lab);

/**
 * Add a zone whose frames are all in the pool. The allocator keeps the words and the tags until it
 * is thrown away; `config` may go.
 *
 * @lab: from lab_init(), with fewer than LAB_ZONES_MAX zones and no context yet: the paths of a
 *       context have the zones that were there when it was made
 * @config: the zone; it becomes number 0, 1, 2 ... in the order of these calls. Its tags, its words
 *          and the allocator are memory apart. Watermarks count the frames in the pool, those of
 *          the reserve too, those in rooms not
 *
 * LAB_OK
 * LAB_ERR_NULL        lab, config, config->tags or config->words is null
 * LAB_ERR_ZONES_MAX   the allocator has LAB_ZONES_MAX zones already
 * LAB_ERR_NODE        node is not below LAB_NODES_MAX
 * LAB_ERR_TYPE        type is not LAB_ZONE_DMA, LAB_ZONE_NORMAL or LAB_ZONE_HIGHMEM
 * LAB_ERR_ZONE_TWICE  the node has a zone of this type already
 * LAB_ERR_WATERMARKS  low is not 0, and not low < high <= frame_count
 * LAB_ERR_FRAMES_..., LAB_ERR_RESERVE_..., LAB_ERR_STORAGE_...  as lab_zone_init()
 * A refusal changes nothing. Overlap is looked for between the words and the zone's structure,
 * nowhere else.
 *
 * Before the allocator is shared: one context. Steps proportional to frame_count, none of them
 * atomic.
 */
/*@ requires T10_memory: lab_add_memory(lab, config);
    requires T10_me: lab_ghost_me > 0 && lab_ghost_owing == 0;
    terminates \true; exits \false;
    assigns lab->tag[lab->zone_count] \from config->tags;
    assigns lab->zone_count, lab->zone[lab->zone_count], lab->gauge[lab->zone_count],
        lab->node[lab->zone_count], lab->type[lab->zone_count],
        config->words[0 .. lab_storage_words(config->frame_count, config->reserve_words) - 1],
        config->tags[0 .. config->frame_count - 1], lab_ghost_map[lab->zone_count];
    ensures T10_status: lab_add_status{Pre}(lab, config, \result);
    ensures T10_refused: \result != LAB_OK ==> lab_untouched{Pre,Post} && (lab != \null ==>
        lab->zone_count == \old(lab->zone_count) &&
        lab->zone[lab->zone_count] == \old(lab->zone[lab->zone_count]));
    ensures T10_kept: \result != LAB_OK && lab != \null ==>
        lab_kept{Pre,Post}(lab, \old(lab->zone_count));
    ensures T10_added: \result == LAB_OK ==> lab->zone_count == \old(lab->zone_count) + 1 &&
        lab_zone_of{Pre,Post}(lab, \old(lab->zone_count), config);
    ensures T10_tags: \result == LAB_OK ==> \forall integer f;
        0 <= f < \old(config->frame_count) ==> lab->tag[\old(lab->zone_count)][f] == 0;
    ensures T10_zones: \result == LAB_OK && \old(lab_zones_ok(lab)) ==> lab_zones_ok(lab);
*/
lab_status lab_add_zone(lab_allocator *lab, const lab_zone_config *config);

/**
 * Make a context: its number, its paths, and its room, which is empty at first.
 *
 * @context: the structure to fill in; frames in the room of an older one there would be lost, so
 *           lab_drain() that one first
 * @lab: the allocator, with all of its zones; the context keeps it
 * @config: the context; it keeps `slot` and reads `distance` now. The number is
 *          1 + cpu * LAB_LEVELS_MAX + level; that no two are the same is not checked. With a
 *          capacity, its room is for frames of the first zone that a request without flags tries,
 *          or of the first HIGHMEM zone when there are no others
 *
 * LAB_OK
 * LAB_ERR_NULL     context, lab or config is null, or slot is null and capacity is not 0
 * LAB_ERR_CPU      cpu is not below LAB_CPUS_MAX
 * LAB_ERR_LEVEL    level is not below LAB_LEVELS_MAX
 * LAB_ERR_CLIENT   client is not below LAB_CLIENTS_MAX
 * LAB_ERR_NODE     node is not below LAB_NODES_MAX
 * LAB_ERR_NO_ZONE  the allocator has no zone
 * The first of these that holds is answered. A refusal changes nothing.
 *
 * Before the context is used; the allocator may be shared by then, as it is only read. No atomic
 * step; loads proportional to the square of the number of zones.
 */
/*@ requires T10_memory: lab_context_memory(context, lab, config);
    requires T10_zones: lab != \null ==> lab_zones_ok(lab) && lab_shapes_ok(lab);
    terminates \true; exits \false; assigns *context;
    ensures T10_status: lab_context_status{Pre}(context, lab, config, \result);
    ensures T10_refused: \result != LAB_OK ==> *context == \old(*context);
    ensures T10_lab: \result == LAB_OK ==> context->lab == lab && context->busy == 0;
    ensures T10_counts: \result == LAB_OK ==>
        \forall integer c; 0 <= c < 3 ==> context->refused[c] == 0;
    ensures T10_number: \result == LAB_OK ==> 0 < \old(lab_number(config)) < LAB_CONTEXT_AWAY;
    ensures T10_holder: \result == LAB_OK ==> context->holder ==
        \old(lab_number(config)) + LAB_CONTEXTS * \old(config->client) < LAB_HOLDERS;
    ensures T5_path: \result == LAB_OK ==> \forall integer t; 0 <= t < LAB_ZONE_TYPES ==>
        lab_path_ok(&context->path[t], lab);
    ensures T5_direct: \result == LAB_OK ==> context->direct ==
        (context->path[LAB_ZONE_NORMAL].count != 0 ? 0 : LAB_GFP_HIGHMEM);
    ensures T10_room: \result == LAB_OK ==> lab_room_new(context, lab, config);
*/
lab_status lab_context_init(lab_context *context, lab_allocator *lab,
			    const lab_context_config *config);

/*
 * ---- one frame ----
 *
 * Steps below are atomic steps on shared memory. For a zone with D hint levels:
 *   word     at most what lab_zone_claim() takes; for the zone of the caller's room
 *   one      at most what lab_zone_claim() takes; for any other zone
 *   reserve  reserve_words * (1 + LAB_WORD_BITS) with LAB_GFP_ATOMIC, else reserve_words
 *   gauge    3 where the zone has watermarks, else 0
 */

/**
 * Hand out one frame: from the room, else from the path, else, with LAB_GFP_ATOMIC, from the
 * reserves of the path.
 *
 * @context: the caller's own, of this allocator
 * @flags: LAB_GFP_..., not LAB_GFP_DMA and LAB_GFP_HIGHMEM together; 0: NORMAL, then DMA zones
 * @grant: where the frame is named, with the tag that lab_free() wants to see; `low` asks the
 *         caller to wake whoever can find more frames for the zone
 *
 * LAB_OK           the frame is the caller's, and was nobody's
 * LAB_EMPTY        every zone on the path said LAB_EMPTY during this call, the caller's own room
 *                  included, and each word of their reserves was seen empty
 * LAB_RESERVED     without LAB_GFP_ATOMIC: the zones said LAB_EMPTY, and a frame of a reserve was
 *                  seen in the pool
 * LAB_CONTENDED    a zone on the path said so, which only zones over LAB_SWEEP_WORDS words do, and
 *                  the others had nothing; with LAB_GFP_ATOMIC, nor had the reserves
 * LAB_ERR_NULL     lab, context or grant is null
 * LAB_ERR_CONTEXT  the context was not made for this allocator
 * LAB_ERR_BUSY     LAB_DEBUG builds: the context has a room and is in a call already
 * LAB_ERR_FLAGS    an unknown flag, or both LAB_GFP_DMA and LAB_GFP_HIGHMEM
 * LAB_ERR_NO_ZONE  no zone is on the path: none of these types, or none on the context's own node
 * A failure leaves room and pool unchanged. *grant, unless null, is then a grant of no frame with
 * this status, and the first three of the failures count in context->refused (calls that nest in
 * one context may count short).
 *
 * What LAB_EMPTY says of a zone is in zone.h, and is said of the pool. Frames in other contexts'
 * rooms (at most capacity + LAB_WORD_BITS each), in a running bulk call of a context without a room
 * (at most LAB_WORD_BITS), and those that a running call is about to hand out or to give back do
 * not count as free.
 *
 * Any context: task, softirq, hardirq, NMI. A hit in the room: 2 steps on the tag, plain moves and
 * no locked instruction. At most the sum over the path of word or one, and reserve; then gauge + 2.
 */
/*@ requires T10_memory: (lab == \null || \valid(lab)) && (context == \null || \valid(context)) &&
        (grant == \null || \valid(grant)) && lab_counts(18);
    requires ready: lab_entered(lab, context, grant) ==> lab_context_ready(lab, context, grant);
    terminates \true; exits \false;
    assigns LAB_POOLS(lab), LAB_TAGS_ALL, LAB_TAKEN(&context->room), context->refused[0 .. 2],
        *grant;
    ensures T3_T11_inv: \old(lab_entered(lab, context, grant)) ==>
        lab_well{Pre,Post}(lab, &context->room) && lab_ghost_loose == LAB_FRAME_NONE;
    ensures T6_refused: !\old(lab_entered(lab, context, grant)) ==> lab_untouched{Pre,Post} &&
        \result == (grant == \null ? LAB_ERR_NULL : \old(lab_enter_status(lab, context)));
    ensures T6_status: grant != \null ==> lab_says(*grant, \result);
    ensures T1_granted: \result == LAB_OK ==> lab_granted(lab, *grant, \old(context->holder));
    ensures T7_range: \result == LAB_OK && (flags & LAB_GFP_ATOMIC) == 0 ==>
        lab_ordinary(lab, *grant);
    ensures T5_honest: \old(lab_entered(lab, context, grant)) && \result != LAB_OK ==>
        lab_refused(lab, context, flags, \result);
    ensures T4_bounded: \old(lab_entered(lab, context, grant)) ==> lab_spent{Pre,Post}(2 +
        \old(lab->zone_count) * lab_path_steps(lab_ghost_levels, lab_ghost_reserve));
*/
lab_status lab_alloc(lab_allocator *lab, lab_context *context, uint32_t flags, lab_grant *grant);

/**
 * lab_alloc() with LAB_GFP_ATOMIC, in one name: a frame for code that cannot wait.
 *
 * @grant: grant->status has the answer; when grant is null, nothing happens
 *
 * Statuses, contexts and steps as lab_alloc(); never LAB_RESERVED or LAB_ERR_FLAGS.
 */
/*@ requires T10_memory: (lab == \null || \valid(lab)) && (context == \null || \valid(context)) &&
        (grant == \null || \valid(grant)) && lab_counts(18);
    requires ready: lab_entered(lab, context, grant) ==> lab_context_ready(lab, context, grant);
    terminates \true; exits \false;
    assigns LAB_POOLS(lab), LAB_TAGS_ALL, LAB_TAKEN(&context->room), context->refused[0 .. 2],
        *grant;
    ensures T3_T11_inv: \old(lab_entered(lab, context, grant)) ==>
        lab_well{Pre,Post}(lab, &context->room) && lab_ghost_loose == LAB_FRAME_NONE;
    ensures T6_refused: !\old(lab_entered(lab, context, grant)) ==> lab_untouched{Pre,Post} &&
        (grant != \null ==> grant->status == \old(lab_enter_status(lab, context)));
    ensures T6_none: grant != \null && grant->status != LAB_OK ==>
        grant->frame == LAB_FRAME_NONE && grant->tag == 0;
    ensures T1_granted: grant != \null && grant->status == LAB_OK ==>
        lab_granted(lab, *grant, \old(context->holder));
    ensures T5_honest: \old(lab_entered(lab, context, grant)) && grant->status != LAB_OK ==>
        lab_refused(lab, context, (uint32_t)LAB_GFP_ATOMIC, grant->status);
    ensures T4_bounded: \old(lab_entered(lab, context, grant)) ==> lab_spent{Pre,Post}(2 +
        \old(lab->zone_count) * lab_path_steps(lab_ghost_levels, lab_ghost_reserve));
*/
void labyrinth_void_alloc_page_gfp_atomic_exclusive(lab_allocator *lab, lab_context *context,
						    lab_grant *grant);

/**
 * Take one frame back, into the room if it is of the room's zone and not of a reserve, else into
 * its zone. The tag of the grant decides, so a free that must not happen is refused by its cause.
 *
 * @context: the caller's own, of this allocator; any context may free the grant of any other
 * @grant: as the allocation filled it in; only frame, tag and zone are read
 *
 * LAB_OK                  the frame is the allocator's
 * LAB_ERR_NULL            lab, context or grant is null
 * LAB_ERR_CONTEXT         the context was not made for this allocator
 * LAB_ERR_BUSY            LAB_DEBUG builds: the context has a room and is in a call already
 * LAB_ERR_GRANT_EMPTY     the grant's tag names no holder: the grant of a failure
 * LAB_ERR_AWAY            the grant's tag is that of a reclaimed frame: lab_donate() brings it back
 * LAB_ERR_ZONE            no such zone: the number is not below zone_count
 * LAB_ERR_FRAME_RANGE     no such frame: the number is not below frame_count
 * LAB_ERR_NEVER_HELD, LAB_ERR_FREED, LAB_ERR_STALE  as lab_ledger_revoke()
 * The first of these that holds is answered. A refusal changes nothing. Two frees of one grant at
 * the same instant can both be accepted, unless LAB_HARDENED is set; then exactly one is. After
 * 2^16 - 1 further grants of a frame its tags repeat, and a grant as old as that can pass.
 *
 * Any context. A hit in the room: 1 step on the tag, which is a load and a store, or LAB_HARDENED
 * one compare-and-exchange. At most gauge + 2 + 2 D: a full room gives its open word back first.
 */
/*@ requires T10_memory: (lab == \null || \valid(lab)) && (context == \null || \valid(context)) &&
        (grant == \null || \valid_read(grant)) && lab_counts(12);
    requires ready: lab_entered(lab, context, grant) ==>
        lab_ready(lab, &context->room) && lab_ghost_loose == LAB_FRAME_NONE;
    terminates \true; exits \false; assigns LAB_POOLS(lab), LAB_TAGS_ALL, LAB_ROOM(&context->room);
    ensures T3_T11_inv: \old(lab_entered(lab, context, grant)) ==>
        lab_well{Pre,Post}(lab, &context->room) && lab_ghost_loose == LAB_FRAME_NONE;
    ensures T6_refused: !\old(lab_entered(lab, context, grant)) ==> lab_untouched{Pre,Post} &&
        \result == (grant == \null ? LAB_ERR_NULL : \old(lab_enter_status(lab, context)));
    ensures T6_cause: \old(lab_entered(lab, context, grant)) && lab_ghost_quiet ==>
        \result == \old(lab_take_back_status(lab, *grant));
    ensures T4_bounded: lab_spent{Pre,Post}(5 + 2 * lab_ghost_levels);
*/
lab_status lab_free(lab_allocator *lab, lab_context *context, const lab_grant *grant);

/* ---- many frames ---- */

/**
 * Hand out `count` frames, as so many calls of lab_alloc() until one fails. A context without a
 * room takes in whole words of the path's first zone meanwhile, one locked instruction for each,
 * and gives back what is left of the last.
 *
 * @grants: space for `count` grants
 * @count: frames wanted, any number; 0 is done at once
 * @done_count: where the number of frames that were handed out is put: grants[0 .. done - 1]
 *
 * LAB_OK                                  all of them
 * LAB_EMPTY, LAB_RESERVED, LAB_CONTENDED  as lab_alloc(), for the frame after the last that is
 *                                         done; its grant has the status too
 * LAB_ERR_NULL, LAB_ERR_CONTEXT, LAB_ERR_BUSY, LAB_ERR_FLAGS, LAB_ERR_NO_ZONE  as lab_alloc()
 * Nothing is undone: the caller has the first *done_count frames whatever the answer. LAB_ERR_NULL,
 * LAB_ERR_CONTEXT and LAB_ERR_BUSY leave grants and *done_count unchanged.
 *
 * Any context, as lab_alloc(). At most `count` times its steps; without a room word instead of one
 * in the first zone, and gauge + 1 + 2 D more at the end.
 */
lab_status lab_alloc_bulk(lab_allocator *lab, lab_context *context, uint32_t flags,
			  lab_grant *grants, uint32_t count, uint32_t *done_count);

/**
 * Take `count` frames back, as so many calls of lab_free() until one is refused. A context without
 * a room gathers neighbours in the zone of the first grant, one locked instruction for each word.
 *
 * @grants: `count` grants, best in the order of their frames
 * @count: any number; 0 is done at once
 * @done_count: where the number of frames that were taken back is put
 *
 * LAB_OK           all of them
 * LAB_ERR_NULL     lab, context, grants or done_count is null
 * LAB_ERR_CONTEXT  the context was not made for this allocator
 * LAB_ERR_BUSY     LAB_DEBUG builds: the context has a room and is in a call already
 * the other refusals of lab_free(), for grants[*done_count]
 * Nothing is undone: the grants before *done_count are freed, the others are as they were.
 * LAB_ERR_NULL, LAB_ERR_CONTEXT and LAB_ERR_BUSY leave *done_count unchanged.
 *
 * Any context, as lab_free(). At most `count` times its steps; without a room gauge + 1 + 2 D more
 * at the end.
 */
lab_status lab_free_bulk(lab_allocator *lab, lab_context *context, const lab_grant *grants,
			 uint32_t count, uint32_t *done_count);

/**
 * Give every frame in the context's room back to its zone: before a context goes idle, or its CPU
 * away, because nobody else can reach them.
 *
 * @context: the caller's own, or one that certainly does not run
 *
 * LAB_OK           the room is empty; so it is always where there is none
 * LAB_ERR_NULL     lab or context is null
 * LAB_ERR_CONTEXT  the context was not made for this allocator
 * LAB_ERR_BUSY     LAB_DEBUG builds: the context has a room and is in a call already
 * A refusal changes nothing.
 *
 * Any context. At most (1 + frames in the list) * (gauge + 1 + 2 D); the list has at most capacity.
 */
/*@ requires T10_memory: (lab == \null || \valid(lab)) && (context == \null || \valid(context)) &&
        lab_counts(12);
    requires ready: lab_enter_status(lab, context) == LAB_OK ==>
        lab_ready(lab, &context->room) && lab_ghost_loose == LAB_FRAME_NONE;
    terminates \true; exits \false;
    assigns LAB_POOLS(lab), context->room.open.frames, context->room.count, lab_ghost_loose,
        lab_ghost_loose_zone;
    ensures T3_T11_inv: \result == LAB_OK ==> lab_well{Pre,Post}(lab, &context->room) &&
        lab_ghost_loose == LAB_FRAME_NONE;
    ensures T3_room: \result == LAB_OK ==>
        context->room.count == 0 && context->room.open.frames == 0;
    ensures T3_bare: \result == LAB_OK && context->room.zone != \null ==> lab_bare(&context->room);
    ensures T6_status: \result == \old(lab_enter_status(lab, context));
    ensures T6_refused: \result != LAB_OK ==> lab_untouched{Pre,Post} && lab_spent{Pre,Post}(0);
    ensures T4_bounded: \result == LAB_OK ==> lab_spent{Pre,Post}(
        (1 + \old(context->room.count)) * (4 + 2 * lab_ghost_levels));
*/
lab_status lab_drain(lab_allocator *lab, lab_context *context);

/* ---- the ledger, and frames that come and go ---- */

/**
 * Say who holds a frame: for debugging and for finding leaks.
 *
 * @zone: below zone_count
 * @frame: below the zone's frame_count
 * @grant: where the frame's grant is put; LAB_TAG_HOLDER(tag) % LAB_CONTEXTS is the context's
 *         number, or LAB_CONTEXT_AWAY, and LAB_TAG_HOLDER(tag) / LAB_CONTEXTS the client
 *
 * LAB_OK               somebody held the frame when the tag was read
 * LAB_ERR_NULL         lab or grant is null
 * LAB_ERR_ZONE         no such zone: the number is not below zone_count
 * LAB_ERR_FRAME_RANGE  no such frame: the number is not below frame_count
 * LAB_ERR_NOT_HELD     nobody did: it was in the pool, in a room, or in the hands of a running call
 * Changes nothing but *grant, which is a grant of no frame with the status when there is no holder.
 * The answer may be old when it arrives. It is a true grant: to free it ends the holder's.
 *
 * Any context, and no lab_context is needed. 1 step.
 */
/*@ requires pool: lab != \null ==> lab_pool_inv(lab, zone) && lab_counts(9);
    requires apart: LAB_ANSWER(lab, zone, grant);
    terminates \true; exits \false; assigns LAB_POOL(lab, zone), LAB_TAGS(lab, zone), *grant;
    ensures T3_T11_inv: lab != \null ==> lab_pool_inv(lab, zone);
    ensures T1_hands: lab != \null ==> lab_hands_still{Pre,Post}(lab_known(lab, zone));
    ensures T6_where: grant == \null || \old(lab_locate_status(lab, zone, frame)) != LAB_OK ==>
        \result == (grant == \null ? LAB_ERR_NULL : \old(lab_locate_status(lab, zone, frame)));
    ensures T6_cause: grant != \null && \old(lab_locate_status(lab, zone, frame)) == LAB_OK &&
        lab_ghost_quiet ==>
        \result == (\old(lab->tag[zone][frame]) % LAB_HOLDERS == 0 ? LAB_ERR_NOT_HELD : LAB_OK);
    ensures T6_holder: \result == LAB_OK ==> lab_frame(lab, zone, frame) &&
        grant->frame == frame && grant->zone == zone && grant->tag % LAB_HOLDERS != 0;
    ensures T6_none: \result != LAB_OK && grant != \null ==>
        grant->frame == LAB_FRAME_NONE && grant->status == \result;
    ensures T4_bounded: lab_spent{Pre,Post}(1);
*/
lab_status lab_holder(const lab_allocator *lab, uint32_t zone, uint32_t frame, lab_grant *grant);

/**
 * Bring a frame that lab_reclaim() took away back into the pool.
 *
 * @zone: below zone_count
 * @frame: below the zone's frame_count, and away
 *
 * LAB_OK               the frame is in the pool
 * LAB_ERR_NULL         lab is null
 * LAB_ERR_ZONE         no such zone: the number is not below zone_count
 * LAB_ERR_FRAME_RANGE  no such frame: the number is not below frame_count
 * LAB_ERR_NOT_AWAY     the frame is not away: held, free, or donated already
 * A refusal changes nothing. Two donations of one frame at the same instant can both be accepted,
 * unless LAB_HARDENED is set.
 *
 * Any context, and no lab_context is needed. At most gauge + 3 + 2 D.
 */
/*@ requires pool: lab != \null ==> lab_pool_inv(lab, zone) && lab_counts(9);
    terminates \true; exits \false; assigns LAB_POOL(lab, zone), LAB_TAGS(lab, zone);
    ensures T3_T11_inv: lab != \null ==> lab_pool_inv(lab, zone);
    ensures T1_hands: lab != \null ==> lab_hands_still{Pre,Post}(lab_known(lab, zone));
    ensures T6_where: \old(lab_locate_status(lab, zone, frame)) != LAB_OK ==>
        \result == \old(lab_locate_status(lab, zone, frame));
    ensures T6_cause: lab_frame(lab, zone, frame) && lab_ghost_quiet && \result == LAB_OK ==>
        \old(lab->tag[zone][frame]) % LAB_HOLDERS == LAB_CONTEXT_AWAY;
    ensures T4_bounded: lab_spent{Pre,Post}(
        6 + 2 * lab_level(lab->zone[lab_known(lab, zone)].leaf));
*/
lab_status lab_donate(lab_allocator *lab, uint32_t zone, uint32_t frame);

/**
 * Take a free frame out of the pool, for uses that the allocator knows nothing about. No request
 * gets it, and lab_free() refuses it, until lab_donate().
 *
 * @zone: below zone_count
 * @start: any frame number; the search prefers the words at and after it
 * @frame: where the frame's number is put
 *
 * LAB_OK                    the frame is away
 * LAB_EMPTY, LAB_CONTENDED  as lab_zone_claim(): the reserve is never taken, rooms are out of
 *                           reach
 * LAB_ERR_NULL              lab or frame is null
 * LAB_ERR_ZONE              no such zone: the number is not below zone_count
 * A failure leaves *frame and the pool unchanged. The count of free frames falls without a warning:
 * if that takes it to the low watermark, the next request that takes frames out of the pool warns.
 *
 * Any context, and no lab_context is needed. At most one + gauge + 2.
 */
/*@ requires pool: lab != \null ==> lab_pool_inv(lab, zone) && lab_counts(9);
    requires apart: LAB_ANSWER(lab, zone, frame);
    terminates \true; exits \false; assigns LAB_POOL(lab, zone), LAB_TAGS(lab, zone), *frame;
    ensures T3_T11_inv: lab != \null ==> lab_pool_inv(lab, zone);
    ensures T1_hands: lab != \null ==> lab_hands_still{Pre,Post}(lab_known(lab, zone));
    ensures T7_range: \result == LAB_OK ==> lab_frame(lab, zone, *frame) &&
        lab_node(&lab->zone[zone], *frame) < lab->zone[zone].reserve;
    ensures T6_where: frame == \null || \old(lab_locate_status(lab, zone, 0)) != LAB_OK ==>
        \result == (frame == \null ? LAB_ERR_NULL : \old(lab_locate_status(lab, zone, 0)));
    ensures T6_refused: \result != LAB_OK && frame != \null ==> *frame == \old(*frame);
    ensures T4_bounded: lab != \null ==> lab_spent{Pre,Post}(5 +
        lab_claim_steps(lab_level(lab->zone[lab_known(lab, zone)].leaf), LAB_WORD_BITS));
*/
lab_status lab_reclaim(lab_allocator *lab, uint32_t zone, uint32_t start, uint32_t *frame);

/* ---- statistics: for people, and long ---- */

/**
 * Count where the frames of a zone are. Nothing is counted while frames move, so that nothing is
 * slower for it; this call looks at every word and every tag instead.
 *
 * @zone: below zone_count
 * @stats: where the counts are put
 *
 * LAB_OK        each frame was looked at, at an instant of its own
 * LAB_ERR_NULL  lab or stats is null
 * LAB_ERR_ZONE  no such zone: the number is not below zone_count
 * Changes nothing but *stats; a refusal not even that.
 *
 * Any context, but long: one step for each word and two for each frame of the zone.
 */
/*@ requires pool: lab != \null ==> lab_pool_inv(lab, zone) && lab_counts(3);
    requires apart: LAB_ANSWER(lab, zone, stats);
    terminates \true; exits \false; assigns *stats, LAB_LOOKED(lab, zone), LAB_TAGS(lab, zone);
    ensures T3_T11_inv: lab != \null ==> lab_pool_inv(lab, zone);
    ensures T1_hands: lab != \null ==> lab_hands_still{Pre,Post}(lab_known(lab, zone));
    ensures T6_status: \result == (lab == \null || stats == \null ? LAB_ERR_NULL :
        zone < lab->zone_count ? LAB_OK : LAB_ERR_ZONE);
    ensures T6_refused: \result != LAB_OK ==> *stats == \old(*stats) && lab_untouched{Pre,Post};
    ensures away: \result == LAB_OK ==> stats->away <= lab->zone[zone].frame_count;
    ensures T4_bounded: \result == LAB_OK ==> lab_spent{Pre,Post}(
        lab->zone[lab_known(lab, zone)].end - lab->zone[lab_known(lab, zone)].leaf +
        2 * lab->zone[lab_known(lab, zone)].frame_count);
*/
lab_status lab_stats_zone(const lab_allocator *lab, uint32_t zone, lab_zone_stats *stats);

/**
 * Count what a context has and what it was refused.
 *
 * @context: the caller's own, or one that certainly does not run
 * @stats: where the counts are put
 *
 * LAB_OK           done
 * LAB_ERR_NULL     lab, context or stats is null
 * LAB_ERR_CONTEXT  the context was not made for this allocator
 * Changes nothing but *stats; a refusal not even that.
 *
 * Any context, but long: one step for each frame of the allocator.
 */
lab_status lab_stats_context(const lab_allocator *lab, const lab_context *context,
			     lab_context_stats *stats);
