/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * kunit/include/stdalign.h - for the core's unit tests in a kernel.
 */
#ifndef LABYRINTH_KUNIT_STDALIGN_H
#define LABYRINTH_KUNIT_STDALIGN_H

#include <linux/compiler.h>

#define alignas __aligned

#endif /* LABYRINTH_KUNIT_STDALIGN_H */
