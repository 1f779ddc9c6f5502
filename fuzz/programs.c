/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/programs.c - see programs.h. Each is here because it finds a planted bug that the others do
 * not, or finds it in fewer runs: see MUTANTS.md.
 */
#include "programs.h"

#define END                                                                                        \
	{                                                                                          \
		CALL_NOTHING, 0                                                                    \
	}
#define ALLOC(flags)                                                                               \
	{                                                                                          \
		CALL_ALLOC, flags                                                                  \
	}
#define ATOMIC                                                                                     \
	{                                                                                          \
		CALL_ATOMIC, 0                                                                     \
	}
#define FREE(k)                                                                                    \
	{                                                                                          \
		CALL_FREE, k                                                                       \
	}
#define DRAIN                                                                                      \
	{                                                                                          \
		CALL_DRAIN, 0                                                                      \
	}
#define BULK(argument)                                                                             \
	{                                                                                          \
		CALL_ALLOC_BULK, argument                                                          \
	}
#define BULK_FREE(argument)                                                                        \
	{                                                                                          \
		CALL_FREE_BULK, argument                                                           \
	}
#define RECLAIM(zone)                                                                              \
	{                                                                                          \
		CALL_RECLAIM, zone                                                                 \
	}
#define DONATE                                                                                     \
	{                                                                                          \
		CALL_DONATE, 0                                                                     \
	}

/* The sets of zones, by their places in interleave/plans.c. */
enum {
	ONE_WORD,
	PART_WORD,
	TWO_WORDS,
	TWO_WORDS_LOW,
	RESERVE,
	THREE_WORDS,
	UNSWEPT_RESERVE,
	UNSWEPT,
	DEEP,
	NORMAL_DMA,
	ALL_TYPES,
	TWO_NODES,
	FAR_AND_NEAR,
	HIGHMEM_ONLY,
	DMA_ONLY,
	RESERVES
};

/* Rooms of 2, 1, 1, 1 frames; of 1, none, 2, 1; none at all; of a word and more. */
enum { SMALL_ROOMS, MIXED_ROOMS, NO_ROOMS, LARGE_ROOMS };

const struct program programs[] = {
	/* ---- two CPUs, every schedule ---- */
	{.name = "claim-one against claim-one",
	 .plan = {PART_WORD, 2, NO_ROOMS, false},
	 .call = {{ALLOC(1), FREE(0), END}, {ALLOC(1), FREE(0), END}}},
	{.name = "claim-word against claim-word",
	 .plan = {TWO_WORDS, 2, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), DRAIN, END}, {ALLOC(0), DRAIN, END}}},
	{.name = "drain against refill",
	 .plan = {TWO_WORDS_LOW, 2, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), FREE(0), DRAIN, END}, {ALLOC(0), END}}},
	{.name = "release against search, one frame",
	 .plan = {TWO_WORDS, 2, NO_ROOMS, false},
	 .call = {{ALLOC(0), FREE(0), END}, {ALLOC(0), END}}},
	{.name = "the last frames",
	 .plan = {THREE_WORDS, 2, NO_ROOMS, false},
	 .call = {{BULK(15), FREE(0), END}, {ALLOC(0), END}}},
	{.name = "reserve against reserve",
	 .plan = {RESERVE, 2, NO_ROOMS, false},
	 .call = {{BULK(7), FREE(0), END}, {ALLOC(1), END}}},
	{.name = "contended",
	 .plan = {UNSWEPT, 2, SMALL_ROOMS, false},
	 .call = {{BULK(3), DRAIN, END}, {ALLOC(0), END}}},
	{.name = "contended, and a reserve",
	 .plan = {UNSWEPT_RESERVE, 2, SMALL_ROOMS, false},
	 .call = {{BULK(3), DRAIN, END}, {ALLOC(0), END}}},
	{.name = "reclaim and donate",
	 .plan = {PART_WORD, 2, NO_ROOMS, false},
	 .call = {{RECLAIM(0), DONATE, END}, {ALLOC(0), END}}},
	{.name = "a warning between two others",
	 .plan = {TWO_WORDS_LOW, 2, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), END}, {ALLOC(0), DRAIN, ALLOC(0), END}}},
	{.name = "three calls against three",
	 .plan = {TWO_WORDS, 2, NO_ROOMS, false},
	 .call = {{ALLOC(0), ALLOC(0), FREE(0), END}, {ALLOC(0), FREE(0), FREE(0), END}}},
	{.name = "three calls against three, in rooms",
	 .plan = {TWO_WORDS_LOW, 2, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), FREE(0), DRAIN, END}, {ALLOC(0), FREE(0), DRAIN, END}}},
	{.name = "hints of three words",
	 .plan = {UNSWEPT, 2, NO_ROOMS, false},
	 .call = {{BULK(1), FREE(0), END}, {ALLOC(0), FREE(0), END}}},
	{.name = "wrong frees between right ones",
	 .plan = {PART_WORD, 2, NO_ROOMS, false},
	 .call = {{ALLOC(0), FREE(0), {CALL_DOUBLE_FREE, 0}, END}, {ALLOC(0), ALLOC(1), END}}},
	/* ---- three CPUs ---- */
	{.name = "three claims of one word",
	 .plan = {ONE_WORD, 3, NO_ROOMS, false},
	 .call = {{ALLOC(0), END}, {ALLOC(0), END}, {ALLOC(0), END}}},
	{.name = "three refills",
	 .plan = {ONE_WORD, 3, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), END}, {ALLOC(0), END}, {ALLOC(0), END}}},
	{.name = "three CPUs that take and give",
	 .plan = {ONE_WORD, 3, NO_ROOMS, false},
	 .call = {{ALLOC(0), FREE(0), END}, {ALLOC(0), FREE(0), END}, {ALLOC(0), END}}},
	{.name = "three CPUs and a hint",
	 .plan = {TWO_WORDS, 3, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), END}, {ALLOC(0), END}, {ALLOC(0), END}}},
	/* ---- one CPU, interrupts nested to three ---- */
	{.name = "interrupts that keep what they take",
	 .plan = {TWO_WORDS_LOW, 1, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), ALLOC(1), FREE(0), DRAIN, END}},
	 .interrupt = {ALLOC(0), ALLOC(1)},
	 .interrupt_count = 2},
	{.name = "a flag that comes late",
	 .plan = {TWO_WORDS_LOW, 1, NO_ROOMS, false},
	 .call = {{BULK(1), ALLOC(0), ALLOC(0), ALLOC(0), ALLOC(0), ALLOC(0), END}},
	 .interrupt = {FREE(0), FREE(0)},
	 .interrupt_count = 2},
	{.name = "lists of two",
	 .plan = {PART_WORD, 1, LARGE_ROOMS, false},
	 .call = {{{CALL_WILD_FREE, 0}, BULK(2), BULK_FREE(1), ALLOC(0), ALLOC(0), DRAIN, END}},
	 .interrupt = {ALLOC(0)},
	 .interrupt_count = 1},
	{.name = "interrupts that free",
	 .plan = {RESERVE, 1, MIXED_ROOMS, false},
	 .call = {{BULK(2), FREE(0), ALLOC(1), DRAIN, END}},
	 .interrupt = {FREE(0), ALLOC(1)},
	 .interrupt_count = 2},
	{.name = "nmi in everything",
	 .plan = {PART_WORD, 1, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), FREE(0), ALLOC(1), DRAIN, END}},
	 .interrupt = {ALLOC(1), FREE(0), ALLOC(1)},
	 .interrupt_count = 3,
	 .nmis = 7},
	{.name = "every instant of a refill and a flush",
	 .plan = {TWO_WORDS, 1, LARGE_ROOMS, false},
	 .call = {{ALLOC(0), FREE(0), DRAIN, END}},
	 .interrupt = {ALLOC(0), DRAIN, ALLOC(1)},
	 .interrupt_count = 3,
	 .after = true},
	{.name = "bulk calls without a room",
	 .plan = {THREE_WORDS, 1, NO_ROOMS, false},
	 .call = {{BULK(3), BULK_FREE(2), END}},
	 .interrupt = {BULK(2), ALLOC(0)},
	 .interrupt_count = 2},
	{.name = "types and reserves",
	 .plan = {ALL_TYPES, 1, SMALL_ROOMS, false},
	 .call = {{ALLOC(4), ALLOC(5), ALLOC(0), FREE(1), {CALL_BAD_CALL, 0}, END}},
	 .interrupt = {ALLOC(4), ALLOC(3)},
	 .interrupt_count = 2},
	{.name = "the last frames before a reserve",
	 .plan = {HIGHMEM_ONLY, 1, NO_ROOMS, false},
	 .call = {{BULK(11), FREE(0), END}},
	 .interrupt = {ALLOC(2)},
	 .interrupt_count = 1},
	{.name = "a request past the room",
	 .plan = {NORMAL_DMA, 1, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), ALLOC(5), END}},
	 .interrupt = {ALLOC(5)},
	 .interrupt_count = 1},
	{.name = "a grant of a frame that is away",
	 .plan = {PART_WORD, 1, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), {CALL_WILD_FREE, 1}, {CALL_WILD_FREE, 5}, END}},
	 .interrupt = {{CALL_WILD_FREE, 5}},
	 .interrupt_count = 1},
	{.name = "this node only",
	 .plan = {TWO_NODES, 1, SMALL_ROOMS, false},
	 .call = {{BULK(1), BULK(1), ALLOC(6), ALLOC(7), END}},
	 .interrupt = {ALLOC(6)},
	 .interrupt_count = 1},
	{.name = "deep hints",
	 .plan = {DEEP, 1, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), DRAIN, END}},
	 .interrupt = {ALLOC(0), RECLAIM(0)},
	 .interrupt_count = 2},
	{.name = "generations that wrap",
	 .plan = {ONE_WORD, 1, SMALL_ROOMS, true},
	 .call = {{ALLOC(0), FREE(0), ALLOC(0), {CALL_DOUBLE_FREE, 0}, END}},
	 .interrupt = {ALLOC(1), FREE(0)},
	 .interrupt_count = 2},
	{.name = "four interrupts in a search",
	 .plan = {THREE_WORDS, 1, MIXED_ROOMS, false},
	 .call = {{ALLOC(0), DRAIN, END}},
	 .interrupt = {ALLOC(0), FREE(0), ALLOC(1), DRAIN},
	 .interrupt_count = 4,
	 .nmis = 2},
	{.name = "four interrupts in a free",
	 .plan = {RESERVE, 1, SMALL_ROOMS, false},
	 .call = {{BULK(1), FREE(0), FREE(0), END}},
	 .interrupt = {ALLOC(1), ALLOC(0), FREE(0), DRAIN},
	 .interrupt_count = 4,
	 .nmis = 1},
	{.name = "frees of one grant",
	 .plan = {PART_WORD, 1, MIXED_ROOMS, false},
	 .call = {{ALLOC(0), FREE(0), ALLOC(0), END}},
	 .interrupt = {{CALL_DOUBLE_FREE, 0}, ALLOC(1), {CALL_DOUBLE_FREE, 0}},
	 .interrupt_count = 3},
	/* ---- two CPUs with interrupts, few preemptions ---- */
	{.name = "frees of one grant on two CPUs",
	 .plan = {PART_WORD, 2, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), FREE(0), END}, {{CALL_DOUBLE_FREE, 0}, ALLOC(0), END}},
	 .interrupt = {{CALL_DOUBLE_FREE, 0}},
	 .interrupt_count = 1,
	 .preemptions = 3},
	{.name = "two CPUs and an interrupt",
	 .plan = {TWO_WORDS, 2, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), DRAIN, END}, {ALLOC(1), END}},
	 .interrupt = {ALLOC(1)},
	 .interrupt_count = 1,
	 .preemptions = 2},
	{.name = "two CPUs and two interrupts",
	 .plan = {PART_WORD, 2, SMALL_ROOMS, false},
	 .call = {{ALLOC(0), FREE(0), END}, {ALLOC(0), DRAIN, END}},
	 .interrupt = {ALLOC(1), FREE(0)},
	 .interrupt_count = 2,
	 .nmis = 1,
	 .preemptions = 3},
};

const uint32_t program_count = sizeof(programs) / sizeof(programs[0]);
