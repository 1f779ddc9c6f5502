#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The decisions of core/ that have several conditions, and whether both ways of each condition are
MC/DC of the decision.

    decisions.py [-v] [--core FOLDER] FILE.c...

With && and || a condition is looked at only when those before it leave the answer open. Where
each condition is reached in one way only, the graph of looks is a tree: runs that went both ways
from a condition share all that came before it, and below every edge that is not an answer itself
both answers are to be had. Both ways of each condition then show that each alone decides, which is
what MC/DC asks (Comar, Guitton, Hainque and Quinot, ERTS 2012). (a || b) && c is no tree: c is
reached in two ways.

Exit code 0: all of them are trees.
"""
import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FLAGS = ["-std=c11", "-D_GNU_SOURCE", "-DLAB_NODES_MAX=2"]
BUILDS = [[], ["-DLAB_HARDENED"], ["-DLAB_DEBUG"]]
PLAIN = {"ParenExpr", "ImplicitCastExpr", "ConstantExpr", "CStyleCastExpr"}


def tree_of(path, flags):
    done = subprocess.run(["clang", *FLAGS, *flags, "-fsyntax-only", "-Xclang", "-ast-dump=json",
                           str(path)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"decisions: clang cannot read {path}:\n{done.stderr}")
    return json.loads(done.stdout)


def bare(node):
    while node["kind"] in PLAIN:
        node = [n for n in node["inner"] if n][-1]
    return node


def is_logic(node):
    return node["kind"] == "BinaryOperator" and node["opcode"] in ("&&", "||")


def exits(node):
    """(ways out with true, with false, conditions, whether it is a tree)."""
    node = bare(node)
    if node["kind"] == "UnaryOperator" and node["opcode"] == "!":
        true, false, count, tree = exits(node["inner"][0])
        return false, true, count, tree
    if not is_logic(node):
        return 1, 1, 1, True
    left, right = (exits(n) for n in node["inner"])
    count, tree = left[2] + right[2], left[3] and right[3]
    if node["opcode"] == "&&":
        return right[0], left[1] + right[1], count, tree and left[0] == 1
    return left[0] + right[0], right[1], count, tree and left[1] == 1


class Places:
    """clang says a file and a line only when they change, in the order of the text."""

    def __init__(self, core):
        self.core, self.file, self.line = core, "", 0

    def inside(self):
        return pathlib.Path(self.file).resolve().parent == self.core

    def see(self, place):
        for part in ("spellingLoc", "expansionLoc"):
            if part in place:
                self.see(place[part])
        self.file = place.get("file", self.file)
        self.line = place.get("line", self.line)


def decisions(node, places, inside, seen):
    """Put each outermost && or || of core/ into `seen`: {(file, line, offset): exits}."""
    if "loc" in node:
        places.see(node["loc"])
    places.see(node.get("range", {}).get("begin", {}))
    own = "kind" in node and is_logic(node)
    if own and not inside and places.inside():
        begin = node["range"]["begin"]
        offset = begin.get("expansionLoc", begin).get("offset")
        seen[pathlib.Path(places.file).name, places.line, offset] = exits(node)
    places.see(node.get("range", {}).get("end", {}))
    # What the compiler decides is none.
    passes = own or node.get("kind") in PLAIN | {"StaticAssertDecl"} or node.get("opcode") == "!"
    inside = inside and passes or own or node.get("kind") == "StaticAssertDecl"
    for child in node.get("inner", []):
        decisions(child, places, inside, seen)


def main():
    sys.setrecursionlimit(10000)
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-v", action="store_true", help="tell each decision")
    parser.add_argument("--core", type=pathlib.Path, default=ROOT / "core")
    parser.add_argument("names", nargs="+", metavar="FILE.c")
    options = parser.parse_args()
    seen = {}
    for name in options.names:
        for flags in BUILDS:
            decisions(tree_of(name, flags), Places(options.core.resolve()), False, seen)
    bad = [key for key, found in sorted(seen.items()) if not found[3]]
    for (file, line, _), found in sorted(seen.items()):
        if options.v or not found[3]:
            print(f"core/{file}:{line}: {found[2]} conditions, {'a' if found[3] else 'no'} tree")
    print(f"{len(seen)} decisions of {sum(f[2] for f in seen.values())} conditions, "
          f"{len(bad)} of them no tree")
    return 1 if bad or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
