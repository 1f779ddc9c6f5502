/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/lfstack.c - liburcu's stack. Pages go back at once, not after a grace period, so pops
 * must exclude each other: the library's own pop_blocking does that with its mutex. A push is
 * lock-free.
 */
#include "../peer.h"

#define PEER_SYMBOL peer_lfstack
#define PEER_NAME "lfstack"
#define PEER_WHAT "liburcu cds_lfs_stack, pops under its mutex"

#if __has_include(<urcu/lfstack.h>)

#include <stdlib.h>

#define _LGPL_SOURCE /* the library's word for: inline. NOLINT(*-reserved-identifier,cert-dcl*) */
#include <urcu/lfstack.h>

#include "../singly.h"

typedef struct cds_lfs_node *peer_page;

_Alignas(128) static struct cds_lfs_stack stack;
static struct cds_lfs_node *nodes;

static inline bool peer_alloc(uint32_t thread, peer_page *page)
{
	(void)thread;
	*page = cds_lfs_pop_blocking(&stack);
	return *page != NULL;
}

static inline void peer_free(uint32_t thread, const peer_page *page)
{
	(void)thread;
	(void)cds_lfs_push(&stack, *page);
}

SINGLY_BULK
SINGLY_THREADS

static const char *peer_open(uint32_t frame_count)
{
	cds_lfs_init(&stack);
	nodes = calloc(frame_count, sizeof(*nodes));
	if (nodes == NULL)
		return "no memory for the nodes";
	for (uint32_t i = frame_count; i-- > 0;)
		(void)cds_lfs_push(&stack, &nodes[i]);
	return NULL;
}

static void peer_close(void)
{
	cds_lfs_destroy(&stack);
	free(nodes);
	nodes = NULL;
}

static size_t peer_metadata_size(uint32_t frame_count)
{
	return sizeof(stack) + frame_count * sizeof(*nodes);
}

#include "../loops.h"

#else
#include "../absent.h"
PEER_ABSENT(PEER_SYMBOL, PEER_NAME, PEER_WHAT, "liburcu-dev");
#endif
