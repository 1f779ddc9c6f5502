# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The edits that the proof must notice: proofs/edits/code.txt, contract.txt and model.txt.

A block is `NAME THEOREM FILE FUNCTION:CLAUSES[/PART] WORD [quick]`, the text that is there between
--- and +++, and what stands there instead between +++ and ===. The old text must be in the file
exactly once. `NAME planted FUNCTION:CLAUSES[/PART] WORD [quick]` is the bug NAME of
fuzz/mutants/list.txt. One of the clauses, separated by commas and named as -wp-prop takes them,
must fall, by a goal that has PART in its name (`established`); FUNCTION `lemmas` means that they
are lemmas. `quick`: `make test` runs it. A line that starts with # is a comment.
"""

import dataclasses
import importlib.util
import re
import sys
import shutil

import config
from tools import text

FOLDER = config.PROOFS / "edits"
KINDS = ("code", "contract", "model")
PLANTED = config.ROOT / "fuzz" / "mutants" / "mutants.py"
GOAL = r"(\w+):([\w@,]+)(?:/(\w+))? (64|32)( quick)?"
BLOCK = re.compile(rf"^([\w-]+) (T\d+) (\S+) {GOAL}\n---\n(.*?)\n\+\+\+\n(.*?)\n===$", re.M | re.S)
NAMED = re.compile(rf"^([\w-]+) planted {GOAL}$", re.M)


class EditError(Exception):
    """The edit says nothing about the proof; the text says why and what would be right."""


@dataclasses.dataclass
class Edit:
    name: str
    kind: str
    theorem: str
    file: str
    function: str
    clauses: str
    part: str
    word: int
    quick: bool
    old: str
    new: str

    @property
    def place(self):
        return f"proofs/edits/{self.kind}.txt: {self.name}"


def planted():
    """{name: bug} of the list that the fuzzers hunt."""
    sys.path.append(str(PLANTED.parent))  # for what that file imports
    spec = importlib.util.spec_from_file_location("planted", PLANTED)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {bug.name: bug for bug in module.read_list()}


def read_list(kind, bugs):
    path = FOLDER / f"{kind}.txt"
    left = re.sub(r"^#.*\n", "", text(path), flags=re.M)
    found = []
    for name, theorem, file, function, clauses, part, word, quick, old, new in BLOCK.findall(left):
        found.append(Edit(name, kind, theorem, file, function, clauses, part, int(word),
                          bool(quick), old, new))
    left = BLOCK.sub("", left)
    for name, function, clauses, part, word, quick in NAMED.findall(left):
        if name not in bugs:
            raise EditError(f"{path.name}: fuzz/mutants/list.txt has no bug {name}")
        bug = bugs[name]
        found.append(Edit(name, kind, bug.theorem, bug.path, function, clauses, part,
                          int(word), bool(quick), bug.old, bug.new))
    left = NAMED.sub("", left).strip()
    if left:
        raise EditError(f"{path.name}: this is no block: {left.splitlines()[0]}")
    return found


def read_all():
    """Every edit of the three lists."""
    bugs = planted()
    found = [edit for kind in KINDS for edit in read_list(kind, bugs)]
    names = [edit.name for edit in found]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise EditError(f"proofs/edits: there twice: {', '.join(twice)}")
    return found


def copy(tree):
    """What Frama-C reads, in a folder of its own."""
    for folder in ("core", "spec", "proofs/session"):
        shutil.copytree(config.ROOT / folder, tree / folder)
    return tree


def edited(edit, root=config.ROOT):
    """The text of the edit's file with the edit in it."""
    path = root / edit.file
    if not path.exists():
        raise EditError(f"{edit.place}: there is no {edit.file}")
    before = text(path)
    count = before.count(edit.old)
    if count != 1:
        raise EditError(f"{edit.place}: its old text is {count} times in {edit.file}, not once; "
                        f"bring the edit up to date:\n{edit.old}")
    return before.replace(edit.old, edit.new)


def plant(edit, tree):
    """A private copy of the sources with the edit in it."""
    after = edited(edit)
    (copy(tree) / edit.file).write_text(after, encoding="utf-8")
    return tree
