/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/decode.c - does an x86-64 instruction lock, does it read memory? As much of the encoding as
 * that takes: prefixes, the opcode's map, and whether the operand is in memory.
 */
#include "count.h"

/* Opcodes first .. last of one map. */
struct range {
	unsigned char first;
	unsigned char last;
};

/* An instruction, taken apart. */
struct code {
	const unsigned char *opcode; /* after its prefixes and escapes */
	unsigned map;                /* 0: one byte, 1: 0f, 2: 0f 38, 3: 0f 3a */
	bool lock;
	bool repeat; /* prefix f3 */
};

static const struct range reads_operand[][16] = {
	{{0x00, 0x03},
	 {0x08, 0x0b},
	 {0x10, 0x13},
	 {0x18, 0x1b},
	 {0x20, 0x23},
	 {0x28, 0x2b},
	 {0x30, 0x33},
	 {0x38, 0x3b},
	 {0x63, 0x63},
	 {0x69, 0x69},
	 {0x6b, 0x6b},
	 {0x80, 0x87},
	 {0x8a, 0x8b},
	 {0xc0, 0xc1},
	 {0xd0, 0xd3},
	 {0xf6, 0xff}},
	{{0x10, 0x10},
	 {0x12, 0x12},
	 {0x14, 0x16},
	 {0x28, 0x28},
	 {0x2a, 0x2a},
	 {0x2c, 0x2f},
	 {0x40, 0x76},
	 {0xa3, 0xa5},
	 {0xab, 0xad},
	 {0xaf, 0xb8},
	 {0xba, 0xc2},
	 {0xc4, 0xc7},
	 {0xd0, 0xd5},
	 {0xd8, 0xe6},
	 {0xe8, 0xff},
	 {0, 0}},
	{{0x01, 0xf0}, {0xf2, 0xff}, {0, 0}},
	{{0x01, 0x13}, {0x18, 0xff}, {0, 0}},
};

/* Pops, returns, leave, and the string instructions that read. */
static const struct range reads_implied[] = {{0x58, 0x5f}, {0x9d, 0x9d}, {0xa4, 0xa7},
					     {0xac, 0xad}, {0xc2, 0xc3}, {0xc9, 0xc9}};

static bool within(const struct range *ranges, size_t count, unsigned char opcode)
{
	for (size_t i = 0; i < count; i++)
		if (ranges[i].last != 0 && opcode >= ranges[i].first && opcode <= ranges[i].last)
			return true;
	return false;
}

static bool is_prefix(unsigned char byte)
{
	static const struct range prefixes[] = {{0x26, 0x26}, {0x2e, 0x2e}, {0x36, 0x36},
						{0x3e, 0x3e}, {0x40, 0x4f}, {0x64, 0x67}};

	return within(prefixes, 6, byte);
}

/* VEX and EVEX carry the map in themselves; true when that was one. */
static bool vector_prefix(struct code *code)
{
	const unsigned char *at = code->opcode;

	if (*at != 0xc4 && *at != 0xc5 && *at != 0x62)
		return false;
	code->map = *at == 0xc5 ? 1 : at[1] & 3;
	code->repeat = (*at == 0x62 || *at == 0xc4 ? at[2] & 3 : at[1] & 3) == 2;
	code->opcode += *at == 0xc5 ? 2 : *at == 0xc4 ? 3 : 4;
	return true;
}

static struct code parse(const unsigned char *at)
{
	struct code code = {at, 0, false, false};

	for (;; code.opcode++) {
		if (*code.opcode == 0xf0)
			code.lock = true;
		else if (*code.opcode == 0xf3)
			code.repeat = true;
		else if (*code.opcode != 0xf2 && !is_prefix(*code.opcode))
			break;
	}
	if (vector_prefix(&code) || *code.opcode != 0x0f)
		return code;
	code.map = 1;
	code.opcode++;
	if (*code.opcode == 0x38 || *code.opcode == 0x3a) {
		code.map = *code.opcode == 0x38 ? 2 : 3;
		code.opcode++;
	}
	return code;
}

/* Of the instructions that have an operand at all. */
static bool in_memory(const struct code *code)
{
	return code->opcode[1] < 0xc0;
}

bool count_locks(const unsigned char *at)
{
	const struct code code = parse(at);

	return code.lock || (code.map == 0 && (*code.opcode == 0x86 || *code.opcode == 0x87) &&
			     in_memory(&code));
}

bool count_loads(const unsigned char *at)
{
	const struct code code = parse(at);
	const unsigned char opcode = *code.opcode;

	if (code.map == 0 && opcode >= 0xf8 && opcode <= 0xfd) /* flags: no operand */
		return false;
	if (code.map == 0 && within(reads_implied, 6, opcode))
		return true;
	if (code.map == 1 && opcode == 0x7e) /* movq: a load with f3, else a store */
		return code.repeat && in_memory(&code);
	if (code.map == 1 && (opcode == 0x18 || opcode == 0x77)) /* prefetch, emms */
		return false;
	return within(reads_operand[code.map], 16, opcode) && in_memory(&code);
}
