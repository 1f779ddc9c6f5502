# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What a run gives: its table, the goals that failed, build/proof/report.json."""

import collections
import json
import re

import config
import theorems


class Row:
    def __init__(self):
        self.proved = self.total = 0
        self.seconds = 0.0

    def add(self, goal):
        self.proved += goal["proved"]
        self.total += 1
        self.seconds += goal["seconds"]

    def cells(self):
        return [f"{self.proved}/{self.total}", f"{self.seconds:.0f}"]


def goals_of(jobs, functions, sources):
    """Every goal as a plain dictionary, in a fixed order."""
    found = []
    for job in jobs:
        for goal in job.goals.values():
            function = theorems.function_of(goal.name, functions)
            clause = theorems.clause_of(goal.name, function)
            call = re.match(r"call_(.*?)_requires", clause)
            where = (goal.where or call and sources.line_of_call(function, call[1]) or
                     sources.line_of_clause(function, clause) or "spec/")
            found.append({
                "variant": job.variant.key, "unit": job.part,
                "theorem": theorems.theorem_of(goal.name, function),
                "function": function, "goal": goal.name, "proved": goal.proved,
                "prover": goal.prover if goal.proved else None, "seconds": round(goal.seconds, 3),
                "answers": goal.answers, "where": where})
    return sorted(found, key=lambda g: (g["variant"], g["function"], g["goal"]))


def rows(goals, key):
    table = collections.defaultdict(Row)
    for goal in goals:
        table[goal["variant"], goal[key]].add(goal)
        table[goal["variant"], "all"].add(goal)
    return table


def name_of(row):
    return f"{row} {config.THEOREMS[row]}" if row in config.THEOREMS else row


def shown(goals, variants):
    """The variants that something is proved in, or all default builds."""
    found = {goal["variant"] for goal in goals}
    return [v for v in variants if v.key in found or not v.build]


def print_table(goals, variants, part):
    table, some = rows(goals, "theorem"), shown(goals, variants)
    print(f"\n{'theorem':24}" + "".join(f"{v.label:>18}{'s':>6}" for v in some))
    for row in [*config.ROWS, "all"]:
        cells = [table[v.key, row].cells() for v in some]
        if any(table[v.key, row].total for v in some) or not part:
            print(f"{name_of(row):24}" + "".join(f"{c[0]:>18}{c[1]:>6}" for c in cells))
    print("proved/goals; s: seconds in Qed and the provers, summed over the goals\n")


def label(key):
    word, _, build = key.partition("-")
    return config.Variant(int(word), build).label


def failures(goals):
    """A line for each goal that is not proved."""
    lines = []
    for goal in goals:
        if goal["proved"]:
            continue
        if goal["theorem"] == config.SMOKE:
            why = "dead: nothing can reach this point, so that whatever is proved there is void"
        else:
            why = "; ".join(f"{p}: {a}" for p, a in goal["answers"].items()) or "no answer"
        lines.append(f"not proved, {label(goal['variant'])}: {goal['theorem']} {goal['goal']} "
                     f"({goal['function']}, {goal['where']}): {why}")
    return lines


def write_json(goals, versions, gates, mode, seconds):
    report = {"mode": mode, "tools": versions, "seconds": round(seconds, 1),
              "gates": [{"gate": n, "promise": p, "errors": e} for n, p, e in gates],
              "goals": goals}
    path = config.BUILD / ("report.json" if mode == "cold" else f"report-{mode}.json")
    path.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def write_expected(goals, variants):
    table = rows(goals, "theorem")
    counts = {v.key: {row: table[v.key, row].total for row in [*config.ROWS, "all"]}
              for v in variants if table[v.key, "all"].total}
    config.EXPECTED.write_text(json.dumps(counts, indent=1) + "\n", encoding="utf-8")
