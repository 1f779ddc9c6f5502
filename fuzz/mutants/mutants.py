#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Plant each bug of fuzz/mutants/list.txt into a private copy of core/, and say who catches it.

What was found is kept in build/fuzz/mutants.json, by the text of the core, the bug included, so
that a run that was cut short goes on where it was; --again forgets it.
"""
import argparse
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LIST = pathlib.Path(__file__).with_name("list.txt")
KEPT = ROOT / "build/fuzz/mutants.json"
ENGINES = ("unit", "exhaustive", "libfuzzer", "afl")
BLOCK = re.compile(r"^([\w-]+) (T\d+) (core/\w+\.[ch])\n---\n(.*?)\n\+\+\+\n(.*?)\n===$",
                   re.M | re.S)


class Mutant:
    def __init__(self, name, theorem, path, old, new):
        self.name, self.theorem, self.path, self.old, self.new = name, theorem, path, old, new
        self.found = {}


def read_list():
    text = LIST.read_text(encoding="utf-8")
    mutants = [Mutant(*match) for match in BLOCK.findall(text)]
    names = [m.name for m in mutants]
    if len(mutants) != text.count("\n===\n") or len(set(names)) != len(names):
        sys.exit(f"{LIST}: a block is malformed or a name is there twice")
    return mutants


def plant(mutant, folder):
    """A copy of core/ with the bug; the old text must be there exactly once."""
    core = folder / "core"
    shutil.copytree(ROOT / "core", core)
    path = folder / mutant.path
    text = path.read_text(encoding="utf-8")
    count = text.count(mutant.old)
    if count != 1:
        sys.exit(f"{LIST}: {mutant.name}: the old text is {count} times in {mutant.path}, not once:"
                 f"\n{mutant.old}")
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    return core


def run(command, seconds, **more):
    """(exit code or None when it was still running, output)."""
    try:
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=seconds, errors="replace", check=False, **more)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired as error:
        return None, (error.stdout or b"").decode(errors="replace")


def build(tool, target, core, folder):
    code, output = run(["fuzz/build", tool, target, folder / f"{tool}-{target}", core], 300)
    if code != 0:
        sys.exit(f"fuzz/build {tool} {target} failed:\n{output}")
    return folder / f"{tool}-{target}"


def exhaustive(core, folder, _seconds):
    for target in ("small", "tiny"):
        program = build("exhaust", target, core, folder)
        # Some seconds on a quiet machine; what still runs after the limit counts as caught.
        yield run([program], 900)[0] != 0


def libfuzzer(core, folder, seconds):
    for target in ("small", "tiny"):
        program = build("libfuzzer", target, core, folder)
        corpus = folder / f"corpus-{target}"
        corpus.mkdir()
        yield run([program, f"-max_total_time={seconds}", "-max_len=96", "-timeout=5", "-seed=1",
                   f"-artifact_prefix={folder}/", corpus], seconds + 60)[0] != 0


def afl(core, folder, seconds):
    seeds = folder / "seeds"
    seeds.mkdir()
    (seeds / "empty").write_bytes(b"\0\0\0")
    environment = {**os.environ, "AFL_NO_UI": "1", "AFL_SKIP_CPUFREQ": "1", "AFL_NO_AFFINITY": "1",
                   "AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES": "1", "AFL_BENCH_UNTIL_CRASH": "1"}
    for target in ("small", "tiny"):
        program = build("afl", target, core, folder)
        out = folder / f"out-{target}"
        code, output = run(["afl-fuzz", "-i", seeds, "-o", out, "-V", str(seconds), "-s", "1",
                            "-G", "96", "-t", "5000", "--", program], seconds + 60, env=environment)
        # A bug that shows in the one seed at once makes AFL++ refuse to start, and say so.
        found = list(out.glob("default/crashes/id*")) + list(out.glob("default/hangs/id*")) or \
            re.search(r"results in a (crash|timeout)", output)
        if not found and code not in (0, None):
            sys.exit(f"afl-fuzz failed:\n{output}")
        yield bool(found)


def unit(core, folder, _seconds):
    code, output = run(["fuzz/mutants/unit", core, folder / "unit"], 600)
    if code == 2:
        sys.exit(f"fuzz/mutants/unit failed:\n{output}")
    yield code != 0


RUNNERS = {"unit": unit, "exhaustive": exhaustive, "libfuzzer": libfuzzer, "afl": afl}


def hunt(attempts):
    """The seconds until one attempt finds the bug, building included; None: none does."""
    begin = time.monotonic()
    for found in attempts:
        if found:
            return time.monotonic() - begin
    return None


def digest(core):
    """A name for the text of a core."""
    made = hashlib.sha256()
    for path in sorted(core.iterdir()):
        made.update(path.name.encode() + b"\0" + path.read_bytes())
    return made.hexdigest()[:16]


def try_all(mutant, engines, options, kept):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lab-mutant-"))
    try:
        core = plant(mutant, folder)
        for engine in engines:
            key = f"{mutant.name} {engine} {options.seconds} {digest(core)}"
            if key not in kept and not options.tell:
                kept[key] = hunt(RUNNERS[engine](core, folder, options.seconds))
                KEPT.write_text(json.dumps(kept, indent=0), encoding="utf-8")
            if key in kept:
                mutant.found[engine] = kept[key]
    finally:
        shutil.rmtree(folder)


def cell(mutant, engine):
    if engine not in mutant.found:
        return ""
    return f"{mutant.found[engine]:.0f}" if mutant.found[engine] is not None else "-"


def write_table(mutants, engines, seconds, path):
    caught = {e: sum(m.found.get(e) is not None for m in mutants) for e in engines}
    told = ["`exhaustive` is every schedule of the small programs, words of 4 and of 2 bits."]
    if set(engines) & {"libfuzzer", "afl"}:
        told += [f"A fuzzer has {seconds} s for each of these word sizes, and an empty corpus."]
    else:
        told += ["The fuzzing engines were not measured on this list."]
    lines = ["<!-- SPDX-License-Identifier: GPL-2.0-only OR MIT -->",
             "<!-- Written by fuzz/mutants/mutants.py; do not edit. -->",
             "# Planted bugs, and who catches them", "",
             "Seconds until it was caught, building included; `-`: not caught. The bugs are in",
             "`fuzz/mutants/list.txt`; the columns are what was measured by", "",
             f"    python3 fuzz/mutants/mutants.py --with {','.join(engines)} --seconds {seconds} "
             "--table fuzz/MUTANTS.md", "",
             *told, "",
             "| bug | breaks | file | " + " | ".join(engines) + " |",
             "|---|---|---|" + "---:|" * len(engines)]
    lines += [f"| {m.name} | {m.theorem} | {m.path} | " + " | ".join(cell(m, e) for e in engines)
              + " |" for m in mutants]
    tried = {e: sum(e in m.found for m in mutants) for e in engines}
    lines += [f"| caught of {len(mutants)} | | | "
              + " | ".join(f"{caught[e]} of {tried[e]}" for e in engines) + " |"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only bugs whose name contains this")
    parser.add_argument("--with", dest="engines", default=",".join(ENGINES),
                        help="a list of " + ", ".join(ENGINES))
    parser.add_argument("--seconds", type=int, default=60, help="of each fuzzer and word size")
    parser.add_argument("--table", type=pathlib.Path, help="the file to write")
    parser.add_argument("--again", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--tell", action="store_true", help="run nothing: what earlier runs found")
    options = parser.parse_args()
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    kept = json.loads(KEPT.read_text()) if KEPT.exists() and not options.again else {}
    engines = options.engines.split(",")
    if set(engines) - set(ENGINES):
        sys.exit(f"--with takes a list of {', '.join(ENGINES)}")
    mutants = [m for m in read_list() if options.only in m.name]
    if not mutants:
        sys.exit(f"no mutant's name contains {options.only!r}")
    missed, begin = [], time.monotonic()
    for number, mutant in enumerate(mutants, 1):
        try_all(mutant, engines, options, kept)
        # Unit tests are shown beside the others; every bug must be caught without them.
        counted = [e for e in engines if e != "unit"] or engines
        caught = any(mutant.found.get(e) is not None for e in counted)
        missed += [] if caught else [mutant.name]
        left = (time.monotonic() - begin) / number * (len(mutants) - number)
        print(f"{'ok' if caught else 'NOT CAUGHT'} - {mutant.name} ({mutant.theorem}): "
              + ", ".join(f"{e} {cell(mutant, e)}" for e in engines)
              + f" [{number}/{len(mutants)}, {left:.0f} s left]", flush=True)
        if options.table:
            write_table(mutants[:number], engines, options.seconds, options.table)
    print(f"{len(mutants) - len(missed)} passed, {len(missed)} failed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
