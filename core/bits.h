/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/bits.h - layer 1: pure functions on one word and on node numbers.
 */
#pragma once

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

/** The number of set bits, by adding up neighbours: pairs, then fours, then bytes. */
/*@ terminates \true; exits \false; assigns \nothing; */
static inline uint32_t lab_bits_count(lab_word word)
{
	const lab_word full = (lab_word) ~(lab_word)0;
	lab_word pairs = (lab_word)(word - (word >> 1 & full / 3u));
	lab_word fours = (lab_word)((pairs & full / 5u) + (pairs >> 2 & full / 5u));
	lab_word bytes = (lab_word)(fours + (fours >> 4)) & full / 17u;

	return (uint32_t)((lab_word)(bytes * (full / 255u)) >> (8 * sizeof(word) - 8));
}

/** The node that speaks about `node`, which is not the root, and its bit that does. */
#define LAB_BITS_PARENT(node) (((node)-1) / LAB_WORD_BITS)
#define LAB_BITS_SLOT(node) (((node)-1) % LAB_WORD_BITS)
