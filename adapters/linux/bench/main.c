// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * main.c - instructions per pair of calls, for a guest that counts one tick of the time stamp
 * counter per instruction (qemu -icount, one CPU).
 *
 * Interrupts and softirqs are off while a pair is counted, as in a handler; the counter's own cost
 * is measured on an empty pair and taken off.
 */
#include <linux/irqflags.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/sort.h>
#include <linux/timex.h>
#include <linux/vmalloc.h>

#include "bench.h"

#define PAIRS 2000
#define NOPS 1000

struct sample {
	u32 take;
	u32 give;
};

static void **held;
static struct sample *samples;
static u64 ticks_per_1000; /* of instructions */
static u64 empty;
static u32 random = 1;

static u32 next_random(void)
{
	random ^= random << 13;
	random ^= random >> 17;
	random ^= random << 5;
	return random;
}

/* Ticks between two looks with nothing in between, and with 1000 instructions in between. */
static void calibrate(void)
{
	u64 begin, end, full;
	unsigned long flags;

	local_irq_save(flags);
	begin = get_cycles();
	end = get_cycles();
	empty = end - begin;
	begin = get_cycles();
	asm volatile(".rept 1000\n\tnop\n\t.endr");
	end = get_cycles();
	local_irq_restore(flags);
	full = end - begin;
	ticks_per_1000 = full - empty;
}

static u32 instructions(u64 ticks)
{
	return ticks <= empty ? 0 : (u32)div64_u64((ticks - empty) * NOPS + ticks_per_1000 / 2,
						   ticks_per_1000);
}

static u32 timed_take(const struct rival *rival, void **page)
{
	u64 begin = get_cycles();

	*page = rival->take();
	return instructions(get_cycles() - begin);
}

static u32 timed_give(const struct rival *rival, void *page)
{
	u64 begin = get_cycles();

	rival->give(page);
	return instructions(get_cycles() - begin);
}

static int by_size(const void *a, const void *b)
{
	return *(const u32 *)a < *(const u32 *)b ? -1 : *(const u32 *)a > *(const u32 *)b;
}

/* Mean of a pair, median of a pair, and the worst single call. */
static void report(const struct rival *rival, const char *pattern)
{
	static u32 pair[PAIRS];
	u32 worst = 0, i;
	u64 sum = 0;

	for (i = 0; i < PAIRS; i++) {
		pair[i] = samples[i].take + samples[i].give;
		sum += pair[i];
		worst = max3(worst, samples[i].take, samples[i].give);
	}
	sort(pair, PAIRS, sizeof(pair[0]), by_size, NULL);
	pr_info("| %s | %s | %llu | %u | %u |\n", rival->name, pattern,
		div_u64(sum + PAIRS / 2, PAIRS), pair[PAIRS / 2], worst);
}

/* Take one, give it back, again and again. */
static void last_in_first_out(const struct rival *rival)
{
	unsigned long flags;
	void *page;
	u32 i;

	for (i = 0; i < PAIRS; i++) {
		local_irq_save(flags);
		samples[i].take = timed_take(rival, &page);
		samples[i].give = page ? timed_give(rival, page) : 0;
		local_irq_restore(flags);
	}
	report(rival, "LIFO");
}

/* 95 % are held; give any of them, take another. */
static void random_when_full(const struct rival *rival)
{
	u32 count = BENCH_PAGES * 95 / 100, i;
	unsigned long flags;

	for (i = 0; i < count; i++)
		held[i] = rival->take();
	for (i = 0; i < PAIRS; i++) {
		u32 index = next_random() % count;

		if (!held[index])
			break;
		local_irq_save(flags);
		samples[i].give = timed_give(rival, held[index]);
		samples[i].take = timed_take(rival, &held[index]);
		local_irq_restore(flags);
	}
	if (i == PAIRS)
		report(rival, "random, 95 % full");
	else
		pr_info("not ok 1 bench_%s: ran out of pages\n", rival->name);
	for (i = 0; i < count; i++)
		if (held[i])
			rival->give(held[i]);
}

static int __init bench_init(void)
{
	unsigned int i;

	held = vzalloc(array_size(BENCH_PAGES, sizeof(*held)));
	samples = vzalloc(array_size(PAIRS, sizeof(*samples)));
	if (!held || !samples)
		return -ENOMEM;
	calibrate();
	pr_info("# 1000 instructions are %llu ticks\n", ticks_per_1000);
	if (ticks_per_1000 < 900) {
		pr_info("not ok 1 bench_calibration: no tick per instruction: is -icount on?\n");
		return -EINVAL;
	}
	for (i = 0; i < rival_count; i++) {
		if (rivals[i].start() != 0) {
			pr_info("not ok 1 bench_%s: does not start\n", rivals[i].name);
			continue;
		}
		local_bh_disable();
		last_in_first_out(&rivals[i]);
		random_when_full(&rivals[i]);
		local_bh_enable();
		rivals[i].stop();
	}
	pr_info("ok 1 bench_instructions\n");
	return 0;
}

static void __exit bench_exit(void)
{
	vfree(held);
	vfree(samples);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_DESCRIPTION("Instructions per page: Labyrinth beside the kernel's allocators");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_IMPORT_NS(LABYRINTH);
