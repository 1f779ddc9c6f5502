/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/port.h - layer 0: the compiler, the machine and the configuration.
 *
 * The only file of the core with an #if on compiler or architecture. A port supplies five
 * read-modify-write steps and two loads on one word, and one bit function; everything above is
 * portable C11. On x86 a step is spelled as the one instruction it must be, because compilers turn
 * a __atomic_fetch_and/or with a used result into a compare-and-swap loop, which has no bound. On
 * LL/SC machines (Cortex-M, RISC-V, ARMv8.0) a step retries once per interrupt that lands in it.
 */
#ifndef LAB_PORT_H
#define LAB_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- configuration: each may be set on the compiler's command line ---- */

/** Bits in a word of the pool, one per frame: 64 or 32, the machine's natural width. Test builds
 *  may take 2, 4, 8 or 16 so that small programs reach every corner. */
#ifndef LAB_WORD_BITS
#if UINTPTR_MAX > 0xffffffffu
#define LAB_WORD_BITS 64
#else
#define LAB_WORD_BITS 32
#endif
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

#if LAB_WORD_BITS == 64
typedef uint64_t lab_word;
#define LAB_WORD_SHIFT 6u
#elif LAB_WORD_BITS == 32
typedef uint32_t lab_word;
#define LAB_WORD_SHIFT 5u
#elif LAB_WORD_BITS == 16
typedef uint16_t lab_word;
#define LAB_WORD_SHIFT 4u
#elif LAB_WORD_BITS == 8
typedef uint8_t lab_word;
#define LAB_WORD_SHIFT 3u
#elif LAB_WORD_BITS == 4
typedef uint8_t lab_word;
#define LAB_WORD_SHIFT 2u
#elif LAB_WORD_BITS == 2
typedef uint8_t lab_word;
#define LAB_WORD_SHIFT 1u
#else
#error "LAB_WORD_BITS must be 64 or 32 (test builds: 16, 8, 4 or 2)"
#endif

/** The word with every bit set. */
#define LAB_WORD_FULL                                                                              \
	((lab_word)((lab_word) ~(lab_word)0 >> (8 * sizeof(lab_word) - LAB_WORD_BITS)))

/* ---- the seam: what other contexts do between two of our steps ---- */

/* In the shipped build nothing is inserted: others really run. The proof puts in every behaviour of
 * every other context (spec/interference.h); a test scheduler may define LAB_INTERFERE itself. */
#ifdef __FRAMAC__
#define LAB_INTERFERE(zone) lab_interfere(zone)
#endif
#ifndef LAB_INTERFERE
#define LAB_INTERFERE(zone) ((void)(zone))
#endif

/* The same around a step on the tags of a zone. */
#ifdef __FRAMAC__
#define LAB_INTERFERE_LEDGER(zone, tag) lab_interfere_ledger(zone, tag)
#else
#define LAB_INTERFERE_LEDGER(zone, tag) LAB_INTERFERE(zone)
#endif

/* ---- the steps ---- */

#if defined(__SANITIZE_THREAD__)
#define LAB_PORT_BUILTIN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define LAB_PORT_BUILTIN 1
#endif
#endif

#if defined(__FRAMAC__)

#include "../spec/port_model.h"

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

#if LAB_WORD_BITS == 64
#define LAB_PORT_SUFFIX "q"
#else
#define LAB_PORT_SUFFIX "l"
#endif

static inline bool lab_port_clear_bit_seq_cst(lab_word *word, uint32_t bit)
{
	bool was;

	__asm__ volatile("lock btr" LAB_PORT_SUFFIX " %2, %0"
			 : "+m"(*word), "=@ccc"(was)
			 : "r"((lab_word)bit)
			 : "memory");
	return was;
}

static inline bool lab_port_set_bit_seq_cst(lab_word *word, uint32_t bit)
{
	bool was;

	__asm__ volatile("lock bts" LAB_PORT_SUFFIX " %2, %0"
			 : "+m"(*word), "=@ccc"(was)
			 : "r"((lab_word)bit)
			 : "memory");
	return was;
}

static inline void lab_port_or_seq_cst(lab_word *word, lab_word bits)
{
	__asm__ volatile("lock or" LAB_PORT_SUFFIX " %1, %0"
			 : "+m"(*word)
			 : "r"(bits)
			 : "memory", "cc");
}

#else

static inline bool lab_port_clear_bit_seq_cst(lab_word *word, uint32_t bit)
{
	lab_word mask = (lab_word)((lab_word)1 << bit);

	return (__atomic_fetch_and(word, (lab_word)~mask, __ATOMIC_SEQ_CST) & mask) != 0;
}

static inline bool lab_port_set_bit_seq_cst(lab_word *word, uint32_t bit)
{
	lab_word mask = (lab_word)((lab_word)1 << bit);

	return (__atomic_fetch_or(word, mask, __ATOMIC_SEQ_CST) & mask) != 0;
}

static inline void lab_port_or_seq_cst(lab_word *word, lab_word bits)
{
	(void)__atomic_fetch_or(word, bits, __ATOMIC_SEQ_CST);
}

#endif

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

static inline uint32_t lab_port_count_add_relaxed(uint32_t *count, uint32_t delta)
{
	return __atomic_fetch_add(count, delta, __ATOMIC_RELAXED);
}

static inline uint32_t lab_port_flag_load_relaxed(const uint32_t *flag)
{
	return __atomic_load_n(flag, __ATOMIC_RELAXED);
}

static inline uint32_t lab_port_flag_swap_relaxed(uint32_t *flag, uint32_t value)
{
	return __atomic_exchange_n(flag, value, __ATOMIC_RELAXED);
}

static inline uint32_t lab_port_lowest(lab_word word)
{
#if LAB_WORD_BITS == 64
	return (uint32_t)__builtin_ctzll(word);
#else
	return (uint32_t)__builtin_ctz(word);
#endif
}

#endif /* __FRAMAC__ */

#endif /* LAB_PORT_H */
