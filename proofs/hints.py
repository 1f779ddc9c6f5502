# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Which prover is asked first: for each goal the one that proved it in the recorded run, as a
script of WP that names it. The other then need not run beside it in vain, which would be half of
the time; a goal that the first does not prove is given to both, and so is one that is new."""

import json
import shutil

import config

ASKED = {"CVC4": "CVC4:1.8", "Z3": "Z3:4.8.12"}     # as WP names them in scripts


def of_run(goals):
    """What the record keeps: {variant: goals that Z3 proved}; CVC4 proves most."""
    found = {}
    for goal in goals:
        if goal["prover"] == "Z3" and not goal["goal"].startswith("lemma_"):
            found.setdefault(goal["variant"], []).append(goal["goal"])
    return {key: sorted(names) for key, names in sorted(found.items())}


def recorded():
    """{function: {variants}} that were proved, and what of_run() kept; nothing without a record."""
    try:
        record = json.loads(config.RECORD.read_text(encoding="utf-8"))
        return {n: set(row["goals"]) for n, row in record["functions"].items()}, record["z3"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        print(f"proofs/record.json says not which prover to ask first ({error!r}): each goal is "
              "given to all", flush=True)
        return {}, {}


class Hints:
    def __init__(self):
        self.proved, self.z3 = recorded()

    def first(self, variant, function, goal):
        """The prover to ask first, or None."""
        if variant.key not in self.proved.get(function, ()):
            return None
        return "Z3" if goal in self.z3.get(variant.key, ()) else "CVC4"

    def session(self, share, function_of):
        """Make the folder that WP reads a share's scripts from: the committed ones, and ours."""
        name = f"{share.unit.replace('/', '-')}-{share.variant.key}"
        folder = config.BUILD / "session" / name
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "script").mkdir(parents=True)
        for goal in share.survey.goals:
            first = self.first(share.variant, function_of(goal), goal)
            if first and "_wp_smoke_" not in goal:
                (folder / "script" / f"{goal}.json").write_text(json.dumps(
                    [{"prover": ASKED[first], "verdict": "valid"}]), encoding="utf-8")
        shutil.copytree(config.SESSION / str(share.variant.word), folder, dirs_exist_ok=True)
        return folder
