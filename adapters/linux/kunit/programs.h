/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * programs.h - the main() of each program of tests/unit_*.c, under the name that Kbuild gives it.
 */
#ifndef LABYRINTH_KUNIT_PROGRAMS_H
#define LABYRINTH_KUNIT_PROGRAMS_H

int unit_alloc_main(void);
int unit_bits_main(void);
int unit_bulk_main(void);
int unit_claim_main(void);
int unit_context_main(void);
int unit_donate_main(void);
int unit_free_main(void);
int unit_gauge_main(void);
int unit_init_main(void);
int unit_large_main(void);
int unit_ledger_main(void);
int unit_path_main(void);
int unit_refusal_main(void);
int unit_release_main(void);
int unit_reserve_main(void);
int unit_room_main(void);
int unit_size_main(void);
int unit_stats_main(void);
int unit_status_main(void);
int unit_watermark_main(void);

#endif /* LABYRINTH_KUNIT_PROGRAMS_H */
