# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Static gates that look for what is left out: a function, a goal, a bound. As in gates.py."""

import collections
import json

import bounds
import config
import theorems
from tools import text


def seen(sources, plan):
    """Frama-C and the gates see the same functions, and each file of the core is in the proof"""
    errors = []
    shown = {f.name for f in sources.functions if f.defined}
    for word in sorted({v.word for v in plan.variants}):
        bodies = plan.bodies(word)
        errors += [f"Frama-C sees code for {name}, which the gates do not find in the text of "
                   f"core/ and spec/ ({word}-bit words): is a macro making it?"
                   for name in sorted(bodies - shown)]
        modelled = {f.name for f in sources.functions if f.file == config.PORT_FILE and
                    any(not other.defined for other in sources.by_name(f.name))}
        errors += [f"{name} of core/ is not in the proof ({word}-bit words): include its file in "
                   "one of config.UNITS, or name it in proofs/unproved.list"
                   for name in sources.core_names()
                   if name not in bodies | modelled | set(plan.unproved.names)]
    return errors


def once(sources, plan):
    """each function with a body is proved once per word size, and again where a build differs"""
    errors = []
    for variant in plan.variants:
        shares = [s for s in plan.shares if s.variant == variant]
        wanted = {n for s in shares for n in s.functions} if variant.build else {
            n for (v, _), text in plan.prints.items() if v == variant for n in text.bodies
            if n not in plan.unproved.names}
        for name in sorted(wanted):
            units = [s.unit for s in shares if name in s.functions and s.survey and
                     name in s.survey.functions and any(
                         theorems.function_of(g, wanted) == name for g in s.survey.goals)]
            if len(units) != 1:
                errors.append(f"{variant.label}: {name} is proved in "
                              f"{' and '.join(units) or 'no unit'}")
        found = collections.Counter(plan.goals(variant))
        errors += [f"{variant.label}: goal {goal} exists {count} times"
                   for goal, count in found.items() if count > 1]
    return errors


def agree(sources, plan):
    """what two units share is the same text in both"""
    errors = []
    for variant in plan.variants:
        first = {}
        for unit in config.UNITS:
            for name, text in plan.prints[variant, unit].texts():
                before = first.setdefault(name, (unit, text))
                if before[1] != text:
                    errors.append(f"{variant.label}: {name[1]} is one thing in {before[0]} and "
                                  f"another in {unit}: does a macro differ?")
    return errors


def unproved(sources, plan):
    """what is not proved is listed in proofs/unproved.list, with a reason"""
    return plan.unproved.errors


def step_bounds(sources, plan):
    """each public function that takes atomic steps says how many, as a formula"""
    return bounds.read(sources, plan.unproved.names)[1]


def covered(sources, plan):
    """each theorem has a goal"""
    return [f"{variant.label}: theorem {row} has no goal: name a clause {row}_..."
            for variant in plan.variants if not variant.build for row in config.THEOREMS
            if not theorems.counts(plan.goals(variant), sources)[row]]


def counts(sources, plan):
    """there are no fewer goals than committed"""
    if not config.EXPECTED.exists():
        return ["proofs/expected.json is missing: run python3 proofs/prove.py --update-expected"]
    expected, errors = json.loads(text(config.EXPECTED)), []
    for variant in plan.variants:
        found = theorems.counts(plan.goals(variant), sources)
        if found["all"] and variant.key not in expected:
            errors.append(f"{variant.label}: proofs/expected.json says nothing of it: run python3 "
                          "proofs/prove.py --update-expected")
        errors += [f"{variant.label}: {found[row]} goals of {row}, {count} expected "
                   "(proofs/expected.json): did a clause go?"
                   for row, count in expected.get(variant.key, {}).items() if found[row] < count]
    return errors
