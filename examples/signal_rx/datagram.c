/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/datagram.c - the content of a datagram follows from its sequence number.
 */
#include <string.h>

#include "signal_rx.h"

#define HEADER_BYTES 8u
static const uint8_t data_mark[4] = {'L', 'A', 'B', 'd'};
static const uint8_t closing_mark[4] = {'L', 'A', 'B', 'c'};

/* One step of splitmix64: every output bit depends on every input bit. */
static uint64_t mix(uint64_t value)
{
	value += 0x9e3779b97f4a7c15u;
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
	return value ^ (value >> 31);
}

uint32_t datagram_length(uint32_t sequence)
{
	return DATAGRAM_MIN + (uint32_t)(mix(sequence) % (DATAGRAM_MAX - DATAGRAM_MIN + 1));
}

static void put_header(const uint8_t *mark, uint32_t sequence, uint8_t *bytes)
{
	memcpy(bytes, mark, sizeof(data_mark));
	memcpy(bytes + sizeof(data_mark), &sequence, sizeof(sequence));
}

void datagram_make(uint32_t sequence, uint8_t *bytes)
{
	uint32_t length = datagram_length(sequence);

	put_header(data_mark, sequence, bytes);
	for (uint32_t at = HEADER_BYTES; at < length; at += 8) {
		uint64_t chunk = mix(((uint64_t)sequence << 32) | at);
		uint32_t left = length - at;

		memcpy(bytes + at, &chunk, left < sizeof(chunk) ? left : sizeof(chunk));
	}
}

void datagram_make_closing(uint32_t sequence, uint8_t *bytes)
{
	memset(bytes, 0, DATAGRAM_MIN);
	put_header(closing_mark, sequence, bytes);
}

uint32_t datagram_sequence(const uint8_t *bytes)
{
	uint32_t sequence;

	memcpy(&sequence, bytes + sizeof(data_mark), sizeof(sequence));
	return sequence;
}

bool datagram_is_closing(const uint8_t *bytes, uint32_t length, uint32_t *sequence)
{
	if (length != DATAGRAM_MIN || memcmp(bytes, closing_mark, sizeof(closing_mark)) != 0)
		return false;
	*sequence = datagram_sequence(bytes);
	return true;
}

bool datagram_is_whole(const uint8_t *bytes, uint32_t length, uint32_t sequence)
{
	uint8_t expected[DATAGRAM_MAX];

	if (length != datagram_length(sequence))
		return false;
	datagram_make(sequence, expected);
	return memcmp(bytes, expected, length) == 0;
}
