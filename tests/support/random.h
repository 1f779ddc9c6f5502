/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/random.h - a deterministic generator: one seed, one sequence, on every machine.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

typedef struct random_state {
	uint64_t position; /* the seed, then advanced by a fixed odd step */
} random_state;

/** 64 bits; a Weyl sequence, mixed by two multiplications. */
static inline uint64_t random_next(random_state *random)
{
	uint64_t mixed;

	random->position += 0x9e3779b97f4a7c15u;
	mixed = random->position;
	mixed = (mixed ^ (mixed >> 32)) * 0xd6e8feb86659fd93u;
	mixed = (mixed ^ (mixed >> 29)) * 0xd6e8feb86659fd93u;
	return mixed ^ (mixed >> 32);
}

/** A number below `limit`, which is not 0. */
static inline uint32_t random_below(random_state *random, uint32_t limit)
{
	return (uint32_t)(((random_next(random) >> 32) * limit) >> 32);
}

#endif /* RANDOM_H */
