/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#include <stdio.h>

#include "core/labyrinth.h"

static lab_allocator lab;
static lab_word words[LAB_ZONE_WORDS(1000, 1)]; /* 1000 frames, the last word of them in reserve */
static uint32_t tags[1000];                     /* the ledger: who holds each */
static uint32_t slots[32];                      /* the room: frames this context keeps at hand */

int main(void)
{
	const lab_zone_config zone = {.words = words,
				      .words_size = sizeof(words),
				      .tags = tags,
				      .frame_count = 1000,
				      .reserve_words = 1,
				      .type = LAB_ZONE_NORMAL};
	const lab_context_config cpu0 = {.cpu = 0, .level = 0, .slot = slots, .capacity = 32};
	lab_context context;
	lab_grant page;

	if (lab_init(&lab) != LAB_OK || lab_add_zone(&lab, &zone) != LAB_OK ||
	    lab_context_init(&context, &lab, &cpu0) != LAB_OK)
		return 1;
	labyrinth_void_alloc_page_gfp_atomic_exclusive(&lab, &context, &page);
	if (page.status != LAB_OK)
		return 1;
	printf("frame %u is mine\n", page.frame); /* and nobody else's, until lab_free() */
	return lab_free(&lab, &context, &page) == LAB_OK ? 0 : 1;
}
