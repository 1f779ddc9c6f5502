# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Every order of the core, and what fails when it is weaker: weaker.md.

An order that could be weaker without a failure stands in STRONGER, with the reason; anything else
is an error, and so is a reason whose order is needed after all.
"""
import re

import machine

# From an order to those one step weaker, by kind of operation.
NEXT = {
    "load": {"seq_cst": ["acquire"], "acquire": ["relaxed"], "relaxed": ["plain"]},
    "store": {"seq_cst": ["release"], "release": ["relaxed"], "relaxed": ["plain"]},
    "rmw": {"seq_cst": ["acq_rel"], "acq_rel": ["acquire", "release"], "acquire": ["relaxed"],
            "release": ["relaxed"], "relaxed": ["plain"]},
}
STRONGER = {
    ("take_seq_cst", "acq_rel"): "acquire would do: a claim hands nothing on, and hides nothing",
    ("claim_seq_cst", "acq_rel"): "as take_seq_cst",
}
HEADER = """<!-- SPDX-License-Identifier: GPL-2.0-only OR MIT -->
# What fails when an order is weaker

`tests/litmus/run --write` made this table from `core/atomic.h`, `protocol.litmus`, `machine.table`
and the models, and `tests/litmus/run` fails when it is not what they say. A row takes one step of
the core at a weaker order, the rest as they are; a cell names the first test that then fails on
that model. *same*: the compiler makes the same instructions of both orders. *-*: other
instructions, and still nothing fails. *.*: not asked, for a plain access that races has no meaning
in C11. `client_give` and `client_get` are not the core's: they show what it
needs of its callers.

| step | instead | {} |
|---|---|{}|
"""


def kind_of(operation):
    return operation if operation in ("load", "store") else "rmw"


def weaker(operation, order):
    """Every weaker order, the next ones first."""
    found, todo = [], [order]
    while todo:
        for lower in NEXT[kind_of(operation)].get(todo.pop(0), []):
            if lower not in found:
                found.append(lower)
                todo.append(lower)
    return found


def uses(test, step):
    return any(re.search(rf"(?<!\w){step}(?!\w)", thread) for thread in test.threads)


def cell(solver, tests, step, order, target):
    """The first test that fails, or why there is none."""
    operation, present = solver.steps[step]
    kind = machine.KIND.get(operation, "rmw")
    if target != "c11":
        if order == "plain":
            return "."
        if solver.rows[target, kind, order] == solver.rows[target, kind, present]:
            return "same"
    return next((test.name for test in tests
                 if uses(test, step) and solver.ends(test, test.never, target, {step: order})),
                "-")


def rows(solver, tests):
    """(step, order, whether it is one step weaker, whether a test fails, line of the table)."""
    for step, (operation, present) in solver.steps.items():
        for order in weaker(operation, present):
            cells = [cell(solver, tests, step, order, target) for target in solver.targets]
            is_next = order in NEXT[kind_of(operation)][present]
            line = f"| {step} | {order} | {' | '.join(cells)} |\n"
            yield step, order, is_next, bool(set(cells) - {".", "same", "-"}), line


def verdict(step, order, is_next, fails):
    """What is wrong with a row, or None."""
    excused = (step, order) in STRONGER
    if excused and fails:
        return f"weaken.py says that {step} may be {order}, but a test fails then"
    if is_next and not fails and not excused:
        return (f"no test fails when {step} is {order}: a test is missing, or the order is "
                "stronger than it must be")
    return None


def page(solver, lines):
    head = HEADER.format(" | ".join(solver.targets), "|".join("---" for _ in solver.targets))
    notes = "".join(f"- `{step}` as {order}: nothing fails. {reason[0].upper()}{reason[1:]}.\n"
                    for (step, order), reason in STRONGER.items())
    return f"{head}{''.join(lines)}\nOrders that are stronger than any test needs:\n\n{notes}"
