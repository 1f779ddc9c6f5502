/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/port_masked.c - steps for cores without atomic instructions, which
 * are Cortex-M0, M0+ and RISC-V without A; and bit scanning where there is no instruction for it.
 *
 * Each step of the core is then a call of the compiler's __atomic_..._4, which is here: interrupts
 * off, a load, a store, interrupts as they were. README.md says how many instructions are masked.
 * Masking stops neither NMI nor HardFault, so those two must not call: they would see, and could
 * lose, half a step. It stops the one core it runs on: no second core may use the pool either.
 */
#include <stdbool.h>
#include <stdint.h>

#include "machine.h"

#if LABYRINTH_MASKS

#if defined(__arm__)

static inline uint32_t mask(void)
{
	uint32_t before;

	__asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(before) : : "memory");
	return before;
}

static inline void unmask(uint32_t before)
{
	__asm__ volatile("msr primask, %0" : : "r"(before) : "memory");
}

#else

static inline uint32_t mask(void)
{
	unsigned long before;

	__asm__ volatile("csrrci %0, mstatus, 8" : "=r"(before) : : "memory");
	return (uint32_t)before & 8u;
}

static inline void unmask(uint32_t before)
{
	__asm__ volatile("csrs mstatus, %0" : : "r"((unsigned long)before) : "memory");
}

#endif

/* The compiler knows these names as functions of its own, so C may not define them by name. */
#define STEP(type, name, parameters)                                                               \
	type labyrinth_##name parameters __asm__("__atomic_" #name);                               \
	type labyrinth_##name parameters

/* A step that makes `after` of `before` and `value` by `change`, and answers `before`. */
#define CHANGE(name, change)                                                                       \
	STEP(uint32_t, name, (volatile void *shared, uint32_t value, int order))                   \
	{                                                                                          \
		volatile uint32_t *word = shared;                                                  \
		uint32_t state = mask();                                                           \
		uint32_t before = *word;                                                           \
		uint32_t after = before;                                                           \
                                                                                                   \
		(void)order;                                                                       \
		change;                                                                            \
		*word = after;                                                                     \
		unmask(state);                                                                     \
		return before;                                                                     \
	}

CHANGE(exchange_4, after = value)
CHANGE(fetch_and_4, after &= value)
CHANGE(fetch_or_4, after |= value)
CHANGE(fetch_add_4, after += value)

STEP(bool, compare_exchange_4,
     (volatile void *shared, void *expected, uint32_t value, bool weak, int order, int failure))
{
	volatile uint32_t *word = shared;
	uint32_t *wanted = expected;
	uint32_t state = mask();
	uint32_t before = *word;
	bool same = before == *wanted;

	(void)weak, (void)order, (void)failure;
	if (same)
		*word = value;
	else
		*wanted = before;
	unmask(state);
	return same;
}

#endif

/* The number of the lowest set bit, where the core has no instruction: a product with a constant
 * whose every run of five (six) bits is different puts a number of its own on top. */
#if defined(__arm__) ? !defined(__ARM_FEATURE_CLZ) : __riscv_xlen == 32

int labyrinth_ctzsi2(uint32_t word) __asm__("__ctzsi2");
int labyrinth_ctzsi2(uint32_t word)
{
	static const uint8_t place[32] = {0,  1,  28, 2,  29, 14, 24, 3,  30, 22, 20,
					  15, 25, 17, 4,  8,  31, 27, 13, 23, 21, 19,
					  16, 7,  26, 12, 18, 6,  11, 5,  10, 9};

	return place[(word & (0u - word)) * 0x077cb531u >> 27];
}

#elif defined(__riscv)

int labyrinth_ctzdi2(uint64_t word) __asm__("__ctzdi2");
int labyrinth_ctzdi2(uint64_t word)
{
	static const uint8_t place[64] = {0,  1,  2,  53, 3,  7,  54, 27, 4,  38, 41, 8,  34,
					  55, 48, 28, 62, 5,  39, 46, 44, 42, 22, 9,  24, 35,
					  59, 56, 49, 18, 29, 11, 63, 52, 6,  26, 37, 40, 33,
					  47, 61, 45, 43, 21, 23, 58, 17, 10, 51, 25, 36, 32,
					  60, 20, 57, 16, 50, 31, 19, 15, 30, 14, 13, 12};

	return place[(word & (0u - word)) * 0x022fdd63cc95386du >> 58];
}

#endif
