# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Who looks for a bug in a core: each takes a core's folder, a folder to work in and the seconds
that a fuzzer has, and says for one word size after the other whether it found one."""
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Trouble(Exception):
    """An engine that does not run: neither a catch nor a miss."""


def run(command, seconds, **more):
    """(exit code or None when it was still running, output)."""
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=seconds, errors="replace", check=False, **more)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as error:
        return None, (error.stdout or b"").decode(errors="replace")


def build(tool, target, core, folder, **more):
    """The program; `more` is put into the environment."""
    program = folder / "-".join([tool, target, *more])
    code, output = run(["fuzz/build", tool, target, program, core], 600,
                       env={**os.environ, **more})
    if code != 0:
        raise Trouble(f"fuzz/build {tool} {target} failed:\n{output}")
    return program


# A run that only takes too long, on a busy machine or not, has caught nothing.
def exhaustive(core, folder, _seconds):
    for target, more in (("small", {}), ("small", {"FUZZ_HARDENED": "1"}), ("tiny", {})):
        code, output = run([build("exhaust", target, core, folder, **more)], 600)
        if code not in (0, None) and code > 0 and "is broken" not in output:
            raise Trouble(f"every schedule, {target}, ended with {code}:\n{output}")
        yield code not in (0, None)


def libfuzzer(core, folder, seconds):
    for target in ("small", "tiny"):
        program = build("libfuzzer", target, core, folder)
        corpus = folder / f"corpus-{target}"
        corpus.mkdir()
        code, output = run([program, f"-max_total_time={seconds // 2}", "-max_len=96", "-seed=1",
                            f"-artifact_prefix={folder}/", corpus], seconds + 120)
        found = list(folder.glob("crash-*"))
        if code not in (0, None) and not found:
            raise Trouble(f"libFuzzer, {target}, ended with {code}:\n{output}")
        yield bool(found)


def afl(core, folder, seconds):
    seeds = folder / "seeds"
    seeds.mkdir()
    (seeds / "empty").write_bytes(b"\0\0\0")
    environment = {**os.environ, "AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1",
                   "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_BENCH_UNTIL_CRASH": "1"}
    for target in ("small", "tiny"):
        program = build("afl", target, core, folder)
        out = folder / f"out-{target}"
        code, output = run(["afl-fuzz", "-i", seeds, "-o", out, "-V", str(seconds // 2), "-s", "1",
                            "-G", "96", "-t", "5000", "--", program], seconds + 120,
                           env=environment)
        # A bug that shows in the one seed at once makes AFL++ refuse to start, and say so.
        found = list(out.glob("default/crashes/id*")) or "results in a crash" in output
        if not found and code not in (0, None):
            raise Trouble(f"afl-fuzz, {target}, ended with {code}:\n{output}")
        yield bool(found)


def unit(core, folder, _seconds):
    code, output = run(["fuzz/mutants/unit", core, folder / "unit"], 1200)
    if code not in (0, 1):
        raise Trouble(f"fuzz/mutants/unit ended with {code}:\n{output}")
    yield code == 1


RUNNERS = {"unit": unit, "exhaustive": exhaustive, "libfuzzer": libfuzzer, "afl": afl}
