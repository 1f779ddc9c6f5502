/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/interleave/fiber.c - see fiber.h.
 */
#include "fiber.h"

#include <stdint.h>
#include <stdlib.h>

#if !defined(__x86_64__)
#error "fuzz/interleave/fiber.c switches stacks on x86-64 only"
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#endif

#ifdef FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#define SAVED_REGISTERS 6u /* rbx, rbp, r12 .. r15: what a callee must keep */

void fiber_swap(void **from, void *to);

__asm__(".text\n"
	".type fiber_swap, @function\n"
	"fiber_swap:\n"
	"	pushq %rbp\n"
	"	pushq %rbx\n"
	"	pushq %r12\n"
	"	pushq %r13\n"
	"	pushq %r14\n"
	"	pushq %r15\n"
	"	movq %rsp, (%rdi)\n"
	"	movq %rsi, %rsp\n"
	"	popq %r15\n"
	"	popq %r14\n"
	"	popq %r13\n"
	"	popq %r12\n"
	"	popq %rbx\n"
	"	popq %rbp\n"
	"	ret\n"
	".size fiber_swap, . - fiber_swap\n");

/* Who switched, for the first moments on the other stack. */
static struct fiber *fiber_from;
static struct fiber *fiber_to;

static void leave(struct fiber *from, const struct fiber *to)
{
#ifdef FIBER_ASAN
	__sanitizer_start_switch_fiber(&from->sanitizer, to->bottom, to->size);
#else
	(void)from;
	(void)to;
#endif
}

/* The bounds of the stack that was left are known only here, for the first stack of all. */
static void arrive(struct fiber *from, const struct fiber *to)
{
#ifdef FIBER_ASAN
	__sanitizer_finish_switch_fiber(to->sanitizer, &from->bottom, &from->size);
#else
	(void)from;
	(void)to;
#endif
}

static void first(void)
{
	arrive(fiber_from, fiber_to);
	fiber_to->entry(fiber_to->data);
	abort();
}

void fiber_prepare(struct fiber *fiber, void *stack, size_t size, void (*entry)(void *data),
		   void *data)
{
	void **top = (void **)((uintptr_t)stack + size / 16 * 16);

#ifdef FIBER_ASAN
	__asan_unpoison_memory_region(stack, size);
#endif
	*--top = NULL; /* where first() would return to; keeps the stack's alignment */
	*--top = (void *)(uintptr_t)first;
	for (unsigned i = 0; i < SAVED_REGISTERS; i++)
		*--top = NULL;
	*fiber = (struct fiber){top, stack, size, entry, data, NULL};
}

void fiber_switch(struct fiber *from, struct fiber *to)
{
	leave(from, to);
	fiber_from = from;
	fiber_to = to;
	fiber_swap(&from->pointer, to->pointer);
	arrive(fiber_from, from);
}
