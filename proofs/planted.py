# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What the planted bugs gave: fuzz/MUTANTS.md (bugs in the core, caught by running it) and, where
they were tried, the proof's mutants (bugs in code, contracts and model, caught by the proof)."""

import dataclasses
import json
import re

import config
from tools import ProofError, text

TABLE = config.ROOT / "fuzz" / "MUTANTS.md"
LIST = config.ROOT / "fuzz" / "mutants" / "list.txt"
PROOF_TABLE = config.PROOFS / "MUTANTS.md"
PROOF_LISTS = config.PROOFS / "edits"
PROOF_RUN = config.BUILD / "mutants.json"
PROOF_COMMAND = "make proof-mutants"


@dataclasses.dataclass
class Bug:
    name: str
    theorem: str
    file: str
    caught: bool
    how: str                # who caught it, in words; empty when nobody did, or "not tried"


@dataclasses.dataclass
class Tried:
    """Bugs that were planted, and where that is written; none of them: nothing was run."""
    bugs: list
    source: str
    command: str

    def caught(self):
        return sum(bug.caught for bug in self.bugs)

    def untried(self):
        return [bug.name for bug in self.bugs if bug.how == "not tried"]


def rows_of(path, again):
    """The header and the rows of the one table of a file."""
    if not path.exists():
        raise ProofError(f"{path.relative_to(config.ROOT)} is missing; `{again}` writes it")
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in text(path).splitlines() if line.startswith("| ")]
    if len(rows) < 2:
        raise ProofError(f"{path.relative_to(config.ROOT)} has no table; `{again}` writes it")
    return rows[0], rows[1:]


def listed(bugs, lists, pattern):
    """The bugs of the lists: one without a row was not tried, a row without a bug is left out."""
    had, found = {bug.name: bug for bug in bugs}, []
    for name, theorem, file in (m for one in lists
                                for m in re.findall(pattern, text(one), re.MULTILINE)):
        found.append(had.get(name) or Bug(name, theorem, file, False, "not tried"))
    return found


def planted():
    """The planted bugs of fuzz/, as the committed table has them."""
    header, rows = rows_of(TABLE, "make mutants")
    engines = header[3:]
    bugs = []
    for name, theorem, file, *seconds in rows:
        by = [f"{engine} ({s} s)" for engine, s in zip(engines, seconds) if s.isdigit()]
        if not name.startswith("caught of"):
            bugs.append(Bug(name, theorem, file, bool(by), ", ".join(by)))
    bugs = listed(bugs, [LIST], r"^([\w-]+) (T\d+) (core/\S+)(?: LAB_\w+)?$")
    return Tried(bugs, "fuzz/MUTANTS.md", "make mutants")


def of_table():
    """The proof's own mutants as the committed table has them; nothing when there is none."""
    if not PROOF_TABLE.exists():
        return Tried([], "", PROOF_COMMAND)
    header, rows = rows_of(PROOF_TABLE, PROOF_COMMAND)
    bugs = []
    for row in rows:
        cells = dict(zip(header, row))
        goal = cells["goal that fell"].strip("`")
        caught = goal not in ("**survives**", "error")
        bugs.append(Bug(cells["edit"], cells["breaks"], cells["file"], caught,
                        goal if caught else ""))
    bugs = listed(bugs, sorted(PROOF_LISTS.glob("*.txt")),
                  r"^([\w-]+) (T\d+|planted) (?:(\S+) )?\S+:\S+ (?:64|32)(?: quick)?$")
    return Tried(bugs, "proofs/MUTANTS.md", PROOF_COMMAND)


def of_run():
    """The same as the last whole run on this machine left them, or else the committed table."""
    try:
        run = json.loads(text(PROOF_RUN)) if PROOF_RUN.exists() else {"whole": False}
        if not run["whole"]:
            return of_table()
        bugs = [Bug(m["name"], m["theorem"], m["file"], m["caught"], m["goal"] or "")
                for m in run["mutants"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ProofError(f"{PROOF_RUN.relative_to(config.ROOT)} cannot be read ({error!r}); "
                         f"`{PROOF_COMMAND}` writes it") from error
    return Tried(bugs, PROOF_RUN.relative_to(config.ROOT).as_posix(), PROOF_COMMAND)
