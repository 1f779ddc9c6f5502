# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Proves one function's clauses in the tree as it is, and then with an edit in it.

An edit is caught when a goal falls that the provers prove without it, with half the steps and half
the time, in a run of the same kind on the same machine: so neither a slow machine nor a goal that
was never proved can catch anything. Limits are steps; time is only a net.
"""

import dataclasses
import hashlib
import pathlib
import re
import subprocess
import tempfile

import config
import edits
import framac
from edits import EditError
from tools import environment, first_error

STEPS = (150000, 400000)        # for the tree as it is, the second for what the first leaves
TIMEOUT = 60
LEMMAS = "lemmas"
HONEST = ("Unknown", "Step limit", "Timeout")       # other answers are a prover's failure
HYPOTHESIS = "Memory model hypotheses"


@dataclasses.dataclass(frozen=True)
class Aim:
    """What is proved: clauses of a function, with a word size."""
    function: str
    clauses: tuple
    word: int

    @property
    def variant(self):
        return config.Variant(self.word)

    def command(self, unit, steps, timeout):
        props = "-wp-prop=" + ",".join(sorted(self.clauses))
        lemmas = self.function == LEMMAS
        provers = config.LEMMA_PROVERS if lemmas else config.PROVERS
        return framac.wp_command(
            self.variant, [unit], [props] if lemmas else ["-wp-fct", self.function, props], steps,
            timeout, provers=",".join(["script", *provers]).lower())


def stem(goal):
    """A goal's name without the number of the part or the call."""
    return re.sub(r"(_part\d+|_\d+)+$", "", goal)


class Run(framac.Job):
    """Stops at the first goal of `known` that falls; with None it goes on to its end."""

    def __init__(self, aim, kind, name, root, command, why3, known=None, part=""):
        super().__init__(aim.variant, kind, command, why3, name, root=root)
        self.known, self.part_wanted, self.stopped = known, part, False

    def run(self):
        try:
            super().run()
        except BaseException:       # an interrupt leaves no prover behind
            self.stop()
            raise

    def read(self, line):
        super().read(line)
        if not self.stopped and any(len(g.answers) >= len(config.PROVERS) for g in self.fallen()):
            self.stopped = True
            self.stop()

    def fallen(self):
        return [g for g in self.goals.values() if not g.proved and self.known is not None and
                self.part_wanted in g.name and stem(g.name) in self.known]

    def heard(self):
        """Warnings without their places."""
        return {re.sub(r"\S+:\d+", "", w) for w in self.warnings if HYPOTHESIS not in w}


def seen(aim, unit, root):
    """All that Frama-C reads of a unit, comments and macros too."""
    done = subprocess.run(
        ["gcc", "-E", "-CC", "-dD", "-P", "-D__FRAMAC__", *aim.variant.defines, unit],
        cwd=root, env=environment(None, root), capture_output=True, text=True)
    if done.returncode != 0:
        raise EditError(f"gcc cannot preprocess {unit}:\n{done.stderr}")
    return done.stdout


def has(function, clauses, shown):
    """Whether a unit has the body of a function, or the lemmas."""
    if function == LEMMAS:
        return all(re.search(rf"\blemma {re.escape(c)}\b", shown) for c in clauses)
    before = r"^(?:__attribute__\(\(\w+\)\))?[A-Za-z_ ][\w *]*"
    return re.search(rf"{before}\b{function}\([^;{{}}]*\)\s*\{{", shown, re.M)


class Hunt:
    """What is found is kept in `kept`, by a hash of all that was read and asked."""

    def __init__(self, why3, versions, kept):
        self.why3, self.versions, self.kept = why3, versions, kept

    def key(self, *parts):
        scripts = (p.read_text(encoding="utf-8") for p in sorted(config.SESSION.rglob("*.json")))
        whole = "\0".join([repr(self.versions), *scripts, *parts])
        return hashlib.sha256(whole.encode()).hexdigest()

    def unit(self, aim):
        for unit in config.UNITS:
            if has(aim.function, aim.clauses, seen(aim, unit, config.ROOT)):
                return unit
        raise EditError(f"no unit has {aim.function}" + (
            f" {', '.join(aim.clauses)}" if aim.function == LEMMAS else ""))

    def base(self, aim):
        """{"unit", "steps", "goals", "heard"} of the tree as it is, where everything is proved."""
        unit = self.unit(aim)
        key = self.key(seen(aim, unit, config.ROOT), repr(STEPS), *aim.command(unit, 0, TIMEOUT))
        if key not in self.kept:
            self.kept[key] = self.prove(aim, unit)
        return self.kept[key]

    def prove(self, aim, unit):
        for steps in STEPS:
            with tempfile.TemporaryDirectory() as folder:
                run = Run(aim, "base", aim.function, edits.copy(pathlib.Path(folder)),
                          aim.command(unit, steps, TIMEOUT), self.why3)
                run.run()
            if any(line.endswith("No goal generated") for line in run.lines):
                raise EditError(f"{aim.function} has no goal {', '.join(aim.clauses)}")
            if run.code != 0 or not run.summary:
                raise EditError(f"Frama-C cannot read the tree as it is, {unit}:\n" +
                                first_error(run.lines))
            bad = [g.name for g in run.goals.values() if not g.proved]
            if not bad:
                return {"unit": unit, "steps": steps, "goals": sorted({stem(g) for g in run.goals}),
                        "heard": sorted(run.heard())}
        raise EditError(f"the tree as it is does not prove {', '.join(bad)}, {aim.word}-bit, "
                        f"within {steps} steps: nothing can be learned from its fall")

    def attack(self, edit):
        """{"caught", "goal", "seconds"}: the seconds are those of the edited tree."""
        aim = Aim(edit.function, tuple(edit.clauses.split(",")), edit.word)
        base = self.base(aim)
        command = aim.command(base["unit"], 2 * base["steps"], 2 * TIMEOUT)
        with tempfile.TemporaryDirectory() as folder:
            tree = edits.plant(edit, pathlib.Path(folder))
            key = self.key(seen(aim, base["unit"], tree), repr(base), edit.part, *command)
            if key not in self.kept:
                run = Run(aim, "mutant", edit.name, tree, command, self.why3, set(base["goals"]),
                          edit.part)
                run.run()
                self.kept[key] = judge(edit, run, base)
        return self.kept[key]


def judge(edit, run, base):
    """What a run of an edit says, if it says anything."""
    if not run.stopped and (run.code != 0 or not run.summary):
        raise EditError(f"{edit.place}: Frama-C cannot read the edited tree:\n" +
                        first_error(run.lines))
    new = sorted(run.heard() - set(base["heard"]))
    if new:
        raise EditError(f"{edit.place}: Frama-C warns of the edited tree: {new[0].strip()}")
    if not run.goals:
        raise EditError(f"{edit.place}: {edit.function} has no goal {edit.clauses}")
    bad = [g for g in run.goals.values() if not g.proved]
    goal = next((g for g in run.fallen() if len(g.answers) >= len(config.PROVERS)), None)
    if bad and not goal:
        raise EditError(f"{edit.place}: {bad[0].name} is not proved, but no prover missed it, or "
                        "the tree as it is does not have it: name another clause")
    for prover, answer in goal.answers.items() if goal else ():
        if not answer.startswith(HONEST):
            raise EditError(f"{edit.place}: {prover} failed on {goal.name}: {answer}")
    return {"caught": goal is not None, "goal": goal and goal.name,
            "seconds": round(run.seconds, 1), "answers": goal.answers if goal else {}}
