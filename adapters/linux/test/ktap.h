/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * ktap.h - test cases, and what they share. Results go to the kernel's log, as KTAP.
 */
#ifndef LABYRINTH_TEST_KTAP_H
#define LABYRINTH_TEST_KTAP_H

#include <linux/printk.h>
#include <linux/types.h>

#include "labyrinth_linux.h"

struct ktap_case {
	const char *name;
	void (*run)(void);
};

/* Set by a check that fails; cleared before each case. */
extern bool ktap_failed;

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			ktap_failed = true;                                                        \
			pr_info("# %s:%d: not so: %s\n", __FILE_NAME__, __LINE__, #condition);     \
		}                                                                                  \
	} while (0)

#define CHECK_EQUAL(found, wanted)                                                                 \
	do {                                                                                       \
		long long f_ = (found);                                                            \
		long long w_ = (wanted);                                                           \
		if (f_ != w_) {                                                                    \
			ktap_failed = true;                                                        \
			pr_info("# %s:%d: %s is %lld, not %lld\n", __FILE_NAME__, __LINE__,        \
				#found, f_, w_);                                                   \
		}                                                                                  \
	} while (0)

#ifndef __FILE_NAME__
#define __FILE_NAME__ (strrchr("/" __FILE__, '/') + 1)
#endif

/* A pool that a case needs; NULL fails the case. */
struct labyrinth_pool *test_pool(const char *name, unsigned int pages, unsigned int reserve,
				 unsigned int room);

/* Every page is free or spare once rooms are drained; then the pool is taken down. */
void test_pool_end(struct labyrinth_pool *pool);

/* Self-NMI; false when this machine has no way to send one. */
bool nmi_start(void (*handler)(void));
void nmi_send(unsigned int cpu);
void nmi_stop(void);

void api_page(void);
void api_address(void);
void api_grant(void);
void api_void(void);
void api_bulk(void);
void api_zero(void);
void api_poison(void);
void api_holder(void);
void api_dma(void);
void api_zones(void);
void api_no_zone(void);
void api_nodes(void);
void api_default(void);
void misuse_free(void);
void misuse_grant(void);
void misuse_alloc(void);
void misuse_bulk(void);
void misuse_config(void);
void misuse_destroy(void);
void limits_exhaustion(void);
void limits_arrays(void);
void limits_large(void);
void refill_task(void);
void refill_nmi(void);
void refill_surplus(void);
void crowd_rooms(void);
void crowd_no_rooms(void);
void sweep_every_instruction(void);

extern char *sweep_list;
extern unsigned long sweep_base;
extern unsigned int sweep_hits_min;
extern unsigned int sweep_every;
extern bool sweep_show;
extern unsigned int crowd_steps;

#endif /* LABYRINTH_TEST_KTAP_H */
