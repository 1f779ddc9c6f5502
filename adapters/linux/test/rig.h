/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * rig.h - what the crowd and the sweep share.
 */
#ifndef LABYRINTH_TEST_RIG_H
#define LABYRINTH_TEST_RIG_H

#include "labyrinth_linux.h"

/* Clear the owner's mark of every page of a pool, which must be at rest. */
void rig_clear_pages(struct labyrinth_pool *pool, unsigned int pages);

void rig_nothing(void *unused);

#endif /* LABYRINTH_TEST_RIG_H */
