# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What Frama-C finds in the sources before any prover runs: functions, goals, trust, warnings.

One run per unit and variant, a second or two each; every static gate that can ask Frama-C asks it.
"""

import re
import subprocess

import config
import framac
from tools import ProofError, environment, first_error

NOT_TRIED = re.compile(r"^\[wp\] (?:\[CFG\] )?Goal (\S+) : (not tried|trivial|Valid)")
ANNOTATED = re.compile(r"^\[rte(?::annot)?\] annotating function (\S+)")
ENTRY = re.compile(r"^\[([ \w-]+)\] (.+)$")
SECTION = re.compile(r"^--- (?:Properties of Function '(.+)'|(Global Properties))")
HYPOTHESES = re.compile(r"Memory model hypotheses for function '(.+)':")
TRUSTED = "Unverifiable but considered Valid."


class Survey:
    def __init__(self, variant, unit, functions, why3_conf):
        command = framac.wp_command(variant, [unit], [
            "-wp-smoke-tests", "-wp-fct", ",".join(functions)], provers="none")
        command += ["-then", "-report", "-report-print-properties", "-report-untried"]
        done = subprocess.run(command, cwd=config.ROOT, env=environment(why3_conf), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        log = f"survey-{unit.replace('/', '-')}-{variant.key}.log"
        (config.BUILD / log).write_text(done.stdout, encoding="utf-8")
        if done.returncode != 0 or "Status Report Summary" not in done.stdout:
            raise ProofError(f"Frama-C cannot read {unit} ({variant.label} words):\n" +
                             first_error(done.stdout.splitlines()))
        self.variant, self.unit, self.word = variant, unit, variant.word
        self.lines = done.stdout.splitlines()
        matches = (NOT_TRIED.match(line) for line in self.lines)
        self.goals = sorted({m[1].removeprefix("typed_") for m in matches if m})
        matches = (ANNOTATED.match(line) for line in self.lines)
        self.void = [line for line in self.lines if re.search(r"Goal \S+(?<!_exits) : Valid "
                                                              r"\(Unreachable\)", line)]
        self.functions = sorted({m[1] for m in matches if m})
        self.entries = list(self.read_entries())
        self.warnings, self.hypotheses = self.read_warnings()

    def read_entries(self):
        """(function or None, status, heading, text) for each property of the report."""
        function, entry, body = None, None, []
        for line in self.lines + ["[ End ] end"]:
            if section := SECTION.match(line):
                function = section[1]
            found = ENTRY.match(line)
            if (found or line.startswith("---")) and entry:
                yield (*entry, " ".join(" ".join(body).split()))
                entry, body = None, []
            if found and line[1] == " " or found and found[1].strip() in ("Extern", "-"):
                entry = (function, found[1].strip(), found[2])
            elif entry:
                body.append(line)

    def read_warnings(self):
        """Warnings with their following lines; the memory model's hypotheses apart from them."""
        warnings, hypotheses, following = [], [], False
        for line in self.lines:
            if "Warning:" in line:
                warnings.append(line)
                following = True
            elif following and line.startswith("  "):
                warnings[-1] += "\n" + line
            else:
                following = False
        for warning in list(warnings):
            if found := HYPOTHESES.search(warning):
                warnings.remove(warning)
                for clause in re.findall(r"requires\s+(.*?);", warning, re.DOTALL):
                    hypotheses.append((found[1], " ".join(clause.split())))
        return warnings, hypotheses

    def portable(self, statement):
        """A statement with this word size's numbers named, so that both sizes say the same."""
        full = str(2 ** self.word - 1)
        statement = re.sub(rf"\b{full}\b", "LAB_WORD_FULL", statement)
        return re.sub(rf"(?<![\w.]){self.word}(?![\w.])", "LAB_WORD_BITS", statement)

    def assumptions(self, used_names):
        """Everything that is believed without proof, as entries of proofs/assumptions.list."""
        found, contracts = set(), {}
        for function, status, heading, statement in self.entries:
            if status != "Extern":
                continue
            statement = self.portable(statement.removesuffix(TRUSTED).strip().rstrip(";"))
            if function is None:
                found.add(f"axiom: {heading}: {statement}")
            elif function in used_names:
                contracts.setdefault(function, set()).add(statement)
        for function, statements in contracts.items():
            found.add(f"extern {function}: " + "; ".join(sorted(statements)))
        for function, clause in self.hypotheses:
            found.add(f"memory model, {function}: {self.portable(clause)}")
        return found
