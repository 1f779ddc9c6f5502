/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * include/stdbool.h - for the core in a kernel build, which has no C library headers.
 */
#ifndef LABYRINTH_STDBOOL_H
#define LABYRINTH_STDBOOL_H

#include <linux/types.h>

#endif /* LABYRINTH_STDBOOL_H */
