# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Shows that mutants.py catches nothing that it should not: an edit that changes nothing survives,
and one that says nothing is an error. Part of each run."""

import hunt
from edits import Edit, EditError

FILE, FUNCTION, CLAUSE = "core/bits.h", "lab_bits_with", "set"
TEXT = "return (lab_word)(word | lab_bits_mask(bit));"
SURVIVES, FALLS = "it survives", "it is caught"


def edit(name, old, new, function=FUNCTION, clauses=CLAUSE, file=FILE):
    return Edit(name, "code", "T8", file, function, clauses, "", 64, False, old, new)


# name, edit, what must be said of it
CASES = [
    ("a mask is dropped", edit("check-mask", TEXT, "return word;"), FALLS),
    ("only a comment", edit("check-comment", TEXT, "/* nothing */ " + TEXT), SURVIVES),
    ("a text that is twice there", edit("check-twice", "terminates \\true;", ""), "times in core/"),
    ("a text that is not there", edit("check-lost", "no such text", ""), "is 0 times in core/"),
    ("a file that is not there", edit("check-file", TEXT, "", file="core/gone.h"),
     "there is no core/gone.h"),
    ("an edit that is no C", edit("check-parse", TEXT, "return (word;"), "cannot read the edited"),
    ("an edit that is no ACSL", edit("check-acsl", "ensures set: lab_bit(\\result, bit);",
                                     "ensures set: lab_bits(\\result, bit);"),
     "cannot read the edited"),
    ("a function that was never declared", edit("check-call", TEXT, "return lab_gone(word, bit);"),
     "warns of the edited tree"),
    ("a clause that is not there", edit("check-clause", TEXT, "return word;", clauses="gone"),
     "has no goal gone"),
    ("a function that is not there", edit("check-function", TEXT, "", function="lab_gone"),
     "no unit has lab_gone"),
]


def said(hunter, case):
    try:
        return FALLS if hunter.attack(case)["caught"] else SURVIVES
    except EditError as error:
        return str(error)


def weak(hunter):
    """Limits that prove nothing: then nothing may be caught."""
    before, hunt.STEPS = hunt.STEPS, (1,)
    try:
        return said(hunt.Hunt(hunter.why3, hunter.versions, {}), CASES[0][1])
    finally:
        hunt.STEPS = before


def run(hunter):
    """[why a check fails, or None]"""
    found = [(name, wanted, said(hunter, case)) for name, case, wanted in CASES]
    found.append(("limits that prove nothing", "the tree as it is does not prove", weak(hunter)))
    errors = []
    for name, wanted, answer in found:
        error = None if wanted in answer else f"{name}: wanted `{wanted}`, found: {answer}"
        print(f"{'FAIL' if error else 'ok'}: check: {error or name}", flush=True)
        errors.append(error)
    return errors
