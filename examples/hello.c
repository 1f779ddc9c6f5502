/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#include <stdio.h>

#include "core/zone.h"

static lab_word storage[LAB_ZONE_WORDS(1000, 0)]; /* a zone of 1000 frames, no reserve */

int main(void)
{
	lab_zone zone;
	uint32_t frame;

	if (lab_zone_init(&zone, storage, sizeof(storage), 1000, 0) != LAB_OK)
		return 1;
	if (lab_zone_claim_one(&zone, 0, &frame) != LAB_OK) /* from here on nobody else's */
		return 1;
	printf("frame %u is mine\n", frame);
	return lab_zone_release_one(&zone, frame) == LAB_OK ? 0 : 1;
}
