// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * rig.c - NMIs on demand, and pages without old marks.
 */
#include <linux/mm.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>

#include "ktap.h"
#include "rig.h"

#ifdef CONFIG_X86
#include <asm/apic.h>
#include <asm/nmi.h>

static void (*nmi_handler)(void);

/* NMIs that come from outside are ours too while a case runs. */
static int nmi_entry(unsigned int type, struct pt_regs *registers)
{
	nmi_handler();
	return NMI_HANDLED;
}

bool nmi_start(void (*handler)(void))
{
	nmi_handler = handler;
	return register_nmi_handler(NMI_LOCAL, nmi_entry, 0, "labyrinth_test") == 0;
}

void nmi_send(unsigned int cpu)
{
	apic->send_IPI(cpu, NMI_VECTOR);
}

void nmi_stop(void)
{
	if (nmi_handler)
		unregister_nmi_handler(NMI_LOCAL, "labyrinth_test");
	nmi_handler = NULL;
}

#else

bool nmi_start(void (*handler)(void))
{
	return false;
}

void nmi_send(unsigned int cpu)
{
}

void nmi_stop(void)
{
}

#endif

void rig_nothing(void *unused)
{
}

void rig_clear_pages(struct labyrinth_pool *pool, unsigned int count)
{
	struct page **pages = vmalloc(array_size(count, sizeof(*pages)));
	unsigned int i;

	CHECK(pages);
	if (!pages)
		return;
	CHECK_EQUAL(labyrinth_alloc_bulk(pool, GFP_ATOMIC, pages, count), count);
	for (i = 0; i < count; i++)
		clear_page(page_address(pages[i]));
	CHECK_EQUAL(labyrinth_free_bulk(pool, pages, count), count);
	CHECK_EQUAL(labyrinth_drain(pool), 0);
	vfree(pages);
}
