# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Runs of Frama-C: the command, the lines it prints as it works, and what they say."""

import dataclasses
import os
import re
import signal
import subprocess
import threading
import time

import config
from tools import ProofError, environment, first_error

GOAL = re.compile(r"^\[wp\] \[([^\]]+)\] (Goal|Smoke-test) (\S+)(?: : (\w[\w ]*\w))?(.*)$")
PROVER = re.compile(r"^  (Z3|CVC4|Qed|Script)[ \d.]*: (.+)$")
SUMMARY = re.compile(r"^\[wp\] Proved goals:\s+(\d+) / (\d+)")
ANSWER = re.compile(r"^  Why3 result for (Z3|CVC4) [\d.]+: Valid \(([\d.]+)s")
TALLY = re.compile(r"^  (Z3|CVC4)[ \d.]*:\s+(\d+)\b(.*)$")
SECONDS = re.compile(r"\((?:Qed:)?([\d.]+)(ms|s|min|h)\)")
UNIT = {"ms": 0.001, "s": 1, "min": 60, "h": 3600}
# Everything but smoke tests is deselected by category: they have none of their own.
SMOKE_ONLY = ",".join("-@" + c for c in (
    "ensures", "assert", "requires", "assigns", "exits", "terminates", "invariant", "variant",
    "lemma", "decreases"))


@dataclasses.dataclass
class Goal:
    name: str
    proved: bool
    prover: str
    seconds: float
    answers: dict = dataclasses.field(default_factory=dict)     # prover: what it said
    where: str = ""


def base_command(variant, files):
    return ["frama-c", "-no-unicode", "-c11", "-machdep", config.WORDS[variant.word],
            f"-cpp-extra-args={' '.join(variant.defines)}", *files]


def wp_command(variant, files, options, steps=config.STEPS, timeout=config.TIMEOUT, cache="none",
               provers=None, session=None):
    """A run of WP; `provers` is what -wp-prover takes, `cache` a mode of cache.py."""
    if cache != "none":
        folder = (config.BUILD / f"cache-{cache}" / str(variant.word)).relative_to(config.ROOT)
        options = ["-wp-cache-dir", folder.as_posix(), *options]
    session = (session or config.SESSION / str(variant.word)).relative_to(config.ROOT).as_posix()
    return base_command(variant, files) + [
        "-wp", "-wp-rte", "-wp-model", "Typed", "-wp-prover",
        provers or ",".join(["script", *config.PROVERS]).lower(),
        "-wp-session", session, "-wp-cache", cache, "-wp-steps", str(steps),
        "-wp-timeout", str(timeout), "-wp-par", "2", *options]


def smoke_command(variant, files, options, cache):
    return wp_command(variant, files, [
        "-wp-smoke-tests", f"-wp-smoke-timeout={config.SMOKE_TIMEOUT}", f"-wp-prop={SMOKE_ONLY}",
        *options], config.SMOKE_STEPS, cache=cache, provers=",".join(config.SMOKE_PROVERS).lower())


class Job:
    """One Frama-C process; its goals grow as it prints."""

    def __init__(self, variant, kind, command, why3_conf, part="", expected=0, root=config.ROOT):
        self.variant, self.kind, self.command, self.why3_conf = variant, kind, command, why3_conf
        self.part, self.expected, self.root = part, expected, root
        self.log = config.BUILD / f"{kind}{part and '-' + part}-{variant.key}.log"
        self.goals, self.last = {}, ""
        self.summary, self.tally, self.warnings, self.lines = None, {}, [], []
        self.seconds, self.done, self.process, self.code = 0.0, False, None, None

    def run(self):
        started = time.monotonic()
        with open(self.log, "w", encoding="utf-8") as log:
            log.write("$ " + " ".join(self.command) + "\n")
            self.process = subprocess.Popen(
                self.command, cwd=self.root, env=environment(self.why3_conf, self.root), text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
                encoding="utf-8", errors="replace")
            for line in self.process.stdout:
                log.write(line)
                self.read(line.rstrip("\n"))
        self.code = self.process.wait()
        self.seconds = time.monotonic() - started
        self.done = True

    def stop(self):
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)

    def read(self, line):
        self.lines.append(line)
        if match := SUMMARY.match(line):
            self.summary = (int(match[1]), int(match[2]))
        elif line.endswith(" preprocessing"):
            pass                                # a goal begins; -wp-msg-key prover tells
        elif match := GOAL.match(line):
            self.read_goal(*match.groups())
        elif self.summary and (match := TALLY.match(line)):
            self.tally[match[1]] = (int(match[2]), match[3])
        elif (match := PROVER.match(line)) and self.last in self.goals and not self.summary:
            self.goals[self.last].answers[match[1]] = match[2]
        elif (match := re.match(r"^\[wp\] (\S+:\d+): Warning: Failed smoke-test", line)):
            self.read_dead(match[1])
        elif "Warning:" in line:
            self.warnings.append(line)
        elif self.warnings and line.startswith("  ") and self.lines[-2] in self.warnings[-1]:
            self.warnings[-1] += "\n" + line

    def read_dead(self, where):
        """A failed smoke test: the one named on the line before, or a point with no path to it."""
        goal = self.goals.get(self.last)
        if not goal or goal.proved:
            name = f"wp_smoke_no_path_to_{where}"
            goal = self.goals.setdefault(name, Goal(name, False, "CFG", 0.0))
        goal.where = where

    def read_goal(self, label, what, name, verdict, rest):
        name = name.removeprefix("typed_")
        proved = label == "Passed" if what == "Smoke-test" else (verdict or "").startswith("Valid")
        times = SECONDS.findall(rest)
        seconds = sum(float(n) * UNIT[u] for n, u in times)
        who = label.split()[0]
        if who == "Script" and len(self.lines) > 1 and (told := ANSWER.match(self.lines[-2])):
            who, seconds = told[1], float(told[2])      # the prover that the script asked
        goal = Goal(name, proved, who, seconds)
        if not proved and verdict:
            goal.answers[who] = verdict
        self.goals[name] = goal
        self.last = name

    def name(self):
        return f"{self.kind}{self.part and ' of ' + self.part}, {self.variant.label} words"

    def check(self):
        """Raise unless Frama-C went through to its end and we understood every line of it."""
        if any(line.endswith("No goal generated") for line in self.lines):
            self.summary = (0, 0)       # some functions have nothing to smoke-test
        if self.code != 0 or not self.summary:
            raise ProofError(f"Frama-C stopped before its end ({self.name()}, "
                             f"exit {self.code}):\n{first_error(self.lines)}")
        count = len(self.goals)
        all_proved = all(goal.proved for goal in self.goals.values())
        if all_proved != (self.summary == (count, count)):
            raise ProofError(f"{self.name()}: Frama-C says "
                             f"{self.summary[0]} of {self.summary[1]} proved, its lines name "
                             f"{count}: see build/proof/{self.log.name}")


def run_all(jobs, tick):
    """Run the jobs, at most config.JOBS at a time; call tick() while they work."""
    queue, lock, errors = list(jobs), threading.Lock(), []

    def worker():
        while True:
            with lock:
                if not queue or errors:
                    return
                job = queue.pop(0)
            try:
                job.run()
            except Exception as error:  # a worker's failure must reach the main thread
                errors.append(error)

    threads = [threading.Thread(target=worker, daemon=True) for _ in range(config.JOBS)]
    try:
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            time.sleep(0.2)
            tick()
    except BaseException:
        queue.clear()
        for job in jobs:
            job.stop()
        raise
    if errors:
        raise errors[0]
    for job in jobs:
        job.check()
