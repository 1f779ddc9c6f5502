/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/main.c - run the measures on every peer that is there.
 *
 *	bench RESULTS [--peer NAME] [--rounds N] [--only MEASURE]
 *
 * RESULTS is a file of lines measure,pattern,peer,metric,value. With --peer, Labyrinth's builds and
 * the peers whose name starts with NAME.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"
#include "peers/all.h"

struct measure {
	const char *name;
	void (*run)(const struct bench *bench);
};

static const struct measure measures[] = {
	{"pairs", pairs_measure}, {"threads", threads_measure}, {"tail", tail_measure},
	{"sizes", sizes_measure}, {"exact", exact_measure},
};
#define MEASURES (sizeof(measures) / sizeof(measures[0]))

_Noreturn void bench_stop(const char *who, const char *what)
{
	fprintf(stderr, "\nbench: %s: %s\n", who, what);
	exit(EXIT_FAILURE);
}

void bench_result(const struct bench *bench, const char *measure, const char *pattern,
		  const struct peer *peer, const char *metric, double value)
{
	fprintf(bench->results, "%s,\"%s\",%s,%s,%.3f\n", measure, pattern, peer->name, metric,
		value);
}

void bench_progress(const char *measure, const char *pattern, uint32_t done, uint32_t total)
{
	static double start;
	static double shown;
	const double now = clock_now();

	if (done == 0)
		start = now;
	else if (now - shown < 1e9)
		return;
	shown = now;
	fprintf(stderr, "bench: %-8s %-32s %4u of %u", measure, pattern, done, total);
	if (done != 0)
		fprintf(stderr, ", %.0f s left", (now - start) / 1e9 / done * (total - done));
	fprintf(stderr, "\n");
}

void bench_open(const struct peer *peer, uint32_t frame_count)
{
	const char *why = peer->open(frame_count);

	if (why != NULL)
		bench_stop(peer->name, why);
	peer->join(0);
}

/* ---- which peers ---- */

static void add(struct bench *bench, const struct peer *peer)
{
	const char *why = peer->open(BENCH_FRAMES);

	fprintf(bench->results, "peer,\"%s\",%s,%s,%d\n", peer->what, peer->name,
		why == NULL ? "there" : "missing", why == NULL);
	if (why != NULL) {
		fprintf(stderr, "bench: %s: %s\n", peer->name, why);
		return;
	}
	peer->close();
	bench->peer[bench->peer_count++] = peer;
}

static void add_all(struct bench *bench, const char *wanted)
{
	static const struct peer *const own[] = {PEERS_LABYRINTH(PEERS_ADDRESS)};
	static const struct peer *const others[] = {PEERS_OTHERS(PEERS_ADDRESS)};
	uint32_t found = 0;

	for (uint32_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		add(bench, own[i]);
	for (uint32_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (wanted != NULL && strncmp(others[i]->name, wanted, strlen(wanted)) != 0)
			continue;
		found++;
		add(bench, others[i]);
	}
	if (found != 0)
		return;
	fprintf(stderr, "bench: no peer's name starts with '%s'; there are", wanted);
	for (uint32_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		fprintf(stderr, " %s", others[i]->name);
	fprintf(stderr, "\n");
	exit(2);
}

/* ---- the program ---- */

/* jemalloc's state of each thread does not fit what the C library leaves for libraries that come
 * late, unless it is told so at the start of the program. */
static void with_space_for_libraries(char **argv)
{
	static char path[4096];

	if (getenv("GLIBC_TUNABLES") != NULL)
		return;
	setenv("GLIBC_TUNABLES", "glibc.rtld.optional_static_tls=65536", 1);
	if (readlink("/proc/self/exe", path, sizeof(path) - 1) > 0)
		execv(path, argv);
	bench_stop("cannot start itself again", argv[0]);
}

static void usage(const char *what)
{
	fprintf(stderr,
		"bench: %s\nusage: bench RESULTS [--peer NAME] [--rounds 5..1001] [--only "
		"MEASURE]\n",
		what);
	exit(2);
}

int main(int argc, char **argv)
{
	struct bench bench = {.rounds = 61};
	const char *wanted = NULL;
	const char *only = NULL;
	uint32_t ran = 0;

	with_space_for_libraries(argv);
	if (argc < 2 || argc % 2 != 0 || argv[1][0] == '-')
		usage("what file for the results?");
	for (int i = 2; i < argc; i += 2) {
		if (strcmp(argv[i], "--peer") == 0)
			wanted = argv[i + 1];
		else if (strcmp(argv[i], "--only") == 0)
			only = argv[i + 1];
		else if (strcmp(argv[i], "--rounds") == 0)
			bench.rounds = (uint32_t)strtoul(argv[i + 1], NULL, 10);
		else
			usage(argv[i]);
	}
	if (bench.rounds < 5 || bench.rounds > 1001)
		usage("--rounds is not a number from 5 to 1001");
	bench.results = fopen(argv[1], "w");
	if (bench.results == NULL)
		bench_stop(argv[1], "cannot be written");
	clock_pin(0);
	fprintf(bench.results, "measure,pattern,peer,metric,value\n");
	add_all(&bench, wanted);
	for (uint32_t i = 0; i < MEASURES; i++)
		if (only == NULL || strcmp(only, measures[i].name) == 0) {
			measures[i].run(&bench);
			fflush(bench.results);
			ran++;
		}
	if (ran == 0)
		usage("--only wants pairs, threads, tail, sizes or exact");
	if (fclose(bench.results) != 0)
		bench_stop(argv[1], "cannot be written");
	return EXIT_SUCCESS;
}
