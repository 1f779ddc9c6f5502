/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/words/words.c - the functions of core/bits.h and core/port.h on one word, each alone.
 *
 * tests/words/run compiles this for each machine and checks the machine code for every word.
 */
#include "core/bits.h"

uint32_t word_lowest(lab_word word);
uint32_t word_pick(lab_word word, uint32_t from);
uint32_t word_count(lab_word word);
lab_word word_mask(uint32_t bit);
lab_word word_with(lab_word word, uint32_t bit);
lab_word word_without(lab_word word, uint32_t bit);

uint32_t word_lowest(lab_word word)
{
	return lab_port_lowest(word);
}

uint32_t word_pick(lab_word word, uint32_t from)
{
	return lab_bits_pick(word, from);
}

uint32_t word_count(lab_word word)
{
	return lab_bits_count(word);
}

lab_word word_mask(uint32_t bit)
{
	return lab_bits_mask(bit);
}

lab_word word_with(lab_word word, uint32_t bit)
{
	return lab_bits_with(word, bit);
}

lab_word word_without(lab_word word, uint32_t bit)
{
	return lab_bits_without(word, bit);
}
