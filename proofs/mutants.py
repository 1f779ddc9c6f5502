#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Plants each edit of proofs/edits/*.txt in a private copy of the sources and wants the proof to
fail: `make proof-mutants`.

What was found is kept in build/proof/mutants-kept.json, by a hash of all that was read and asked,
so that a run that was cut short goes on where it was; --again forgets it. A whole run writes the
table proofs/MUTANTS.md and build/proof/mutants.json; another run writes mutants-part.json there:
[{name, kind: "code" | "contract" | "model", file, theorem, function, word, caught: bool,
goal: the one that fell or null, seconds, error: why the edit says nothing, or null}]
"""

import argparse
import collections
import json
import os
import signal
import sys
import tempfile
import time

import config
import edits
import hunt
import mutants_check
import tools
from edits import EditError
from tools import ProofError

KEPT = config.BUILD / "mutants-kept.json"
TABLE = config.PROOFS / "MUTANTS.md"


class Kept(dict):
    """A dictionary that is on disk as soon as it has something new."""

    def __init__(self, again):
        super().__init__()
        if KEPT.exists() and not again:
            self.update(json.loads(KEPT.read_text(encoding="utf-8")))

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        new = KEPT.with_suffix(".new")
        new.write_text(json.dumps(self, indent=0), encoding="utf-8")
        new.replace(KEPT)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n", maxsplit=1)[0])
    parser.add_argument("--quick", action="store_true", help="only those marked `quick`")
    parser.add_argument("--only", default="", metavar="TEXT", help="names with TEXT in them")
    parser.add_argument("--again", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--apply", action="store_true",
                        help="no prover: only whether each edit finds its text")
    return parser.parse_args()


def attempt(work, edit):
    """(what is found, why nothing is)"""
    try:
        return work(edit), None
    except EditError as error:
        return {"caught": False, "goal": None, "seconds": 0.0}, str(error)


def row(edit, found, error):
    return {"name": edit.name, "kind": edit.kind, "file": edit.file, "theorem": edit.theorem,
            "function": edit.function, "word": edit.word, "caught": found["caught"],
            "goal": found["goal"], "seconds": found["seconds"], "error": error}


def said(found):
    if found["error"]:
        return f"FAIL: {found['error']}"
    if not found["caught"]:
        return (f"FAIL: {found['name']} survives: {found['function']}, {found['word']}-bit, is "
                "proved all the same")
    return f"ok: {found['name']}: {found['goal']}, {found['word']}-bit, {found['seconds']:.0f} s"


def try_all(chosen, hunter):
    """A line for each edit; what is kept from earlier runs takes no time and is no measure."""
    rows, took = [], [0.0]
    for edit in chosen:
        begin = time.monotonic()
        rows.append(row(edit, *attempt(hunter.attack, edit)))
        took += [t for t in [time.monotonic() - begin] if t > 1]
        left = sum(took) / max(len(took) - 1, 1) * (len(chosen) - len(rows))
        caught = sum(r["caught"] for r in rows)
        print(f"{said(rows[-1])} [{len(rows)} of {len(chosen)}, {caught} caught, {left:.0f} s "
              "left]", flush=True)
    return rows


def lost(every):
    """[why an edit does not find its text]; needs no prover."""
    errors = [error for edit in every for error in attempt(edits.edited, edit)[1:] if error]
    for error in errors:
        print(f"FAIL: {error}")
    if not errors:
        print(f"ok: check: each of {len(every)} edits finds its text once", flush=True)
    return errors


def hunt_all(args, chosen):
    """[whether it is as it must be] of each check and each edit"""
    versions, old = tools.check_tools()
    for warning in old:
        print(f"WARNING: {warning}", flush=True)
    hunter = hunt.Hunt(tools.why3_config(), versions, Kept(args.again))
    good = [not error for error in mutants_check.run(hunter)]
    rows = try_all(chosen, hunter)
    write(rows, not (args.quick or args.only), versions)
    return good + [r["caught"] for r in rows]


def write(rows, whole, versions):
    path = config.BUILD / ("mutants.json" if whole else "mutants-part.json")
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    if not whole:
        return
    count = collections.Counter(r["kind"] for r in rows)
    lines = [
        "<!-- SPDX-License-Identifier: GPL-2.0-only OR MIT -->",
        "<!-- Written by proofs/mutants.py; do not edit. -->",
        "# Edits that the proof must notice", "",
        "Command: `make proof-mutants`. Tools: " +
        ", ".join(f"{tool} {version}" for tool, version in versions.items()) + ".", "",
        f"Each of these {len(rows)} edits ("
        + ", ".join(f"{count[kind]} {kind}" for kind in edits.KINDS) +
        ") is planted by itself. Caught: a goal falls that is proved without the edit, with half "
        "the",
        "steps and half the time. The edits are in `proofs/edits/`.", "",
        f"**Caught: {sum(r['caught'] for r in rows)} of {len(rows)}.**", "",
        "| edit | kind | file | breaks | goal that fell | words | s |",
        "|---|---|---|---|---|---:|---:|"]
    for r in rows:
        goal = r["goal"] or ("error" if r["error"] else "**survives**")
        lines.append(f"| {r['name']} | {r['kind']} | {r['file']} | {r['theorem']} | `{goal}` "
                     f"| {r['word']} | {r['seconds']:.0f} |")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    args, begin, every = arguments(), time.monotonic(), edits.read_all()
    chosen = [e for e in every if args.only in e.name and (e.quick or not args.quick)]
    if not chosen:
        raise EditError(f"no edit has `{args.only}` in its name")
    good = [not lost(every)]
    if not args.apply:
        good += hunt_all(args, chosen)
    print(f"{time.monotonic() - begin:.0f} s")
    print(f"{good.count(True)} passed, {good.count(False)} failed")
    return 0 if all(good) else 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="mutants-") as own:
            os.environ["TMPDIR"] = tempfile.tempdir = own   # the provers' files too go with us
            sys.exit(main())
    except (ProofError, EditError) as error:
        print(f"mutants.py: {error}\n0 passed, 1 failed")
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nmutants.py: interrupted; what was found is kept\n0 passed, 1 failed")
        sys.exit(130)
