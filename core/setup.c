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

/* What is wrong with a zone's place and watermarks, if anything is. */
/*@ requires T10_memory: lab_lab_memory(lab) && (config == \null || \valid_read(config));
    terminates \true; exits \false; assigns \nothing;
    ensures T10_status: lab_zone_status(lab, config, \result);
*/
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
	/*@ loop invariant range: 0 <= z <= lab->zone_count;
	    loop invariant once: \forall integer y; 0 <= y < z ==>
	        lab->node[y] != config->node || lab->type[y] != config->type;
	    loop assigns z;
	    loop variant lab->zone_count - z; */
	for (uint32_t z = 0; z < lab->zone_count; z++)
		if (lab->node[z] == config->node && lab->type[z] == config->type)
			return LAB_ERR_ZONE_TWICE;
	if (config->low != 0 && (config->low >= config->high || config->high > config->frame_count))
		return LAB_ERR_WATERMARKS;
	return LAB_OK;
}

lab_status lab_add_zone(lab_allocator *lab, const lab_zone_config *config)
{
	lab_status status = check_zone(lab, config);
	uint32_t z = status == LAB_OK ? lab->zone_count : 0;

	if (status == LAB_OK)
		status = lab_zone_init(&lab->zone[z], z, config->words, config->words_size,
				       config->frame_count, config->reserve_words);
	/*@ assert T10_unwritten: status != LAB_OK ==> lab_unwritten{Pre,Here}; */
	/*@ assert T10_kept: status != LAB_OK && lab != \null ==>
	    lab_kept{Pre,Here}(lab, \at(lab->zone_count,Pre)); */
	if (status != LAB_OK)
		return status;
	/*@ assert T10_still: lab_config_still{Pre,Here}(config) && z == lab->zone_count &&
	    lab->zone_count == \at(lab->zone_count,Pre) < LAB_ZONES_MAX &&
	    lab_places_still{Pre,Here}(lab) && !lab_zone_twice(lab, config); */
	/*@ loop invariant range: 0 <= frame <= config->frame_count;
	    loop invariant still: lab_config_still{Pre,Here}(config);
	    loop invariant T10_tags: \forall integer f; 0 <= f < frame ==> config->tags[f] == 0;
	    loop assigns frame, \at(config->tags,Pre)[0 .. \at(config->frame_count,Pre) - 1];
	    loop variant config->frame_count - frame; */
	for (uint32_t frame = 0; frame < config->frame_count; frame++)
		config->tags[frame] = 0;
	lab->tag[z] = config->tags;
	lab->gauge[z] = (lab_gauge){(int32_t)config->frame_count, config->low, config->high, 0};
	/*@ assert still: lab_config_still{Pre,Here}(config); */
	lab->node[z] = (uint8_t)config->node;
	lab->type[z] = (uint8_t)config->type;
	/*@ assert T10_places: lab_places_still{Pre,Here}(lab); */
	lab->zone_count = z + 1;
	/*@ assert T10_zone: lab_zone_of{Pre,Here}(lab, z, config); */
	/*@ assert T10_zones: \at(lab_zones_ok(lab),Pre) ==> lab_zones_ok(lab); */
	return LAB_OK;
}

/* ---- contexts ---- */

/* Where zone `z` comes on the paths of a context: the near node, then the other nodes by distance
 * and number, and in each node HIGHMEM, NORMAL, DMA. No two zones have the same place. */
/*@ requires memory: \valid_read(lab) && lab_config_memory(config) && z < LAB_ZONES_MAX &&
        lab->node[z] < LAB_NODES_MAX && lab->type[z] < LAB_ZONE_TYPES;
    terminates \true; exits \false; assigns \nothing;
    ensures T5_place: \result == lab_place(lab, config, z);
*/
static uint32_t place(const lab_allocator *lab, const lab_context_config *config, uint32_t z)
{
	uint32_t node = lab->node[z];
	uint32_t distance = config->distance != NULL ? config->distance[node] : 0;
	uint32_t far = node == config->node ? 0 : 1 + distance;

	return (far * LAB_NODES_MAX + node) * LAB_ZONE_TYPES + LAB_ZONE_HIGHMEM - lab->type[z];
}

/* The path of requests for zones up to `type`: each zone is put where it belongs among those that
 * are there. */
/*@ requires memory: \valid(path) && \valid_read(lab) && lab->zone_count <= LAB_ZONES_MAX &&
        lab_config_memory(config);
    requires T10_zones: lab_zones_ok(lab);
    requires apart: \separated(path, lab) && lab_config_apart(path, config);
    terminates \true; exits \false; assigns *path;
    ensures T5_path: lab_path_ok(path, lab);
    ensures T5_types: lab_path_types(path, lab, type);
*/
static void lay_path(lab_path *path, const lab_allocator *lab, const lab_context_config *config,
		     uint32_t type)
{
	path->near_count = 0;
	path->count = 0;
	path->zone[0] = 0;
	/*@ loop invariant range: 0 <= z <= lab->zone_count && path->count <= z;
	    loop invariant T5_near: path->near_count <= path->count;
	    loop invariant T5_first: path->zone[0] == 0 || path->zone[0] < z;
	    loop invariant T5_known: \forall integer i; 0 <= i < path->count ==> path->zone[i] < z;
	    loop invariant T5_types: lab_path_types(path, lab, type);
	    loop assigns z, path->near_count, path->count, path->zone[0 .. LAB_ZONES_MAX - 1];
	    loop variant lab->zone_count - z; */
	for (uint32_t z = 0; z < lab->zone_count; z++) {
		uint32_t i = path->count;
		uint32_t far = place(lab, config, z);

		if (lab->type[z] > type)
			continue;
		/*@ loop invariant range: 0 <= i <= path->count;
		    loop invariant T5_known: \forall integer j; 0 <= j <= path->count && j != i ==>
		        path->zone[j] < z && lab->type[path->zone[j]] <= type;
		    loop assigns i, path->zone[0 .. LAB_ZONES_MAX - 1];
		    loop variant i; */
		for (; i > 0 && i < LAB_ZONES_MAX && place(lab, config, path->zone[i - 1]) > far;
		     i--)
			path->zone[i] = path->zone[i - 1];
		path->zone[i] = (uint8_t)z;
		path->near_count += lab->node[z] == config->node;
		path->count++;
	}
}

/* What is wrong with a context's configuration, if anything is. */
/*@ requires T10_memory: lab_lab_memory(lab) && (config == \null || \valid_read(config));
    terminates \true; exits \false; assigns \nothing;
    ensures T10_status: lab_context_status(context, lab, config, \result);
*/
static lab_status check_context(const lab_context *context, const lab_allocator *lab,
				const lab_context_config *config)
{
	if (context == NULL || lab == NULL || config == NULL ||
	    (config->capacity != 0 && config->slot == NULL))
		return LAB_ERR_NULL;
	if (config->cpu >= LAB_CPUS_MAX)
		return LAB_ERR_CPU;
	if (config->level >= LAB_LEVELS_MAX)
		return LAB_ERR_LEVEL;
	if (config->client >= LAB_CLIENTS_MAX)
		return LAB_ERR_CLIENT;
	if (config->node >= LAB_NODES_MAX)
		return LAB_ERR_NODE;
	return lab->zone_count != 0 ? LAB_OK : LAB_ERR_NO_ZONE;
}

lab_status lab_context_init(lab_context *context, lab_allocator *lab,
			    const lab_context_config *config)
{
	lab_status status = check_context(context, lab, config);
	const lab_path *home;

	if (status != LAB_OK)
		return status;
	context->lab = lab;
	context->holder = 1 + config->cpu * LAB_LEVELS_MAX + config->level;
	context->busy = 0;
	/*@ loop invariant range: 0 <= cause <= 3;
	    loop invariant T10_counts: \forall integer c; 0 <= c < cause ==>
	        context->refused[c] == 0;
	    loop assigns cause, context->refused[0 .. 2];
	    loop variant 3 - cause; */
	for (uint32_t cause = 0; cause < 3; cause++)
		context->refused[cause] = 0;
	/*@ loop invariant range: 0 <= type <= LAB_ZONE_TYPES;
	    loop invariant T5_path: \forall integer t; 0 <= t < type ==>
	        lab_path_ok(&context->path[t], lab);
	    loop assigns type, context->path[0 .. LAB_ZONE_TYPES - 1];
	    loop variant LAB_ZONE_TYPES - type; */
	for (uint32_t type = 0; type < LAB_ZONE_TYPES; type++)
		lay_path(&context->path[type], lab, config, type);
	context->direct = context->path[LAB_ZONE_NORMAL].count != 0 ? 0 : LAB_GFP_HIGHMEM;
	home = &context->path[context->direct == 0 ? LAB_ZONE_NORMAL : LAB_ZONE_HIGHMEM];
	/*@ assert T5_home: home->zone[0] < lab->zone_count; */
	/*@ assert T10_number: context->holder == \at(lab_number(config),Pre) < LAB_CONTEXT_AWAY &&
	    config->client == \at(config->client,Pre) < LAB_CLIENTS_MAX; */
	/*@ assert T10_still: lab_numbers_still{Pre,Here}(&lab->zone[home->zone[0]]); */
	/*@ assert T5_laid: lab_paths_ok(context, lab); */
	/*@ assert T10_laid: home->zone[0] == lab_home(context) &&
	    \forall integer c; 0 <= c < 3 ==> context->refused[c] == 0; */
	/*@ ghost laid: ; */
	lab_room_init(&context->room, config->capacity != 0 ? &lab->zone[home->zone[0]] : NULL,
		      lab->tag[home->zone[0]], config->slot, config->capacity,
		      context->holder * LAB_START_STRIDE);
	/*@ assert T5_still: lab_paths_still{laid,Here}(context); */
	/*@ assert T5_direct: lab_direct_still{laid,Here}(context); */
	/*@ assert T10_none: \forall integer c; 0 <= c < 3 ==> context->refused[c] == 0; */
	/*@ assert given: lab_given_still{laid,Here}(lab, config, home->zone[0]); */
	/*@ assert T5_roomed: lab_paths_ok(context, lab); */
	/*@ assert T10_home: home->zone[0] == lab_home(context); */
	/*@ assert T10_roomed: lab_room_new(context, lab, config); */
	/*@ ghost roomed: ; */
	context->holder += LAB_CONTEXTS * config->client;
	/*@ assert T5_kept: lab_paths_still{roomed,Here}(context); */
	/*@ assert T10_kept: lab_direct_still{roomed,Here}(context); */
	/*@ assert kept: lab_given_still{roomed,Here}(lab, config, home->zone[0]); */
	/*@ assert T5_path: lab_paths_ok(context, lab); */
	return LAB_OK;
}
