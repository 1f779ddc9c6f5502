#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Run the bench and write its tables, plots and stamp.

    bench/report.py --build build/bench              everything, into bench/results
    bench/report.py --build build/bench --peer dpdk  one peer and Labyrinth, to the terminal
"""
import argparse
import csv
import pathlib
import re
import subprocess
import sys

import plots
import targets

HERE = pathlib.Path(__file__).resolve().parent
PAIRS = ["LIFO 1", "LIFO 32", "random 50 %", "random 95 %", "random 100 %", "bulk 32"]
THREADS = ["two threads LIFO 32", "two threads random 50 %", "two threads mixed", "CPU 0 to CPU 1"]
EXACT = ["LIFO 1", "LIFO 32", "random 50 %", "random 95 %", "random 100 %", "bulk 32",
         "burst 1500", "burst 1500 at 95 %", "alloc that fails"]
SIZES = [2 ** power for power in (3, 6, 9, 12, 15, 18, 21, 24)]


class Results:
    """The lines of one run: value(measure, pattern, peer, metric), and the peers in order."""

    def __init__(self, path):
        self.rows = list(csv.DictReader(open(path, encoding="utf-8")))
        self.values = {(r["measure"], r["pattern"], r["peer"], r["metric"]): float(r["value"])
                       for r in self.rows if r["measure"] != "peer"}
        self.what = {r["peer"]: (r["pattern"], r["metric"] == "there")
                     for r in self.rows if r["measure"] == "peer"}
        self.peers = list(self.what)

    def value(self, measure, pattern, peer, metric):
        return self.values.get((measure, pattern, peer, metric))

    def there(self, peer):
        return self.what.get(peer, ("", False))[1]


def show(value, digits=1):
    if value is None:
        return "-"
    return f"{value:,.{digits}f}" if value < 1000 or digits == 0 else f"{value:,.0f}"


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows]) + "\n"


def grid(results, measure, patterns, cell):
    """A row for each peer; a peer that is missing has a row that says so."""
    rows = []
    for peer in results.peers:
        if not results.there(peer):
            rows.append([peer, "missing"] + [""] * (len(patterns) - 1))
        else:
            rows.append([peer] + [cell(measure, pattern, peer) for pattern in patterns])
    return table(["ns" if measure != "exact" else "count"] + patterns, rows)


def timing_cell(results):
    def cell(measure, pattern, peer):
        median, p10, ratio = (results.value(measure, pattern, peer, metric)
                              for metric in ("median_ns", "p10_ns", "ratio"))
        if median is None:
            return "-"
        return f"{show(median)} ({show(p10)}; {show(ratio, 2)}x)"
    return cell


def exact_cell(results, call):
    def cell(measure, pattern, peer):
        mean, top, locked = (results.value(measure, pattern, peer, f"{call}_{metric}") for metric in
                             ("instructions_mean", "instructions_max", "locked_max"))
        return "-" if mean is None else f"{show(mean, 0)} / {show(top, 0)} ({show(locked, 0)})"
    return cell


def tail_table(results):
    metrics = [(call, metric) for call in ("alloc", "free")
               for metric in ("p50_ns", "p99.99_ns", "max_ns")]
    rows = [[peer] + [show(results.value("tail", call, peer, metric)) for call, metric in metrics]
            for peer in results.peers if results.there(peer)]
    return table(["ns"] + [f"{call} {metric[:-3]}" for call, metric in metrics], rows)


def sizes_table(results):
    rows = []
    for frames in SIZES:
        row = [f"{frames:,}"]
        for peer in ("labyrinth", "labyrinth-bare"):
            row += [show(results.value("sizes", str(frames), peer, metric), digits)
                    for metric, digits in (("alloc_instructions_mean", 0),
                                           ("alloc_instructions_max", 0),
                                           ("alloc_loads_mean", 0), ("median_ns", 1))]
        rows.append(row)
    metrics = ["instructions", "at most", "loads", "ns a pair"]
    return table(["frames"] + [f"{kind}: {metric}" for kind in ("rooms", "bare")
                               for metric in metrics], rows)


# ---- the code itself ----

def functions(build):
    """(file, function, bytes of code, bytes of stack) of the core, largest first."""
    found = []
    for path in sorted((build / "core").glob("*.o")):
        sizes = subprocess.run(["nm", "-S", "--defined-only", path], capture_output=True,
                               text=True, check=True).stdout
        usage = path.with_suffix(".su").read_text(encoding="utf-8")
        stack = {line.split("\t")[0].split(":")[-1]: int(line.split("\t")[1])
                 for line in usage.splitlines()}
        for _, size, name in re.findall(r"^(\w+) (\w+) [tT] (\S+)$", sizes, flags=re.M):
            found.append((path.stem + ".c", name, int(size, 16), stack.get(name.split(".")[0], 0)))
    if not found:
        sys.exit(f"report: no function in the objects of {build}/core")
    return sorted(found, key=lambda row: -row[2])


def code_table(build):
    rows = functions(build)
    total = sum(size for _, _, size, _ in rows)
    return (f"{total} bytes of code in {len(rows)} functions "
            "(what was inlined is in its caller).\n\n"
            + table(["function", "file", "code, bytes", "stack, bytes"],
                    [[f"`{name}`", name_of_file, str(size), str(stack)]
                     for name_of_file, name, size, stack in rows]))


# ---- where and with what ----

def first_line(*command):
    try:
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return found.splitlines()[0] if found else ""
    except (OSError, subprocess.CalledProcessError):
        return "not known"


def versions():
    names = re.sub(r"#.*", "", (HERE / "peers/packages").read_text(encoding="utf-8")).split()
    known = [(name, first_line("dpkg-query", "-W", "-f", "${Version}\n", name)) for name in names]
    return ", ".join(f"{name} {version}" for name, version in known if name.startswith("lib"))


def stamp():
    root = str(HERE.parent)
    commit = first_line("git", "-c", f"safe.directory={root}", "-C", root, "rev-parse", "HEAD")
    cpu = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    changed = first_line("git", "-c", f"safe.directory={root}", "-C", root, "status",
                         "--porcelain", "--untracked-files=no", "core")
    return [("commit", commit + (" and changes to core/" if changed else "")),
            ("compiler", first_line("gcc", "--version")),
            ("flags of the core", "-std=c11 -ffreestanding -O2"),
            ("CPU", re.search(r"model name\s*: (.*)", cpu)[1] + ", "
             + str(len(re.findall(r"^processor", cpu, flags=re.M))) + " CPUs"),
            ("kernel", first_line("uname", "-sr")),
            ("peers", versions())]


# ---- the whole ----

def groups(results, measure, patterns):
    peers = [peer for peer in results.peers if results.there(peer)]
    return [(pattern, [(peer, results.value(measure, pattern, peer, "median_ns"))
                       for peer in peers]) for pattern in patterns]


def size_panels(results):
    def points(metric):
        return [(peer, [(frames, results.value("sizes", str(frames), peer, metric))
                        for frames in SIZES]) for peer in ("labyrinth", "labyrinth-bare")]
    return [("instructions of one allocation", "instructions", points("alloc_instructions_mean")),
            ("instructions that read memory", "instructions", points("alloc_loads_mean")),
            ("time of one allocation and one free", "ns", points("median_ns"))]


def document(results, build):
    missing = [peer for peer in results.peers if not results.there(peer)]
    parts = [
        "<!-- SPDX-License-Identifier: GPL-2.0-only OR MIT -->\n# Results of `make bench`\n",
        table(["", ""], [list(row) for row in stamp()]),
        "Missing: " + (", ".join(missing) if missing else "none") + ".\n",
        table(["peer", "what it is"], [[peer, results.what[peer][0]] for peer in results.peers]),
        "## Targets\n", targets.table(results, table),
        "## One thread: ns of one allocation and one free\n",
        "Median (p10; ratio to `labyrinth`, the median of the rounds' ratios). 65,536 pages.\n",
        grid(results, "pairs", PAIRS, timing_cell(results)), "![pairs](pairs.svg)\n",
        "## Two threads\n", "Median (p10; ratio to `labyrinth`). ns of a pair in each thread; of a "
        "page that one CPU allocates and the other frees. Mixed: each thread's pages lie between "
        "the other's.\n",
        grid(results, "threads", THREADS, timing_cell(results)), "![threads](threads.svg)\n",
        "## Exact: instructions of an allocation\n",
        "Mean / maximum (locked read-modify-writes, maximum); bulk: of the call for 32 pages. A "
        "call is counted up to a million instructions, a pattern up to a million and a half.\n",
        grid(results, "exact", EXACT, exact_cell(results, "alloc")),
        "## Exact: instructions of a free\n",
        grid(results, "exact", EXACT[:-1], exact_cell(results, "free")),
        "## Latency in bursts of 1500\n",
        "8 bursts, replayed 100 times; each call has the mean of the better half of its times.\n",
        tail_table(results), "## Cost against the size of the pool\n", sizes_table(results),
        "![sizes](sizes.svg)\n", "## Bytes of metadata for each page, of 65,536\n",
        table(["peer", "bytes"],
              [[peer, show(results.value("metadata", "bytes per frame", peer, "bytes"), 2)]
               for peer in results.peers if results.there(peer)]),
        "The general allocators keep theirs among the pages; it is not told apart.\n",
        "## Code and stack of each function\n", code_table(build)]
    return "\n".join(parts)


def write(results, build, out):
    note = "65,536 pages; median of interleaved rounds"
    (out / "results.md").write_text(document(results, build), encoding="utf-8")
    (out / "stamp.txt").write_text("".join(f"{name}: {value}\n" for name, value in stamp()),
                                   encoding="utf-8")
    for name, content in (
            ("pairs", plots.bars("One allocation and one free, one thread",
                                 "nanoseconds of a pair", groups(results, "pairs", PAIRS), note)),
            ("threads", plots.bars("Two threads", "nanoseconds of a pair, or of a page",
                                   groups(results, "threads", THREADS), note)),
            ("sizes", plots.curves("Cost against the size of the pool", "frames in the pool",
                                   size_panels(results), "half of the frames in use, at random"))):
        (out / f"{name}.svg").write_text(content, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, required=True)
    parser.add_argument("--peer")
    parser.add_argument("--results", type=pathlib.Path, help="report on this file; do not run")
    asked = parser.parse_args()
    out = HERE / "results"
    raw = asked.results or (asked.build / "pair.csv" if asked.peer else out / "results.csv")
    out.mkdir(exist_ok=True)
    if asked.results is None:
        extra = ["--peer", asked.peer] if asked.peer else []
        if asked.peer:
            extra += ["--only", "pairs"]
        if (status := subprocess.run([asked.build / "bench", raw, *extra]).returncode) != 0:
            sys.exit(status)
    results = Results(raw)
    if asked.peer:
        print(grid(results, "pairs", PAIRS, timing_cell(results)))
        return
    write(results, asked.build, out)
    print(targets.table(results, table))
    print(f"bench: tables and plots are in {out.relative_to(HERE.parent)}/")


if __name__ == "__main__":
    main()
