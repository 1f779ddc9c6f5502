/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/board/riscv_start.S - reset, the trap's way in and out, semihosting.
 *
 * mscratch has the machine's stack while a hart runs in user mode, and 0 while it runs in machine
 * mode, so that a trap knows which stack it is on.
 */
#if __riscv_xlen == 64
#define SAVE sd
#define LOAD ld
#define BYTES 8
#else
#define SAVE sw
#define LOAD lw
#define BYTES 4
#endif
#define FRAME (36 * BYTES)

	.section .vectors, "ax"
	.globl board_reset
board_reset:
	csrr	a0, mhartid
	la	sp, board_stack
	slli	t0, a0, 14
	sub	sp, sp, t0
	la	t0, board_trap_entry
	csrw	mtvec, t0
	csrw	mscratch, zero
	j	board_start

	.text
	.balign 4
board_trap_entry:
	csrrw	sp, mscratch, sp
	bnez	sp, 1f
	csrrw	sp, mscratch, sp
1:	addi	sp, sp, -FRAME
	.irp	r, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, \
		24, 25, 26, 27, 28, 29, 30, 31
	SAVE	x\r, \r * BYTES(sp)
	.endr
	csrr	t0, mscratch
	bnez	t0, 2f
	addi	t0, sp, FRAME
2:	SAVE	t0, 2 * BYTES(sp)
	csrw	mscratch, zero
	csrr	t0, mepc
	SAVE	t0, 0(sp)
	csrr	t0, mstatus
	SAVE	t0, 32 * BYTES(sp)
	mv	a0, sp
	csrr	a1, mcause
	call	board_trap
	/* Back: mstatus.MPP says to which mode; interrupts are off, whatever the handler did. */
	LOAD	t0, 32 * BYTES(sp)
	csrw	mstatus, t0
	li	t1, 0x1800
	and	t0, t0, t1
	bnez	t0, 3f
	addi	t0, sp, FRAME
	csrw	mscratch, t0
3:	LOAD	t0, 0(sp)
	csrw	mepc, t0
	.irp	r, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, \
		24, 25, 26, 27, 28, 29, 30, 31
	LOAD	x\r, \r * BYTES(sp)
	.endr
	LOAD	sp, 2 * BYTES(sp)
	mret

	.globl board_enter_user
board_enter_user:
	csrw	mscratch, sp
	csrw	mepc, a0
	mv	sp, a1
	li	t0, 0x1800
	csrc	mstatus, t0
	li	t0, 0x80
	csrs	mstatus, t0
	li	a0, 0
	mret

	/* The three instructions of the call must lie in one page, and be four bytes each. */
	.globl board_semihosting
	.balign 16
	.option push
	.option norvc
board_semihosting:
	slli	zero, zero, 0x1f
	ebreak
	srai	zero, zero, 7
	ret
	.option pop
