// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * device.c - /dev/labyrinth_rx: packets to a program, one program at a time.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "compat.h"
#include "internal.h"

/* Packets, or page numbers, that one system call moves at most. */
#define STEP 64

static unsigned long users;

/* Take packets off the queue; they are the reader's from here on. */
static unsigned int packets_take(struct labyrinth_rx_packet *packets, unsigned int count)
{
	unsigned int done = 0;

	mutex_lock(&rx.reader);
	spin_lock_bh(&rx.lock);
	while (done < count && rx.got < rx.put) {
		packets[done] = rx.queue[rx.got++ % LABYRINTH_RX_PAGES];
		rx.handed[packets[done].page] = true;
		done++;
	}
	spin_unlock_bh(&rx.lock);
	mutex_unlock(&rx.reader);
	return done;
}

static ssize_t rx_read(struct file *file, char __user *buffer, size_t size, loff_t *offset)
{
	struct labyrinth_rx_packet packets[STEP];
	unsigned int count = min_t(size_t, size / sizeof(packets[0]), STEP);
	int error = 0;

	if (count == 0)
		return -EINVAL;
	if (!(file->f_flags & O_NONBLOCK))
		error = wait_event_interruptible(rx.wait, READ_ONCE(rx.got) != READ_ONCE(rx.put));
	if (error)
		return error;
	count = packets_take(packets, count);
	if (count == 0)
		return -EAGAIN;
	return copy_to_user(buffer, packets, count * sizeof(packets[0])) ?
		       -EFAULT :
		       count * sizeof(packets[0]);
}

/* The reader is done with a page: its mapping goes first. */
static int page_back(struct file *file, u32 page)
{
	if (page >= LABYRINTH_RX_PAGES || !rx.handed[page])
		return -EINVAL;
	unmap_mapping_range(file->f_mapping, (loff_t)page << PAGE_SHIFT, PAGE_SIZE, 1);
	rx.handed[page] = false;
	return labyrinth_free_grant(rx.pool, &rx.grant[page]);
}

static ssize_t rx_write(struct file *file, const char __user *buffer, size_t size, loff_t *offset)
{
	u32 pages[STEP];
	unsigned int count = min_t(size_t, size / sizeof(pages[0]), STEP);
	unsigned int done = 0;
	int error = 0;

	if (count == 0)
		return -EINVAL;
	if (copy_from_user(pages, buffer, count * sizeof(pages[0])))
		return -EFAULT;
	mutex_lock(&rx.reader);
	while (done < count && !error) {
		error = page_back(file, pages[done]);
		done += !error;
	}
	mutex_unlock(&rx.reader);
	return done ? done * sizeof(pages[0]) : error;
}

/* Only a page that the reader has can be seen. */
static vm_fault_t rx_fault(struct vm_fault *fault)
{
	vm_fault_t answer = VM_FAULT_SIGBUS;

	mutex_lock(&rx.reader);
	if (fault->pgoff < LABYRINTH_RX_PAGES && rx.handed[fault->pgoff])
		answer = vmf_insert_pfn(fault->vma, fault->address,
					page_to_pfn(rx.grant[fault->pgoff].page));
	mutex_unlock(&rx.reader);
	return answer;
}

static const struct vm_operations_struct rx_vm = { .fault = rx_fault };

static int rx_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_pgoff + vma_pages(vma) > LABYRINTH_RX_PAGES)
		return -EINVAL;
	if (vma->vm_flags & VM_WRITE)
		return -EPERM;
	labyrinth_vm_flags(vma, VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP | VM_DONTCOPY,
			   VM_MAYWRITE);
	vma->vm_ops = &rx_vm;
	return 0;
}

static int rx_open(struct inode *inode, struct file *file)
{
	return test_and_set_bit(0, &users) ? -EBUSY : 0;
}

static int rx_release(struct inode *inode, struct file *file)
{
	u32 page;

	mutex_lock(&rx.reader);
	for (page = 0; page < LABYRINTH_RX_PAGES; page++)
		if (rx.handed[page])
			page_back(file, page);
	mutex_unlock(&rx.reader);
	clear_bit(0, &users);
	return 0;
}

static const struct file_operations rx_operations = {
	.owner = THIS_MODULE,
	.open = rx_open,
	.release = rx_release,
	.read = rx_read,
	.write = rx_write,
	.mmap = rx_mmap,
};

static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "labyrinth_rx",
	.fops = &rx_operations,
	.mode = 0600,
};

int device_start(void)
{
	return misc_register(&misc);
}

void device_stop(void)
{
	misc_deregister(&misc);
}
