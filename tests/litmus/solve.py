# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Ask clingo whether a litmus test can end in a given way."""
import pathlib
import re
import subprocess

import machine
import program

MODELS = pathlib.Path(__file__).resolve().parent / "models"
SECONDS = 600  # a question takes milliseconds, on a machine that does little else


class Solver:
    """The models and the mapping; counts its questions and remembers their answers."""

    def __init__(self, steps, folder=MODELS):
        self.rows, self.models, _ = machine.table()
        self.folder = folder
        self.targets = ["c11", *self.models]
        self.steps, self.known, self.asked = steps, {}, 0

    def model(self, target):
        return self.models.get(target, target)

    def ends(self, test, wanted, target, orders=None):
        """None, or an execution on the target that ends as `wanted` or, in C11, has a race."""
        steps = dict(self.steps)
        for step, order in (orders or {}).items():
            steps[step] = (steps[step][0], order)
        code = [program.statements(text, steps, test.where) for text in test.threads]
        found, registers, places = machine.facts(test, code, target, self.rows, self.models)
        lines = found + list(self.questions(test, wanted, registers, places))
        if target == "c11" and wanted is test.never:
            lines.append("hit :- race.")
        text = "\n".join([*lines, ":- not hit."])
        key = (self.model(target), text)
        if key not in self.known:
            self.known[key] = self.ask(*key, test)
        names = {event: name for name, event in registers.items()}
        return self.known[key] and describe(self.known[key], names)

    def questions(self, test, wanted, registers, places):
        for conjunction in wanted:
            body = []
            for count, (name, comparison, value) in enumerate(conjunction):
                if name in registers:
                    body.append(f"val({registers[name]},V{count})")
                elif name in places:
                    body.append(f"last({name},V{count})")
                else:
                    raise program.BadTest(f"{test.where}: {test.name}: '{name}' is neither a "
                                          "register nor a place")
                body.append({"eq": f"V{count} = {value}", "ne": f"V{count} != {value}",
                             "any": f"V{count} & {value} != 0", "none": f"V{count} & {value} = 0",
                             "ge": f"V{count} >= {value}", "lt": f"V{count} < {value}"}[comparison])
            yield f"hit :- {', '.join(body)}."

    def ask(self, model, text, test):
        self.asked += 1
        files = [str(self.folder / "common.lp"), str(self.folder / f"{model}.lp"), "-"]
        try:
            run = subprocess.run(["clingo", "--warn=none", "--verbose=0", *files], input=text,
                                 capture_output=True, text=True, check=False, timeout=SECONDS)
        except FileNotFoundError:
            raise SystemExit("litmus: clingo is missing: apt-get install gringo") from None
        except subprocess.TimeoutExpired:
            raise SystemExit(f"litmus: clingo has no answer on {test.name} ({model}) after "
                             f"{SECONDS} s") from None
        if run.returncode == 20 and "UNSATISFIABLE" in run.stdout:
            return None
        if run.returncode not in (10, 30) or "SATISFIABLE" not in run.stdout:
            raise SystemExit(f"litmus: clingo failed on {test.name} ({model}), exit code "
                             f"{run.returncode}:\n{run.stdout}{run.stderr}")
        return run.stdout.splitlines()[0]


def describe(answer, names):
    """An execution in words: what was read into registers, and the last values in memory."""
    read = [f"{names[int(e)]}={v}" for e, v in re.findall(r"val\((\d+),(-?\d+)\)", answer)
            if int(e) in names]
    last = [f"{place}={v}" for place, v in re.findall(r"last\((\w+),(-?\d+)\)", answer)]
    return f"{' '.join(sorted(read))}; at the end {' '.join(sorted(last))}"
