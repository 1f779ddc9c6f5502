/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/ck_stack.c - ConcurrencyKit's lock-free stack, many producers and many consumers. An
 * entry per page; the double-width compare-and-swap of pop has a generation count against ABA.
 */
#include "../peer.h"

#define PEER_SYMBOL peer_ck_stack
#define PEER_NAME "ck_stack"
#define PEER_WHAT "ConcurrencyKit ck_stack, mpmc"

#if __has_include(<ck_stack.h>)

#include <stdlib.h>

#include <ck_stack.h>

#include "../singly.h"

typedef ck_stack_entry_t *peer_page;

_Alignas(128) static ck_stack_t stack;
static ck_stack_entry_t *entries;

static inline bool peer_alloc(uint32_t thread, peer_page *page)
{
	(void)thread;
	*page = ck_stack_pop_mpmc(&stack); /* NOLINT(performance-no-int-to-ptr): a macro in there */
	return *page != NULL;
}

static inline void peer_free(uint32_t thread, const peer_page *page)
{
	(void)thread;
	ck_stack_push_mpmc(&stack, *page);
}

SINGLY_BULK
SINGLY_THREADS

static const char *peer_open(uint32_t frame_count)
{
	ck_stack_init(&stack);
	entries = calloc(frame_count, sizeof(*entries));
	if (entries == NULL)
		return "no memory for the entries";
	for (uint32_t i = frame_count; i-- > 0;)
		ck_stack_push_mpmc(&stack, &entries[i]);
	return NULL;
}

static void peer_close(void)
{
	free(entries);
	entries = NULL;
}

static size_t peer_metadata_size(uint32_t frame_count)
{
	return sizeof(stack) + frame_count * sizeof(*entries);
}

#include "../loops.h"

#else
#include "../absent.h"
PEER_ABSENT(PEER_SYMBOL, PEER_NAME, PEER_WHAT, "libck-dev");
#endif
