/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/main.c - the command line, and the order in which the parts run.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../common.h"
#include "signal_rx.h"

#define DATAGRAMS_MAX 100000000u
#define SILENCE_S 30

tally counts;

/* ---- command line ---- */

static int usage(void)
{
	fprintf(stderr, "usage: signal_rx [--datagrams N] [--frames N]\n"
			"  --datagrams N  datagrams to send (default 200000)\n"
			"  --frames N     frames in the pool (default 256)\n");
	return 2;
}

static bool parse_number(const char *name, const char *text, uint32_t max, uint32_t *value)
{
	char *end;
	unsigned long long number;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || number > max) {
		fprintf(stderr, "signal_rx: %s '%s' is not a number from 0 to %u\n", name, text,
			max);
		return false;
	}
	*value = (uint32_t)number;
	return true;
}

static bool parse_option(const char *name, const char *text, options *chosen)
{
	if (strcmp(name, "--datagrams") != 0 && strcmp(name, "--frames") != 0) {
		fprintf(stderr, "signal_rx: unknown option '%s'\n", name);
		return false;
	}
	if (text == NULL) {
		fprintf(stderr, "signal_rx: %s needs a number after it\n", name);
		return false;
	}
	if (strcmp(name, "--datagrams") == 0)
		return parse_number(name, text, DATAGRAMS_MAX, &chosen->datagram_count);
	return parse_number(name, text, FRAMES_MAX, &chosen->frame_count);
}

static bool check(const options *chosen)
{
	if (chosen->frame_count < FRAMES_MIN) {
		fprintf(stderr, "signal_rx: --frames %u is too few: at least %u\n",
			chosen->frame_count, FRAMES_MIN);
		return false;
	}
	if (chosen->datagram_count < CYCLE_FRAMES * chosen->frame_count) {
		fprintf(stderr,
			"signal_rx: --datagrams %u is too few to run %u frames out: at least %u\n",
			chosen->datagram_count, chosen->frame_count,
			CYCLE_FRAMES * chosen->frame_count);
		return false;
	}
	return true;
}

static bool parse(int count, char **argument, options *chosen)
{
	for (int at = 1; at < count; at += 2) {
		if (!parse_option(argument[at], argument[at + 1], chosen))
			return false;
	}
	return check(chosen);
}

/* ---- the run ---- */

static int fail(const char *what)
{
	fprintf(stderr, "signal_rx: %s: %s\n", what, strerror(errno));
	return -1;
}

static pid_t start_sender(transit *shared, uint16_t port, uint32_t datagram_count, uint32_t window)
{
	pid_t child = fork();

	if (child != 0)
		return child < 0 ? fail("cannot start the sender process") : child;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		_exit(1);
	_exit(sender_run(shared, port, datagram_count, window) == 0 ? 0 : 1);
}

/* Work until the closing mark is in; -1 when no datagram came for SILENCE_S seconds. */
static int work(transit *shared, uint32_t datagram_count)
{
	uint32_t round = 0;
	uint32_t last = 0;
	time_t last_at = time(NULL);

	while (!atomic_load(&shared->closed)) {
		uint32_t received = atomic_load(&shared->received);

		receiver_work(round++);
		atomic_store_explicit(&shared->worked, round, memory_order_relaxed);
		if (round % 64 != 0)
			continue;
		report_progress(datagram_count);
		if (received != last)
			last_at = time(NULL);
		last = received;
		if (time(NULL) - last_at > SILENCE_S) {
			fprintf(stderr, "signal_rx: no datagram came for %d s\n", SILENCE_S);
			return -1;
		}
	}
	report_progress(datagram_count);
	return 0;
}

static int finish_sender(pid_t sender, int result)
{
	int status;

	if (result != 0)
		(void)kill(sender, SIGKILL);
	while (waitpid(sender, &status, 0) < 0) {
		if (errno != EINTR)
			return fail("cannot wait for the sender process");
	}
	if (result == 0 && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) {
		fprintf(stderr, "signal_rx: the sender process failed\n");
		return -1;
	}
	return result;
}

static int transfer(const options *chosen, transit *shared)
{
	uint16_t port;
	uint32_t window;
	int result;
	pid_t sender;
	int fd = receiver_open(&port, &window);

	if (fd < 0 || receiver_start(fd, shared) != 0)
		return -1;
	sender = start_sender(shared, port, chosen->datagram_count, window);
	if (sender < 0)
		return -1;
	result = consumer_start(chosen->frame_count);
	if (result == 0) {
		result = work(shared, chosen->datagram_count);
		result |= consumer_finish();
	}
	result = finish_sender(sender, result);
	receiver_stop(fd);
	return result;
}

int main(int count, char **argument)
{
	options chosen = {.datagram_count = 200000, .frame_count = 256};
	transit *shared;
	pool_rest rest;
	lab_status status;

	if (!parse(count, argument, &chosen))
		return usage();
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		return fail("cannot share memory with the sender process") != 0;
	status = pool_init(chosen.frame_count);
	if (status != LAB_OK) {
		fprintf(stderr, "signal_rx: no pool of %u frames: %s\n", chosen.frame_count,
			status_text(status));
		return 1;
	}
	if (transfer(&chosen, shared) != 0)
		return 1;
	pool_settle(&rest);
	return report_result(&chosen, shared, &rest) ? 0 : 1;
}
