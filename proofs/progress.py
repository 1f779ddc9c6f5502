# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Live progress: goals proved of total, seconds, the function at work."""

import sys
import time

import theorems


class Progress:
    def __init__(self, jobs, totals, functions):
        self.jobs, self.total, self.functions = jobs, totals, functions
        self.started = self.shown = time.monotonic()
        self.tty = sys.stdout.isatty()

    def line(self):
        proved = sum(g.proved for job in self.jobs for g in list(job.goals.values()))
        tried = sum(len(job.goals) for job in self.jobs)
        failed = f", {tried - proved} not proved" if tried != proved else ""
        at = []
        for job in self.jobs:
            if job.process and not job.done:
                function = theorems.function_of(job.last, self.functions) if job.last else "reading"
                at.append(f"{job.variant.key}: {function}")
        return (f"{proved} of {max(self.total, tried)} goals proved{failed}, "
                f"{time.monotonic() - self.started:.0f} s  [{', '.join(at)}]")

    def tick(self, last=False):
        now = time.monotonic()
        if self.tty:
            print("\r\033[K" + self.line()[:110], end="\n" if last else "", flush=True)
        elif last or now - self.shown >= 10:
            self.shown = now
            print(self.line(), flush=True)
