// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * contexts.c - the contexts of a pool: one for each level of each CPU.
 */
#include <linux/cpu.h>
#include <linux/export.h>
#include <linux/mm.h>
#include <linux/topology.h>
#include <linux/workqueue.h>

#include "pool.h"

/* The core's number of the node of a CPU. A CPU whose node has no pages gets a number that no zone
 * has, so that __GFP_THISNODE finds nothing there; with every number in use, the nearest node's.
 */
static u32 near_node(const struct labyrinth_pool *pool, int cpu_node)
{
	u32 i, nearest = 0;

	for (i = 0; i < pool->node_count; i++) {
		if (pool->nodes[i] == cpu_node)
			return i;
		if (node_distance(cpu_node, pool->nodes[i]) <
		    node_distance(cpu_node, pool->nodes[nearest]))
			nearest = i;
	}
	return pool->node_count < LAB_NODES_MAX ? LAB_NODES_MAX - 1 : nearest;
}

static int context_make(struct labyrinth_pool *pool, int cpu, u32 level, u32 *slot, u32 room)
{
	u8 distance[LAB_NODES_MAX] = {};
	lab_context_config config = {
		.cpu = cpu,
		.level = level,
		.slot = slot,
		.capacity = level == LEVEL_NESTED ? 0 : room,
		.distance = distance,
	};
	struct pool_level *of = &per_cpu_ptr(pool->cpu, cpu)->level[level];
	int cpu_node = cpu_to_node(cpu);
	lab_status status;
	u32 i;

	if (pool->nodes[0] == NUMA_NO_NODE || cpu_node == NUMA_NO_NODE) {
		config.distance = NULL;
	} else {
		config.node = near_node(pool, cpu_node);
		for (i = 0; i < pool->node_count; i++)
			distance[i] = min(node_distance(cpu_node, pool->nodes[i]), 255);
	}
	of->nested = level == LEVEL_NESTED;
	of->busy = of->nested;
	status = lab_context_init(&of->context, &pool->lab, &config);
	if (status != LAB_OK)
		pr_err("labyrinth: pool %s: cpu %d: %s\n", pool->name, cpu, status_text(status));
	return errno_of(status);
}

/* Make the contexts; pool_free() gives back what a failure leaves. */
int contexts_make(struct labyrinth_pool *pool, unsigned int room)
{
	u32 *slot;
	int cpu;

	pool->cpu = alloc_percpu(struct pool_cpu);
	if (!pool->cpu)
		return -ENOMEM;
	pool->slots = kvcalloc(nr_cpu_ids, max(room, 1u) * LEVELS * sizeof(u32), GFP_KERNEL);
	if (!pool->slots)
		return -ENOMEM;
	slot = pool->slots;
	for_each_possible_cpu(cpu) {
		u32 level;

		for (level = 0; level < LEVELS; level++, slot += room) {
			int error = context_make(pool, cpu, level, slot, room);

			if (error)
				return error;
		}
	}
	return 0;
}

/* Empty the rooms of a CPU: on that CPU in task context, or when it is dead. Flags that are up send
 * whoever interrupts this to the nested context.
 */
void contexts_drain(struct labyrinth_pool *pool, unsigned int cpu)
{
	struct pool_level *level;

	preempt_disable();
	level = per_cpu_ptr(pool->cpu, cpu)->level;
	for (; !level->nested; level++) {
		WRITE_ONCE(level->busy, true);
		barrier(); /* the room is touched only with the flag up */
		lab_drain(&pool->lab, &level->context);
		barrier(); /* the room is touched only with the flag up */
		WRITE_ONCE(level->busy, false);
	}
	preempt_enable();
}

static long drain_here(void *data)
{
	contexts_drain(data, raw_smp_processor_id());
	return 0;
}

/**
 * labyrinth_drain() - give back what all CPUs keep at hand
 * @pool: the pool
 *
 * For a pool that seems empty although few pages are held, or before it is looked at.
 *
 * Context: Process context. May sleep: it runs on each CPU in turn.
 * Return: 0; -EINVAL for a null pointer.
 */
int labyrinth_drain(struct labyrinth_pool *pool)
{
	unsigned int cpu;

	if (!pool)
		return -EINVAL;
	might_sleep();
	cpus_read_lock();
	for_each_online_cpu(cpu)
		work_on_cpu(cpu, drain_here, pool);
	cpus_read_unlock();
	return 0;
}
EXPORT_SYMBOL_NS_GPL(labyrinth_drain, LABYRINTH);
