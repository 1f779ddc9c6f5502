#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Which ways of which conditions of core/ were taken, over all exports of llvm-cov that are named,
against the list of those that may stay open.

    branches.py --gaps fuzz/cover/gaps.txt EXPORT.json...

Exit code 0: each way is taken, or is in the list with its reason; and each way in the list is open.
"""
import argparse
import collections
import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ENTRY = re.compile(r"^(core/\w+\.[ch]) (\w+) (true|false): (\S.*)$")
CODE = 0  # the kind of a region that is code, not a macro's or a skipped one


class Bad(Exception):
    """An input that does not say what it should."""


def name_of(filename):
    """core/x.c of an absolute name; None: another file."""
    path = pathlib.PurePath(filename)
    return f"core/{path.name}" if path.parent == ROOT / "core" else None


def source(file, place):
    """The text of a region, on one line."""
    line, column, last_line, last_column = place
    lines = (ROOT / file).read_text(encoding="utf-8").split("\n")[line - 1:last_line]
    lines[-1] = lines[-1][:last_column - 1]
    lines[0] = lines[0][column - 1:]
    return " ".join(" ".join(lines).split())


class Counts:
    """{file: {place: count}} of regions, {(file, place): [function, true, false]} of conditions."""

    def __init__(self):
        self.regions = collections.defaultdict(collections.Counter)
        self.branches = {}

    def add(self, function):
        names = [name_of(f) for f in function["filenames"]]
        for region in function["regions"]:
            if names[region[5]] and region[7] == CODE:
                self.regions[names[region[5]]][tuple(region[:4])] += region[4]
        for branch in function["branches"]:
            if names[branch[6]]:
                own = self.branches.setdefault((names[branch[6]], tuple(branch[:4])),
                                               [function["name"].split(":")[-1], 0, 0])
                own[1] += branch[4]
                own[2] += branch[5]

    def open_ways(self):
        """{"FILE FUNCTION true|false: CONDITION"} that were not taken."""
        return {f"{file} {function} {way}: {source(file, place)}"
                for (file, place), (function, *taken) in self.branches.items()
                for way, count in zip(("true", "false"), taken) if count == 0}


def read_exports(paths):
    counts = Counts()
    for path in paths:
        for part in json.loads(path.read_text(encoding="utf-8"))["data"]:
            for function in part["functions"]:
                counts.add(function)
    if not counts.branches:
        raise Bad("the exports have no branch of core/: were the programs built with "
                  "FUZZ_COVERAGE=1, from this folder?")
    return counts


def read_gaps(path):
    """{entry: reason}; a reason is the indented lines below an entry."""
    gaps, entry = {}, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0].isspace() and entry:
            gaps[entry] += line.strip() + " "
        elif ENTRY.match(line) and line not in gaps:
            entry = line
            gaps[entry] = ""
        else:
            raise Bad(f"{path}:{number}: 'core/FILE FUNCTION true|false: CONDITION' once each, "
                      f"then its reason on indented lines; not: {line}")
    return gaps


def compare(open_ways, gaps):
    for way in sorted(open_ways - gaps.keys()):
        yield f"not taken, and not in the list: {way}"
    for way in sorted(gaps.keys() - open_ways):
        yield f"in the list, and taken or gone: {way}"
    for way, reason in sorted(gaps.items()):
        if len(reason.split()) < 3:
            yield f"in the list without a reason: {way}"


def tell(counts):
    print(f"{'file':22} {'regions':>12} {'ways of conditions':>20}")
    total = [0, 0, 0, 0]
    for file in sorted(counts.regions):
        regions = counts.regions[file].values()
        ways = [count > 0 for (name, _), own in counts.branches.items() if name == file
                for count in own[1:]]
        row = [sum(r > 0 for r in regions), len(regions), sum(ways), len(ways)]
        total = [a + b for a, b in zip(total, row)]
        print(f"{file:22} {row[0]:5} of {row[1]:3} {row[2]:13} of {row[3]:3}")
    print(f"{'all':22} {total[0]:5} of {total[1]:3} {total[2]:13} of {total[3]:3}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gaps", type=pathlib.Path, required=True)
    parser.add_argument("exports", type=pathlib.Path, nargs="+")
    options = parser.parse_args()
    try:
        counts = read_exports(options.exports)
        gaps = read_gaps(options.gaps)
    except (Bad, OSError, KeyError, ValueError) as error:
        sys.exit(f"branches: {error!r}" if isinstance(error, KeyError) else f"branches: {error}")
    tell(counts)
    errors = list(compare(counts.open_ways(), gaps))
    for error in errors:
        print(f"branches: {error}")
    print(f"{len(gaps)} ways are open with a reason, {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
