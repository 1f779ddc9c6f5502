/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/timers.c - see timers.h.
 */
#include "timers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static struct {
	unsigned count;
	timer_t timer[TIMERS_MAX + 1];
} timers;

static void fail(const char *what)
{
	printf("timers: %s: %s\n", what, strerror(errno));
	exit(EXIT_FAILURE);
}

/* timer_create() may fail with EAGAIN for an instant, when the kernel has no room. */
static void create_timer(unsigned level)
{
	struct timespec pause = {0, 10000000};
	struct sigevent event;

	memset(&event, 0, sizeof(event));
	event.sigev_notify = SIGEV_SIGNAL;
	event.sigev_signo = SIGRTMIN + (int)level;
	event.sigev_value.sival_int = (int)level;
	for (int tries = 0; timer_create(CLOCK_MONOTONIC, &event, &timers.timer[level]) != 0;
	     tries++) {
		if (errno != EAGAIN || tries == 200)
			fail("timer_create");
		(void)nanosleep(&pause, NULL);
	}
}

void timers_begin(unsigned count, timers_handler *handler)
{
	if (count > TIMERS_MAX) {
		errno = EINVAL;
		fail("more levels than TIMERS_MAX");
	}
	timers.count = count;
	for (unsigned level = 1; level <= count; level++) {
		struct sigaction action;

		memset(&action, 0, sizeof(action));
		action.sa_sigaction = handler;
		action.sa_flags = SA_SIGINFO | SA_RESTART;
		(void)sigemptyset(&action.sa_mask);
		for (unsigned lower = 1; lower <= level; lower++)
			(void)sigaddset(&action.sa_mask, SIGRTMIN + (int)lower);
		if (sigaction(SIGRTMIN + (int)level, &action, NULL) != 0)
			fail("sigaction");
		create_timer(level);
	}
}

bool timers_arm(unsigned level, long ns)
{
	struct itimerspec when = {{0, 0}, {0, ns}};

	return timer_settime(timers.timer[level], 0, &when, NULL) == 0;
}

void timers_end(void)
{
	for (unsigned level = 1; level <= timers.count; level++) {
		if (timer_delete(timers.timer[level]) != 0)
			fail("timer_delete");
		/* Drops what is pending. */
		if (signal(SIGRTMIN + (int)level, SIG_IGN) == SIG_ERR)
			fail("signal");
	}
}
