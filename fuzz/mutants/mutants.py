#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Plant each bug of fuzz/mutants/list.txt into a private copy of core/, and say who catches it.

Last comes a core without a bug, in which nobody may find one. What was found is kept in
build/fuzz/mutants.json, by the code of the core, the bug included, so that a run that was cut short
goes on where it was; --again, after a change of the harness, runs all of it.
"""
import argparse
import concurrent.futures
import hashlib
import json
import pathlib
import re
import shutil
import sys
import tempfile
import threading
import time

from engines import ROOT, RUNNERS, Hunt, Trouble

LIST = pathlib.Path(__file__).with_name("list.txt")
KEPT = ROOT / "build/fuzz/mutants.json"
BLOCK = re.compile(r"^([\w-]+) (T\d+) (core/\w+\.[ch])( LAB_HARDENED)?\n"
                   r"---\n(.*?)\n\+\+\+\n(.*?)\n===$", re.M | re.S)
COMMENT = re.compile(rb"/\*.*?\*/|//[^\n]*", re.S)
CONTROL = "no-bug"


class Mutant:
    def __init__(self, name, theorem, path, hardened="", old="", new=""):
        self.name, self.theorem, self.path, self.old, self.new = name, theorem, path, old, new
        self.hardened = bool(hardened)
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
    if mutant.name == CONTROL:
        return core
    path = folder / mutant.path
    text = path.read_text(encoding="utf-8")
    count = text.count(mutant.old)
    if count != 1:
        raise Trouble(f"{LIST}: {mutant.name}: the old text is {count} times in {mutant.path}, not "
                      f"once:\n{mutant.old}")
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
    return core


def seconds_of(engine, hunt):
    """The seconds until one attempt finds the bug, building included; None: none does."""
    return hunt.spent if any(RUNNERS[engine](hunt)) else None


def digest(core):
    """A name for the code of a core; comments, the contracts among them, do not count."""
    made = hashlib.sha256()
    for path in sorted(core.iterdir()):
        code = b" ".join(COMMENT.sub(b" ", path.read_bytes()).split())
        made.update(path.name.encode() + b"\0" + code)
    return made.hexdigest()[:16]


class Book:
    """What was found, kept in a file after each find."""

    def __init__(self):
        KEPT.parent.mkdir(parents=True, exist_ok=True)
        self.kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
        self.lock = threading.Lock()

    def write(self, key, found):
        with self.lock:
            self.kept[key] = found
            KEPT.with_suffix(".new").write_text(json.dumps(self.kept, indent=0), encoding="utf-8")
            KEPT.with_suffix(".new").rename(KEPT)


def try_all(mutant, engines, options, book):
    folder = pathlib.Path(tempfile.mkdtemp(prefix="lab-mutant-"))
    try:
        core = plant(mutant, folder)
        for engine in engines:
            key = f"{mutant.name} {engine} {options.seconds} {digest(core)} cpu"
            if (options.again or key not in book.kept) and not options.tell:
                book.write(key, seconds_of(engine, Hunt(core, folder, options.seconds,
                                                        mutant.hardened)))
            if key in book.kept:
                mutant.found[engine] = book.kept[key]
    finally:
        shutil.rmtree(folder)
    return mutant


def cell(mutant, engine):
    if engine not in mutant.found:
        return ""
    return f"{mutant.found[engine]:.0f}" if mutant.found[engine] is not None else "-"


def write_table(mutants, engines, seconds, path):
    told = ["`exhaustive` is every schedule of the small programs, words of 4 and of 2 bits."]
    if "unit" in engines:
        told += ["`unit` is shown beside the others; it does not count as a catch."]
    if set(engines) & {"libfuzzer", "afl"}:
        told += [f"A fuzzer has an empty corpus and {seconds} s, half of them for each of these "
                 "word sizes."]
    else:
        told += ["The fuzzing engines were not measured on this list."]
    if any(m.name == CONTROL for m in mutants):
        told += [f"`{CONTROL}` is the core as it is, in which nobody may find anything."]
        mutants = [m for m in mutants if m.name != CONTROL]
    lines = ["<!-- SPDX-License-Identifier: GPL-2.0-only OR MIT -->",
             "<!-- Written by fuzz/mutants/mutants.py; do not edit. -->",
             "# Planted bugs, and who catches them", "",
             "Seconds of the processor until it was caught, building included; `-`: not caught.",
             "The bugs are in `fuzz/mutants/list.txt`; the columns are what was measured by", "",
             f"    python3 fuzz/mutants/mutants.py --with {','.join(engines)} --seconds {seconds} "
             "--table fuzz/MUTANTS.md", "",
             *told, "",
             "| bug | breaks | file | " + " | ".join(engines) + " |",
             "|---|---|---|" + "---:|" * len(engines)]
    lines += [f"| {m.name} | {m.theorem} | {m.path} | " + " | ".join(cell(m, e) for e in engines)
              + " |" for m in mutants]
    caught = {e: sum(m.found.get(e) is not None for m in mutants) for e in engines}
    tried = {e: sum(e in m.found for m in mutants) for e in engines}
    lines += [f"| caught of {len(mutants)} | | | "
              + " | ".join(f"{caught[e]} of {tried[e]}" for e in engines) + " |"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def judge(mutant, engines):
    """What is wrong with what was found, or None."""
    names = [e for e in engines if mutant.found.get(e) is not None]
    if mutant.name == CONTROL:
        return f"{', '.join(names)} found a bug where none is planted" if names else None
    # Unit tests are shown beside the others; every bug must be caught without them.
    counted = [e for e in engines if e != "unit"] or engines
    return None if set(names) & set(counted) else "not caught"


def hunt_all(mutants, engines, options):
    """The names of those that were judged badly; tells each as soon as it is done."""
    book, bad, done, begin = Book(), [], [], time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        tries = [pool.submit(try_all, m, engines, options, book) for m in mutants]
        try:
            for number, attempt in enumerate(concurrent.futures.as_completed(tries), 1):
                mutant = attempt.result()
                wrong = judge(mutant, engines)
                bad += [mutant.name] if wrong else []
                done.append(mutant)
                left = (time.monotonic() - begin) / number * (len(mutants) - number)
                print(f"{'not ok' if wrong else 'ok'} - {mutant.name} ({mutant.theorem}): "
                      + ", ".join(f"{e} {cell(mutant, e)}" for e in engines)
                      + (f": {wrong}" if wrong else "")
                      + f" [{number}/{len(mutants)}, {left:.0f} s left]", flush=True)
                if options.table:
                    write_table([m for m in mutants if m in done], engines, options.seconds,
                                options.table)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only bugs whose name contains this")
    parser.add_argument("--with", dest="engines", default=",".join(RUNNERS),
                        help="a list of " + ", ".join(RUNNERS))
    parser.add_argument("--seconds", type=int, default=60, help="of each fuzzer")
    parser.add_argument("-j", "--jobs", type=int, default=1, help="bugs at once")
    parser.add_argument("--table", type=pathlib.Path, help="the file to write")
    parser.add_argument("--again", action="store_true", help="run what earlier runs found, too")
    parser.add_argument("--tell", action="store_true", help="run nothing: what earlier runs found")
    options = parser.parse_args()
    engines = options.engines.split(",")
    if set(engines) - set(RUNNERS):
        sys.exit(f"--with takes a list of {', '.join(RUNNERS)}")
    if options.jobs < 1 or options.seconds < 2:
        sys.exit("--jobs is at least 1, --seconds at least 2")
    mutants = [m for m in read_list() if options.only in m.name]
    if not mutants:
        sys.exit(f"no mutant's name contains {options.only!r}")
    if not options.only:
        mutants.append(Mutant(CONTROL, "-", "-"))
    try:
        bad = hunt_all(mutants, engines, options)
    except Trouble as error:
        sys.exit(f"mutants: {error}")
    print(f"{len(mutants) - len(bad)} passed, {len(bad)} failed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
