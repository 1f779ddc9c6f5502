/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/receiver.c - the socket whose datagrams arrive in a signal handler.
 *
 * Everything that on_arrival() calls is async-signal-safe: recvmsg, memcpy, lock-free atomics and
 * the allocator. Both signals are masked while it runs, so it is the ring's only producer.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "signal_rx.h"

#define ARRIVAL_SIGNAL SIGRTMIN /* queued: one per datagram; SIGIO comes when the queue is full */
#define DATAGRAM_CHARGE 2560u   /* what the kernel books for the largest datagram, rounded up */
#define WINDOW_MAX 64u
#define BACKGROUND_MARK 0x80000000u /* datagrams carry mark sequence + 1, below this */
#define BACKGROUND_HELD 4u
#define BULK_HELD 24u

static int arrival_fd = -1;
static transit *peer;
static uint32_t expected_sequence;
static volatile uint32_t work_round; /* what the interrupted thread is at */

/* ---- in the handler ---- */

static void store(const uint8_t *bytes, uint32_t length)
{
	parcel item = {.length = length, .sequence = datagram_sequence(bytes)};
	uint64_t begin = ticks_now();
	lab_status status = pool_alloc(POOL_HANDLER, item.sequence + 1, &item.grant);

	ticks_record(ticks_now() - begin);
	if (status != LAB_OK) {
		count_add(&counts.refused, 1);
		return;
	}
	memcpy(pool_page(item.grant.frame), bytes, length);
	count_add(&counts.allocated, 1);
	ring_push(&item);
}

/* A number that is skipped is a gap until it comes late. */
static void note_gap(uint32_t sequence)
{
	if (sequence < expected_sequence) {
		count_add(&counts.gaps, -1UL);
		return;
	}
	count_add(&counts.gaps, sequence - expected_sequence);
	expected_sequence = sequence + 1;
}

static void arrived(const uint8_t *bytes, uint32_t length)
{
	uint32_t sequence;

	if (datagram_is_closing(bytes, length, &sequence)) {
		count_add(&counts.closing, 1);
		atomic_store(&peer->closed, true);
	} else {
		sequence = datagram_sequence(bytes);
		count_add(&counts.received, 1);
		store(bytes, length);
	}
	note_gap(sequence);
	atomic_fetch_add(&peer->received, 1);
}

/* SO_RXQ_OVFL: the number of datagrams that the kernel dropped on this socket so far. */
static void note_drops(struct msghdr *message)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL;
	     part = CMSG_NXTHDR(message, part)) {
		uint32_t dropped;

		if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_RXQ_OVFL)
			continue;
		memcpy(&dropped, CMSG_DATA(part), sizeof(dropped));
		atomic_store_explicit(&counts.kernel_drops, dropped, memory_order_relaxed);
	}
}

/* Read one datagram; false when there is none. */
static bool receive(void)
{
	static uint8_t bytes[DATAGRAM_MAX + 1]; /* one more, so that a longer one shows */
	_Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(uint32_t))];
	struct iovec into = {.iov_base = bytes, .iov_len = sizeof(bytes)};
	struct msghdr message = {.msg_iov = &into,
				 .msg_iovlen = 1,
				 .msg_control = control,
				 .msg_controllen = sizeof(control)};
	ssize_t length = recvmsg(arrival_fd, &message, MSG_DONTWAIT);

	if (length < 0)
		return false;
	note_drops(&message);
	if (length < (ssize_t)DATAGRAM_MIN || length > (ssize_t)DATAGRAM_MAX)
		count_add(&counts.payload_errors, 1);
	else
		arrived(bytes, (uint32_t)length);
	return true;
}

static void on_arrival(int number)
{
	static uint32_t counted_round = UINT32_MAX;
	int saved = errno;

	(void)number;
	count_add(&counts.signals, 1);
	/* Signals that follow each other find the thread at the same place: counted once. */
	if (pool_was_interrupted() && counted_round != work_round) {
		counted_round = work_round;
		count_add(&counts.interrupted, 1);
	}
	while (receive())
		;
	errno = saved;
}

/* ---- what the handler interrupts ---- */

static void hold_some(uint32_t round)
{
	lab_grant grants[BACKGROUND_HELD];
	uint32_t held_count = 0;
	uint32_t mark = BACKGROUND_MARK | round;

	while (held_count < BACKGROUND_HELD &&
	       pool_alloc(POOL_TASK, mark, &grants[held_count]) == LAB_OK)
		held_count++;
	count_add(&counts.background, held_count);
	while (held_count > 0)
		pool_free(POOL_TASK, &grants[--held_count], mark);
}

static void hold_many(uint32_t round)
{
	lab_grant grants[BULK_HELD];
	uint32_t mark = BACKGROUND_MARK | round;
	uint32_t held_count = pool_alloc_bulk(POOL_TASK, mark, grants, BULK_HELD);

	count_add(&counts.background, held_count);
	pool_free_bulk(POOL_TASK, grants, held_count, mark);
}

/** Allocate and free a few frames, as ordinary code of the receiving thread; give the room back now
 *  and then, so that most calls go to the shared words. */
void receiver_work(uint32_t round)
{
	work_round = round;
	if (round % 8 == 0)
		hold_many(round);
	else
		hold_some(round);
	if (round % 4 == 3)
		pool_idle(POOL_TASK);
}

/* ---- set-up ---- */

static int fail(const char *what)
{
	fprintf(stderr, "signal_rx: %s: %s\n", what, strerror(errno));
	return -1;
}

int receiver_open(uint16_t *port, uint32_t *window)
{
	struct sockaddr_in here = {.sin_family = AF_INET};
	socklen_t here_size = sizeof(here);
	int on = 1;
	int buffer_size;
	socklen_t buffer_size_size = sizeof(buffer_size);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof(here)) != 0 ||
	    getsockname(fd, (struct sockaddr *)&here, &here_size) != 0)
		return fail("cannot open a UDP socket on 127.0.0.1");
	if (setsockopt(fd, SOL_SOCKET, SO_RXQ_OVFL, &on, sizeof(on)) != 0)
		return fail("the kernel cannot count dropped datagrams (SO_RXQ_OVFL)");
	if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer_size, &buffer_size_size) != 0)
		return fail("cannot read the socket's buffer size (SO_RCVBUF)");
	*port = ntohs(here.sin_port);
	*window = (uint32_t)buffer_size / DATAGRAM_CHARGE;
	if (*window > WINDOW_MAX)
		*window = WINDOW_MAX;
	return *window > 0 ? fd : fail("the socket's buffer holds no datagram (SO_RCVBUF)");
}

static int install_handler(void)
{
	struct sigaction action = {.sa_handler = on_arrival, .sa_flags = SA_RESTART};

	(void)sigemptyset(&action.sa_mask);
	(void)sigaddset(&action.sa_mask, ARRIVAL_SIGNAL);
	(void)sigaddset(&action.sa_mask, SIGIO);
	if (sigaction(ARRIVAL_SIGNAL, &action, NULL) != 0 || sigaction(SIGIO, &action, NULL) != 0)
		return fail("cannot install the signal handler");
	return 0;
}

/** Signals go to the calling thread from here on. */
int receiver_start(int socket_fd, transit *shared)
{
	struct f_owner_ex owner = {.type = F_OWNER_TID, .pid = gettid()};

	arrival_fd = socket_fd;
	peer = shared;
	if (install_handler() != 0)
		return -1;
	if (fcntl(socket_fd, F_SETSIG, ARRIVAL_SIGNAL) != 0 ||
	    fcntl(socket_fd, F_SETOWN_EX, &owner) != 0 ||
	    fcntl(socket_fd, F_SETFL, O_ASYNC | O_NONBLOCK) != 0)
		return fail("cannot ask for a signal per datagram (O_ASYNC)");
	return 0;
}

void receiver_stop(int socket_fd)
{
	(void)fcntl(socket_fd, F_SETFL, O_NONBLOCK);
	(void)close(socket_fd);
}
