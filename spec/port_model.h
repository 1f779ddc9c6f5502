/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * spec/port_model.h - the port of the proof build: what each step of core/port.h does to its word.
 *
 * That a machine does each of them at once is trusted (proofs/SOUNDNESS.md); what other contexts do
 * before and after is spec/interference.h.
 */
#ifndef LAB_PORT_MODEL_H
#define LAB_PORT_MODEL_H

#if LAB_WORD_BITS == 64
#define LAB_SPEC_FULL 18446744073709551615
#else
#define LAB_SPEC_FULL 4294967295
#endif

/* First node of each hint level, most leaves, nodes and positions of a zone. */
enum {
	LAB_SPEC_START_1 = 1,
	LAB_SPEC_START_2 = LAB_WORD_BITS + LAB_SPEC_START_1,
	LAB_SPEC_START_3 = LAB_WORD_BITS * LAB_WORD_BITS + LAB_SPEC_START_2,
	LAB_SPEC_START_4 = LAB_WORD_BITS * LAB_WORD_BITS * LAB_WORD_BITS + LAB_SPEC_START_3,
	LAB_SPEC_LEVEL_2 = LAB_WORD_BITS * LAB_WORD_BITS,
	LAB_SPEC_LEVEL_3 = LAB_WORD_BITS * LAB_SPEC_LEVEL_2,
	LAB_SPEC_LEAVES = LAB_FRAMES_MAX / LAB_WORD_BITS,
	LAB_SPEC_NODES = LAB_SPEC_START_4 + LAB_SPEC_LEAVES
};

/* Where each frame is, by leaf and bit. */
struct lab_spec_map {
	int owner[LAB_SPEC_NODES][LAB_WORD_BITS];
};

/* The position of a bit, in arithmetic that cannot wrap. */
#define LAB_SPEC_AT(node, bit) ((int64_t)LAB_WORD_BITS * (node) + (bit))

/* What other contexts may change, and what a step of ours counts. */
#define LAB_SHARED(zone) LAB_SPEC_GHOSTS, (zone)->word[0 .. (zone)->end - 1]
#define LAB_SHARED_IN_LOOP(zone) LAB_SPEC_GHOSTS, (zone)->word[0 .. \at((zone)->end, Pre) - 1]
#define LAB_SPEC_GHOSTS lab_ghost_map, lab_ghost_debt[0 .. LAB_SPEC_NODES - 1]
#define LAB_OURS(zone) lab_ghost_steps, lab_ghost_owing, lab_ghost_unseen[0 .. LAB_SPEC_NODES - 1]

#include "bits.acsl"

/*@ requires valid: \valid_read(word);
    terminates \true; exits \false; assigns \nothing;
    ensures value: \result == *word;
*/
static inline lab_word lab_port_load_relaxed(const lab_word *word)
{
	return *word;
}

/*@ requires valid: \valid_read(word);
    terminates \true; exits \false; assigns \nothing;
    ensures value: \result == *word;
*/
static inline lab_word lab_port_load_seq_cst(const lab_word *word)
{
	return *word;
}

/*@ requires valid: \valid(word);
    terminates \true; exits \false; assigns *word;
    ensures value: \result == \old(*word);
    ensures after: *word == 0;
*/
static inline lab_word lab_port_take_seq_cst(lab_word *word)
{
	lab_word old = *word;

	*word = 0;
	return old;
}

/*@ requires range: bit < LAB_WORD_BITS;
    terminates \true; exits \false; assigns \nothing;
    ensures set: \result != 0 <==> lab_bit(word, bit);
*/
static inline bool lab_port_test(lab_word word, uint32_t bit)
{
	lab_word mask = (lab_word)1 << bit;
	/*@ assert mask: mask == (1 << bit); */
	return (word & mask) != 0;
}

/*@ requires valid: \valid(word) && bit < LAB_WORD_BITS;
    terminates \true; exits \false; assigns *word;
    ensures was: \result != 0 <==> lab_bit(\old(*word), bit);
    ensures after: !lab_bit(*word, bit);
    ensures empty: \old(*word) == 0 ==> *word == 0;
    ensures others: \forall integer k; 0 <= k < LAB_WORD_BITS && k != bit ==>
        (lab_bit(*word, k) <==> lab_bit(\old(*word), k));
*/
static inline bool lab_port_clear_bit_seq_cst(lab_word *word, uint32_t bit)
{
	lab_word mask = (lab_word)1 << bit;
	/*@ assert mask: mask == (1 << bit); */
	bool was = (*word & mask) != 0;

	*word = *word & ~mask;
	return was;
}

/*@ requires valid: \valid(word) && bit < LAB_WORD_BITS;
    terminates \true; exits \false; assigns *word;
    ensures was: \result != 0 <==> lab_bit(\old(*word), bit);
    ensures after: lab_bit(*word, bit);
    ensures others: \forall integer k; 0 <= k < LAB_WORD_BITS && k != bit ==>
        (lab_bit(*word, k) <==> lab_bit(\old(*word), k));
*/
static inline bool lab_port_set_bit_seq_cst(lab_word *word, uint32_t bit)
{
	lab_word mask = (lab_word)1 << bit;
	/*@ assert mask: mask == (1 << bit); */
	bool was = (*word & mask) != 0;

	*word = *word | mask;
	return was;
}

/*@ requires valid: \valid(word);
    terminates \true; exits \false; assigns *word;
    ensures after: \forall integer k; 0 <= k < LAB_WORD_BITS ==>
        (lab_bit(*word, k) <==> lab_bit(\old(*word), k) || lab_bit(bits, k));
*/
static inline void lab_port_or_seq_cst(lab_word *word, lab_word bits)
{
	*word = *word | bits;
}

/* The compiler's count-trailing-zeros; trusted, see proofs/assumptions.list. */
/*@ requires nonzero: word != 0;
    terminates \true; exits \false; assigns \nothing;
    ensures range: \result < LAB_WORD_BITS;
    ensures set: lab_bit(word, \result);
    ensures lowest: \forall integer k; 0 <= k < \result ==> !lab_bit(word, k);
*/
uint32_t lab_port_lowest(lab_word word);

#endif /* LAB_PORT_MODEL_H */
