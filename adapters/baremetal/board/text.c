/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/board/text.c - numbers as text, and the two functions that compilers call.
 */
#include <stddef.h>

#include "board.h"

void *memset(void *to, int value, size_t size);
void *memcpy(void *to, const void *from, size_t size);

/* volatile: or the compiler makes these loops into calls of themselves. */
void *memset(void *to, int value, size_t size)
{
	volatile unsigned char *byte = to;

	while (size-- > 0)
		*byte++ = (unsigned char)value;
	return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
	volatile unsigned char *byte = to;
	const unsigned char *source = from;

	while (size-- > 0)
		*byte++ = *source++;
	return to;
}

bool board_told(const char *word)
{
	char line[80];
	const char *at = line;

	if (!board_command_line(line, sizeof(line)))
		return false;
	while (*at != '\0' && *at == *word) {
		at++;
		word++;
	}
	return *at == *word;
}

/* Without division, which small cores have in a library only. */
void board_number(uint32_t value)
{
	static const uint32_t powers[] = {1000000000, 100000000, 10000000, 1000000, 100000,
					  10000,      1000,      100,      10,      1};
	char digits[sizeof(powers) / sizeof(powers[0]) + 1];
	uint32_t length = 0;

	for (uint32_t place = 0; place < sizeof(powers) / sizeof(powers[0]); place++) {
		char digit = '0';

		while (value >= powers[place]) {
			value -= powers[place];
			digit++;
		}
		if (digit != '0' || length > 0 || powers[place] == 1)
			digits[length++] = digit;
	}
	digits[length] = '\0';
	board_text(digits);
}

void board_hex(uintptr_t value)
{
	char digits[2 * sizeof(value) + 1];

	for (uint32_t place = 0; place < 2 * sizeof(value); place++)
		digits[place] =
			"0123456789abcdef"[value >> 4 * (2 * sizeof(value) - 1 - place) & 15];
	digits[2 * sizeof(value)] = '\0';
	board_text(digits);
}

void board_line(const char *name, uint32_t value)
{
	board_text(name);
	board_text(" ");
	board_number(value);
	board_text("\n");
}
