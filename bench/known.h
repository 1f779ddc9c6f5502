/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/known.h - code whose counts are known, because it is written instruction by instruction.
 */
#ifndef BENCH_KNOWN_H
#define BENCH_KNOWN_H

#include <stdbool.h>
#include <stdint.h>

/* What known_code() executes, its loop twice. */
#define KNOWN_INSTRUCTIONS 28u
#define KNOWN_LOCKED 8u
#define KNOWN_LOADS 14u

bool known_code(uint32_t thread, uint32_t place);

#endif /* BENCH_KNOWN_H */
