/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/seam.c - see seam.h.
 */
#include "seam.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#define DEPTH_LIMIT 8u

static struct {
	seam_action *action;
	void *data;
	uint64_t position;
	unsigned depth;
	unsigned depth_max;
	uint64_t seams[DEPTH_LIMIT + 1]; /* of the call that runs at each depth */
} seam;

void seam_interfere(const struct lab_zone *zone)
{
	seam.position++;
	seam.seams[seam.depth]++;
	if (seam.action == NULL || seam.depth >= seam.depth_max)
		return;
	seam.depth++;
	seam.action(zone, seam.position, seam.data);
	seam.depth--;
}

void seam_start(seam_action *action, void *data, unsigned depth_max)
{
	if (depth_max > DEPTH_LIMIT) {
		printf("seam_start: depth_max %u is over %u\n", depth_max, DEPTH_LIMIT);
		exit(EXIT_FAILURE);
	}
	seam.action = action;
	seam.data = data;
	seam.position = 0;
	seam.depth = 0;
	seam.depth_max = depth_max;
}

void seam_stop(void)
{
	seam.action = NULL;
}

void seam_call_begin(void)
{
	seam.seams[seam.depth] = 0;
}

uint64_t seam_call_steps(void)
{
	if (seam.seams[seam.depth] % 2 != 0) {
		printf("seam: %llu seams in a call: each step must have two\n",
		       (unsigned long long)seam.seams[seam.depth]);
		exit(EXIT_FAILURE);
	}
	return seam.seams[seam.depth] / 2;
}
