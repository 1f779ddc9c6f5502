/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/gate.c - no call of Labyrinth may execute more instructions, or lock more often, than the
 * committed maxima say.
 *
 *	gate FILE          compare; the last line is "N passed, N failed"
 *	gate --write FILE  write the maxima as they are now
 *	gate --decode      for each instruction in hexadecimal on stdin: does it lock, does it load
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "known.h"
#include "peers/all.h"

#define FRAMES 65536u
#define ROWS_MAX 128u
#define HEAD "peer,pattern,call,instructions,locked\n"

/* The greatest counts of one kind of call. */
struct row {
	char key[96]; /* peer,pattern,call */
	uint64_t instructions;
	uint64_t locked;
	bool seen;
};

struct table {
	struct row row[ROWS_MAX];
	uint32_t count;
};

static struct table now;
static struct table committed;
static uint32_t passed;
static uint32_t failed;

static void stop(const char *what, const char *detail)
{
	fflush(stdout);
	fprintf(stderr, "gate: %s: %s\n", what, detail);
	printf("0 passed, 1 failed\n");
	exit(EXIT_FAILURE);
}

static void check(bool good, const char *name, const char *detail)
{
	passed += good;
	failed += !good;
	printf("%s  %-44s %s\n", good ? "ok    " : "FAILED", name, detail);
}

/* ---- the maxima now ---- */

static void measure_pattern(const struct peer *peer, const struct exact_pattern *pattern)
{
	struct tally tally[2] = {0};

	pattern->run(peer, FRAMES, tally);
	for (uint32_t call = 0; call < 2; call++) {
		struct row *row = &now.row[now.count];

		if (tally[call].calls == 0)
			continue;
		if (now.count++ == ROWS_MAX)
			stop("more rows than ROWS_MAX", peer->name);
		snprintf(row->key, sizeof(row->key), "%s,%s,%s", peer->name, pattern->name,
			 exact_call_name[call]);
		row->instructions = tally[call].max.instructions;
		row->locked = tally[call].max.locked;
	}
}

/* Counting takes minutes; of the two bursts, hardened builds have the worse one only. */
static bool is_left_out(const struct peer *peer, const struct exact_pattern *pattern)
{
	return strstr(peer->name, "-hard") != NULL && strcmp(pattern->name, "burst 1500") == 0;
}

static void measure(const struct peer *peer)
{
	const char *why = peer->open(FRAMES);

	if (why != NULL)
		stop(peer->name, why);
	for (uint32_t i = 0; i < exact_pattern_count; i++)
		if (!is_left_out(peer, &exact_patterns[i]))
			measure_pattern(peer, &exact_patterns[i]);
	peer->close();
}

static void measure_all(void)
{
	static const struct peer *const peers[] = {PEERS_LABYRINTH(PEERS_ADDRESS)};

	for (uint32_t i = 0; i < sizeof(peers) / sizeof(peers[0]); i++)
		measure(peers[i]);
}

/* ---- the committed ones ---- */

static void write_now(const char *path)
{
	FILE *file = fopen(path, "w");

	if (file == NULL)
		stop("cannot write the maxima", path);
	fprintf(file, HEAD);
	for (uint32_t i = 0; i < now.count; i++)
		fprintf(file, "%s,%" PRIu64 ",%" PRIu64 "\n", now.row[i].key,
			now.row[i].instructions, now.row[i].locked);
	if (fclose(file) != 0)
		stop("cannot write the maxima", path);
}

/* The number at the end of a line, which is cut off there with the comma before it. */
static uint64_t cut_number(char *line, const char *whole)
{
	char *comma = strrchr(line, ',');
	char *end = NULL;
	uint64_t number;

	if (comma == NULL)
		stop("a line that is not peer,pattern,call,instructions,locked", whole);
	number = strtoull(comma + 1, &end, 10);
	if (end == comma + 1 || (*end != '\0' && *end != '\n'))
		stop("a line that does not end in two numbers", whole);
	*comma = '\0';
	return number;
}

static void read_row(struct row *row, const char *line)
{
	char rest[160];

	snprintf(rest, sizeof(rest), "%s", line);
	row->locked = cut_number(rest, line);
	row->instructions = cut_number(rest, line);
	if (strlen(rest) >= sizeof(row->key))
		stop("a line that is too long", line);
	snprintf(row->key, sizeof(row->key), "%.95s", rest);
}

static void read_committed(const char *path)
{
	FILE *file = fopen(path, "r");
	char line[160];

	if (file == NULL)
		stop("cannot read the committed maxima; `make maxima` writes them", path);
	if (fgets(line, sizeof(line), file) == NULL || strcmp(line, HEAD) != 0)
		stop("the first line is not " HEAD, path);
	while (fgets(line, sizeof(line), file) != NULL) {
		if (committed.count == ROWS_MAX)
			stop("more rows than ROWS_MAX", path);
		read_row(&committed.row[committed.count++], line);
	}
	fclose(file);
}

static void compare(const struct row *row)
{
	struct row *max = NULL;
	char detail[160];

	for (uint32_t i = 0; i < committed.count; i++)
		if (strcmp(committed.row[i].key, row->key) == 0)
			max = &committed.row[i];
	if (max == NULL) {
		check(false, row->key, "no committed maximum; `make maxima` adds it");
		return;
	}
	max->seen = true;
	snprintf(detail, sizeof(detail),
		 "%" PRIu64 " instructions (at most %" PRIu64 "), %" PRIu64
		 " locked (at most %" PRIu64 ")",
		 row->instructions, max->instructions, row->locked, max->locked);
	check(row->instructions <= max->instructions && row->locked <= max->locked, row->key,
	      detail);
}

static void compare_all(void)
{
	for (uint32_t i = 0; i < now.count; i++)
		compare(&now.row[i]);
	for (uint32_t i = 0; i < committed.count; i++)
		if (!committed.row[i].seen)
			check(false, committed.row[i].key, "has a maximum, and was not measured");
}

/* ---- the counter itself ---- */

static void decode(void)
{
	char line[80];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		unsigned char code[sizeof(line) / 2] = {0};
		size_t length = strspn(line, "0123456789abcdef") / 2;

		for (size_t i = 0; i < length; i++) {
			const char digits[] = {line[2 * i], line[2 * i + 1], '\0'};

			code[i] = (unsigned char)strtoul(digits, NULL, 16);
		}
		printf("%d %d\n", count_locks(code), count_loads(code));
	}
}

static void check_counter(void)
{
	struct count count;
	char detail[120];

	(void)count_call(known_code, 0, 0, &count);
	snprintf(detail, sizeof(detail),
		 "counted %" PRIu64 " instructions, %" PRIu64 " locked, %" PRIu64
		 " loads; there are %u, %u, %u",
		 count.instructions, count.locked, count.loads, KNOWN_INSTRUCTIONS, KNOWN_LOCKED,
		 KNOWN_LOADS);
	check(count.instructions == KNOWN_INSTRUCTIONS && count.locked == KNOWN_LOCKED &&
		      count.loads == KNOWN_LOADS,
	      "the counter, on code that is known", detail);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--decode") == 0) {
		decode();
		return EXIT_SUCCESS;
	}
	if (argc != 2 && !(argc == 3 && strcmp(argv[1], "--write") == 0))
		stop("usage", "gate FILE, or gate --write FILE, or gate --decode");
	count_begin();
	check_counter();
	measure_all();
	if (argc == 3) {
		write_now(argv[2]);
	} else {
		read_committed(argv[1]);
		compare_all();
	}
	printf("%" PRIu32 " passed, %" PRIu32 " failed\n", passed, failed);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
