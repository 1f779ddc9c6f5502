/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * fuzz/replay.c - run inputs again, step by step or as a check.
 *
 *   replay FILE        who ran, which step, what it found
 *   replay -q FILE...  only what fails; the last lines count
 *
 * A file is an input's bytes, or its text when the name ends in .txt.
 */
#include "figures.h"
#include "main.h"

static int tell(const char *name)
{
	uint8_t bytes[INPUT_SIZE_MAX + 1];
	size_t size = main_read(name, bytes);
	bool fails;

	trace_input(stdout, bytes, size);
	printf("\n  step  who\n");
	trace_to(stdout);
	fails = main_fails(bytes, size);
	printf("\n%llu steps, %llu yield points, %u interrupts, %u switches, %u deep\n",
	       (unsigned long long)outcome.figures.steps,
	       (unsigned long long)outcome.figures.yields, outcome.figures.interrupts,
	       outcome.figures.switches, outcome.figures.depth);
	if (fails)
		printf("not ok - %s is broken: %s\n", outcome.theorem, outcome.text);
	else
		printf("ok - nothing is broken\n");
	return fails ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* Each input runs twice: the same bytes are the same run. */
static bool check(const char *name)
{
	uint8_t bytes[INPUT_SIZE_MAX + 1];
	size_t size = main_read(name, bytes);
	struct figures first;

	if (main_fails(bytes, size)) {
		printf("not ok - %s: %s is broken: %s\n", name, outcome.theorem, outcome.text);
		return false;
	}
	first = outcome.figures;
	if (main_fails(bytes, size) || memcmp(&first, &outcome.figures, sizeof(first)) != 0) {
		printf("not ok - %s: two runs of it differ\n", name);
		return false;
	}
	figures_add();
	return true;
}

static void tell_sum(const struct figures_sum *sum, unsigned count, unsigned failed)
{
	printf("%u inputs: %llu steps, %llu interrupts, %llu switches, %u deep, %u pairs of steps "
	       "met\n",
	       count, (unsigned long long)sum->steps, (unsigned long long)sum->interrupts,
	       (unsigned long long)sum->switches, sum->depth, sum->pairs);
	printf("%u inputs replayed, words of %u bits: %u fail\n", count, WORLD_BITS, failed);
}

int main(int argc, char **argv)
{
	unsigned failed = 0;

	if (argc == 2 && strcmp(argv[1], "-q") != 0)
		return tell(argv[1]);
	if (argc < 3 || strcmp(argv[1], "-q") != 0) {
		fprintf(stderr, "usage: replay FILE, or replay -q FILE...\n");
		return 2;
	}
	figures_begin();
	for (int i = 2; i < argc; i++)
		failed += !check(argv[i]);
	tell_sum(figures_sum(), (unsigned)argc - 2, failed);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
