// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * libc.c - memory, text and an end for programs that run as cases of a KUnit suite.
 */
#include <kunit/test.h>
#include <linux/bitops.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/printk.h>
#include <linux/slab.h>

#include "include/stdio.h"
#include "include/stdlib.h"
#include "libc.h"

struct kunit *libc_case;

/* What programs print comes in pieces; the log takes whole lines. */
int libc_printf(const char *format, ...)
{
	static char line[256];
	static int used;
	va_list list;
	int count;

	va_start(list, format);
	count = vscnprintf(line + used, sizeof(line) - used, format, list);
	va_end(list);
	used += count;
	if (used > 0 && (line[used - 1] == '\n' || used == sizeof(line) - 1)) {
		line[used - (line[used - 1] == '\n')] = '\0';
		pr_info("    # %s\n", line);
		used = 0;
	}
	return count;
}

/* All zeroes. A block of a power of two bytes starts at a multiple of its size, or at a page. */
void *libc_alloc(size_t alignment, size_t size)
{
	return kvzalloc(roundup_pow_of_two(max(size, alignment)), GFP_KERNEL);
}

void libc_free(void *memory)
{
	kvfree(memory);
}

/* The compiler's own, for __builtin_popcountll(). */
int __popcountdi2(u64 word);
int __popcountdi2(u64 word)
{
	return hweight64(word);
}

/* The program is over, and so is its case. */
void libc_exit(int code)
{
	KUNIT_FAIL(libc_case, "exit(%d)", code);
	kunit_try_catch_throw(&libc_case->try_catch);
}
