/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * kunit/include/stdlib.h - what the core's unit tests want of it, in a kernel.
 */
#ifndef LABYRINTH_KUNIT_STDLIB_H
#define LABYRINTH_KUNIT_STDLIB_H

#include <linux/types.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1

void *libc_alloc(size_t alignment, size_t size);
void libc_free(void *memory);
void libc_exit(int code);

/* Like functions, so that members of these names keep them. */
#define aligned_alloc(alignment, size) libc_alloc(alignment, size)
#define malloc(size) libc_alloc(sizeof(u64), size)
#define calloc(count, size) libc_alloc(sizeof(u64), (count) * (size))
#define free(memory) libc_free(memory)

/* libc_exit() does not come back; that its callers end there is for the compiler to see. */
#define exit(code)                                                                                 \
	do {                                                                                       \
		libc_exit(code);                                                                   \
		for (;;)                                                                           \
			;                                                                          \
	} while (0)

#endif /* LABYRINTH_KUNIT_STDLIB_H */
