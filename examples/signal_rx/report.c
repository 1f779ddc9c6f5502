/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/report.c - the progress line, the closing table and the verdict.
 */
#include <stdio.h>
#include <unistd.h>

#include "../common.h"
#include "signal_rx.h"

#define NAME "signal_rx"

/** On a terminal one line that moves; elsewhere one line for each tenth of the way. */
void report_progress(uint32_t datagram_count)
{
	static unsigned long shown = 0;
	unsigned long seen = count_read(&counts.received) + count_read(&counts.gaps);
	unsigned long part = seen * 100 / datagram_count;
	bool moving;

	if (part <= shown)
		return;
	moving = isatty(STDOUT_FILENO) != 0;
	if (!moving && part / 10 == shown / 10)
		return;
	shown = part;
	printf("%ssignal_rx: %3lu %%  %lu received, %lu refused%s", moving ? "\r" : "", part,
	       count_read(&counts.received), count_read(&counts.refused),
	       moving && part < 100 ? "" : "\n");
	(void)fflush(stdout);
}

static void row(const char *name, unsigned long value)
{
	printf("  %-50s %12lu\n", name, value);
}

static void row_ns(const char *name, uint64_t ticks, double scale)
{
	printf("  %-50s %12.0f\n", name, (double)ticks / scale);
}

/* Refusals of one context, by cause, as it counted them itself. */
static void rows_refused(const char *who, const uint32_t *refused)
{
	static const char *const cause[CAUSES] = {"LAB_EMPTY", "LAB_CONTENDED", "LAB_RESERVED"};
	char name[64];

	for (uint32_t index = 0; index < CAUSES; index++) {
		(void)snprintf(name, sizeof(name), "  %s, %s", who, cause[index]);
		row(name, refused[index]);
	}
}

static void print_frames(const options *chosen, const pool_rest *rest)
{
	row("refused for lack of a frame", count_read(&counts.refused));
	rows_refused("the handler", rest->refused[POOL_HANDLER]);
	rows_refused("the interrupted thread", rest->refused[POOL_TASK]);
	row("frames of the reserve used by the handler", count_read(&counts.reserve_used));
	row("low-watermark crossings", count_read(&counts.low_crossings));
	row("frames hoarded by rooms, drained at the end", rest->hoarded);
	row("frames lost", chosen->frame_count - rest->back);
}

static void print_table(const options *chosen, transit *shared, const pool_rest *rest)
{
	double scale = ticks_per_ns();

	printf("signal_rx: %u datagrams into %u frames of %u bytes\n", chosen->datagram_count,
	       chosen->frame_count, PAGE_BYTES);
	row("sent (closing marks not counted)",
	    atomic_load(&shared->sent) - count_read(&counts.closing));
	row("received in the signal handler", count_read(&counts.received));
	row("dropped by the kernel (SO_RXQ_OVFL)", count_read(&counts.kernel_drops));
	row("allocated in the signal handler", count_read(&counts.allocated));
	row("verified byte for byte by the consumer", count_read(&counts.verified));
	row("payload errors", count_read(&counts.payload_errors));
	row("double holders found", count_read(&counts.double_holders));
	print_frames(chosen, rest);
	row("calls with a status that may not occur", count_read(&counts.status_errors));
	row("frames allocated by the interrupted thread itself", count_read(&counts.background));
	row("signals handled", count_read(&counts.signals));
	row("allocator calls that a signal cut into, at least", count_read(&counts.interrupted));
	row_ns("allocation p50, ns (with the clock's own cost)", ticks_percentile(0.5), scale);
	row_ns("allocation p99, ns", ticks_percentile(0.99), scale);
	row_ns("allocation max, ns (with what interrupted it)", ticks_longest(), scale);
}

static bool counts_add_up(transit *shared)
{
	unsigned long received = count_read(&counts.received);
	unsigned long drops = count_read(&counts.kernel_drops);
	unsigned long sent = atomic_load(&shared->sent);
	bool good = true;

	good &= require(NAME, received + count_read(&counts.closing) + drops == sent,
			"received + dropped by the kernel is not what was sent");
	good &= require(NAME, count_read(&counts.gaps) == drops,
			"the sequence gaps are not what the kernel says it dropped");
	good &= require(NAME,
			count_read(&counts.allocated) + count_read(&counts.refused) == received,
			"allocated + refused is not what was received");
	good &= require(NAME, count_read(&counts.verified) == count_read(&counts.allocated),
			"verified is not what was allocated");
	return good;
}

static uint32_t sum(const uint32_t *refused)
{
	return refused[0] + refused[1] + refused[2];
}

/* To the last frame: in the pool, or in a room; and all in the pool once the rooms are drained. */
static bool frames_add_up(const options *chosen, const pool_rest *rest)
{
	bool good = true;

	good &= require(NAME, rest->in_pool + rest->hoarded == chosen->frame_count,
			"frames in the pool + frames in rooms is not the size of the pool");
	good &= require(NAME, rest->drained == rest->hoarded,
			"draining the rooms did not give back what was in them");
	good &= require(NAME, rest->back == chosen->frame_count, "frames were lost or made up");
	good &= require(NAME, sum(rest->refused[POOL_HANDLER]) == count_read(&counts.refused),
			"the causes do not add up to the datagrams refused");
	good &= require(NAME, count_read(&counts.reserve_errors) == 0,
			"a plain request got a frame of the reserve");
	return good;
}

static bool all_was_shown(const options *chosen, const pool_rest *rest)
{
	bool reserve = pool_has_reserve(chosen->frame_count);
	bool good = true;

	good &= require(NAME, count_read(&counts.refused) > 0,
			"the pool never ran out, so that case was not shown: send more datagrams");
	good &= require(NAME, count_read(&counts.interrupted) > 0,
			"no signal landed inside a call, so that case was not shown");
	good &= require(NAME, count_read(&counts.low_crossings) > 0,
			"the low watermark was never crossed, yet the pool ran out");
	good &= require(NAME, (count_read(&counts.reserve_used) > 0) == reserve,
			"the pool ran out, yet its reserve was not used, or it has none and was");
	good &= require(NAME, sum(rest->refused[POOL_TASK]) > 0,
			"the interrupted thread never found the pool empty");
	return good;
}

bool report_result(const options *chosen, transit *shared, const pool_rest *rest)
{
	bool good = true;

	print_table(chosen, shared, rest);
	good &= counts_add_up(shared);
	good &= frames_add_up(chosen, rest);
	good &= all_was_shown(chosen, rest);
	good &= require(NAME, count_read(&counts.double_holders) == 0, "a frame had two holders");
	good &= require(NAME, count_read(&counts.payload_errors) == 0, "a payload was damaged");
	good &= require(NAME, count_read(&counts.status_errors) == 0,
			"a call answered a wrong status");
	printf("signal_rx: %s\n", good ? "every check holds" : "at least one check failed");
	return good;
}
