/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/encode.c - an input from its text to its bytes, and back.
 *
 *   encode FILE.txt OUTPUT   bytes
 *   encode FILE              its text, to the terminal
 */
#include "main.h"

int main(int argc, char **argv)
{
	uint8_t bytes[INPUT_SIZE_MAX + 1];
	FILE *file;
	size_t size;

	if (argc != 2 && argc != 3) {
		fprintf(stderr, "usage: encode FILE.txt OUTPUT, or encode FILE\n");
		return 2;
	}
	size = main_read(argv[1], bytes);
	if (argc == 2) {
		trace_input(stdout, bytes, size);
		return EXIT_SUCCESS;
	}
	file = fopen(argv[2], "wb");
	if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
		fprintf(stderr, "%s cannot be written\n", argv[2]);
		return 2;
	}
	return EXIT_SUCCESS;
}
