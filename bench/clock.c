/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/clock.c - see bench.h.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "bench.h"

double clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

void clock_pin(uint32_t cpu)
{
	cpu_set_t set;
	int error;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	error = pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
	if (error != 0)
		bench_stop("the bench needs CPUs 0 and 1", strerror(error));
}

long clock_disturbances(void)
{
	struct rusage usage;

	if (getrusage(RUSAGE_THREAD, &usage) != 0)
		bench_stop("clock", "getrusage() fails");
	return usage.ru_nivcsw;
}

static int compare(const void *left, const void *right)
{
	const double a = *(const double *)left;
	const double b = *(const double *)right;

	return (a > b) - (a < b);
}

double clock_quantile(double *values, uint32_t count, double share)
{
	uint32_t index = (uint32_t)(share * (double)count);

	qsort(values, count, sizeof(*values), compare);
	return values[index < count ? index : count - 1];
}
