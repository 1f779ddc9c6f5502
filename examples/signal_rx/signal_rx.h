/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/signal_rx.h - real datagrams into exclusive pages, inside a signal handler.
 *
 * A sender process writes UDP datagrams to a socket on 127.0.0.1. Each arrival raises a real-time
 * signal on the receiving thread, whose handler may not call malloc nor take a lock: it reads the
 * datagram, asks the allocator for one frame, copies the datagram into that frame's page and pushes
 * the grant on a ring. A consumer thread checks each page byte for byte and frees the grant.
 * Meanwhile the receiving thread allocates and frees frames itself, so that the handler lands
 * inside those calls. Each of the three is a context of its own.
 */
#ifndef SIGNAL_RX_H
#define SIGNAL_RX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "../../core/labyrinth.h"

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
	counter background;     /* frames the receiving thread allocated and freed itself */
	counter reserve_used;   /* frames of the reserve that went to the handler */
	counter reserve_errors; /* frames of the reserve that went to a plain request */
	counter low_crossings;  /* requests that took the zone to its low watermark */
} tally;

extern tally counts;

/* datagram.c: what datagram number `sequence` looks like; both ends compute it. */
uint32_t datagram_length(uint32_t sequence);
void datagram_make(uint32_t sequence, uint8_t *bytes);
void datagram_make_closing(uint32_t sequence, uint8_t *bytes);
bool datagram_is_closing(const uint8_t *bytes, uint32_t length, uint32_t *sequence);
uint32_t datagram_sequence(const uint8_t *bytes);
bool datagram_is_whole(const uint8_t *bytes, uint32_t length, uint32_t sequence);

/* pool.c: the allocator, its contexts, its pages, and a mark on each held frame that shows a second
 * holder. */
typedef enum pool_user {
	POOL_TASK,     /* the receiving thread's own work: plain requests */
	POOL_HANDLER,  /* interrupts it: requests that cannot wait */
	POOL_CONSUMER, /* frees what the handler got */
	POOL_AUDIT,    /* no room: counts the frames at the end */
	POOL_USERS
} pool_user;

/** Causes of refusal that a context counts: LAB_EMPTY, LAB_CONTENDED, LAB_RESERVED. */
#define CAUSES 3u

typedef struct pool_rest {
	uint32_t in_pool; /* frames that the zone counts as free, before the rooms are drained */
	uint32_t hoarded; /* frames in the rooms of all contexts */
	uint32_t drained; /* frames that the zone counts more once the rooms are drained */
	uint32_t back;    /* frames that could then be allocated: all of them */
	uint32_t refused[POOL_USERS][CAUSES];
} pool_rest;

lab_status pool_init(uint32_t frame_count);
bool pool_has_rooms(uint32_t frame_count);
bool pool_has_reserve(uint32_t frame_count);
lab_status pool_alloc(pool_user user, uint32_t mark, lab_grant *grant);
void pool_free(pool_user user, const lab_grant *grant, uint32_t mark);
uint32_t pool_alloc_bulk(pool_user user, uint32_t mark, lab_grant *grants, uint32_t count);
void pool_free_bulk(pool_user user, const lab_grant *grants, uint32_t count, uint32_t mark);
void pool_idle(pool_user user);
uint8_t *pool_page(uint32_t frame);
bool pool_was_interrupted(void);
void pool_settle(pool_rest *rest);

/* ticks.c: how long an allocation took. */
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
	lab_grant grant;
	uint32_t length;
	uint32_t sequence;
} parcel;

void ring_push(const parcel *item);
int consumer_start(uint32_t frame_count);
int consumer_finish(void);

/* report.c: what a person sees. */
void report_progress(uint32_t datagram_count);
bool report_result(const options *chosen, transit *shared, const pool_rest *rest);

#endif /* SIGNAL_RX_H */
