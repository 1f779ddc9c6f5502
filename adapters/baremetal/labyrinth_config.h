/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/labyrinth_config.h - what firmware may set, each with -D or in a header that
 * -DLABYRINTH_USER_CONFIG='"my_labyrinth.h"' names. The same for every file that is compiled.
 */
#ifndef LABYRINTH_CONFIG_H
#define LABYRINTH_CONFIG_H

#ifdef LABYRINTH_USER_CONFIG
#include LABYRINTH_USER_CONFIG
#endif

/** Bytes of a page: a power of two, at least 32. */
#ifndef LABYRINTH_PAGE_SIZE
#define LABYRINTH_PAGE_SIZE 4096u
#endif

/** Pages in the private store of each level; 0: no stores, which is right for small pools. */
#ifndef LABYRINTH_ROOM_CAPACITY
#define LABYRINTH_ROOM_CAPACITY 0
#endif

/** With rooms: how many bits of the priority levels there are. 3 is what every Cortex-M3, M4, M7
 *  and M33 has at least. A priority that these bits do not tell from its neighbour gets no room. */
#ifndef LABYRINTH_PRIORITY_BITS
#define LABYRINTH_PRIORITY_BITS 3
#endif

/** Where the pages lie, for example __attribute__((section(".noinit"))). */
#ifndef LABYRINTH_PAGE_ATTRIBUTE
#define LABYRINTH_PAGE_ATTRIBUTE
#endif

/** One zone of one node: what a pool is. */
#ifndef LAB_NODES_MAX
#define LAB_NODES_MAX 1
#endif
#ifndef LAB_ZONES_MAX
#define LAB_ZONES_MAX 1
#endif

#endif /* LABYRINTH_CONFIG_H */
