# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Who looks for a bug in a core: each takes a Hunt and says for one word size after the other
whether it found one.

Seconds are those of the processor, of all processes that an engine starts: so a busy machine takes
longer for the same figures.
"""
import os
import pathlib
import signal
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TICK = os.sysconf("SC_CLK_TCK")


class Trouble(Exception):
    """An engine that does not run: neither a catch nor a miss."""


class Hunt:
    """A core's folder, a folder to work in, the seconds that a fuzzer has, whether the core is
    built with LAB_HARDENED, and the seconds that were spent."""

    def __init__(self, core, folder, seconds, hardened):
        self.core, self.folder, self.seconds = core, folder, seconds
        self.environment = {**os.environ, **({"FUZZ_HARDENED": "1"} if hardened else {})}
        self.spent = 0.0


def processes(root):
    """{pid: seconds} of a process and those below it, those that they waited for included."""
    parents, seconds = {}, {}
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                field = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(entry.name)] = int(field[1])
            seconds[int(entry.name)] = sum(int(f) for f in field[11:15]) / TICK
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return {pid: seconds[pid] for pid in found if pid in seconds}


def end(root):
    """AFL++ starts its program in another session: they are found as they descend."""
    for pid in processes(root):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def run(hunt, command, seconds, **more):
    """(exit code or None when it was stopped after these seconds, output)."""
    with tempfile.TemporaryFile() as log:
        program = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT, env={**hunt.environment, **more})
        spent, pause, done = 0.0, 0.02, 0
        while spent < seconds:
            time.sleep(pause)
            pause = min(2 * pause, 0.5)
            spent = max(spent, sum(processes(program.pid).values()))
            done, status, used = os.wait4(program.pid, os.WNOHANG)
            if done:
                spent = max(spent, used.ru_utime + used.ru_stime)
                program.returncode = os.waitstatus_to_exitcode(status)
                break
        if not done:
            end(program.pid)
            program.wait()
        hunt.spent += spent
        log.seek(0)
        return program.returncode if done else None, log.read().decode(errors="replace")


def build(hunt, tool, target):
    program = hunt.folder / f"{tool}-{target}"
    code, output = run(hunt, ["fuzz/build", tool, target, program, hunt.core], 600)
    if code != 0:
        raise Trouble(f"fuzz/build {tool} {target} failed:\n{output}")
    return program


# Who was stopped has caught nothing.
def exhaustive(hunt):
    for target in ("small", "tiny"):
        code, output = run(hunt, [build(hunt, "exhaust", target)], 180)
        if code not in (0, None) and code > 0 and "is broken" not in output:
            raise Trouble(f"every schedule, {target}, ended with {code}:\n{output}")
        yield code not in (0, None)


def libfuzzer(hunt):
    for target in ("small", "tiny"):
        program = build(hunt, "libfuzzer", target)
        corpus = hunt.folder / f"corpus-{target}"
        corpus.mkdir()
        code, output = run(hunt, [program, "-max_len=96", "-seed=1",
                                  f"-artifact_prefix={hunt.folder}/", corpus], hunt.seconds / 2)
        found = list(hunt.folder.glob("crash-*"))
        if code is not None and not found:
            raise Trouble(f"libFuzzer, {target}, ended with {code}:\n{output}")
        yield bool(found)


def afl(hunt):
    seeds = hunt.folder / "seeds"
    seeds.mkdir()
    (seeds / "empty").write_bytes(b"\0\0\0")
    more = {"AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1",
            "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_BENCH_UNTIL_CRASH": "1"}
    for target in ("small", "tiny"):
        program = build(hunt, "afl", target)
        out = hunt.folder / f"out-{target}"
        code, output = run(hunt, ["afl-fuzz", "-i", seeds, "-o", out, "-s", "1", "-G", "96",
                                  "-t", "5000", "--", program], hunt.seconds / 2, **more)
        # A bug that shows in the one seed at once makes AFL++ refuse to start, and say so.
        found = list(out.glob("default/crashes/id*")) or "results in a crash" in output
        if not found and code is not None:
            raise Trouble(f"afl-fuzz, {target}, ended with {code}:\n{output}")
        yield bool(found)


def unit(hunt):
    code, output = run(hunt, ["fuzz/mutants/unit", hunt.core, hunt.folder / "unit"], 600)
    if code not in (0, 1):
        raise Trouble(f"fuzz/mutants/unit ended with {code}:\n{output}")
    yield code == 1


RUNNERS = {"unit": unit, "exhaustive": exhaustive, "libfuzzer": libfuzzer, "afl": afl}
