#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The tests of the bare-metal adapter, in QEMU; the last line is "N passed, N failed".

    gate.py [--all] [TEXT]    the tests of `make test`, or all, whose name contains the text
    gate.py --example NAME    run an example on each of its machines, and show what it says
    gate.py --ceilings        measure, and write tests/ceilings again
"""
import concurrent.futures
import sys

import build
import checks
import mutants
import package
from build import Failed

# Several words and hints, and no sweep: what the hints hide is lost, so that it shows.
HINTED = mutants.HINTED
SMALL = mutants.SMALL  # 16 KB of RAM; and it masks
TRAPS = ['-DLABYRINTH_USER_CONFIG="tests/rooms_riscv.h"']
ROOMS = ["-DLABYRINTH_ROOM_CAPACITY=4"]
# The sweeps of `make test`, and those of --all beside them.
SWEEPS = [
    ("m3", "-O2", []), ("m3", "-O2", HINTED), ("m3", "-O2", ROOMS), ("m33", "-O2", []),
    ("rv32", "-O2", []), ("rv32", "-O2", TRAPS), ("rv64", "-O2", []), ("m0", "-O2", SMALL),
    ("rv32imc", "-O2", []),
]
MORE_SWEEPS = [
    ("m3", "-Os", []), ("m3", "-O0", []), ("m3", "-O2", ROOMS + HINTED),
    ("m3", "-O2", ["-DLAB_HARDENED"]), ("m33", "-O2", HINTED), ("m33", "-O2", ROOMS),
    ("m33", "-Os", []), ("rv32", "-Os", []), ("rv32", "-O2", HINTED), ("m4", "-O2", []),
    ("m7", "-O2", []), ("m0", "-O2", SMALL + HINTED[:1] + HINTED[2:]), ("rv64", "-Os", HINTED),
]
EXAMPLES = [("nested", "m3"), ("nested", "m33"), ("tasks", "m3"), ("tasks", "m33"),
            ("tasks", "rv32"), ("tasks", "rv64"), ("harts", "rv32"), ("harts", "rv64")]


def name_of(defines):
    return " ".join(text.replace("-D", "", 1).split("/")[-1] for text in defines) or "one word"


def sweeps(listed):
    for machine, level, defines in listed:
        name = f"sweep {machine} {level} {name_of(defines)}"
        yield name, lambda n=name, m=machine, o=level, d=defines: checks.sweep(n, m, o, d)


def jobs(every):
    """(name, function that fails or returns what to say)."""
    yield from sweeps(SWEEPS)
    if every:
        yield from sweeps(MORE_SWEEPS)
    for machine in ("m0", "m3", "rv32", "rv64"):
        yield f"unit {machine}", lambda m=machine: checks.unit(m)
    for machine in ("m3", "m33", "rv32", "rv64"):
        yield f"guard sweep {machine}", lambda m=machine: checks.guard(m, "-O2")
    for example, machine in EXAMPLES:
        yield (f"example {example} {machine}",
               lambda e=example, m=machine: checks.example(e, m))
    for machine in checks.COUNTED:
        for level in checks.LEVELS if every else checks.LEVELS[:2]:
            yield (f"ceilings {machine} {level}",
                   lambda m=machine, o=level: checks.ceilings(m, o))
    yield "sizes m3 -O2", checks.sizes
    for machine in build.MACHINES:
        yield f"symbols {machine}", lambda m=machine: package.symbols(m, every)
    for target in package.CLANG_TARGETS:
        yield f"clang's warnings {target}", lambda t=target: package.clang(t)
    if every:
        yield "CMake, find_package and pkg-config", package.packaged
    for machine in ("m3", "m23", "m33", "rv32", "rv64"):
        yield f"nothing is masked {machine}", lambda m=machine: package.unmasked(m)
    for machine in ("m0", "rv32imc"):
        yield f"masked instructions {machine}", lambda m=machine: checks.masked(m)
    yield "README's example builds", package.readme
    yield "the amalgamation is the sources, and runs", package.amalgamation
    for mutant in mutants.MUTANTS:
        yield f"planted: {mutant.name}", lambda m=mutant: mutants.caught(m)


def attempt(job):
    try:
        return True, job() or ""
    except Failed as reason:
        return False, str(reason)


def show(names):
    """Run examples and show what they say; exit code 0 when each says that every check holds."""
    good = True
    for example, machine in EXAMPLES:
        if names and example not in names:
            continue
        print(f"== {example} on {machine}", flush=True)
        try:
            print(checks.run_example(example, machine), flush=True)
        except Failed as reason:
            print(reason, flush=True)
            good = False
    return 0 if good else 1


def main():
    missing = build.missing_tools()
    if missing:
        for tool, package in missing:
            print(f"baremetal: {tool} is missing: apt-get install {package}")
        print("0 passed, 1 failed")
        return 1
    build.OUT.mkdir(parents=True, exist_ok=True)
    arguments = sys.argv[1:]
    if arguments == ["--ceilings"]:
        return checks.write_ceilings()
    if arguments[:1] == ["--example"]:
        return show(arguments[1:])
    every = "--all" in arguments
    text = [argument for argument in arguments if argument != "--all"]
    if len(text) > 1 or (text and text[0].startswith("-")):
        print(__doc__)
        return 2
    wanted = [job for job in jobs(every) if not text or text[0] in job[0]]
    passed = 0
    with concurrent.futures.ThreadPoolExecutor(max_workers=2) as pool:
        results = pool.map(lambda job: attempt(job[1]), wanted)
        for at, ((name, _), (good, said)) in enumerate(zip(wanted, results), 1):
            passed += good
            text = said if not good or not said else f": {said}"
            print(f"{'ok    ' if good else 'FAILED'} {at}/{len(wanted)} {name}"
                  f"{text if good else chr(10) + text}", flush=True)
    print(f"{passed} passed, {len(wanted) - passed} failed")
    return 0 if passed == len(wanted) and passed else 1


if __name__ == "__main__":
    sys.exit(main())
