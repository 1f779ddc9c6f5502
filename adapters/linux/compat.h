/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * compat.h - where kernels from 6.1 on differ; the only file that asks for the version.
 */
#ifndef LABYRINTH_COMPAT_H
#define LABYRINTH_COMPAT_H

#include <linux/mm.h>
#include <linux/shrinker.h>
#include <linux/slab.h>
#include <linux/version.h>

/* 6.10 gave __assign_str() one argument: the text that __string() named. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define labyrinth_assign_str(field, text) __assign_str(field)
#else
#define labyrinth_assign_str(field, text) __assign_str(field, text)
#endif

/* 6.3 locks a mapping when its flags change. */
static inline void labyrinth_vm_flags(struct vm_area_struct *vma, unsigned long set,
				      unsigned long clear)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
	vm_flags_mod(vma, set, clear);
#else
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
#endif
}

typedef unsigned long (*shrink_fn)(struct shrinker *shrinker, struct shrink_control *control);

/* 6.7 made shrinkers objects of the kernel's; before, the caller brought the structure. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)

static inline struct shrinker *labyrinth_shrinker_start(shrink_fn count, shrink_fn scan,
							void *data, const char *name)
{
	struct shrinker *shrinker = shrinker_alloc(0, "labyrinth:%s", name);

	if (!shrinker)
		return NULL;
	shrinker->count_objects = count;
	shrinker->scan_objects = scan;
	shrinker->private_data = data;
	shrinker_register(shrinker);
	return shrinker;
}

static inline void labyrinth_shrinker_stop(struct shrinker *shrinker)
{
	shrinker_free(shrinker);
}

static inline void *labyrinth_shrinker_data(struct shrinker *shrinker)
{
	return shrinker->private_data;
}

#else

struct labyrinth_shrinker {
	struct shrinker shrinker;
	void *data;
};

static inline struct shrinker *labyrinth_shrinker_start(shrink_fn count, shrink_fn scan,
							void *data, const char *name)
{
	struct labyrinth_shrinker *own = kzalloc(sizeof(*own), GFP_KERNEL);

	if (!own)
		return NULL;
	own->shrinker.count_objects = count;
	own->shrinker.scan_objects = scan;
	own->shrinker.seeks = DEFAULT_SEEKS;
	own->data = data;
	if (register_shrinker(&own->shrinker, "labyrinth:%s", name)) {
		kfree(own);
		return NULL;
	}
	return &own->shrinker;
}

static inline void labyrinth_shrinker_stop(struct shrinker *shrinker)
{
	unregister_shrinker(shrinker);
	kfree(container_of(shrinker, struct labyrinth_shrinker, shrinker));
}

static inline void *labyrinth_shrinker_data(struct shrinker *shrinker)
{
	return container_of(shrinker, struct labyrinth_shrinker, shrinker)->data;
}

#endif

#endif /* LABYRINTH_COMPAT_H */
