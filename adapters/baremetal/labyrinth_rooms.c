/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * adapters/baremetal/labyrinth_rooms.c - pools with rooms: an allocator, a context for each level.
 */
#include "labyrinth_baremetal.h"
#include "backend.h"

#if LABYRINTH_ROOM_CAPACITY > 0

static lab_status init_level(labyrinth_rooms *rooms, uint32_t level)
{
	const lab_context_config config = {
		.cpu = level / LAB_LEVELS_MAX,
		.level = level % LAB_LEVELS_MAX,
		.slot = rooms->slot[level],
		.capacity = level == LABYRINTH_LEVEL_NESTS ? 0 : LABYRINTH_ROOM_CAPACITY};

	return lab_context_init(&rooms->context[level], &rooms->lab, &config);
}

lab_status backend_init(const labyrinth_pool *pool)
{
	const lab_zone_config zone = {.words = pool->zone.word,
				      .words_size = pool->zone.end * sizeof(lab_word),
				      .tags = pool->tag,
				      .frame_count = pool->zone.frame_count,
				      .type = LAB_ZONE_NORMAL};
	lab_status status = lab_init(&pool->rooms->lab);

	if (status == LAB_OK)
		status = lab_add_zone(&pool->rooms->lab, &zone);
	for (uint32_t level = 0; level < LABYRINTH_LEVELS && status == LAB_OK; level++)
		status = init_level(pool->rooms, level);
	return status;
}

lab_status labyrinth_drain(const labyrinth_pool *pool)
{
	if (pool == NULL)
		return LAB_ERR_NULL;
	return lab_drain(&pool->rooms->lab, backend_context(pool));
}

#else
/* A file of nothing else is not C. */
typedef int labyrinth_rooms_are_off;
#endif
