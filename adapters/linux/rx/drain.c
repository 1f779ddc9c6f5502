// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * drain.c - send packets through the kernel's stack, read them back from /dev/labyrinth_rx, and
 * look at every byte. Prints one line for each fact; exit code 0 only when nothing was wrong.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "labyrinth_rx.h"

#define PORT 4711
#define MAGIC 0x6c616279u
#define WINDOW 200
#define BURST_EVERY 10000
#define BURST 1500
#define HEADERS 28 /* IPv4 and UDP */
#define STEP 64

struct head {
	uint32_t magic;
	uint32_t number;
};

/* What the two processes tell each other. */
struct board {
	volatile uint32_t seen; /* one more than the highest number that was read */
	volatile uint32_t sent;
};

static struct board *board;
static unsigned char *memory;
static int device;
static unsigned char *seen;
static uint32_t total, drained, bad, twice, other;

static uint32_t mix(uint32_t value)
{
	value ^= value >> 16;
	value *= 0x7feb352du;
	value ^= value >> 15;
	value *= 0x846ca68bu;
	return value ^ (value >> 16);
}

static size_t payload(uint32_t number, unsigned char *bytes)
{
	struct head head = {MAGIC, number};
	size_t size = sizeof(head) + mix(number) % 1400;

	memcpy(bytes, &head, sizeof(head));
	for (size_t i = sizeof(head); i < size; i++)
		bytes[i] = (unsigned char)mix(number + (uint32_t)i);
	return size;
}

/* ---- the sender ---- */

static void nap(void)
{
	const struct timespec time = {0, 200000};

	nanosleep(&time, NULL);
}

/* Wait until the reader has caught up, but go on when it stays where it is: packets may have been
 * refused. */
static void wait_for_reader(uint32_t number)
{
	uint32_t last = board->seen;
	int turns = 0;

	while (number - board->seen > WINDOW && turns < 200) {
		nap();
		turns = board->seen == last ? turns + 1 : 0;
		last = board->seen;
	}
}

static int sender(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	unsigned char bytes[2048];
	int on = 1, fd = socket(AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, "10.9.0.255", &to.sin_addr);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &on, sizeof(on)) != 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lab0", 5) != 0) {
		perror("drain: socket");
		return 1;
	}
	for (uint32_t number = 0; number < total; number++) {
		size_t size = payload(number, bytes);

		if (number % BURST_EVERY >= BURST)
			wait_for_reader(number);
		while (sendto(fd, bytes, size, 0, (struct sockaddr *)&to, sizeof(to)) < 0)
			nap();
		board->sent = number + 1;
	}
	return 0;
}

/* ---- the reader ---- */

static sigjmp_buf forbidden;

static void on_bus_error(int number)
{
	siglongjmp(forbidden, number);
}

/* Whether a page can be looked at. */
static bool visible(uint32_t page)
{
	volatile unsigned char *at = memory + (size_t)page * 4096;

	if (sigsetjmp(forbidden, 1) != 0)
		return false;
	(void)*at;
	return true;
}

static void check(const struct labyrinth_rx_packet *packet)
{
	const unsigned char *at = memory + (size_t)packet->page * 4096;
	unsigned char wanted[2048];
	struct head head;
	size_t size;

	memcpy(&head, at + HEADERS, sizeof(head));
	if (packet->size < HEADERS + sizeof(head) || head.magic != MAGIC || head.number >= total) {
		other++;
		return;
	}
	size = payload(head.number, wanted);
	if (packet->size != HEADERS + size || memcmp(at + HEADERS, wanted, size) != 0)
		bad++;
	for (size_t i = HEADERS + size; i < 4096; i++)
		if (at[i] != 0) {
			bad++; /* something of the page's former use */
			break;
		}
	twice += seen[head.number]++ != 0;
	drained++;
	if (head.number >= board->seen)
		board->seen = head.number + 1;
}

static uint32_t parameter(const char *name)
{
	char path[128], text[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/sys/module/labyrinth_rx/parameters/%s", name);
	file = fopen(path, "r");
	if (file == NULL || fgets(text, sizeof(text), file) == NULL)
		bad++;
	if (file != NULL)
		fclose(file);
	return (uint32_t)strtoul(text, NULL, 10);
}

/* Read until every packet is accounted for, or nothing has come for five seconds. */
static uint32_t reader(void)
{
	struct labyrinth_rx_packet packets[STEP];
	uint32_t pages[STEP], still_visible = 0, quiet = 0;

	while (quiet < 50) {
		struct pollfd nothing = {.fd = -1};
		ssize_t size;
		size_t count;

		/* A burst finds nobody reading: more packets than pages, so some are refused. */
		if (board->sent % BURST_EVERY < BURST && board->sent < total) {
			nap();
			continue;
		}
		size = read(device, packets, sizeof(packets));
		count = size > 0 ? (size_t)size / sizeof(packets[0]) : 0;
		if (count == 0) {
			if (board->sent == total && drained + parameter("refused") >= total)
				break;
			poll(&nothing, 1, board->sent == total ? 100 : 1);
			quiet = board->sent == total ? quiet + 1 : 0;
			continue;
		}
		for (size_t i = 0; i < count; i++) {
			check(&packets[i]);
			pages[i] = packets[i].page;
		}
		if (write(device, pages, count * sizeof(pages[0])) !=
		    (ssize_t)(count * sizeof(pages[0])))
			bad++;
		if (drained / STEP % 100 == 0)
			still_visible += visible(pages[count - 1]);
	}
	return still_visible;
}

static int refused_calls(void)
{
	uint32_t page = LABYRINTH_RX_PAGES, free_page = 5;
	size_t size = (size_t)LABYRINTH_RX_PAGES * 4096;
	int wrong = 0;

	wrong += write(device, &page, sizeof(page)) != -1;
	wrong += write(device, &free_page, sizeof(free_page)) != -1;
	wrong += mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, device, 0) != MAP_FAILED;
	wrong += mmap(NULL, size + 4096, PROT_READ, MAP_SHARED, device, 0) != MAP_FAILED;
	wrong += open("/dev/labyrinth_rx", O_RDWR) != -1;
	wrong += visible(free_page);
	return wrong;
}

int main(int count, char **arguments)
{
	uint32_t still_visible, refused;
	int status = 1, wrong;
	pid_t child;

	total = count > 1 ? (uint32_t)strtoul(arguments[1], NULL, 10) : 0;
	device = open("/dev/labyrinth_rx", O_RDWR | O_NONBLOCK);
	seen = calloc(total + 1, 1);
	board = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (total == 0 || device < 0 || seen == NULL || board == MAP_FAILED) {
		perror("drain: usage: drain PACKETS, with labyrinth_rx.ko loaded");
		return 1;
	}
	memory = mmap(NULL, (size_t)LABYRINTH_RX_PAGES * 4096, PROT_READ, MAP_SHARED, device, 0);
	signal(SIGBUS, on_bus_error);
	if (memory == MAP_FAILED) {
		perror("drain: mmap");
		return 1;
	}
	wrong = refused_calls();
	child = fork();
	if (child == 0)
		_exit(sender());
	still_visible = reader();
	waitpid(child, &status, 0);
	refused = parameter("refused");
	printf("sent %u drained %u refused %u other %u arrived %u oversized %u bad %u twice %u "
	       "visible after release %u misuses accepted %d\n",
	       board->sent, drained, refused, other, parameter("arrived"),
	       parameter("oversized"), bad, twice, still_visible, wrong);
	return !(child > 0 && status == 0 && board->sent == total && bad == 0 && twice == 0 &&
		 wrong == 0 && still_visible == 0 && drained + refused == total && refused > 0 &&
		 drained > total / 2);
}
