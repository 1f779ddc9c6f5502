// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * rx.c - a sample: every packet that arrives on an interface goes into an exclusive page, in
 * softirq context; a program reads the pages through a device.
 */
#include <linux/err.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/skbuff.h>

#include "internal.h"

struct rx rx;

static char *interface = "veth0";
module_param(interface, charp, 0444);
MODULE_PARM_DESC(interface, "the network interface whose packets are taken (veth0)");

static unsigned long arrived;
module_param(arrived, ulong, 0444);
MODULE_PARM_DESC(arrived, "packets that arrived so far");

static unsigned long refused;
module_param(refused, ulong, 0444);
MODULE_PARM_DESC(refused, "packets that got no page");

static unsigned long oversized;
module_param(oversized, ulong, 0444);
MODULE_PARM_DESC(oversized, "packets larger than a page");

static struct net_device *device;

/* A packet's page, with its bytes, or no page. Nothing of the page's former use is left in it. */
static struct labyrinth_grant page_of(const struct sk_buff *skb)
{
	struct labyrinth_grant grant;

	if (labyrinth_alloc_grant(rx.pool, GFP_ATOMIC | __GFP_ZERO, &grant) == 0 &&
	    skb_copy_bits(skb, 0, page_address(grant.page), skb->len) != 0) {
		labyrinth_free_grant(rx.pool, &grant);
		grant.error = -EFAULT;
	}
	return grant;
}

static rx_handler_result_t receive(struct sk_buff **pskb)
{
	struct sk_buff *skb = *pskb;
	bool fits = skb->len <= PAGE_SIZE;
	struct labyrinth_grant grant = { .error = -EMSGSIZE };

	if (fits)
		grant = page_of(skb);
	spin_lock_bh(&rx.lock);
	arrived++;
	if (!fits) {
		oversized++;
	} else if (grant.error) {
		refused++;
	} else {
		rx.grant[grant.frame] = grant;
		rx.queue[rx.put++ % LABYRINTH_RX_PAGES] =
			(struct labyrinth_rx_packet){ .page = grant.frame, .size = skb->len };
	}
	spin_unlock_bh(&rx.lock);
	wake_up_interruptible(&rx.wait);
	consume_skb(skb);
	return RX_HANDLER_CONSUMED;
}

static int handler_start(void)
{
	int error = -ENODEV;

	rtnl_lock();
	device = dev_get_by_name(&init_net, interface);
	if (device)
		error = netdev_rx_handler_register(device, receive, &rx);
	rtnl_unlock();
	if (error) {
		pr_err("labyrinth_rx: interface=%s: there is none, or it is taken\n", interface);
		dev_put(device);
	}
	return error;
}

static void handler_stop(void)
{
	rtnl_lock();
	netdev_rx_handler_unregister(device);
	rtnl_unlock();
	dev_put(device);
}

static int __init rx_init(void)
{
	int error;

	rx.pool = labyrinth_pool_create("rx", LABYRINTH_RX_PAGES, GFP_KERNEL, NUMA_NO_NODE);
	if (IS_ERR(rx.pool))
		return PTR_ERR(rx.pool);
	spin_lock_init(&rx.lock);
	mutex_init(&rx.reader);
	init_waitqueue_head(&rx.wait);
	error = device_start();
	if (!error) {
		error = handler_start();
		if (error)
			device_stop();
	}
	if (error)
		labyrinth_pool_destroy(rx.pool);
	return error;
}

/* Packets that nobody read. */
static void queue_drop(void)
{
	while (rx.got < rx.put) {
		u32 page = rx.queue[rx.got++ % LABYRINTH_RX_PAGES].page;

		labyrinth_free_grant(rx.pool, &rx.grant[page]);
	}
}

static void __exit rx_exit(void)
{
	handler_stop();
	device_stop();
	queue_drop();
	labyrinth_pool_destroy(rx.pool);
}

module_init(rx_init);
module_exit(rx_exit);
MODULE_DESCRIPTION("Packets into exclusive pages: a sample of Labyrinth");
MODULE_LICENSE("Dual MIT/GPL");
MODULE_IMPORT_NS(LABYRINTH);
