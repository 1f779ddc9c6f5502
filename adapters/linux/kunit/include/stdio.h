/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * kunit/include/stdio.h - what the core's unit tests want of it, in a kernel.
 */
#ifndef LABYRINTH_KUNIT_STDIO_H
#define LABYRINTH_KUNIT_STDIO_H

#include <linux/types.h>

__printf(1, 2) int libc_printf(const char *format, ...);

/* Like a function, for kernel headers name the attribute of this name. */
#define printf(...) libc_printf(__VA_ARGS__)
#define fflush(file) ((void)0)

#endif /* LABYRINTH_KUNIT_STDIO_H */
