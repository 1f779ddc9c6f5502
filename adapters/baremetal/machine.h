/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/machine.h - which exception is running, on Arm M-profile and on RISC-V.
 *
 * LABYRINTH_HOLDER(): 1 .. 4095, the name that the ledger keeps for a page.
 * LABYRINTH_LEVEL(): with rooms, the context of the caller: 0 main, 1 whoever may nest and so has
 * no room, 2 and up the priorities. A firmware may define either in its configuration.
 */
#ifndef LABYRINTH_MACHINE_H
#define LABYRINTH_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "labyrinth_config.h"

/** Levels: main, NMI and faults, and the priorities. */
#define LABYRINTH_LEVEL_MAIN 0u
#define LABYRINTH_LEVEL_NESTS 1u
#define LABYRINTH_LEVEL_FIRST 2u
#define LABYRINTH_LEVELS (LABYRINTH_LEVEL_FIRST + (1u << LABYRINTH_PRIORITY_BITS))

/** Holders above this one are tasks: labyrinth_protect.h. */
#define LABYRINTH_HOLDER_TASK 2048u

#if defined(__arm__)

/** The exception that runs; 0: none. */
static inline uint32_t labyrinth_exception(void)
{
	uint32_t number;

	__asm__ volatile("mrs %0, ipsr" : "=r"(number));
	return number;
}

#ifndef LABYRINTH_HOLDER
#define LABYRINTH_HOLDER() (1u + labyrinth_exception())
#endif

/* The priority byte of exception `number`, which is 4 or more: SHPR for 4 .. 15, then NVIC_IPR.
 * Read as words, which is all that ARMv6-M and v8-M baseline allow. */
static inline uint32_t labyrinth_priority(uint32_t number)
{
	uintptr_t base = number < 16u ? 0xe000ed18u - 4u : 0xe000e400u - 16u;
	uint32_t four = *(const volatile uint32_t *)(base + (number & ~3u));

	return four >> (8u * (number & 3u)) & 0xffu;
}

static inline uint32_t labyrinth_level(void)
{
	uint32_t number = labyrinth_exception();
	uint32_t priority;

	if (number == 0)
		return LABYRINTH_LEVEL_MAIN;
	if (number < 4)
		return LABYRINTH_LEVEL_NESTS;
	priority = labyrinth_priority(number);
	if ((priority << LABYRINTH_PRIORITY_BITS & 0xffu) != 0)
		return LABYRINTH_LEVEL_NESTS;
	return LABYRINTH_LEVEL_FIRST + (priority >> (8 - LABYRINTH_PRIORITY_BITS));
}

#ifndef LABYRINTH_LEVEL
#define LABYRINTH_LEVEL() labyrinth_level()
#endif

#elif defined(__riscv)

static inline uint32_t labyrinth_hart(void)
{
	unsigned long hart;

	__asm__ volatile("csrr %0, mhartid" : "=r"(hart));
	return (uint32_t)hart;
}

#ifndef LABYRINTH_HOLDER
#define LABYRINTH_HOLDER() (1u + labyrinth_hart())
#endif

/* Nothing in a hart says whether it runs a trap handler, so without a word from the firmware no
 * caller has a room. */
#ifndef LABYRINTH_LEVEL
#define LABYRINTH_LEVEL() LABYRINTH_LEVEL_NESTS
#endif

#else
#error "LABYRINTH: this machine has no port; Arm M-profile and RISC-V do"
#endif

/** Whether steps mask interrupts, because the core has no instruction for them. */
#if (defined(__arm__) && defined(__ARM_FEATURE_LDREX)) || defined(__riscv_atomic)
#define LABYRINTH_MASKS 0
#else
#define LABYRINTH_MASKS 1
#endif

/** Whether the caller cannot be masked, and so must not use a port that masks. */
static inline bool labyrinth_unmaskable(void)
{
#if LABYRINTH_MASKS && defined(__arm__)
	uint32_t number = labyrinth_exception();

	return number == 2 || number == 3;
#else
	return false;
#endif
}

#endif /* LABYRINTH_MACHINE_H */
