/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/port.h - layer 0: the compiler, the machine and the configuration.
 *
 * The only file of the core with an #if on compiler or architecture. A port supplies five
 * read-modify-write steps and two loads on one word, and one bit function; everything above is
 * portable C11. On x86 a step is spelled as the one instruction it must be, because compilers turn
 * a __atomic_fetch_and/or with a used result into a compare-and-swap loop, which has no bound. On
 * LL/SC machines (Cortex-M, ARMv8.0) a step retries once per interrupt that lands in it.
 *
 * Builds: LAB_HARDENED (the ledger's check is one atomic step), LAB_DEBUG (a context that is
 * entered twice says so), LAB_PORT_BUILTIN (no inline assembly: ThreadSanitizer and MemorySanitizer
 * need it), LAB_PORT_HEADER (a file with the steps, for cores without atomic instructions).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- configuration: each may be set on the compiler's command line ---- */

/** Bits in a word of the pool, one per frame: 64 or 32, the machine's natural width. Test builds
 *  may take 2, 4, 8 or 16 so that small programs reach every corner. */
#ifndef LAB_WORD_BITS
#define LAB_WORD_BITS (UINTPTR_MAX > 0xffffffffu ? 64 : 32)
#endif

/** The most frames a zone may have; 2^24 frames are 64 GiB of 4 KiB pages. */
#ifndef LAB_FRAMES_MAX
#define LAB_FRAMES_MAX 16777216
#endif

/** The most words a search looks at before it answers LAB_CONTENDED. */
#ifndef LAB_VISITS_MAX
#define LAB_VISITS_MAX 16
#endif

/** Zones of at most this many words are swept word by word before a claim answers LAB_EMPTY; also
 *  the most words a reserve may have. */
#ifndef LAB_SWEEP_WORDS
#define LAB_SWEEP_WORDS 64
#endif

/** NUMA nodes an allocator may have. */
#ifndef LAB_NODES_MAX
#define LAB_NODES_MAX 8
#endif

/** Zones an allocator may have: DMA, NORMAL and HIGHMEM of each node. */
#ifndef LAB_ZONES_MAX
#define LAB_ZONES_MAX (3 * LAB_NODES_MAX)
#endif

/* LAB_WORD_SHIFT is log2(LAB_WORD_BITS). */
#if LAB_WORD_BITS == 64
typedef uint64_t lab_word;
#define LAB_WORD_SHIFT 6u
#elif LAB_WORD_BITS == 32
typedef uint32_t lab_word;
#define LAB_WORD_SHIFT 5u
#else
typedef uint16_t lab_word;
#define LAB_WORD_SHIFT (LAB_WORD_BITS >= 8 ? 3u + LAB_WORD_BITS / 16u : LAB_WORD_BITS / 2u)
#endif

/** The word with every bit set. */
#define LAB_WORD_FULL                                                                              \
	((lab_word)((lab_word) ~(lab_word)0 >> (8 * sizeof(lab_word) - LAB_WORD_BITS)))

/* A function that a fast path does not want inside: it would push registers for it. */
#define LAB_APART __attribute__((__noinline__))

/* ---- the seam: what other contexts do between two of our steps ---- */

/* In the shipped build nothing is inserted: others really run. The proof puts in every behaviour of
 * every other context (spec/interference.h); a test scheduler may define LAB_INTERFERE itself. */
#ifdef __FRAMAC__
#define LAB_INTERFERE(zone) lab_interfere(zone)
#define LAB_INTERFERE_LEDGER(zone, tag) lab_interfere_ledger(zone, tag)
#else
#ifndef LAB_INTERFERE
#define LAB_INTERFERE(zone) ((void)(zone))
#endif
/* Around a step on the tags of a zone. */
#define LAB_INTERFERE_LEDGER(zone, tag) LAB_INTERFERE(zone)
#endif

/* ---- the steps ---- */

#if defined(__FRAMAC__)

#include "../spec/port_model.h"

/* A port of its own, for cores without atomic instructions. */
#elif defined(LAB_PORT_HEADER)

#include LAB_PORT_HEADER

#else

static inline lab_word lab_port_load_relaxed(const lab_word *word)
{
	return __atomic_load_n(word, __ATOMIC_RELAXED);
}

static inline lab_word lab_port_load_seq_cst(const lab_word *word)
{
	return __atomic_load_n(word, __ATOMIC_SEQ_CST);
}

static inline lab_word lab_port_take_seq_cst(lab_word *word)
{
	return __atomic_exchange_n(word, (lab_word)0, __ATOMIC_SEQ_CST);
}

#if (defined(__x86_64__) || defined(__i386__)) && LAB_WORD_BITS >= 32 && !defined(LAB_PORT_BUILTIN)

static inline bool lab_port_clear_bit_seq_cst(lab_word *word, uint32_t bit)
{
	bool was;

	__asm__ volatile("lock btr %2, %0"
			 : "+m"(*word), "=@ccc"(was)
			 : "r"((lab_word)bit)
			 : "memory");
	return was;
}

#else

static inline bool lab_port_clear_bit_seq_cst(lab_word *word, uint32_t bit)
{
	lab_word mask = (lab_word)((lab_word)1 << bit);

	return (__atomic_fetch_and(word, (lab_word)~mask, __ATOMIC_SEQ_CST) & mask) != 0;
}

#endif

static inline void lab_port_or_seq_cst(lab_word *word, lab_word bits)
{
	(void)__atomic_fetch_or(word, bits, __ATOMIC_SEQ_CST);
}

static inline uint32_t lab_port_tag_load_relaxed(const uint32_t *tag)
{
	return __atomic_load_n(tag, __ATOMIC_RELAXED);
}

static inline void lab_port_tag_store_relaxed(uint32_t *tag, uint32_t value)
{
	__atomic_store_n(tag, value, __ATOMIC_RELAXED);
}

/* If the tag is `expected`, put `value` there; returns the tag that was found. LAB_HARDENED: one
 * compare-and-exchange. Otherwise a load and a store, which is as good as long as no two contexts
 * free the same frame at the same time. */
static inline uint32_t lab_port_tag_swap_relaxed(uint32_t *tag, uint32_t expected, uint32_t value)
{
#ifdef LAB_HARDENED
	(void)__atomic_compare_exchange_n(tag, &expected, value, false, __ATOMIC_RELAXED,
					  __ATOMIC_RELAXED);
	return expected;
#else
	uint32_t found = lab_port_tag_load_relaxed(tag);

	if (found == expected)
		lab_port_tag_store_relaxed(tag, value);
	return found;
#endif
}

static inline uint32_t lab_port_count_add_relaxed(int32_t *count, uint32_t delta)
{
	return (uint32_t)__atomic_fetch_add(count, (int32_t)delta, __ATOMIC_RELAXED);
}

static inline bool lab_port_flag_load_relaxed(const int32_t *flag)
{
	return __atomic_load_n(flag, __ATOMIC_RELAXED) != 0;
}

static inline bool lab_port_flag_swap_relaxed(int32_t *flag, int32_t value)
{
	return __atomic_exchange_n(flag, value, __ATOMIC_RELAXED) != 0;
}

static inline uint32_t lab_port_lowest(lab_word word)
{
	return (uint32_t)(sizeof(word) > sizeof(int) ? __builtin_ctzll(word)
						     : __builtin_ctz((unsigned)word));
}

#endif /* __FRAMAC__ */
