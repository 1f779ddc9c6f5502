/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/known.c - see known.h. Twice round: 12 instructions, 4 of them locked, 6 that load; before
 * and after: 4, of which 2 load (the pop and the return).
 */
#include "known.h"

__asm__(".text\n"
	".globl known_code\n"
	".type known_code, @function\n"
	"known_code:\n"
	"	push %rbx\n"
	"	mov $2, %ebx\n"
	"1:	lock addl $1, -16(%rsp)\n"
	"	xchg %rax, -16(%rsp)\n"
	"	lock btsq %rbx, -16(%rsp)\n"
	"	xor %eax, %eax\n"
	"	lock cmpxchg %rcx, -24(%rsp)\n"
	"	xchg %rcx, %rdx\n"
	"	mov -16(%rsp), %rax\n"
	"	lea -16(%rsp,%rax,4), %rcx\n"
	"	add -16(%rsp), %ecx\n"
	"	mov %rcx, -16(%rsp)\n"
	"	dec %ebx\n"
	"	jnz 1b\n"
	"	pop %rbx\n"
	"	ret\n"
	".size known_code, . - known_code\n");
