/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/jemalloc.c - jemalloc: pages aligned to their size.
 */
#define PEER_SYMBOL peer_jemalloc
#define PEER_NAME "jemalloc"
#define PEER_WHAT "jemalloc aligned_alloc(4096, 4096)"
#define MALLOC_LIBRARY "libjemalloc.so.2"
#define MALLOC_PACKAGE "libjemalloc2"

#include "shared_malloc.h"
