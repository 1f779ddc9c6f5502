/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/signal_rx.h - real datagrams into exclusive pages, inside a signal handler.
 *
 * A sender process writes UDP datagrams to a socket on 127.0.0.1. Each arrival raises a real-time
 * signal on the receiving thread, whose handler may not allocate memory nor take a lock: it reads
 * the datagram, claims one frame, copies the datagram into that frame's page and pushes it on a
 * ring. A consumer thread checks each page byte for byte and frees its frame. Meanwhile the
 * receiving thread claims and frees frames itself, so that the handler lands inside those calls.
 */
#ifndef SIGNAL_RX_H
#define SIGNAL_RX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "../../core/zone.h"

#define FRAMES_MIN 8u
#define FRAMES_MAX 4096u
#define PAGE_BYTES 4096u
#define DATAGRAM_MIN 64u
#define DATAGRAM_MAX 1472u
/* The consumer stands still for PAUSE_FRAMES pools' worth of datagrams in every CYCLE_FRAMES. */
#define PAUSE_FRAMES 2u
#define CYCLE_FRAMES 16u

/* Only lock-free objects may be shared with a signal handler. */
_Static_assert(ATOMIC_INT_LOCK_FREE == 2 && ATOMIC_LONG_LOCK_FREE == 2, "atomics need no lock");

typedef struct options {
	uint32_t datagram_count;
	uint32_t frame_count;
} options;

/** What two processes share: how far each is, so that the sender can wait for the receiver. */
typedef struct transit {
	atomic_uint sent;     /* datagrams the kernel took from the sender, closing marks too */
	atomic_uint received; /* datagrams that the handler read, closing marks too */
	atomic_uint worked;   /* rounds of its own work that the receiving thread has done */
	atomic_bool closed;   /* the handler has read a closing mark */
} transit;

/** A counter that one context writes and others read. */
typedef atomic_ulong counter;

static inline void count_add(counter *count, unsigned long step)
{
	atomic_fetch_add_explicit(count, step, memory_order_relaxed);
}

static inline unsigned long count_read(counter *count)
{
	return atomic_load_explicit(count, memory_order_relaxed);
}

typedef struct tally {
	counter received;       /* data datagrams read from the socket */
	counter closing;        /* closing marks read */
	counter allocated;      /* datagrams that got a frame */
	counter refused;        /* datagrams that found none */
	counter verified;       /* datagrams that the consumer found whole */
	counter payload_errors; /* datagrams with a wrong length or byte */
	counter double_holders; /* frames handed out while held, or held by another at the free */
	counter status_errors;  /* calls that answered a status that may not occur here */
	counter kernel_drops;   /* SO_RXQ_OVFL: what the kernel dropped for lack of socket buffer */
	counter gaps;           /* sequence numbers that never came */
	counter signals;        /* runs of the handler */
	counter interrupted;    /* allocator calls of this thread that the handler ran inside of */
	counter background;     /* frames the receiving thread claimed and freed itself */
} tally;

extern tally counts;

/* datagram.c: what datagram number `sequence` looks like; both ends compute it. */
uint32_t datagram_length(uint32_t sequence);
void datagram_make(uint32_t sequence, uint8_t *bytes);
void datagram_make_closing(uint32_t sequence, uint8_t *bytes);
bool datagram_is_closing(const uint8_t *bytes, uint32_t length, uint32_t *sequence);
uint32_t datagram_sequence(const uint8_t *bytes);
bool datagram_is_whole(const uint8_t *bytes, uint32_t length, uint32_t sequence);

/* pool.c: the zone, its pages, and a stamp on each held frame that shows a second holder. */
lab_status pool_init(uint32_t frame_count);
lab_status pool_claim(uint32_t tag, uint32_t start, uint32_t *frame);
void pool_release(uint32_t frame, uint32_t tag);
uint32_t pool_claim_many(uint32_t tag, uint32_t start, lab_batch *batch);
void pool_release_many(const lab_batch *batch, uint32_t tag);
uint8_t *pool_page(uint32_t frame);
bool pool_was_interrupted(void);
uint32_t pool_drain(void);

/* ticks.c: how long a claim took. */
uint64_t ticks_now(void);
double ticks_per_ns(void);
void ticks_record(uint64_t ticks);
uint64_t ticks_percentile(double fraction);
uint64_t ticks_longest(void);

/* sender.c: the other process. */
int sender_run(transit *shared, uint16_t port, uint32_t datagram_count, uint32_t window);

/* receiver.c: the socket and the handler. */
int receiver_open(uint16_t *port, uint32_t *window);
int receiver_start(int socket_fd, transit *shared);
void receiver_work(uint32_t round);
void receiver_stop(int socket_fd);

/* consumer.c: the ring and the thread that empties it. */
typedef struct parcel {
	uint32_t frame;
	uint32_t length;
	uint32_t sequence;
} parcel;

void ring_push(parcel item);
int consumer_start(uint32_t frame_count);
int consumer_finish(void);

/* report.c: what a person sees. */
void report_progress(uint32_t datagram_count);
bool report_result(const options *chosen, transit *shared, uint32_t frames_back);

#endif /* SIGNAL_RX_H */
