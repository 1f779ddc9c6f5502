/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * libc.h - who is to hear of a program that gives up.
 */
#ifndef LABYRINTH_KUNIT_LIBC_H
#define LABYRINTH_KUNIT_LIBC_H

struct kunit;

/* The case that runs; its thread is the one that calls what a program calls. */
extern struct kunit *libc_case;

#endif /* LABYRINTH_KUNIT_LIBC_H */
