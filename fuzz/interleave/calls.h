/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/calls.h - the calls that contexts make, each with its part of the oracle.
 */
#ifndef CALLS_H
#define CALLS_H

#include "sched.h"

/* LAB_HARDENED: clients may free a grant while a free of it runs. */
#ifdef LAB_HARDENED
#define CALL_RACES true
#else
#define CALL_RACES false
#endif

/* Arguments: `n` frames; `k`: the k-th newest grant of this CPU; others as named. */
enum call_kind {
	CALL_ALLOC,       /* which of the sets of flags */
	CALL_ATOMIC,      /* labyrinth_void_alloc_page_gfp_atomic_exclusive() */
	CALL_FREE,        /* k */
	CALL_FREE_OLDEST, /* the k-th oldest grant, whosever it is */
	CALL_ALLOC_BULK,  /* n, and flags */
	CALL_FREE_BULK,   /* n newest grants; a bad one among them when bit 3 is set */
	CALL_DRAIN,
	CALL_RECLAIM,     /* the zone */
	CALL_DONATE,      /* the k-th newest reclaimed frame */
	CALL_HOLDER,      /* k */
	CALL_DOUBLE_FREE, /* the k-th newest grant that was freed */
	CALL_WILD_FREE,   /* which of the forgeries */
	CALL_WILD_DONATE, /* which */
	CALL_BAD_CALL,    /* which of the bad arguments */
	CALL_STATS,       /* the zone, and the caller's context */
	CALL_SET_UP,      /* which of the bad configurations */
	CALL_KINDS,
	CALL_NOTHING = CALL_KINDS /* no byte says this: the end of a list */
};

/** Make one call in the context that `level` of `cpu` has, and check what it answers. */
void call_perform(struct op op);

/* ---- what the parts of the oracle share ---- */

uint32_t call_flags(uint32_t argument);

void call_expect(lab_status status, lab_status expected);

/** Calls of their own kinds. */
void call_drain(struct call *call);
void call_reclaim(struct call *call, uint32_t argument);
void call_donate(struct call *call, uint32_t index);
void call_holder(struct call *call, uint32_t argument);
void call_count_frames(struct call *call, uint32_t zone);
void call_count_own(const struct call *call);

/** Whether nobody else ran during the call. */
bool call_alone(const struct call *call);

/** The greatest numbers of steps, by the manual of core/labyrinth.h. */
uint64_t bound_claim(uint32_t zone, bool whole);
uint64_t bound_give(uint32_t zone);
uint64_t bound_alloc(const struct world_context *context, uint32_t flags);
uint64_t bound_alloc_bulk(const struct world_context *context, uint32_t flags, uint32_t count);
uint64_t bound_free(void);
uint64_t bound_free_bulk(const struct world_context *context, uint32_t count);
uint64_t bound_drain(const struct world_context *context);
uint64_t bound_donate(uint32_t zone);
uint64_t bound_reclaim(uint32_t zone);
uint64_t bound_stats(uint32_t zone);

/** What the answer to one request must be; books it. A refusal is a grant of no frame. */
void judge_grant(const struct call *call, uint32_t flags, const lab_grant *grant, uint32_t number);
void judge_no_grant(const lab_grant *grant, lab_status status);
void judge_reclaim(const struct call *call, uint32_t zone, lab_status status, uint32_t frame);

/** What a call must have been like to answer so: alone, it fails only if there is nothing. */
void due_refusal(const struct call *call, uint32_t flags, lab_status status);
void due_grant(const struct call *call, uint32_t flags, const lab_grant *grant);
void due_reclaim(const struct call *call, uint32_t zone, lab_status status);
void due_bulk(const struct call *call, uint32_t flags, uint32_t count, uint32_t done_count,
	      uint32_t before);

/** Frames that a request could get if nobody else ran. */
uint32_t due_available(const struct call *call, uint32_t flags);

/** Mistakes: calls that must be refused and must change nothing. */
void misuse_double_free(uint32_t which);
void misuse_wild_free(uint32_t which);
void misuse_wild_donate(uint32_t which);
void misuse_bad_call(uint32_t which);
void misuse_set_up(uint32_t which);

/** One refusal: the call was made, and must answer this and have changed nothing. */
void refused_expect(const char *what, lab_status status, lab_status expected);

/** Frees of one grant: whether one runs; one begins, ends with an answer. */
bool race_runs(const lab_grant *grant);
void race_enter(const lab_grant *grant);
void race_leave(const lab_grant *grant, lab_status status);

/** The status that a free of `grant` must have when nobody interferes; LAB_OK: it is a true one. */
lab_status misuse_free_status(const lab_grant *grant);

/** The watcher: a call takes its first step; a step has been taken. */
void watch_begin(struct call *call);
void watch_step(const struct step *step);
void watch_warning(uint32_t zone);

/** With no call in flight: every frame is in one place, nothing is hidden, gauges are exact. */
void rest_check(void);

/** At the end of a run, without interruptions: warnings, then a drain and every frame, once. */
void rest_finish(void);

#endif /* CALLS_H */
