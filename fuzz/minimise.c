/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/minimise.c - make an input that fails shorter and plainer while the same theorem breaks.
 *
 *   minimise FILE OUTPUT.txt
 *
 * Takes away runs of bytes, calls, and bits, over and over until nothing can go.
 */
#include "main.h"

static struct {
	uint8_t bytes[INPUT_SIZE_MAX + 1];
	size_t size;
	const char *theorem;
	unsigned runs;
} best;

/* Whether the candidate fails in the same way; then it is the best. */
static bool better(const uint8_t *bytes, size_t size)
{
	best.runs++;
	if (size <= INPUT_HEAD || !main_fails(bytes, size) ||
	    strcmp(outcome.theorem, best.theorem) != 0)
		return false;
	memcpy(best.bytes, bytes, size);
	best.size = size;
	return true;
}

static bool cut(size_t at, size_t count)
{
	uint8_t bytes[INPUT_SIZE_MAX + 1];

	memcpy(bytes, best.bytes, at);
	memcpy(bytes + at, best.bytes + at + count, best.size - at - count);
	return better(bytes, best.size - count);
}

/* Without one call, whose number is in the second byte. */
static bool cut_call(size_t at)
{
	uint8_t bytes[INPUT_SIZE_MAX + 1];
	uint8_t calls = best.bytes[1] >> 4;

	if (calls == 0 || at > calls)
		return false;
	memcpy(bytes, best.bytes, best.size);
	bytes[1] = (uint8_t)((calls - 1u) << 4 | (bytes[1] & 15u));
	memmove(bytes + INPUT_HEAD + at, bytes + INPUT_HEAD + at + 1,
		best.size - INPUT_HEAD - at - 1);
	return better(bytes, best.size - 1);
}

static bool lower(size_t at)
{
	uint8_t bytes[INPUT_SIZE_MAX + 1];
	bool lowered = false;

	for (unsigned bit = 8; bit-- > 0;) {
		memcpy(bytes, best.bytes, best.size);
		if ((bytes[at] >> bit & 1u) == 0 || (at == 1 && bit >= 4))
			continue;
		bytes[at] = (uint8_t)(bytes[at] ^ (1u << bit));
		lowered |= better(bytes, best.size);
	}
	return lowered;
}

static bool pass(void)
{
	bool any = false;

	for (size_t count = 16; count > 0; count /= 2)
		for (size_t at = best.size; at-- > INPUT_HEAD;)
			if (at + count <= best.size && best.size - count > INPUT_HEAD)
				any |= cut(at, count);
	for (size_t at = 16; at-- > 0;)
		if (best.size > INPUT_HEAD + at + 1)
			any |= cut_call(at);
	for (size_t at = 0; at < best.size; at++)
		any |= lower(at);
	return any;
}

int main(int argc, char **argv)
{
	FILE *file;

	if (argc != 3) {
		fprintf(stderr, "usage: minimise FILE OUTPUT.txt\n");
		return 2;
	}
	best.size = main_read(argv[1], best.bytes);
	if (!main_fails(best.bytes, best.size)) {
		fprintf(stderr, "%s does not fail, so it cannot be made smaller\n", argv[1]);
		return 2;
	}
	best.theorem = outcome.theorem;
	while (pass())
		;
	(void)main_fails(best.bytes, best.size);
	file = fopen(argv[2], "w");
	if (file == NULL) {
		fprintf(stderr, "%s cannot be written\n", argv[2]);
		return 2;
	}
	fprintf(file, "# %s is broken: %s\n", outcome.theorem, outcome.text);
	trace_input(file, best.bytes, best.size);
	(void)fclose(file);
	printf("%zu bytes after %u runs: %s is broken: %s\n", best.size, best.runs, outcome.theorem,
	       outcome.text);
	return EXIT_SUCCESS;
}
