/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/tests/rooms_riscv.h - a firmware's configuration: it knows when it is in a
 * trap, so its two levels may have a room each.
 */
#ifndef ROOMS_RISCV_H
#define ROOMS_RISCV_H

#include <stdint.h>

#define LABYRINTH_ROOM_CAPACITY 4

/* 0, or one for each trap that runs. */
extern volatile uint32_t board_trap_depth;

#define LABYRINTH_LEVEL() (board_trap_depth == 0 ? 0u : 2u)

#endif /* ROOMS_RISCV_H */
