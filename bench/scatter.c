/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/scatter.c - see scatter.h.
 */
#include "scatter.h"

#include <stdio.h>
#include <stdlib.h>

static void stop(const struct peer *peer, const char *what)
{
	fprintf(stderr, "bench: %s: %s\n", peer == NULL ? "scatter" : peer->name, what);
	exit(EXIT_FAILURE);
}

uint32_t scatter_below(uint64_t *state, uint32_t limit)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (uint32_t)(((*state >> 32) * limit) >> 32);
}

uint32_t *scatter_order(uint32_t count, uint64_t seed)
{
	uint32_t *order = malloc((count + 1u) * sizeof(*order));

	if (order == NULL)
		stop(NULL, "no memory for an order of places");
	for (uint32_t i = 0; i < count; i++)
		order[i] = i;
	for (uint32_t i = count; i-- > 1;) {
		uint32_t other = scatter_below(&seed, i + 1);
		uint32_t place = order[i];

		order[i] = order[other];
		order[other] = place;
	}
	return order;
}

void scatter_take(const struct peer *peer, uint32_t thread, uint32_t taken)
{
	for (uint32_t place = 0; place < taken; place++)
		if (!peer->alloc(thread, place))
			stop(peer, "has fewer pages than it was opened with");
}

uint32_t *scatter_free(const struct peer *peer, uint32_t thread, uint32_t taken, uint32_t held)
{
	uint32_t *order = scatter_order(taken, 1234567);

	for (uint32_t i = taken; i-- > held;)
		peer->free(thread, order[i]);
	return order;
}

uint32_t *scatter_fill(const struct peer *peer, uint32_t thread, uint32_t taken, uint32_t held)
{
	scatter_take(peer, thread, taken);
	return scatter_free(peer, thread, taken, held);
}

void scatter_empty(const struct peer *peer, uint32_t thread, const uint32_t *order, uint32_t held)
{
	for (uint32_t i = 0; i < held; i++)
		peer->free(thread, order[i]);
}
