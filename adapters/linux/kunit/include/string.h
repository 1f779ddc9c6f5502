/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * kunit/include/string.h - for the core's unit tests in a kernel.
 */
#ifndef LABYRINTH_KUNIT_STRING_H
#define LABYRINTH_KUNIT_STRING_H

#include <linux/string.h>

#endif /* LABYRINTH_KUNIT_STRING_H */
