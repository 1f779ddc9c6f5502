/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/threads.c - two threads, each on a CPU of its own: both with work of their own, and one
 * that allocates while the other frees.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "bench.h"
#include "scatter.h"

#define CHUNK 512u               /* pairs between two looks at the other thread */
#define CHUNKS 12u               /* of a timed batch */
#define SHARE (BENCH_FRAMES / 4) /* pages a thread takes; it holds half of them */
#define PIPELINE 8192u           /* pages of a timed batch */
#define TRIES 4u
#define ROUNDS_DIVISOR 4u

/* MIXED: one thread takes its pages from between those of the other. */
enum work { LIFO, CHURN, MIXED, PASS, WORKS };
static const char *const work_name[WORKS] = {"two threads LIFO 32", "two threads random 50 %",
					     "two threads mixed", "CPU 0 to CPU 1"};

/* What both threads are doing: they meet at the barrier before and after. */
static struct {
	_Alignas(128) _Atomic uint32_t ready;
	_Alignas(128) _Atomic uint32_t finished;
	_Alignas(128) pthread_barrier_t barrier;
	const struct peer *peer;
	uint32_t *victim[BENCH_THREADS];
	double ns[BENCH_THREADS]; /* per pair, or per page */
	enum work work;
	bool end;
	bool disturbed[BENCH_THREADS];
} both;

static uint32_t chunk(uint32_t thread)
{
	if (both.work == LIFO)
		return both.peer->lifo(thread, 32, CHUNK / 32);
	return both.peer->churn(thread, both.victim[thread], CHUNK);
}

/* Each goes on until both have done their share, so that neither is ever alone. */
static void contend(uint32_t thread)
{
	uint32_t failed = chunk(thread); /* the caches have what other peers left there */
	double start = clock_now();

	for (uint32_t i = 0; i < CHUNKS; i++)
		failed += chunk(thread);
	both.ns[thread] = (clock_now() - start) / (CHUNK * CHUNKS);
	atomic_fetch_add(&both.finished, 1);
	while (atomic_load(&both.finished) < BENCH_THREADS)
		failed += chunk(thread);
	if (failed != 0)
		bench_stop(both.peer->name, "an allocation failed that must not");
}

static void pass(uint32_t thread)
{
	double start = clock_now();

	if (thread == 0)
		(void)both.peer->produce(0, PIPELINE);
	else
		(void)both.peer->consume(1, PIPELINE);
	both.ns[thread] = (clock_now() - start) / PIPELINE;
}

/* One batch, in each of the threads; false at the end. */
static bool work(uint32_t thread)
{
	long before;

	pthread_barrier_wait(&both.barrier);
	if (both.end)
		return false;
	both.peer->join(thread);
	atomic_fetch_add(&both.ready, 1);
	while (atomic_load(&both.ready) < BENCH_THREADS)
		;
	before = clock_disturbances();
	if (both.work == PASS)
		pass(thread);
	else
		contend(thread);
	both.disturbed[thread] = clock_disturbances() != before;
	pthread_barrier_wait(&both.barrier);
	return true;
}

static void *second(void *unused)
{
	(void)unused;
	clock_pin(1);
	while (work(1))
		;
	return NULL;
}

/* The mean of both threads for work of their own, the slower one's for pages that pass. */
static double batch(const struct peer *peer, enum work what)
{
	for (uint32_t i = 0; i < TRIES; i++) {
		both.peer = peer;
		both.work = what;
		atomic_store(&both.ready, 0);
		atomic_store(&both.finished, 0);
		(void)work(0);
		if (!both.disturbed[0] && !both.disturbed[1])
			break;
	}
	if (what == PASS)
		return both.ns[0] > both.ns[1] ? both.ns[0] : both.ns[1];
	return (both.ns[0] + both.ns[1]) / 2;
}

static void fill(const struct peer *peer, enum work what)
{
	bench_open(peer, BENCH_FRAMES);
	for (uint32_t t = 0; t < BENCH_THREADS; t++) {
		if (what == MIXED)
			free(scatter_fill(peer, t, SHARE, SHARE / 2));
		if (what == CHURN)
			scatter_take(peer, t, SHARE);
	}
	for (uint32_t t = 0; t < BENCH_THREADS && what == CHURN; t++)
		free(scatter_free(peer, t, SHARE, SHARE / 2));
}

static void empty(const struct peer *peer, const uint32_t *order, enum work what)
{
	for (uint32_t t = 0; t < BENCH_THREADS; t++) {
		if (what == CHURN || what == MIXED)
			scatter_empty(peer, t, order, SHARE / 2);
		peer->reset(t);
	}
	peer->close();
}

static void measure(const struct bench *bench, enum work what)
{
	const uint32_t rounds = bench->rounds / ROUNDS_DIVISOR + 1;
	uint32_t *order = scatter_order(SHARE, 1234567);
	double *ns = calloc((size_t)rounds * bench->peer_count, sizeof(*ns));
	double *first = calloc(rounds, sizeof(*first));

	if (ns == NULL || first == NULL)
		bench_stop("threads", "no memory");
	for (uint32_t i = 0; i < bench->peer_count; i++)
		fill(bench->peer[i], what);
	for (uint32_t round = 0; round < rounds; round++) {
		bench_progress("threads", work_name[what], round, rounds);
		for (uint32_t i = 0; i < bench->peer_count; i++)
			ns[(size_t)i * rounds + round] = batch(bench->peer[i], what);
		first[round] = ns[round];
	}
	for (uint32_t i = 0; i < bench->peer_count; i++) {
		double *own = ns + (size_t)i * rounds;
		double median;

		empty(bench->peer[i], order, what);
		median = clock_quantile(own, rounds, 0.5);
		bench_result(bench, "threads", work_name[what], bench->peer[i], "median_ns",
			     median);
		bench_result(bench, "threads", work_name[what], bench->peer[i], "p10_ns",
			     clock_quantile(own, rounds, 0.1));
		bench_result(bench, "threads", work_name[what], bench->peer[i], "ratio",
			     median / clock_quantile(first, rounds, 0.5));
	}
	free(order);
	free(ns);
	free(first);
}

static void choose_victims(void)
{
	uint32_t *order = scatter_order(SHARE, 1234567);
	uint64_t random = 31;

	for (uint32_t t = 0; t < BENCH_THREADS; t++) {
		both.victim[t] = calloc(CHUNK, sizeof(*both.victim[t]));
		if (both.victim[t] == NULL)
			bench_stop("threads", "no memory");
		for (uint32_t i = 0; i < CHUNK; i++)
			both.victim[t][i] = order[scatter_below(&random, SHARE / 2)];
	}
	free(order);
}

void threads_measure(const struct bench *bench)
{
	pthread_t thread;

	choose_victims();
	if (pthread_barrier_init(&both.barrier, NULL, BENCH_THREADS) != 0 ||
	    pthread_create(&thread, NULL, second, NULL) != 0)
		bench_stop("threads", "no second thread");
	for (enum work what = 0; what < WORKS; what++)
		measure(bench, what);
	both.end = true;
	(void)work(0);
	pthread_join(thread, NULL);
	for (uint32_t t = 0; t < BENCH_THREADS; t++)
		free(both.victim[t]);
}
