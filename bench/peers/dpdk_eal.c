/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * bench/peers/dpdk_eal.c - see dpdk_eal.h.
 */
#include "dpdk_eal.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#if __has_include(<rte_eal.h>)

#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>

const char *dpdk_eal_start(void)
{
	static char words[][32] = {"bench",
				   "--no-huge",
				   "--no-pci",
				   "--no-shconf",
				   "--no-telemetry",
				   "--log-level=error",
				   "-m",
				   "256",
				   "-l",
				   "0"};
	static char *arguments[sizeof(words) / sizeof(words[0]) + 1];
	static bool started;
	const int count = (int)(sizeof(words) / sizeof(words[0]));

	if (started)
		return NULL;
	for (int i = 0; i < count; i++)
		arguments[i] = words[i];
	if (rte_eal_init(count, arguments) < 0)
		return rte_strerror(rte_errno);
	started = true;
	return NULL;
}

void dpdk_eal_join(uint32_t thread)
{
	if (thread == 0 || rte_lcore_id() != LCORE_ID_ANY)
		return;
	if (rte_thread_register() != 0) {
		fprintf(stderr, "bench: rte_thread_register: %s\n", rte_strerror(rte_errno));
		exit(EXIT_FAILURE);
	}
}

#endif
