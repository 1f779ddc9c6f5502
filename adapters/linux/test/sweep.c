// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * sweep.c - an interruption at every instruction of a call, one instruction at a time.
 *
 * A breakpoint on an instruction of labyrinth.ko enters its handler as an NMI does. The handler
 * takes a page and keeps it, or gives back a page that the interrupted party holds. Afterwards
 * every page must have one holder, and none be lost.
 */
#include <linux/fs.h>
#include <linux/kernel_read_file.h>
#include <linux/kprobes.h>
#include <linux/sched.h>
#include <linux/string.h>
#include <linux/vmalloc.h>

#include "ktap.h"
#include "stand.h"

static unsigned int *hits;

static int interrupted(struct kprobe *probe, struct pt_regs *registers)
{
	interrupt();
	return 0;
}

/* A disabled breakpoint on each instruction that is to be tried and can have one; returns how many
 * there are.
 */
static unsigned int probes_make(struct kprobe *probes, struct kprobe **list, char *text)
{
	unsigned int count = 0, at = 0;
	unsigned long offset;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		struct kprobe *probe = &probes[count];

		if (kstrtoul(line, 16, &offset) != 0 || at++ % max(sweep_every, 1u) != 0)
			continue;
		memset(probe, 0, sizeof(*probe));
		probe->addr = (kprobe_opcode_t *)(sweep_base + offset);
		probe->flags = KPROBE_FLAG_DISABLED;
		probe->pre_handler = interrupted;
		if (register_kprobe(probe) == 0)
			list[count++] = probe;
	}
	return count;
}

static unsigned int instructions_in(const char *text)
{
	unsigned int count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static void sweep(struct kprobe **list, unsigned int count, unsigned int total)
{
	unsigned int i, hit = 0;

	for (i = 0; i < count && wrong == 0; i++) {
		if (enable_kprobe(list[i]) != 0) {
			wrong++;
			break;
		}
		hits[i] = play_all((unsigned long)list[i]->addr - sweep_base);
		hit += hits[i] > 0;
		if (hits[i] == 0 && sweep_show)
			pr_info("# missed text+0x%lx\n",
				(unsigned long)list[i]->addr - sweep_base);
		disable_kprobe(list[i]);
		if (i % 250 == 249)
			pr_info("# %u of %u instructions\n", i + 1, count);
		cond_resched();
	}
	pr_info("# %u instructions, %u probed, %u hit, %u times, %u as an NMI\n",
		total, count, hit, interruptions, interruptions_in_nmi);
	CHECK_EQUAL(wrong, 0);
	CHECK(hit * max(sweep_every, 1u) * 100 >= total * sweep_hits_min);
}

void sweep_every_instruction(void)
{
	struct kprobe *probes = NULL, **list = NULL;
	unsigned int total = 0, count = 0;
	void *text = NULL;
	ssize_t size;

	/* Named as something that the kernel reads for itself: an unknown kind is complained of. */
	size = kernel_read_file_from_path(sweep_list, 0, &text, INT_MAX, NULL, READING_FIRMWARE);
	CHECK(size > 0);
	CHECK(sweep_base != 0);
	if (size > 0 && sweep_base) {
		((char *)text)[size - 1] = '\0';
		total = instructions_in(text) + 1;
		probes = vzalloc(array_size(total, sizeof(*probes)));
		list = vzalloc(array_size(total, sizeof(*list)));
		hits = vzalloc(array_size(total, sizeof(*hits)));
	}
	CHECK(probes && list && hits);
	wrong = 0;
	migrate_disable();
	if (probes && list && hits && stands_start()) {
		count = probes_make(probes, list, text);
		sweep(list, count, total);
		unregister_kprobes(list, count);
	}
	migrate_enable();
	stands_end();
	vfree(hits);
	vfree(list);
	vfree(probes);
	vfree(text);
}
