/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/seam.h - each step of core/port.h between two yield points.
 *
 * Given to the compiler with -include, for the core alone: its text is unchanged, its steps are
 * renamed to these. Unlike LAB_INTERFERE, the steps know their word and what they found, which the
 * oracle, the reduction of schedules and the replayer want to see; gauges have no LAB_INTERFERE.
 * A broken core may say LAB_INTERFERE(NULL) in the middle of a step of its own.
 */
#ifndef FUZZ_SEAM_H
#define FUZZ_SEAM_H

#include "step.h"

static inline void seam_interfere(const void *zone)
{
	if (zone == (const void *)0)
		step_middle();
}

#define LAB_INTERFERE(zone) seam_interfere(zone)

#include "port.h" /* of the core that is compiled: its folder is on the list of -I */

#define FUZZ_SEAM(kind, where, operand, type, call)                                                \
	type saw;                                                                                  \
	step_before(kind, where, operand);                                                         \
	saw = call;                                                                                \
	step_after((uint64_t)saw);                                                                 \
	return saw

static inline lab_word seam_load_relaxed(const lab_word *word)
{
	FUZZ_SEAM(STEP_LOAD, word, 0, lab_word, lab_port_load_relaxed(word));
}

static inline lab_word seam_load_seq_cst(const lab_word *word)
{
	FUZZ_SEAM(STEP_LOAD_SEQ_CST, word, 0, lab_word, lab_port_load_seq_cst(word));
}

static inline lab_word seam_take_seq_cst(lab_word *word)
{
	FUZZ_SEAM(STEP_TAKE, word, 0, lab_word, lab_port_take_seq_cst(word));
}

static inline bool seam_clear_bit_seq_cst(lab_word *word, uint32_t bit)
{
	FUZZ_SEAM(STEP_CLEAR_BIT, word, bit, bool, lab_port_clear_bit_seq_cst(word, bit));
}

static inline void seam_or_seq_cst(lab_word *word, lab_word bits)
{
	step_before(STEP_OR, word, bits);
	lab_port_or_seq_cst(word, bits);
	step_after(0);
}

static inline uint32_t seam_tag_load_relaxed(const uint32_t *tag)
{
	FUZZ_SEAM(STEP_TAG_LOAD, tag, 0, uint32_t, lab_port_tag_load_relaxed(tag));
}

static inline void seam_tag_store_relaxed(uint32_t *tag, uint32_t value)
{
	step_before(STEP_TAG_STORE, tag, value);
	lab_port_tag_store_relaxed(tag, value);
	step_after(0);
}

/* One step in both builds: without LAB_HARDENED the load and the store differ from it only when two
 * contexts free one grant at the same instant, which that build does not promise anything about. */
static inline uint32_t seam_tag_swap_relaxed(uint32_t *tag, uint32_t expected, uint32_t value)
{
	FUZZ_SEAM(STEP_TAG_SWAP, tag, value, uint32_t,
		  lab_port_tag_swap_relaxed(tag, expected, value));
}

static inline uint32_t seam_count_add_relaxed(int32_t *count, uint32_t delta)
{
	FUZZ_SEAM(STEP_COUNT_ADD, count, delta, uint32_t, lab_port_count_add_relaxed(count, delta));
}

static inline bool seam_flag_load_relaxed(const int32_t *flag)
{
	FUZZ_SEAM(STEP_FLAG_LOAD, flag, 0, bool, lab_port_flag_load_relaxed(flag));
}

static inline bool seam_flag_swap_relaxed(int32_t *flag, int32_t value)
{
	FUZZ_SEAM(STEP_FLAG_SWAP, flag, (uint64_t)value, bool,
		  lab_port_flag_swap_relaxed(flag, value));
}

/* fuzz/run.sh checks that each step of core/port.h is on this list. */
#define lab_port_load_relaxed seam_load_relaxed
#define lab_port_load_seq_cst seam_load_seq_cst
#define lab_port_take_seq_cst seam_take_seq_cst
#define lab_port_clear_bit_seq_cst seam_clear_bit_seq_cst
#define lab_port_or_seq_cst seam_or_seq_cst
#define lab_port_tag_load_relaxed seam_tag_load_relaxed
#define lab_port_tag_store_relaxed seam_tag_store_relaxed
#define lab_port_tag_swap_relaxed seam_tag_swap_relaxed
#define lab_port_count_add_relaxed seam_count_add_relaxed
#define lab_port_flag_load_relaxed seam_flag_load_relaxed
#define lab_port_flag_swap_relaxed seam_flag_swap_relaxed

#endif /* FUZZ_SEAM_H */
