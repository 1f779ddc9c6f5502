/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/unit_bits.c - core/bits.h against naive loops; each step of core/port.h and core/atomic.h.
 */
#include "../core/zone.h"
#include "support/check.h"
#include "support/random.h"

#define B ((uint32_t)LAB_WORD_BITS)

static bool naive_test(lab_word word, uint32_t bit)
{
	return (word >> bit) % 2 == 1;
}

static lab_word random_word(random_state *random)
{
	uint64_t bits = random_next(random);

	/* Sparse, dense and mixed words alike. */
	if (random_below(random, 3) == 0)
		bits &= random_next(random) & random_next(random);
	else if (random_below(random, 2) == 0)
		bits |= random_next(random);
	return (lab_word)(bits & LAB_WORD_FULL);
}

static void r8_word_full_has_every_bit(void)
{
	for (uint32_t bit = 0; bit < B; bit++)
		CHECK(naive_test(LAB_WORD_FULL, bit));
	CHECK_EQ(__builtin_popcountll((unsigned long long)LAB_WORD_FULL), B);
	CHECK_EQ(1u << LAB_WORD_SHIFT, B);
	CHECK(sizeof(lab_word) * 8 >= B);
}

static void r8_bits_mask_test_with_without(void)
{
	random_state random = {11};

	for (uint32_t round = 0; round < 200; round++) {
		lab_word word = random_word(&random);

		for (uint32_t bit = 0; bit < B; bit++) {
			lab_word with = lab_bits_with(word, bit);
			lab_word without = lab_bits_without(word, bit);

			CHECK_EQ((lab_bits_mask(bit) & word) != 0, naive_test(word, bit));
			CHECK_EQ(lab_bits_mask(bit) & (lab_bits_mask(bit) - 1u), 0);
			CHECK(naive_test(with, bit) && !naive_test(without, bit));
			CHECK_EQ(with - without, lab_bits_mask(bit));
			CHECK(with == word || without == word);
		}
	}
}

static uint32_t naive_pick(lab_word word, uint32_t from)
{
	for (uint32_t bit = from % B; bit < B; bit++) {
		if (naive_test(word, bit))
			return bit;
	}
	for (uint32_t bit = 0; bit < B; bit++) {
		if (naive_test(word, bit))
			return bit;
	}
	return B;
}

static void r9_bits_pick_is_the_lowest_from_a_start(void)
{
	random_state random = {12};

	for (uint32_t bit = 0; bit < B; bit++) {
		for (uint32_t from = 0; from < 3 * B; from++)
			CHECK_EQ(lab_bits_pick(lab_bits_mask(bit), from), bit);
	}
	for (uint32_t round = 0; round < 2000; round++) {
		lab_word word = random_word(&random);
		uint32_t from = (uint32_t)random_next(&random);

		if (word == 0)
			continue;
		CHECK_EQ(lab_bits_pick(word, from), naive_pick(word, from));
		CHECK_EQ(lab_port_lowest(word), naive_pick(word, 0));
	}
	CHECK_EQ(lab_bits_pick(LAB_WORD_FULL, UINT32_MAX), B - 1);
}

static void r11_parent_and_slot_of_each_child(void)
{
	random_state random = {13};

	for (uint32_t round = 0; round < 5000; round++) {
		uint32_t node = round < 200 ? round : random_below(&random, UINT32_MAX / B - 1);

		for (uint32_t slot = 0; slot < B; slot++) {
			uint32_t child = node * B + 1 + slot;

			CHECK_EQ(LAB_BITS_PARENT(child), node);
			CHECK_EQ(LAB_BITS_SLOT(child), slot);
		}
	}
}

static void r11_parent_and_slot_of_the_last_numbers(void)
{
	CHECK_EQ(LAB_BITS_PARENT(1), 0);
	CHECK_EQ(LAB_BITS_SLOT(1), 0);
	CHECK_EQ(LAB_BITS_PARENT(B), 0);
	CHECK_EQ(LAB_BITS_SLOT(B), B - 1);
	CHECK_EQ(LAB_BITS_PARENT(B + 1), 1);
	CHECK_EQ(LAB_BITS_PARENT(UINT32_MAX), (UINT32_MAX - 1) / B);
	CHECK_EQ(LAB_BITS_SLOT(UINT32_MAX), (UINT32_MAX - 1) % B);
}

/* ---- steps: the middle of three words; its neighbours must not change ---- */

static lab_word three[3];

static void set_three(lab_word middle)
{
	three[0] = (lab_word)(0x5555555555555555u & LAB_WORD_FULL);
	three[1] = middle;
	three[2] = (lab_word)(0xaaaaaaaaaaaaaaaau & LAB_WORD_FULL);
}

static void check_three(lab_word middle)
{
	CHECK_EQ(three[0], 0x5555555555555555u & LAB_WORD_FULL);
	CHECK_EQ(three[1], middle);
	CHECK_EQ(three[2], 0xaaaaaaaaaaaaaaaau & LAB_WORD_FULL);
}

static void r1_port_load_and_take(void)
{
	random_state random = {14};

	for (uint32_t round = 0; round < 500; round++) {
		lab_word word = random_word(&random);

		set_three(word);
		CHECK_EQ(lab_port_load_relaxed(&three[1]), word);
		CHECK_EQ(lab_port_load_seq_cst(&three[1]), word);
		check_three(word);
		CHECK_EQ(lab_port_take_seq_cst(&three[1]), word);
		check_three(0);
	}
}

static void r1_port_clear_and_or(void)
{
	random_state random = {15};

	for (uint32_t round = 0; round < 200; round++) {
		lab_word word = random_word(&random);
		lab_word more = random_word(&random);

		for (uint32_t bit = 0; bit < B; bit++) {
			set_three(word);
			CHECK_EQ(lab_port_clear_bit_seq_cst(&three[1], bit), naive_test(word, bit));
			check_three(lab_bits_without(word, bit));
		}
		set_three(word);
		lab_port_or_seq_cst(&three[1], more);
		check_three((lab_word)(word | more));
	}
}

/* The same through core/atomic.h, which adds only the seam and the index: leaves. */
static void r1_atomic_steps_act_on_their_leaf(void)
{
	lab_zone zone = {three, 0, 3, 3, 3 * B, 0, 0};
	random_state random = {16};

	for (uint32_t round = 0; round < 200; round++) {
		lab_word word = random_word(&random);
		lab_word more = random_word(&random);
		uint32_t bit = random_below(&random, B);

		set_three(word);
		CHECK_EQ(lab_atomic_load_relaxed(&zone, 1), word);
		CHECK_EQ(lab_atomic_load_seq_cst(&zone, 1), word);
		lab_atomic_release_seq_cst(&zone, 1, lab_bits_mask(bit));
		check_three(lab_bits_with(word, bit));
		CHECK(lab_atomic_claim_seq_cst(&zone, 1, bit));
		check_three(lab_bits_without(word, bit));
		CHECK(!lab_atomic_claim_seq_cst(&zone, 1, bit));
		lab_atomic_release_seq_cst(&zone, 1, more);
		check_three((lab_word)(lab_bits_without(word, bit) | more));
		CHECK_EQ(lab_atomic_take_seq_cst(&zone, 1), lab_bits_without(word, bit) | more);
		check_three(0);
	}
}

/* Hint steps act on the parent's bit, and on no other word: node 1 of three has B children. */
static void r11_hint_steps_act_on_the_parent(void)
{
	lab_zone zone = {three, 3, UINT32_MAX, UINT32_MAX, B, 0, 0};
	random_state random = {17};

	for (uint32_t slot = 0; slot < B; slot++) {
		uint32_t node = B + 1 + slot;
		lab_word word = random_word(&random);

		set_three(word);
		CHECK_EQ(lab_atomic_hint_test_seq_cst(&zone, node), naive_test(word, slot));
		check_three(word);
		lab_atomic_hint_set_seq_cst(&zone, node);
		check_three(lab_bits_with(word, slot));
		CHECK(lab_atomic_hint_test_seq_cst(&zone, node));
		lab_atomic_hint_clear_seq_cst(&zone, node);
		check_three(lab_bits_without(word, slot));
		CHECK(!lab_atomic_hint_test_seq_cst(&zone, node));
	}
}

static uint32_t naive_count(lab_word word)
{
	uint32_t count = 0;

	for (; word != 0; word = (lab_word)(word / 2))
		count += word % 2;
	return count;
}

/* The bits of a short word, wherever they stand: all of 16 bits, also where they cross a byte, a
 * half and the end of the word; stale bits above LAB_WORD_BITS count too. */
static void r8_bits_count_of_all_short_words(void)
{
	const uint32_t width = 8 * sizeof(lab_word);

	for (uint32_t value = 0; value <= 0xffff; value++) {
		uint32_t wrong = 0;

		for (uint32_t shift = 0; shift + 8 <= width; shift += 4) {
			lab_word word = (lab_word)((lab_word)value << shift);
			lab_word rest = (lab_word)~word;

			wrong += lab_bits_count(word) != naive_count(word);
			wrong += lab_bits_count(rest) != width - naive_count(word);
		}
		check_note("value", value);
		CHECK_EQ(wrong, 0);
	}
	CHECK_EQ(lab_bits_count(LAB_WORD_FULL), B);
}

static void r8_bits_count_of_random_words(void)
{
	random_state random = {19};

	for (uint32_t bit = 0; bit < B; bit++)
		CHECK_EQ(lab_bits_count(lab_bits_mask(bit)), 1);
	for (uint32_t round = 0; round < 100000; round++) {
		lab_word word =
			round % 2 == 0 ? random_word(&random) : (lab_word)random_next(&random);

		CHECK_EQ(lab_bits_count(word), naive_count(word));
	}
}

int main(void)
{
	RUN(r8_word_full_has_every_bit);
	RUN(r8_bits_mask_test_with_without);
	RUN(r8_bits_count_of_all_short_words);
	RUN(r8_bits_count_of_random_words);
	RUN(r9_bits_pick_is_the_lowest_from_a_start);
	RUN(r11_parent_and_slot_of_each_child);
	RUN(r11_parent_and_slot_of_the_last_numbers);
	RUN(r1_port_load_and_take);
	RUN(r1_port_clear_and_or);
	RUN(r1_atomic_steps_act_on_their_leaf);
	RUN(r11_hint_steps_act_on_the_parent);
	return check_finish();
}
