/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * include/stdint.h - for the core in a kernel build, which has no C library headers.
 */
#ifndef LABYRINTH_STDINT_H
#define LABYRINTH_STDINT_H

#include <linux/limits.h>
#include <linux/types.h>

#ifndef UINT8_MAX
#define UINT8_MAX 255u
#endif
#ifndef UINT16_MAX
#define UINT16_MAX 65535u
#endif
#ifndef UINT32_MAX
#define UINT32_MAX 4294967295u
#endif
#ifndef UINTPTR_MAX
#define UINTPTR_MAX ULONG_MAX
#endif

#endif /* LABYRINTH_STDINT_H */
