/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/absent.h - stands in for a peer whose headers are not installed: it says so when opened.
 */
#ifndef BENCH_ABSENT_H
#define BENCH_ABSENT_H

#include "peer.h"

#define PEER_ABSENT(symbol, peer_name, peer_what, package)                                         \
	static const char *symbol##_open(uint32_t frame_count)                                     \
	{                                                                                          \
		(void)frame_count;                                                                 \
		return "missing: apt-get install " package;                                        \
	}                                                                                          \
	extern const struct peer symbol;                                                           \
	const struct peer symbol = {.name = (peer_name), .what = (peer_what), .open = symbol##_open}

#endif /* BENCH_ABSENT_H */
