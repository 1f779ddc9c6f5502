/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * kunit/include/inttypes.h - for the core's unit tests in a kernel.
 */
#ifndef LABYRINTH_KUNIT_INTTYPES_H
#define LABYRINTH_KUNIT_INTTYPES_H

#include <stdint.h>

#define PRIu64 "llu"
#define PRIx64 "llx"

#endif /* LABYRINTH_KUNIT_INTTYPES_H */
