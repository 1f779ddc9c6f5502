/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/*
 * examples/signal_rx/report.c - the progress line, the closing table and the verdict.
 */
#include <stdio.h>
#include <unistd.h>

#include "signal_rx.h"

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

static void print_table(const options *chosen, transit *shared, uint32_t frames_back)
{
	double scale = ticks_per_ns();

	printf("signal_rx: %u datagrams into %u frames of %u bytes\n", chosen->datagram_count,
	       chosen->frame_count, PAGE_BYTES);
	row("sent (closing marks not counted)",
	    atomic_load(&shared->sent) - count_read(&counts.closing));
	row("received in the signal handler", count_read(&counts.received));
	row("dropped by the kernel (SO_RXQ_OVFL)", count_read(&counts.kernel_drops));
	row("allocated in the signal handler", count_read(&counts.allocated));
	row("refused for lack of a frame", count_read(&counts.refused));
	row("verified byte for byte by the consumer", count_read(&counts.verified));
	row("payload errors", count_read(&counts.payload_errors));
	row("double holders found", count_read(&counts.double_holders));
	row("frames lost", chosen->frame_count - frames_back);
	row("calls with a status that may not occur", count_read(&counts.status_errors));
	row("frames claimed by the interrupted thread itself", count_read(&counts.background));
	row("signals handled", count_read(&counts.signals));
	row("allocator calls that a signal cut into, at least", count_read(&counts.interrupted));
	row_ns("allocation p50, ns (with the clock's own cost)", ticks_percentile(0.5), scale);
	row_ns("allocation p99, ns", ticks_percentile(0.99), scale);
	row_ns("allocation max, ns (with what interrupted it)", ticks_longest(), scale);
}

static bool require(bool holds, const char *broken)
{
	if (!holds)
		fprintf(stderr, "signal_rx: FAILED: %s\n", broken);
	return holds;
}

static bool counts_add_up(transit *shared)
{
	unsigned long received = count_read(&counts.received);
	unsigned long drops = count_read(&counts.kernel_drops);
	unsigned long sent = atomic_load(&shared->sent);
	bool good = true;

	good &= require(received + count_read(&counts.closing) + drops == sent,
			"received + dropped by the kernel is not what was sent");
	good &= require(count_read(&counts.gaps) == drops,
			"the sequence gaps are not what the kernel says it dropped");
	good &= require(count_read(&counts.allocated) + count_read(&counts.refused) == received,
			"allocated + refused is not what was received");
	good &= require(count_read(&counts.verified) == count_read(&counts.allocated),
			"verified is not what was allocated");
	return good;
}

bool report_result(const options *chosen, transit *shared, uint32_t frames_back)
{
	bool good = true;

	print_table(chosen, shared, frames_back);
	good &= counts_add_up(shared);
	good &= require(count_read(&counts.double_holders) == 0, "a frame had two holders");
	good &= require(frames_back == chosen->frame_count, "frames were lost or made up");
	good &= require(count_read(&counts.payload_errors) == 0, "a payload was damaged");
	good &= require(count_read(&counts.status_errors) == 0, "a call answered a wrong status");
	good &= require(count_read(&counts.refused) > 0,
			"the pool never ran out, so that case was not shown: send more datagrams");
	good &= require(count_read(&counts.interrupted) > 0,
			"no signal landed inside a call, so that case was not shown");
	printf("signal_rx: %s\n", good ? "every check holds" : "at least one check failed");
	return good;
}
