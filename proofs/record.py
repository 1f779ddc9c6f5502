# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""proofs/record.json: what the last whole cold run found, committed, so that STATUS.md, the page
and the badges can be made from a fresh clone without proving anything again."""

import collections
import hashlib
import json

import bounds
import config
import hints
import listing
import sources
from tools import ProofError, text

FIELDS = ("tools", "seconds", "jobs", "steps", "smoke_steps", "files", "variants", "times",
          "functions", "z3", "unproved", "builds", "bounds", "gates", "assumptions")
AGAIN = "a whole cold run writes it: python3 proofs/prove.py"


def digests():
    """{file: a mark of its text} of what the proof reads."""
    read = [p for folder, ends in (("core", (".c", ".h")), ("spec", (".acsl", ".h")))
            for p in sorted((config.ROOT / folder).iterdir()) if p.suffix in ends]
    return {p.relative_to(config.ROOT).as_posix():
            hashlib.sha256(p.read_bytes()).hexdigest()[:16] for p in read}


def summed(goals, key):
    """{variant: {value of `key`, or all: seconds in Qed and the provers}}"""
    found = collections.defaultdict(lambda: collections.defaultdict(float))
    for goal in goals:
        for row in (goal[key], "all"):
            found[goal["variant"]][row] += goal["seconds"]
    return {v: {row: round(s) for row, s in sorted(rows.items())} for v, rows in found.items()}


def functions_of(goals, places):
    """{function: its file, its goals by variant and theorem, how many each prover has proved}"""
    found = {}
    for goal in goals:
        row = found.setdefault(goal["function"], {
            "file": places.get(goal["function"], "spec/"), "goals": {}, "by": {}})
        cell = row["goals"].setdefault(goal["variant"], {}).setdefault(goal["theorem"], [0, 0])
        cell[0] += goal["proved"]
        cell[1] += 1
        if goal["proved"] and goal["theorem"] != config.SMOKE:
            by = row["by"].setdefault(goal["theorem"], {})
            by[goal["prover"]] = by.get(goal["prover"], 0) + 1
    return found


def make(goals, plan, bound_rows, versions, gates, seconds, read):
    """A record of a run; `read` is the sources that it read."""
    places = {f.name: f.file for f in sorted(read.functions, key=lambda f: f.defined)}
    proved = {goal["variant"] for goal in goals}
    return {
        "tools": versions, "seconds": round(seconds), "jobs": config.JOBS, "steps": config.STEPS,
        "smoke_steps": config.SMOKE_STEPS, "files": digests(),
        "variants": [{"key": v.key, "label": v.label, "build": v.build} for v in plan.variants
                     if v.key in proved or not v.build],
        "times": {key: summed(goals, key) for key in ("theorem", "function")},
        "functions": dict(sorted(functions_of(goals, places).items())),
        "z3": hints.of_run(goals), "unproved": plan.unproved.entries(),
        "builds": list(plan.build_lines()),
        "bounds": bounds.plain(bound_rows),
        "gates": [[name, promise, not errors] for name, promise, errors in gates],
        "assumptions": sorted(listing.read_list(config.ASSUMPTIONS)),
    }


def rows(field, value):
    """A field as JSON, a row of it on each line: a change of one is a change of one line."""
    if isinstance(value, list):
        lines, ends = [json.dumps(row) for row in value], "[]"
    elif isinstance(value, dict):
        lines, ends = [f"{json.dumps(k)}: {json.dumps(v)}" for k, v in value.items()], "{}"
    else:
        return f' "{field}": {json.dumps(value)}'
    return f' "{field}": {ends[0]}\n' + ",\n".join(f"  {line}" for line in lines) + f"\n {ends[1]}"


def write(record):
    text_of = ",\n".join(rows(field, record[field]) for field in FIELDS)
    config.RECORD.write_text("{\n" + text_of + "\n}\n", encoding="utf-8")


def load():
    """The committed record, or an error that says how to get one."""
    if not config.RECORD.exists():
        raise ProofError(f"proofs/record.json is missing; {AGAIN}")
    try:
        record = json.loads(text(config.RECORD))
    except ValueError as error:
        raise ProofError(f"proofs/record.json cannot be read ({error}); {AGAIN}") from error
    lost = [field for field in FIELDS if not isinstance(record, dict) or field not in record]
    if lost:
        raise ProofError(f"proofs/record.json has no {', '.join(lost)}; {AGAIN}")
    return record


def cell(record, variant, theorem=None, function=None):
    """[proved, goals] of a theorem, a function, one in the other, or all."""
    found = [0, 0]
    for name, row in record["functions"].items():
        for row_theorem, (proved, goals) in row["goals"].get(variant, {}).items():
            if theorem in (None, row_theorem) and function in (None, name):
                found = [found[0] + proved, found[1] + goals]
    return found


def changed(record):
    """The files that the proof reads and that are not what they were at the run."""
    now = digests()
    return sorted(f for f in {*now, *record["files"]} if now.get(f) != record["files"].get(f))


def stale(record):
    """Errors when the run is not of this tree: other functions, lists or fewer goals."""
    listed = listing.read_list(config.UNPROVED)
    read = sources.Sources()
    missing = {f.name for f in read.functions if f.defined and f.file.startswith("core/") and
               f.file not in config.PORT_FILES and f.file not in listed and
               f"{f.file} {f.name}" not in listed} - set(record["functions"])
    known = {f.name for f in read.functions} | {"(lemmas)"}
    errors = [f"{name} of core/ has no goal in it" for name in sorted(missing)]
    errors += [f"{name} no longer exists" for name in sorted(set(record["functions"]) - known)]
    for name, then, now in (("unproved.list", {e[0] for e in record["unproved"]}, set(listed)),
                            ("assumptions.list", set(record["assumptions"]),
                             set(listing.read_list(config.ASSUMPTIONS)))):
        errors += [f"proofs/{name} was without: {entry}" for entry in sorted(now - then)]
        errors += [f"proofs/{name} had: {entry}" for entry in sorted(then - now)]
    for variant, rows in json.loads(text(config.EXPECTED)).items():
        for theorem, count in rows.items():
            had = cell(record, variant, None if theorem == "all" else theorem)[1]
            if had < count:
                errors.append(f"{variant}-bit: it has {had} goals of {theorem}, and "
                              f"proofs/expected.json {count}")
    return [f"proofs/record.json is not of this tree: {error}; {AGAIN}" for error in errors]
