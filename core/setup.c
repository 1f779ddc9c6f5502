/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * core/setup.c - layer 5: an allocator, its zones and its contexts, before they are shared.
 */
#include "labyrinth.h"

/* Searches of contexts start this many frames apart: a cache line of words. */
#define LAB_START_STRIDE (8u * LAB_WORD_BITS)

lab_status lab_init(lab_allocator *lab)
{
	if (lab == NULL)
		return LAB_ERR_NULL;
	lab->zone_count = 0;
	return LAB_OK;
}

/* The zone of a node and a type, or LAB_ZONE_NONE. */
static uint32_t zone_of(const lab_allocator *lab, uint32_t node, uint32_t type)
{
	for (uint32_t z = 0; z < lab->zone_count; z++)
		if (lab->node[z] == node && lab->type[z] == type)
			return z;
	return LAB_ZONE_NONE;
}

/* What is wrong with a zone's place and watermarks, if anything is. */
static lab_status check_zone(const lab_allocator *lab, const lab_zone_config *config)
{
	if (lab == NULL || config == NULL || config->tags == NULL)
		return LAB_ERR_NULL;
	if (lab->zone_count >= LAB_ZONES_MAX)
		return LAB_ERR_ZONES_MAX;
	if (config->node >= LAB_NODES_MAX)
		return LAB_ERR_NODE;
	if (config->type >= LAB_ZONE_TYPES)
		return LAB_ERR_TYPE;
	if (zone_of(lab, config->node, config->type) != LAB_ZONE_NONE)
		return LAB_ERR_ZONE_TWICE;
	if (config->low != 0 && (config->low >= config->high || config->high > config->frame_count))
		return LAB_ERR_WATERMARKS;
	return LAB_OK;
}

lab_status lab_add_zone(lab_allocator *lab, const lab_zone_config *config)
{
	lab_status status = check_zone(lab, config);
	uint32_t z;

	if (status != LAB_OK)
		return status;
	z = lab->zone_count;
	status = lab_zone_init(&lab->zone[z], z, config->words, config->words_size,
			       config->frame_count, config->reserve_words);
	if (status != LAB_OK)
		return status;
	for (uint32_t frame = 0; frame < config->frame_count; frame++)
		config->tags[frame] = 0;
	lab->tag[z] = config->tags;
	lab->gauge[z] = (lab_gauge){config->frame_count, config->low, config->high, 0};
	lab->node[z] = (uint8_t)config->node;
	lab->type[z] = (uint8_t)config->type;
	lab->zone_count = z + 1;
	return LAB_OK;
}

/* ---- contexts ---- */

/* Where zone `z` comes on the paths of a context: the near node, then the other nodes by distance
 * and number, and in each node HIGHMEM, NORMAL, DMA. No two zones have the same place. */
static uint32_t place(const lab_allocator *lab, const lab_context_config *config, uint32_t z)
{
	uint32_t node = lab->node[z];
	uint32_t far = node == config->node ? 0 : 1;

	if (far != 0 && config->distance != NULL)
		far += config->distance[node];
	return (far * LAB_NODES_MAX + node) * LAB_ZONE_TYPES + LAB_ZONE_HIGHMEM - lab->type[z];
}

/* The zone of the least place at or above `from`, of a type up to `type`; or LAB_ZONE_NONE. */
static uint32_t nearest(const lab_allocator *lab, const lab_context_config *config, uint32_t type,
			uint32_t from)
{
	uint32_t best = LAB_ZONE_NONE;
	uint32_t best_place = UINT32_MAX;

	for (uint32_t z = 0; z < lab->zone_count; z++) {
		uint32_t here = place(lab, config, z);

		if (lab->type[z] <= type && here >= from && here < best_place) {
			best = z;
			best_place = here;
		}
	}
	return best;
}

/* The path of requests for zones up to `type`. */
static void lay(lab_path *path, const lab_allocator *lab, const lab_context_config *config,
		uint32_t type)
{
	uint32_t zone = nearest(lab, config, type, 0);

	path->near_count = 0;
	path->count = 0;
	while (zone != LAB_ZONE_NONE && path->count < LAB_ZONES_MAX) {
		path->zone[path->count] = (uint8_t)zone;
		path->count++;
		if (lab->node[zone] == config->node)
			path->near_count = path->count;
		zone = nearest(lab, config, type, place(lab, config, zone) + 1);
	}
}

static lab_status check_context(const lab_context *context, const lab_allocator *lab,
				const lab_context_config *config)
{
	if (context == NULL || lab == NULL || config == NULL)
		return LAB_ERR_NULL;
	if (config->capacity != 0 && config->slot == NULL)
		return LAB_ERR_NULL;
	if (config->cpu >= LAB_CPUS_MAX)
		return LAB_ERR_CPU;
	if (config->level >= LAB_LEVELS_MAX)
		return LAB_ERR_LEVEL;
	if (config->client >= LAB_CLIENTS_MAX)
		return LAB_ERR_CLIENT;
	if (config->node >= LAB_NODES_MAX)
		return LAB_ERR_NODE;
	if (nearest(lab, config, LAB_ZONE_HIGHMEM, 0) == LAB_ZONE_NONE)
		return LAB_ERR_NO_ZONE;
	return LAB_OK;
}

/* The zone whose frames a room keeps: the first one of plain requests, or of any. */
static uint32_t home(const lab_context *context)
{
	const lab_path *plain = &context->path[LAB_ZONE_NORMAL];

	return plain->count != 0 ? plain->zone[0] : context->path[LAB_ZONE_HIGHMEM].zone[0];
}

lab_status lab_context_init(lab_context *context, lab_allocator *lab,
			    const lab_context_config *config)
{
	lab_status status = check_context(context, lab, config);
	uint32_t number;

	if (status != LAB_OK)
		return status;
	number = 1 + config->cpu * LAB_LEVELS_MAX + config->level;
	context->lab = lab;
	context->holder = number + LAB_CONTEXTS * config->client;
	for (uint32_t type = 0; type < LAB_ZONE_TYPES; type++)
		lay(&context->path[type], lab, config, type);
	context->room = (lab_room){.slot = config->slot, .capacity = config->capacity};
	context->room.start = number * LAB_START_STRIDE;
	context->room.zone = config->capacity != 0 ? &lab->zone[home(context)] : NULL;
	for (uint32_t cause = 0; cause < 3; cause++)
		context->refused[cause] = 0;
	return LAB_OK;
}
