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
	LAB_SPEC_NODES = LAB_SPEC_START_4 + LAB_SPEC_LEAVES,
	LAB_SPEC_CLIENTS = -1
};

/* Where each frame is, by leaf and bit. */
struct lab_spec_map {
	int owner[LAB_SPEC_NODES][LAB_WORD_BITS];
};

/* For each node, what others still owe it; what was seen of it. */
struct lab_spec_debt {
	int node[LAB_SPEC_NODES];
};
struct lab_spec_seen {
	lab_word node[LAB_SPEC_NODES];
};

/* What other contexts may change, and what a step of ours counts. */
#define LAB_SHARED(zone) LAB_SPEC_GHOSTS((zone)->id), (zone)->word[0 .. (zone)->end - 1]
#define LAB_SHARED_IN_LOOP(zone)                                                                   \
	LAB_SPEC_GHOSTS(\at((zone)->id, Pre)), (zone)->word[0 .. \at((zone)->end, Pre) - 1]
#define LAB_SPEC_GHOSTS(z) lab_ghost_map[z], lab_ghost_debt[z]
#define LAB_OURS(zone) LAB_SPEC_OURS((zone)->id)
#define LAB_OURS_IN_LOOP(zone) LAB_SPEC_OURS(\at((zone)->id, Pre))
#define LAB_SPEC_OURS(z)                                                                           \
	lab_ghost_steps, lab_ghost_owing, lab_ghost_unseen[z]

/* Words for what the specification says often. */
/* In a predicate of two labels A and B: from A to B it did not change. */
#define LAB_STILL(x) \at(x, A) == \at(x, B)
/* Of each place of a zone's map; of each bit of a word. */
#define LAB_EACH_BIT(n, k) \
	\forall integer n, k; 0 <= n < LAB_SPEC_NODES && 0 <= k < LAB_WORD_BITS ==>
#define LAB_EACH_OF_WORD(k) \forall integer k; 0 <= k < LAB_WORD_BITS ==>
/* The words of a zone, its tags, the list of a room; the words and the tags of all zones. */
#define LAB_WORDS(zone) (zone)->word + (0 .. (zone)->end - 1)
#define LAB_TAGS_OF(zone, tag) (tag) + (0 .. (zone)->frame_count - 1)
#define LAB_SLOTS(room) (room)->slot + (0 .. (room)->capacity - 1)
#define LAB_ALL_WORDS lab_ghost_words + (0 .. lab_ghost_word_count - 1)
#define LAB_ALL_TAGS lab_ghost_tags + (0 .. lab_ghost_tag_count - 1)
/* Where the frames of a zone are; where frame f is. */
#define LAB_MAP(zone) lab_ghost_map[(zone)->id].owner
#define LAB_OWNER(zone, f) LAB_MAP(zone)[lab_node(zone, f)][lab_slot(f)]

#include "bits.acsl"

/* Any number: no promise about it is made. */
/*@ terminates \true; exits \false; assigns \nothing; */
uint32_t lab_any(void);

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

/*@ requires valid: \valid(word);
    terminates \true; exits \false; assigns *word;
    ensures after: LAB_EACH_OF_WORD(k)
        (lab_bit(*word, k) <==> lab_bit(\old(*word), k) || lab_bit(bits, k));
*/
static inline void lab_port_or_seq_cst(lab_word *word, lab_word bits)
{
	*word = *word | bits;
}

/*@ requires valid: \valid_read(tag);
    terminates \true; exits \false; assigns \nothing;
    ensures value: \result == *tag;
*/
static inline uint32_t lab_port_tag_load_relaxed(const uint32_t *tag)
{
	return *tag;
}

/*@ requires valid: \valid(tag);
    terminates \true; exits \false; assigns *tag;
    ensures after: *tag == value;
*/
static inline void lab_port_tag_store_relaxed(uint32_t *tag, uint32_t value)
{
	*tag = value;
}

/*@ requires valid: \valid(tag);
    terminates \true; exits \false; assigns *tag;
    ensures found: \result == \old(*tag);
    ensures after: *tag == (\result == expected ? value : \result);
*/
static inline uint32_t lab_port_tag_swap_relaxed(uint32_t *tag, uint32_t expected, uint32_t value)
{
	uint32_t found = *tag;

	if (found == expected)
		*tag = value;
	return found;
}

/* Steps on memory that is no zone's are counted here: nothing is between them and the others. */
/*@ ghost int64_t lab_ghost_steps; */

/*@
  // room in the ghost step counter for a function that stands `height` calls above a step
  predicate lab_counts(integer height) =
      0 <= lab_ghost_steps <= 4000000000000000000 - 100000000000000000 * height;

  // from A to B this context took at most so many steps
  predicate lab_spent{A,B}(integer most) =
      \at(lab_ghost_steps,A) <= \at(lab_ghost_steps,B) <= \at(lab_ghost_steps,A) + most;

  // so many times what takes at most `each`; once more; at most so many times
  predicate lab_spent_each{A,B}(integer count, integer each) = lab_spent{A,B}(count * each);
  lemma T4_once{A,B}: \forall integer each; lab_spent{A,B}(each) ==> lab_spent_each{A,B}(1, each);
  lemma T4_once_more{A,B,C}: \forall integer count, each;
      lab_spent_each{A,B}(count, each) && lab_spent{B,C}(each) ==>
      lab_spent_each{A,C}(count + 1, each);
  lemma T4_nothing{A}: \forall integer count, each;
      0 <= count && 0 <= each ==> lab_spent_each{A,A}(count, each);
  lemma T4_at_most{A,B}: \forall integer few, more, each; 0 <= few <= more && 0 <= each &&
      lab_spent_each{A,B}(few, each) ==> lab_spent_each{A,B}(more, each);

  // so many of up to `count` steps of at most `first`, then of as many of at most `second`
  logic integer lab_twice(integer done, integer count, integer first, integer second) =
      done <= count ? done * first : count * first + (done - count) * second;
  predicate lab_spent_twice{A,B}(integer done, integer count, integer first, integer second) =
      lab_spent{A,B}(lab_twice(done, count, first, second));
  lemma T4_twice_more{A,B,C}: \forall integer done, count, first, second;
      lab_spent_twice{A,B}(done, count, first, second) && lab_spent{B,C}(done < count ?
      first : second) ==> lab_spent_twice{A,C}(done + 1, count, first, second);
  lemma T4_times: \forall integer a, b, c; 0 <= a <= b && 0 <= c ==> 0 <= a * c <= b * c;
  lemma T4_twice_most: \forall integer done, count, first, second;
      0 <= done <= 2 * count && 0 <= first && 0 <= second ==>
      lab_twice(done, count, first, second) <= count * first + count * second;
  lemma T4_twice_all{A,B}: \forall integer done, count, first, second;
      0 <= done <= 2 * count && 0 <= first && 0 <= second && lab_spent_twice{A,B}(done,
      count, first, second) ==> lab_spent_each{A,B}(count, first + second);
*/

/* Nothing is promised of a count that others change, nor of a flag. */
/*@ requires valid: \valid(count) && lab_counts(0);
    terminates \true; exits \false; assigns *count, lab_ghost_steps;
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
*/
static inline uint32_t lab_port_count_add_relaxed(int32_t *count, uint32_t delta)
{
	uint32_t before = lab_any();

	*count = (before + delta) % 2 != 0 ? 1 : lab_any() % 2;
	/*@ ghost lab_ghost_steps = lab_ghost_steps + 1; */
	return before;
}

/*@ requires valid: \valid_read(flag) && lab_counts(0);
    terminates \true; exits \false; assigns lab_ghost_steps;
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
*/
static inline bool lab_port_flag_load_relaxed(const int32_t *flag)
{
	/*@ ghost lab_ghost_steps = lab_ghost_steps + 1; */
	return *flag == 0 ? lab_any() != 0 : lab_any() == 0;
}

/*@ requires valid: \valid(flag) && lab_counts(0);
    terminates \true; exits \false; assigns *flag, lab_ghost_steps;
    ensures T4_steps: lab_ghost_steps == \old(lab_ghost_steps) + 1;
*/
static inline bool lab_port_flag_swap_relaxed(int32_t *flag, int32_t value)
{
	*flag = lab_any() != 0 ? value : 1 - value % 2;
	/*@ ghost lab_ghost_steps = lab_ghost_steps + 1; */
	return lab_any() != 0;
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
