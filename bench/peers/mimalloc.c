/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/mimalloc.c - mimalloc: pages aligned to their size.
 */
#define PEER_SYMBOL peer_mimalloc
#define PEER_NAME "mimalloc"
#define PEER_WHAT "mimalloc aligned_alloc(4096, 4096)"
#define MALLOC_LIBRARY "libmimalloc.so.2"
#define MALLOC_PACKAGE "libmimalloc2.0"

#include "shared_malloc.h"
