/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/sender.c - the other process: sequence-numbered datagrams in bursts.
 *
 * A burst fits into the socket's buffer, and is sent when the one before it has been read.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "signal_rx.h"

#define STALL_NS 1000000000u /* so long without an arrival means that the kernel dropped some */
#define WAIT_NS 20000u
#define CLOSING_MAX 50u

static int open_socket(uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		fprintf(stderr, "signal_rx: the sender cannot open a UDP socket on 127.0.0.1: %s\n",
			strerror(errno));
		return -1;
	}
	return fd;
}

static int put(int fd, transit *shared, const uint8_t *bytes, uint32_t length)
{
	ssize_t done;

	do
		done = send(fd, bytes, length, 0);
	while (done < 0 && errno == EINTR);
	if (done != (ssize_t)length) {
		fprintf(stderr, "signal_rx: send of %u bytes failed: %s\n", length,
			strerror(errno));
		return -1;
	}
	atomic_fetch_add(&shared->sent, 1);
	return 0;
}

static void pause_briefly(void)
{
	const struct timespec pause = {.tv_nsec = WAIT_NS};

	(void)nanosleep(&pause, NULL);
}

/* Wait until everything that was sent is read; after STALL_NS without an arrival the rest counts as
 * dropped, and is no longer waited for. */
static void wait_until_read(transit *shared)
{
	static uint32_t written_off;
	uint32_t last = atomic_load(&shared->received);
	uint32_t waited_ns = 0;

	while (atomic_load(&shared->sent) - last != written_off) {
		uint32_t received;

		pause_briefly();
		received = atomic_load(&shared->received);
		waited_ns = received == last ? waited_ns + WAIT_NS : 0;
		last = received;
		if (waited_ns > STALL_NS)
			written_off = atomic_load(&shared->sent) - received;
	}
}

/* Let the interrupted thread get on with its own work, so that the next burst finds it elsewhere;
 * on one CPU a steady stream of signals would keep it where it is. */
static void wait_until_worked(transit *shared)
{
	uint32_t before = atomic_load(&shared->worked);

	while (atomic_load(&shared->worked) == before && !atomic_load(&shared->closed))
		pause_briefly();
}

/* The closing mark says how many datagrams went before it; it is repeated until it is read. */
static int close_stream(int fd, transit *shared)
{
	uint8_t bytes[DATAGRAM_MAX];

	for (uint32_t round = 0; round < CLOSING_MAX; round++) {
		datagram_make_closing(atomic_load(&shared->sent), bytes);
		if (put(fd, shared, bytes, DATAGRAM_MIN) != 0)
			return -1;
		wait_until_read(shared);
		if (atomic_load(&shared->closed))
			return 0;
	}
	fprintf(stderr, "signal_rx: no closing mark of %u was received\n", CLOSING_MAX);
	return -1;
}

int sender_run(transit *shared, uint16_t port, uint32_t datagram_count, uint32_t window)
{
	uint8_t bytes[DATAGRAM_MAX];
	uint32_t burst_left = 0;
	int fd = open_socket(port);
	int result = fd < 0 ? -1 : 0;

	for (uint32_t sequence = 0; result == 0 && sequence < datagram_count; sequence++) {
		if (burst_left == 0) {
			wait_until_read(shared);
			wait_until_worked(shared);
			burst_left = 1 + datagram_length(sequence) % window;
		}
		burst_left--;
		datagram_make(sequence, bytes);
		result = put(fd, shared, bytes, datagram_length(sequence));
	}
	if (result == 0) {
		wait_until_read(shared);
		result = close_stream(fd, shared);
	}
	if (fd >= 0)
		(void)close(fd);
	return result;
}
