# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Edits that spoil a copy of the sources, for selftest.py: functions of the copy's folder."""

import re


class Lowest(list):
    """Arguments of a run about core/bits.h alone, which takes an eighth of the time."""
    unit = "core/lowest.c"


class Zone(Lowest):
    """The same about the lowest unit that there is, in a third."""
    unit = "core/zone.c"


WHOLE = ["--static-only", "--word", "64"]
STATIC = Lowest(WHOLE)
ZONE = Zone(WHOLE)


def edit(file, pattern, replacement):
    """An edit that must change exactly one place, so that it cannot quietly stop applying."""
    def apply(tree):
        path = tree / file
        text, count = re.subn(pattern, replacement, path.read_text(encoding="utf-8"), count=1,
                              flags=re.MULTILINE | re.DOTALL)
        if count != 1:
            raise LookupError(f"the edit finds nothing to change in {file}: {pattern}")
        path.write_text(text, encoding="utf-8")
    return apply


def create(file, text):
    """A new file; that there is none yet is checked."""
    def apply(tree):
        if (tree / file).exists():
            raise LookupError(f"{file} exists already")
        (tree / file).parent.mkdir(exist_ok=True)
        (tree / file).write_text(text, encoding="utf-8")
    return apply


def append(file, text):
    return edit(file, r"\Z", lambda _: text)


def together(*edits):
    return lambda tree: [apply(tree) for apply in edits]


def remove(file):
    return lambda tree: (tree / file).unlink()


def narrow(tree, unit):
    """Leave the proof of a copy one unit."""
    if not (tree / unit).exists():
        create(unit, '#include "bits.h"\n')(tree)
    edit("proofs/config.py", r"^UNITS = \[[^]]*\]", f'UNITS = ["{unit}"]')(tree)
