# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Who looks for a bug in a core: each takes a core's folder, a folder to work in, the seconds that
a fuzzer has and a meter, and says for one build after the other whether it found one.

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


class Meter:
    """The seconds that were spent on one hunt."""

    def __init__(self):
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


def run(command, seconds, meter, **more):
    """(exit code or None when it was stopped after these seconds, output)."""
    with tempfile.TemporaryFile() as log:
        program = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                                   stderr=subprocess.STDOUT, **more)
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
        meter.spent += spent
        log.seek(0)
        return program.returncode if done else None, log.read().decode(errors="replace")


def build(tool, target, core, folder, meter, **more):
    """The program; `more` is put into the environment."""
    program = folder / "-".join([tool, target, *more])
    code, output = run(["fuzz/build", tool, target, program, core], 600, meter,
                       env={**os.environ, **more})
    if code != 0:
        raise Trouble(f"fuzz/build {tool} {target} failed:\n{output}")
    return program


# Who was stopped has caught nothing.
def exhaustive(core, folder, _seconds, meter):
    for target, more in (("small", {}), ("small", {"FUZZ_HARDENED": "1"}), ("tiny", {})):
        code, output = run([build("exhaust", target, core, folder, meter, **more)], 180, meter)
        if code not in (0, None) and code > 0 and "is broken" not in output:
            raise Trouble(f"every schedule, {target}, ended with {code}:\n{output}")
        yield code not in (0, None)


def libfuzzer(core, folder, seconds, meter):
    for target in ("small", "tiny"):
        program = build("libfuzzer", target, core, folder, meter)
        corpus = folder / f"corpus-{target}"
        corpus.mkdir()
        code, output = run([program, "-max_len=96", "-seed=1", f"-artifact_prefix={folder}/",
                            corpus], seconds / 2, meter)
        found = list(folder.glob("crash-*"))
        if code is not None and not found:
            raise Trouble(f"libFuzzer, {target}, ended with {code}:\n{output}")
        yield bool(found)


def afl(core, folder, seconds, meter):
    seeds = folder / "seeds"
    seeds.mkdir()
    (seeds / "empty").write_bytes(b"\0\0\0")
    environment = {**os.environ, "AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1",
                   "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_BENCH_UNTIL_CRASH": "1"}
    for target in ("small", "tiny"):
        program = build("afl", target, core, folder, meter)
        out = folder / f"out-{target}"
        code, output = run(["afl-fuzz", "-i", seeds, "-o", out, "-s", "1", "-G", "96", "-t", "5000",
                            "--", program], seconds / 2, meter, env=environment)
        # A bug that shows in the one seed at once makes AFL++ refuse to start, and say so.
        found = list(out.glob("default/crashes/id*")) or "results in a crash" in output
        if not found and code is not None:
            raise Trouble(f"afl-fuzz, {target}, ended with {code}:\n{output}")
        yield bool(found)


def unit(core, folder, _seconds, meter):
    code, output = run(["fuzz/mutants/unit", core, folder / "unit"], 600, meter)
    if code not in (0, 1):
        raise Trouble(f"fuzz/mutants/unit ended with {code}:\n{output}")
    yield code == 1


RUNNERS = {"unit": unit, "exhaustive": exhaustive, "libfuzzer": libfuzzer, "afl": afl}
