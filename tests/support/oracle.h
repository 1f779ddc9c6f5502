/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * tests/support/oracle.h - what must be true of a zone: an array that says which frames are held.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include "pool.h"

struct oracle {
	struct pool pool;
	bool *held;             /* per frame */
	uint32_t *leaf_free;    /* per leaf: frames nobody holds */
	uint32_t ordinary_free; /* frames nobody holds: of ordinary leaves, of the reserve */
	uint32_t reserve_free;
};

extern struct oracle oracle;

void oracle_begin(uint32_t frame_count, uint32_t reserve_words);
void oracle_end(void);

/** A frame was handed out, or came back; it must have been in the other state. */
void oracle_move(uint32_t frame, bool to_holder);

/** Pool bits equal the array; hints are exact; nothing outside the zone was written. */
void oracle_check_exact(void);

#endif /* ORACLE_H */
