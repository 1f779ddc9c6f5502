/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * labyrinth_rx.h - what the module and a program that reads from it agree on.
 *
 * read() from /dev/labyrinth_rx gives packets; mmap() shows page n of the pool at offset n pages,
 * from the moment that read() named it until write() of its number gives it back. A page that is
 * not handed out cannot be looked at: SIGBUS.
 */
#ifndef LABYRINTH_RX_H
#define LABYRINTH_RX_H

#include <linux/types.h>

/* Pages of the pool. */
#define LABYRINTH_RX_PAGES 512

/* One packet, without its link header, at the start of its page. */
struct labyrinth_rx_packet {
	__u32 page;
	__u32 size;
};

#endif /* LABYRINTH_RX_H */
