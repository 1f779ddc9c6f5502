/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/count.c - see count.h.
 */
#include "count.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ucontext.h>

#if !defined(__x86_64__)
#error "instructions are counted with the trap flag of x86-64"
#endif

/* Sets the trap flag, calls, clears it. The first trap comes after the call instruction, with the
 * callee's first instruction next; those between the two labels are ours and not counted. */
__asm__(".text\n"
	".globl count_run\n"
	".type count_run, @function\n"
	"count_run:\n"
	".globl count_run_begin\n"
	"count_run_begin:\n"
	"	push %rbx\n"
	"	mov %rdi, %rax\n"
	"	mov %esi, %edi\n"
	"	mov %edx, %esi\n"
	"	pushfq\n"
	"	orq $0x100, (%rsp)\n"
	"	popfq\n"
	"	call *%rax\n"
	"	pushfq\n"
	"	andq $~0x100, (%rsp)\n"
	"	popfq\n"
	"	pop %rbx\n"
	"	ret\n"
	".globl count_run_end\n"
	"count_run_end:\n"
	".size count_run, . - count_run\n");

extern bool count_run(peer_call call, uint32_t thread, uint32_t place);
extern const unsigned char count_run_begin[];
extern const unsigned char count_run_end[];

static volatile struct count seen;

static void on_trap(int number, siginfo_t *info, void *context)
{
	ucontext_t *user = context;
	const greg_t next = user->uc_mcontext.gregs[REG_RIP];
	const unsigned char *code;

	(void)number;
	(void)info;
	memcpy(&code, &next, sizeof(code));
	if (code >= count_run_begin && code < count_run_end)
		return;
	seen.instructions++;
	seen.locked += count_locks(code);
	seen.loads += count_loads(code);
	if (seen.instructions == COUNT_MOST)
		user->uc_mcontext.gregs[REG_EFL] &= ~(greg_t)0x100;
}

void count_begin(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	action.sa_sigaction = on_trap;
	action.sa_flags = SA_SIGINFO;
	if (sigaction(SIGTRAP, &action, NULL) != 0) {
		perror("bench: sigaction(SIGTRAP)");
		exit(EXIT_FAILURE);
	}
}

bool count_call(peer_call call, uint32_t thread, uint32_t place, struct count *count)
{
	bool answer;

	seen.instructions = 0;
	seen.locked = 0;
	seen.loads = 0;
	answer = count_run(call, thread, place);
	*count = seen;
	return answer;
}
