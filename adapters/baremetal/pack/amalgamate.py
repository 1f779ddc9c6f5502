#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The core and this adapter as two files and a header, for firmware that wants no source tree.

    amalgamate.py FOLDER    write labyrinth_pool.h, labyrinth_pool.c and labyrinth_port.c, and
                            beside them what CMake, pkg-config, Zephyr, PlatformIO and CMSIS want;
                            -DLABYRINTH_WHOLE_CORE brings lab_alloc() and all that without rooms
    amalgamate.py --check FOLDER    take them apart again and compare with the sources

Each source file stands whole between two marks, letter by letter as it is proved and tested, but
for its #include lines of other such files, which become comments. --check undoes that and compares.
"""
import pathlib
import re
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
ADAPTER = "adapters/baremetal/"
HEADER = [ADAPTER + "labyrinth_config.h", "core/port.h", "core/status.h", "core/bits.h",
          "core/atomic.h", "core/zone.h", "core/ledger.h", "core/gauge.h", "core/room.h",
          "core/labyrinth.h", ADAPTER + "machine.h",
          ADAPTER + "labyrinth_baremetal.h", ADAPTER + "protect.h"]
POOL = ["core/zone.c", "core/room.c", "core/labyrinth.c", "core/stats.c", "core/setup.c",
        ADAPTER + "backend.h", ADAPTER + "labyrinth_rooms.c",
        ADAPTER + "labyrinth_baremetal.c", ADAPTER + "protect.c"]
PORT = [ADAPTER + name for name in ("port_masked.c", "mpu_v7.c", "mpu_v8.c", "pmp.c")]
FILES = {"labyrinth_pool.h": HEADER, "labyrinth_pool.c": POOL, "labyrinth_port.c": PORT}
# What only pools with rooms need: left out without them, for small objects.
ROOMS = {"core/room.c", "core/labyrinth.c", "core/stats.c", "core/setup.c"}
ROOMS_BEGIN = "#if LABYRINTH_ROOM_CAPACITY > 0 || defined(LABYRINTH_WHOLE_CORE)\n"
LICENCE = "/* SPDX-License-Identifier: GPL-2.0-only OR MIT */\n"
TITLE = "/* Made by pack/amalgamate.py from the sources of Labyrinth: change those. */\n"
INCLUDE = re.compile(r'^#include "((?!\.\./spec/)[^"]+)"$', re.M)
HIDDEN = re.compile(r'^/\* #include "([^"]+)" \*/$', re.M)
MARK = re.compile(r"^/\* ==== (begin|end) (\S+) ==== \*/\n", re.M)


def parts():
    """Every source file there is to put in, so that none is forgotten."""
    known = {name for names in FILES.values() for name in names}
    there = {f"core/{path.name}" for path in (ROOT / "core").glob("*.[ch]")} | {
        ADAPTER + path.name for path in HERE.glob("*.[ch]")}
    if known != there:
        sys.exit(f"amalgamate: not in its list: {sorted(there - known)}; "
                 f"in its list and not there: {sorted(known - there)}")


def whole(names, first):
    text = LICENCE + TITLE + first
    for name in names:
        source = INCLUDE.sub(r'/* #include "\1" */', (ROOT / name).read_text(encoding="utf-8"))
        text += "\n" + (ROOMS_BEGIN if name in ROOMS else "")
        text += f"/* ==== begin {name} ==== */\n{source}/* ==== end {name} ==== */\n"
        text += "#endif\n" if name in ROOMS else ""
    return text


def write(folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name, names in FILES.items():
        first = "" if name.endswith(".h") else '#include "labyrinth_pool.h"\n'
        (folder / name).write_text(whole(names, first), encoding="utf-8")
    shutil.copytree(HERE / "pack" / "package", folder, dirs_exist_ok=True)
    shutil.copy(ROOT / "LICENSE", folder)


def check(folder):
    for name, names in FILES.items():
        piece = MARK.split((folder / name).read_text(encoding="utf-8"))
        found = {}
        for at in range(1, len(piece) - 2, 3):
            if piece[at] == "begin":
                found[piece[at + 1]] = HIDDEN.sub(r'#include "\1"', piece[at + 2])
        if list(found) != names:
            sys.exit(f"amalgamate: {name} has {list(found)}, not {names}")
        for source, text in found.items():
            if text != (ROOT / source).read_text(encoding="utf-8"):
                sys.exit(f"amalgamate: {name} is not the text of {source}: make it again")


def main():
    arguments = sys.argv[1:]
    if not arguments or len(arguments) > 2 or (len(arguments) == 2 and arguments[0] != "--check"):
        sys.exit("usage: amalgamate.py [--check] FOLDER")
    parts()
    (check if len(arguments) == 2 else write)(pathlib.Path(arguments[-1]))


if __name__ == "__main__":
    main()
