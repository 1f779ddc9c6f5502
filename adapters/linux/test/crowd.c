// SPDX-License-Identifier: GPL-2.0-only OR MIT
/*
 * crowd.c - every kind of context on every CPU takes and gives pages at once.
 */
#include <linux/cpu.h>
#include <linux/delay.h>
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/irq_work.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/smp.h>
#include <linux/vmalloc.h>

#include "actors.h"
#include "ktap.h"
#include "rig.h"

enum { TASK, ROAMER, TASKLET, TIMER, IRQ_WORK, CALL, NMI, KINDS };
static const char *const kind_names[KINDS] = {
	"task", "roaming task", "tasklet", "hrtimer", "irq_work", "call from another cpu", "nmi"
};

struct crowd_cpu {
	struct actor actor[KINDS];
	struct task_struct *thread;
	struct task_struct *roamer;
	struct tasklet_struct tasklet;
	struct hrtimer timer;
	struct irq_work irq_work;
	call_single_data_t call;
	unsigned int cpu;
};

static struct stage stage;
static struct crowd_cpu *crowd;
static bool with_nmi;
static bool stopping;

static struct crowd_cpu *here(void)
{
	return &crowd[raw_smp_processor_id()];
}

static void step(struct crowd_cpu *of, unsigned int kind, bool context_is_right)
{
	of->actor[kind].wrong_context += !context_is_right;
	actor_step(&stage, &of->actor[kind]);
}

static void nmi_step(void)
{
	step(here(), NMI, in_nmi());
	if (!READ_ONCE(stopping))
		irq_work_queue(&here()->irq_work);
}

static void irq_work_step(struct irq_work *work)
{
	step(container_of(work, struct crowd_cpu, irq_work), IRQ_WORK, in_hardirq());
}

static void call_step(void *data)
{
	step(data, CALL, in_hardirq());
}

static void tasklet_step(struct tasklet_struct *tasklet)
{
	step(container_of(tasklet, struct crowd_cpu, tasklet), TASKLET, in_serving_softirq());
}

static enum hrtimer_restart timer_step(struct hrtimer *timer)
{
	struct crowd_cpu *of = container_of(timer, struct crowd_cpu, timer);
	u64 period;

	step(of, TIMER, in_hardirq());
	if (READ_ONCE(stopping))
		return HRTIMER_NORESTART;
	tasklet_schedule(&of->tasklet);
	irq_work_queue(&of->irq_work);
	period = (300 + of->actor[TIMER].random % 256) * NSEC_PER_USEC;
	hrtimer_forward_now(timer, ns_to_ktime(period));
	return HRTIMER_RESTART;
}

/* The thread of one CPU: makes calls of its own, and stirs the other kinds up. */
static int thread_run(void *data)
{
	struct crowd_cpu *of = data;
	unsigned int other = cpumask_next(of->cpu, cpu_online_mask);
	u64 turn = 0;

	if (other >= nr_cpu_ids)
		other = cpumask_first(cpu_online_mask);
	hrtimer_start(&of->timer, ns_to_ktime(300 * NSEC_PER_USEC), HRTIMER_MODE_REL_PINNED_HARD);
	while (!kthread_should_stop()) {
		step(of, TASK, in_task());
		if (++turn % 4 == 0 && other != of->cpu)
			smp_call_function_single_async(other, &crowd[other].call);
		if (turn % 4 == 1)
			tasklet_schedule(&of->tasklet);
		if (turn % 4 == 2 && with_nmi)
			nmi_send(turn % 8 < 4 ? of->cpu : other);
		if (turn % 4 == 3 && !READ_ONCE(stopping)) {
			preempt_disable();
			irq_work_queue(&of->irq_work);
			preempt_enable();
		}
		cond_resched();
	}
	return 0;
}

static int roamer_run(void *data)
{
	struct crowd_cpu *of = data;

	while (!kthread_should_stop()) {
		step(of, ROAMER, in_task());
		if (of->actor[ROAMER].steps % 8 == 0)
			schedule();
		cond_resched();
	}
	return 0;
}

static bool expected(unsigned int kind)
{
	return (kind != NMI || with_nmi) && (kind != CALL || num_online_cpus() > 1);
}

static void cpu_start(struct crowd_cpu *of, unsigned int cpu)
{
	unsigned int kind;

	of->cpu = cpu;
	for (kind = 0; kind < KINDS; kind++) {
		of->actor[kind].id = 1 + cpu * KINDS + kind;
		of->actor[kind].random = 2654435761u * of->actor[kind].id;
	}
	tasklet_setup(&of->tasklet, tasklet_step);
	hrtimer_init(&of->timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED_HARD);
	of->timer.function = timer_step;
	of->irq_work = IRQ_WORK_INIT_HARD(irq_work_step);
	INIT_CSD(&of->call, call_step, of);
	of->thread = kthread_create_on_cpu(thread_run, of, cpu, "labyrinth/%u");
	of->roamer = kthread_create(roamer_run, of, "labyrinth_roamer");
	CHECK(!IS_ERR(of->thread) && !IS_ERR(of->roamer));
}

static bool all_done(void)
{
	unsigned int cpu, kind;

	for_each_online_cpu(cpu)
		for (kind = 0; kind < KINDS; kind++)
			if (expected(kind) && READ_ONCE(crowd[cpu].actor[kind].steps) < crowd_steps)
				return false;
	return true;
}

/* Threads first: they start the others. Then what is still on its way. */
static void all_stop(void)
{
	unsigned int cpu;

	WRITE_ONCE(stopping, true);
	for_each_online_cpu(cpu) {
		kthread_stop(crowd[cpu].thread);
		kthread_stop(crowd[cpu].roamer);
	}
	msleep(1000); /* NMIs from outside: the sender has to see the line in the log first */
	nmi_stop();
	for_each_online_cpu(cpu) {
		hrtimer_cancel(&crowd[cpu].timer);
		tasklet_kill(&crowd[cpu].tasklet);
		irq_work_sync(&crowd[cpu].irq_work);
	}
	on_each_cpu((smp_call_func_t)rig_nothing, NULL, 1);
}

static void report(void)
{
	unsigned int cpu, kind;

	for (kind = 0; kind < KINDS; kind++) {
		u64 steps = 0, taken = 0, refused = 0, errors = 0, wrong = 0;

		for_each_online_cpu(cpu) {
			struct actor *actor = &crowd[cpu].actor[kind];

			actor_end(&stage, actor);
			steps += actor->steps;
			taken += actor->taken;
			refused += actor->refused;
			errors += actor->errors;
			wrong += actor->wrong_context;
			CHECK(!expected(kind) || actor->steps >= crowd_steps);
		}
		pr_info("# %s: %llu calls, %llu pages taken, %llu refused, %llu errors\n",
			kind_names[kind], steps, taken, refused, errors);
		CHECK_EQUAL(errors, 0);
		CHECK_EQUAL(wrong, 0);
	}
	CHECK_EQUAL(stage_end(&stage), 0);
}

static void crowd_run(unsigned int pages, unsigned int reserve, unsigned int room)
{
	unsigned int cpu;
	u32 tries;

	stage.pool = test_pool("crowd", pages, reserve, room);
	crowd = vzalloc(array_size(nr_cpu_ids, sizeof(*crowd)));
	CHECK(crowd);
	if (!stage.pool || !crowd)
		return;
	rig_clear_pages(stage.pool, pages);
	stopping = false;
	with_nmi = nmi_start(nmi_step);
	if (!with_nmi)
		pr_info("# no NMI on this machine\n");
	else
		pr_info("# NMIs on\n");
	for_each_online_cpu(cpu)
		cpu_start(&crowd[cpu], cpu);
	for_each_online_cpu(cpu) {
		wake_up_process(crowd[cpu].thread);
		wake_up_process(crowd[cpu].roamer);
	}
	for (tries = 0; tries < 1200 && !all_done(); tries++)
		msleep(100);
	pr_info("# NMIs off\n");
	all_stop();
	report();
	test_pool_end(stage.pool);
	vfree(crowd);
}

void crowd_rooms(void)
{
	crowd_run(512, 64, 8);
}

void crowd_no_rooms(void)
{
	crowd_run(48, 0, 0);
}
