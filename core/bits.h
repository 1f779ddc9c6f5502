/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/bits.h - layer 1: pure functions on one word and on node numbers.
 */
#ifndef LAB_BITS_H
#define LAB_BITS_H

#include "port.h"

/** The word with only bit `bit` set. */
/*@ requires range: bit < LAB_WORD_BITS;
    terminates \true; exits \false; assigns \nothing;
    ensures value: \result == (1 << bit);
*/
static inline lab_word lab_bits_mask(uint32_t bit)
{
	return (lab_word)((lab_word)1 << bit);
}

/** Whether bit `bit` of `word` is set. */
/*@ requires range: bit < LAB_WORD_BITS;
    terminates \true; exits \false; assigns \nothing;
    ensures set: \result != 0 <==> lab_bit(word, bit);
*/
static inline bool lab_bits_test(lab_word word, uint32_t bit)
{
	return (word & lab_bits_mask(bit)) != 0;
}

/** `word` with its bit `bit` set. */
/*@ requires range: bit < LAB_WORD_BITS;
    terminates \true; exits \false; assigns \nothing;
    ensures set: lab_bit(\result, bit);
    ensures others: \forall integer k; 0 <= k < LAB_WORD_BITS && k != bit ==>
        (lab_bit(\result, k) <==> lab_bit(word, k));
*/
static inline lab_word lab_bits_with(lab_word word, uint32_t bit)
{
	return (lab_word)(word | lab_bits_mask(bit));
}

/** `word` with its bit `bit` clear. */
/*@ requires range: bit < LAB_WORD_BITS;
    terminates \true; exits \false; assigns \nothing;
    ensures clear: !lab_bit(\result, bit);
    ensures others: \forall integer k; 0 <= k < LAB_WORD_BITS && k != bit ==>
        (lab_bit(\result, k) <==> lab_bit(word, k));
*/
static inline lab_word lab_bits_without(lab_word word, uint32_t bit)
{
	return (lab_word)(word & ~lab_bits_mask(bit));
}

/** Whether two words share a bit. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures apart: !\result ==> \forall integer k; 0 <= k < LAB_WORD_BITS ==>
        !(lab_bit(a, k) && lab_bit(b, k));
*/
static inline bool lab_bits_meet(lab_word a, lab_word b)
{
	return (a & b) != 0;
}

/** Whether `word` has a bit at or above `from`. */
/*@ requires range: from < LAB_WORD_BITS;
    terminates \true; exits \false; assigns \nothing;
    ensures none: !\result ==> \forall integer k; from <= k < LAB_WORD_BITS ==>
        !lab_bit(word, k);
*/
static inline bool lab_bits_any_from(lab_word word, uint32_t from)
{
	return word >> from != 0;
}

/** The number of a set bit of a word that has one: the lowest at or above `from` modulo
 *  LAB_WORD_BITS, else the lowest. */
/*@ requires nonzero: word != 0;
    terminates \true; exits \false; assigns \nothing;
    ensures range: \result < LAB_WORD_BITS;
    ensures set: lab_bit(word, \result);
*/
static inline uint32_t lab_bits_pick(lab_word word, uint32_t from)
{
	lab_word high = (lab_word)(word & (LAB_WORD_FULL << (from % LAB_WORD_BITS)));

	return lab_port_lowest(high != 0 ? high : word);
}

/** The number of set bits. */
/*@ terminates \true; exits \false; assigns \nothing;
    ensures range: \result <= LAB_WORD_BITS;
*/
static inline uint32_t lab_bits_count(lab_word word)
{
	uint32_t count = 0;

	/*@ loop invariant range: 0 <= bit <= LAB_WORD_BITS && count <= bit;
	    loop assigns bit, count;
	    loop variant LAB_WORD_BITS - bit;
	*/
	for (uint32_t bit = 0; bit < LAB_WORD_BITS; bit++)
		if ((word >> bit & 1u) != 0)
			count++;
	return count;
}

/** The node that bit `slot` of `node` speaks about. */
/*@ requires range: LAB_WORD_BITS * node + 1 + slot <= UINT32_MAX;
    terminates \true; exits \false; assigns \nothing;
    ensures child: \result == LAB_WORD_BITS * node + 1 + slot;
*/
static inline uint32_t lab_bits_child(uint32_t node, uint32_t slot)
{
	return LAB_WORD_BITS * node + 1 + slot;
}

/** The node that speaks about `node`, which is not the root. */
/*@ requires inner: node > 0;
    terminates \true; exits \false; assigns \nothing;
    ensures parent: \result == (node - 1) / LAB_WORD_BITS;
*/
static inline uint32_t lab_bits_parent(uint32_t node)
{
	return (node - 1) / LAB_WORD_BITS;
}

/** The bit of lab_bits_parent(node) that speaks about `node`. */
/*@ requires inner: node > 0;
    terminates \true; exits \false; assigns \nothing;
    ensures slot: \result == (node - 1) % LAB_WORD_BITS;
*/
static inline uint32_t lab_bits_slot(uint32_t node)
{
	return (node - 1) % LAB_WORD_BITS;
}

#endif /* LAB_BITS_H */
