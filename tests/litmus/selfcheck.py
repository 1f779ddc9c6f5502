# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The checks are checked: each rule of each model is needed by a known verdict, faults that are
planted in the tests fail, and bad input is refused by name."""
import copy
import pathlib
import re
import tempfile

import core
import program
import solve

# What must be refused, and a word of the reason.
BAD = [
    ("thread a = load.relaxed x\n", "starts with something"),
    ("test t: x\nthread a = fetch x\n", "no step of the core"),
    ("test t: x\nthread a = exchange.relaxed x\n", "is none of"),
    ("test t: x\nthread a = load/mvo x\n", "no instruction mvo"),
    ("test t: x\nthread a = load.consume x\n", "no row for"),
    ("test t: x\nthread if a == 1 { store.relaxed x 1 }\n", "nothing was put into a"),
    ("test t: x\nthread a = load.relaxed x; if a = 1 { store.relaxed x 1 }\n", "no condition"),
    ("test t: x\nthread a = load.relaxed x; if a == 1 { store.relaxed x 1\n", "not closed"),
    ("test t: x\nthread a = load.relaxed x\nnever b == 1\n", "neither a register"),
    ("test t: x\nthread a = load.relaxed x; a = load.relaxed x\n", "used twice"),
]


def rules(text):
    """(line number, rule, whether it says that others imply it) of each rule of a model."""
    for count, line in enumerate(text.splitlines()):
        if re.match(r"[a-z#:]", line):
            yield count, line.split("%")[0].strip(), line.rstrip().endswith("implied")


def without(text, count):
    return "".join("\n" if i == count else f"{line}\n" for i, line in enumerate(text.splitlines()))


def changed(known, target, models):
    """Whether some known verdict is another with these models; most rules forbid."""
    solver = solve.Solver({}, models)
    return any((solver.ends(test, test.never, target) is not None) != allowed
               for allowed, test in sorted(known, key=lambda item: item[0]))


def model_faults(models, model, known, target):
    """Each rule left out: some verdict must change, or the rule says that it is implied."""
    text = (models / f"{model}.lp").read_text(encoding="utf-8")
    for count, rule, implied in rules(text):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "common.lp").write_text((models / "common.lp").read_text())
            (folder / f"{model}.lp").write_text(without(text, count))
            if changed(known, target, folder) == implied:
                yield f"{rule} is {'not implied' if implied else 'needed for no known verdict'}"


def planted(solver, tests):
    """A fault of the protocol itself, and the test that must find it."""
    for name, before, after in (
            ("hidden_word", "if c != 0 {", "if c == 9 {"),
            ("hidden_node", "hint_set_seq_cst mid 1\n", ""),
            ("tag_double", "tag_revoke_relaxed tag 5 4", "load.relaxed tag"),
            ("gauge_floor", "count_add_relaxed free 1; release_seq_cst w 1",
             "release_seq_cst w 1; count_add_relaxed free 1"),
            ("contents_claim", "write d 1; release_seq_cst w 1", "release_seq_cst w 1; write d 1")):
        test = copy.deepcopy(next(test for test in tests if test.name == name))
        text = "|".join(test.threads)
        test.threads = text.replace(before, after).split("|")
        yield (f"{name} fails when its protocol is broken",
               None if before in text and solver.ends(test, test.never, "c11") else
               f"'{after}' for '{before}' goes unseen")


def moved():
    """A retire that does not look again, and a count after the release."""
    for name, before, after in (
            ("core/zone.c", "lab_atomic_load_seq_cst(zone, node) != 0", "false"),
            ("core/labyrinth.c", "lab_gauge_rise(&lab->gauge[z], frames);", "")):
        text = (core.ROOT / name).read_text(encoding="utf-8")
        faults = list(core.moved({name: text.replace(before, after)}))
        yield (f"{name} without '{before}' is seen to differ from protocol.litmus",
               None if before in text and faults else "it is not")


def refused(solver, text):
    """The reason why a text is refused, or None."""
    with tempfile.TemporaryDirectory() as name:
        path = pathlib.Path(name) / "bad.litmus"
        path.write_text(text)
        try:
            for test in program.parse(path):
                for target in solver.targets:
                    solver.ends(test, test.never or test.may, target)
        except program.BadTest as error:
            return str(error)
    return None


def checks(solver, tests, here, targets):
    """(name, fault) of each."""
    yield from planted(solver, tests)
    yield from moved()
    for text, reason in BAD:
        said = refused(solver, text)
        yield (f"refused: {reason}", None if said and reason in said else f"{text!r}: {said}")
    for model, target in targets.items():
        known = list(program.parse_known(here / "known" / f"{model}.litmus"))
        faults = list(model_faults(here / "models", model, known, target))
        yield (f"models/{model}.lp without any one rule has a wrong verdict",
               "; ".join(faults) or None)
