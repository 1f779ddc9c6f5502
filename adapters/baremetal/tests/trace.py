# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What QEMU's trace of single instructions says: which were executed, and how many a call takes."""
import bisect
import re

import build

LINE = re.compile(r"Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")


def executed(machine, image, argument=None):
    """The addresses of all executed instructions, in order: one translation for each."""
    log = image.with_suffix(".trace")
    build.run(machine, image, "-singlestep", "-d", "exec,nochain", "-D", log, argument=argument,
              icount=False)
    with open(log, encoding="ascii", errors="replace") as lines:
        found = [int(match[1], 16) for match in map(LINE.match, lines) if match]
    log.unlink()
    if not found:
        raise build.Failed("the trace of QEMU has no line of an executed instruction")
    return found


class Names:
    """Addresses to the functions they lie in."""

    def __init__(self, symbols):
        self.pairs = sorted((address, name) for name, address in symbols.items())
        self.starts = [address for address, _ in self.pairs]

    def of(self, address):
        at = bisect.bisect_right(self.starts, address) - 1
        return self.pairs[at][1] if at >= 0 else "?"


def calls(machine, image):
    """{kind: the most instructions of a call} of each function count_<kind>, which calls once: from
    the first instruction out of it to the return into it."""
    names = Names(build.symbols(machine, image))
    most, kind, count = {}, None, 0
    for address in executed(machine, image):
        name = names.of(address)
        if name.startswith("count_"):
            if count and name == kind:
                short = name[len("count_"):]
                most[short] = max(most.get(short, 0), count)
            kind, count = name, 0
        elif name == "board_main":
            kind, count = None, 0
        else:
            count += 1
    return most


def between(machine, image, begin, end):
    """The set of addresses executed from each call of `begin` to the next of `end`."""
    symbols = build.symbols(machine, image)
    found, inside = set(), False
    for address in executed(machine, image, argument="quiet"):
        if address == symbols[begin]:
            inside = True
        elif address == symbols[end]:
            inside = False
        if inside:
            found.add(address)
    return found
