/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/blind.c - random inputs as fast as they run, without any guide: needs no fuzzing engine.
 *
 *   blind SECONDS [SEED [OUTPUT]]   an input that fails is written to OUTPUT (default: failed)
 */
#include <time.h>

#include "main.h"

static uint64_t state;

/* splitmix64 */
static uint32_t draw(void)
{
	uint64_t z = state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 16);
}

/* Mostly calls that take and give, mostly short paces. */
static size_t fill(uint8_t *bytes)
{
	static const uint8_t kinds[16] = {0, 0, 0, 1, 2, 2, 2, 3, 4, 5, 6, 6, 7, 8, 10, 11};
	uint32_t calls = 1 + draw() % 12;
	uint32_t actions = draw() % 24;
	size_t size = INPUT_HEAD;

	bytes[0] = (uint8_t)(draw() & 127u);
	bytes[1] = (uint8_t)((calls - 1) << 4 | (draw() & 3u));
	for (uint32_t i = 0; i < calls; i++)
		bytes[size++] = (uint8_t)((uint32_t)kinds[draw() % 16] << 4 | (draw() & 15u));
	for (uint32_t i = 0; i < actions; i++) {
		uint32_t random = draw();

		bytes[size++] =
			(uint8_t)((random & 3u) << 6 | (uint32_t)kinds[random >> 2 & 15u] << 2 |
				  (random >> 6 & 3u));
		bytes[size++] = (uint8_t)((random >> 8 & 15u) |
					  ((random >> 12 & 7u) == 0 ? (random >> 15 & 240u) : 0));
	}
	return size;
}

static double seconds(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static struct {
	uint64_t runs;
	uint64_t steps;
	uint64_t interrupts;
	uint64_t switches;
	uint32_t depth;
} sum;

static void add(void)
{
	sum.runs++;
	sum.steps += outcome.figures.steps;
	sum.interrupts += outcome.figures.interrupts;
	sum.switches += outcome.figures.switches;
	if (outcome.figures.depth > sum.depth)
		sum.depth = outcome.figures.depth;
}

static void tell(double spent, double wanted)
{
	printf("%5.0f s of %.0f: %llu runs, %.0f a second; a run has %.0f steps, %.1f interrupts, "
	       "%.1f switches; %u deep\n",
	       spent, wanted, (unsigned long long)sum.runs, (double)sum.runs / spent,
	       (double)sum.steps / (double)sum.runs, (double)sum.interrupts / (double)sum.runs,
	       (double)sum.switches / (double)sum.runs, sum.depth);
	(void)fflush(stdout);
}

static int fail(const uint8_t *bytes, size_t size, const char *name)
{
	FILE *file = fopen(name, "wb");

	printf("not ok - run %llu: %s is broken: %s\n", (unsigned long long)sum.runs,
	       outcome.theorem, outcome.text);
	trace_input(stdout, bytes, size);
	if (file == NULL || fwrite(bytes, 1, size, file) != size || fclose(file) != 0)
		printf("%s cannot be written\n", name);
	else
		printf("written to %s\n", name);
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	double wanted = argc > 1 ? strtod(argv[1], NULL) : 0;
	double begin = seconds();
	double told = begin;
	uint8_t bytes[INPUT_SIZE_MAX + 1];

	if (wanted <= 0) {
		fprintf(stderr, "usage: blind SECONDS [SEED [OUTPUT]]\n");
		return 2;
	}
	state = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	for (;;) {
		size_t size = fill(bytes);

		if (main_fails(bytes, size))
			return fail(bytes, size, argc > 3 ? argv[3] : "failed");
		add();
		if (sum.runs % 1024 != 0)
			continue;
		if (seconds() - told >= 10) {
			told = seconds();
			tell(told - begin, wanted);
		}
		if (seconds() - begin >= wanted)
			break;
	}
	tell(seconds() - begin, wanted);
	return EXIT_SUCCESS;
}
