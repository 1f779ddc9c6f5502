/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core.h - the core's manual, for the files of the module.
 *
 * The core and the module each have a function of the same name: one works on a context, the other
 * finds the context of the caller. page.c gives the core's its other name.
 */
#ifndef LABYRINTH_CORE_H
#define LABYRINTH_CORE_H

#include <linux/types.h>

#define labyrinth_void_alloc_page_gfp_atomic_exclusive lab_alloc_atomic_exclusive
#include "../../core/labyrinth.h"
#undef labyrinth_void_alloc_page_gfp_atomic_exclusive

#endif /* LABYRINTH_CORE_H */
