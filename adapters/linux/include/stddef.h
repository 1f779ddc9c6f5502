/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * include/stddef.h - for the core in a kernel build, which has no C library headers.
 */
#ifndef LABYRINTH_STDDEF_H
#define LABYRINTH_STDDEF_H

#include <linux/stddef.h>
#include <linux/types.h>

#endif /* LABYRINTH_STDDEF_H */
