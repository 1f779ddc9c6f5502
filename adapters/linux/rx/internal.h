/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * internal.h - what the two files of labyrinth_rx.ko share.
 */
#ifndef LABYRINTH_RX_INTERNAL_H
#define LABYRINTH_RX_INTERNAL_H

#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "labyrinth_linux.h"
#include "labyrinth_rx.h"

struct rx {
	struct labyrinth_pool *pool;
	/* Packets on their way to the reader: as many places as pages, so there always is one. */
	spinlock_t lock;
	struct labyrinth_rx_packet queue[LABYRINTH_RX_PAGES];
	unsigned long put; /* written so far */
	unsigned long got; /* read so far */
	wait_queue_head_t wait;
	struct labyrinth_grant grant[LABYRINTH_RX_PAGES];
	/* Pages that the reader has, and their mappings. */
	struct mutex reader;
	bool handed[LABYRINTH_RX_PAGES];
};

extern struct rx rx;

int device_start(void);
void device_stop(void);

#endif /* LABYRINTH_RX_INTERNAL_H */
