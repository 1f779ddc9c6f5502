# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What the project wants to reach, and what a run reached."""

FAST = ("LIFO 1", "LIFO 32", "random 50 %", "random 95 %", "random 100 %")
LOCK_FREE = ("dpdk-ring", "dpdk-lfstack", "ck_stack", "ck_ring")
BURSTS = ("burst 1500", "burst 1500 at 95 %")
PAIR_NS = 6.7  # 148.8 million pages a second: 100 Gb/s of 64-byte frames


def verdict(good):
    return "met" if good else "**missed**"


def row(name, want, got, good):
    return [name, want, got, "not measured" if got is None else verdict(good)]


def against_dpdk(results):
    for pattern in FAST:
        dpdk = results.value("pairs", pattern, "dpdk-cached", "ratio")
        hard = results.value("pairs", pattern, "labyrinth-hard", "ratio")
        if dpdk is None or hard is None:
            yield row(f"{pattern}, DPDK cached / Labyrinth", ">= 1.3", None, False)
            continue
        yield row(f"{pattern}, DPDK cached / Labyrinth", ">= 1.3", f"{dpdk:.2f}", dpdk >= 1.3)
        yield row(f"{pattern}, DPDK cached / Labyrinth hardened", ">= 1", f"{dpdk / hard:.2f}",
                  dpdk / hard >= 1)


def contention(results):
    for peer in LOCK_FREE:
        ratio = results.value("threads", "two threads LIFO 32", peer, "ratio")
        yield row(f"two threads, LIFO 32, {peer} / Labyrinth", ">= 20",
                  None if ratio is None else f"{ratio:.1f}", (ratio or 0) >= 20)


def pipeline(results):
    ratio = results.value("threads", "CPU 0 to CPU 1", "dpdk-cached", "ratio")
    yield row("CPU 0 allocates, CPU 1 frees, DPDK cached / Labyrinth", ">= 1",
              None if ratio is None else f"{ratio:.2f}", (ratio or 0) >= 1)


def worst(results):
    for call, limit in (("alloc", 100), ("free", 50)):
        for kind, metric, most in (("instructions", "instructions_max", limit),
                                   ("locked", "locked_max", 2)):
            values = [results.value("exact", pattern, "labyrinth", f"{call}_{metric}")
                      for pattern in BURSTS]
            if None in values:
                yield row(f"worst {call} of a burst, {kind}", f"<= {most}", None, False)
                continue
            got = f"{values[0]:.0f}; {values[1]:.0f} in a pool 95 % full"
            yield row(f"worst {call} of a burst, {kind}", f"<= {most}", got, max(values) <= most)
    fails = results.value("exact", "alloc that fails", "labyrinth", "alloc_instructions_max")
    yield row("an allocation that fails, 65,536 frames, instructions", "<= 200",
              None if fails is None else f"{fails:.0f}", (fails or 1e9) <= 200)


def life(results):
    values = [results.value("pairs", pattern, "labyrinth", "median_ns") for pattern in FAST]
    if None in values:
        yield row("a page's whole life, ns", f"< {PAIR_NS}", None, False)
        return
    yield row("a page's whole life on one core, ns", f"< {PAIR_NS}",
              f"{min(values):.1f} to {max(values):.1f}", max(values) < PAIR_NS)


# The parts of the table, in its order: why a target of each is missed, when one is.
WHY = {
    against_dpdk: "**DPDK's cache.** Each page's tag, with holder and generation, is read and "
    "written at its allocation and again at its free, so that a double, stale or foreign free is "
    "refused; DPDK's cache moves a pointer and knows no holder. In random order the tags of 65,536 "
    "pages (256 KB) do not fit the first-level cache.",
    contention: "**Contention.** The peer's part is how long this machine takes to move a cache "
    "line from one CPU to the other; Labyrinth's part is what it takes on one CPU.",
    worst: "**The worst call.** The allocation that finds its room empty walks the path, descends "
    "the hints of the zone (two levels at 65,536 pages), takes a word and takes its hint back; the "
    "free that finds its room full gives a word back and hints at it. The third locked instruction "
    "is for the hint of a hint word, once in 4,096 pages. A call that fails has looked at the "
    "room, the root of the zone and each word of its reserve.",
    pipeline: "**From CPU to CPU.** Both CPUs write the tag of each page, so its cache line moves; "
    "DPDK has no such line.",
    life: "**A page's whole life.** In random order, as above: the tags.",
}


def table(results, make_table):
    parts = {part: [[cell or "-" for cell in found] for found in part(results)]
             for part in WHY}
    missed = [WHY[part] for part, rows in parts.items() if any("missed" in r[-1] for r in rows)]
    rows = [found for part in parts.values() for found in part]
    return make_table(["target", "wanted", "reached", ""], rows) + (
        "\nWhat is missed, and why:\n\n" + "".join(f"- {text}\n" for text in missed)
        if missed else "")
