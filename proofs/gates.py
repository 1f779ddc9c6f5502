# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Static gates: each looks for one way in which a proof can be complete and yet say too little.

A gate is a function from (sources, surveys) to a list of errors; the first line of its docstring is
what it promises when the list is empty.
"""

import json
import re

import config
import listing
import theorems
from sources import loops, strip_acsl
from tools import text

FORBIDDEN_ACSL = {
    r"\badmit\b": "`admit` is believed without proof: prove it (assert) or remove it",
    r"\bglobal\s+invariant\b": "Frama-C 25 ignores `global invariant`: put it in contracts",
    r"\btype\s+invariant\b": "Frama-C 25 ignores `type invariant`: put it in contracts",
    r"\bmodel\s+\w+\s*\{": "Frama-C 25 does not support model fields",
}
FORBIDDEN_C = {
    "goto": "`goto` makes loops that have no variant",
    "_Atomic": "Frama-C 25 drops _Atomic: use the steps of core/atomic.h",
    "volatile": "WP gives no meaning to volatile objects: use the steps of core/atomic.h",
    "__asm__": "WP skips assembly; only core/port.h has it, outside the proof build",
    "asm": "WP skips assembly; only core/port.h has it, outside the proof build",
}
CLAUSE_CUT = re.compile(r"^[\s*@]*(requires|ensures|assigns|terminates|exits|assert|loop\s+\w+|"
                        r"lemma|axiom|predicate|ghost)\b[^;]*[\\=;]", re.MULTILINE)


def code(tokens):
    return [t for t in tokens if t.kind not in ("comment", "directive", "acsl")]


def contracts(sources, surveys):
    """every function of the core has exactly one contract"""
    errors = []
    for name in sorted({f.name for f in sources.functions}):
        places = sources.by_name(name)
        found = [(f.file, token.line) for f in places for token in f.contracts]
        first = next((f for f in places if f.defined), places[0])
        if not found:
            errors.append(f"{first.file}:{first.line}: {name} has no contract: write one directly "
                          "before its declaration, or before its static definition")
        if len(found) > 1:
            errors.append(f"{name} has {len(found)} contracts, which Frama-C merges silently: " +
                          ", ".join(f"{file}:{line}" for file, line in found) + "; keep one")
    return errors


def clauses(sources, surveys):
    r"""every contract says terminates \true, exits \false and assigns"""
    errors = []
    for function in sources.functions:
        for contract in function.contracts:
            said = " ".join(strip_acsl(contract.text).split())
            for clause, form in ((r"\bterminates \\true;", r"terminates \true"),
                                 (r"\bexits \\false;", r"exits \false"),
                                 (r"\bassigns ", "assigns")):
                if not re.search(clause, said):
                    errors.append(f"{function.file}:{contract.line}: the contract of "
                                  f"{function.name} has no clause `{form}`")
    return errors


def variants(sources, surveys):
    """every loop has a variant, an invariant frame and no other way to repeat"""
    errors = []
    for function in sources.functions:
        for line, annotation in loops(function):
            for clause in ("loop variant", "loop assigns"):
                if not re.search(rf"\b{clause.replace(' ', chr(92) + 's+')}\b", annotation):
                    errors.append(f"{function.file}:{line}: a loop of {function.name} has no "
                                  f"`{clause}` directly before it")
    return errors


def language(sources, surveys):
    """nothing that Frama-C 25 ignores, drops or believes without proof"""
    errors = []
    for file, tokens in sources.tokens.items():
        for token in tokens:
            if token.kind == "acsl":
                clean = re.sub(r"//[^\n]*", "", token.text)
                errors += [f"{file}:{token.line}: {why}" for pattern, why in FORBIDDEN_ACSL.items()
                           if re.search(pattern, clean)]
            elif token.kind == "comment":
                cut = re.match(r"/\*\s+@|//\s+@", token.text) or CLAUSE_CUT.search(token.text)
                if cut:
                    errors.append(f"{file}:{token.line}: an ordinary comment holds what looks like "
                                  f"ACSL, which Frama-C does not see: {cut.group().strip()[:60]}")
            elif token.kind == "word" and token.text in FORBIDDEN_C:
                if file not in config.PORT_FILES:
                    errors.append(f"{file}:{token.line}: {FORBIDDEN_C[token.text]}")
            elif token.kind == "directive" and "stdatomic.h" in token.text:
                errors.append(f"{file}:{token.line}: {FORBIDDEN_C['_Atomic']}")
    return errors


def same_text(sources, surveys):
    """the proof reads the shipped text: only the two seams ask for __FRAMAC__"""
    seams = " and ".join(sorted(config.FRAMAC_MACRO_FILES))
    return [f"{file}:{token.line}: __FRAMAC__ outside {seams}"
            for file, tokens in sources.tokens.items() if file not in config.FRAMAC_MACRO_FILES
            for token in tokens
            if token.kind in ("directive", "word") and re.search(r"__FRAMAC__|__FC_", token.text)]


def raw_access(sources, surveys):
    """no shared word is touched outside core/atomic.h, but for the listed lines of set-up"""
    found, listed = set(), listing.read_list(config.RAW_ACCESS)
    for function in sources.functions:
        if not function.defined or not function.file.startswith("core/") or \
                function.file == config.ATOMIC_FILE:
            continue
        body = code(function.body)
        for before, token in zip(body, body[1:]):
            if token.ghost or before.text not in ("->", ".") or token.text != "word":
                continue
            whole = f"{function.file} {function.name}: *"
            line = " ".join(t.text for t in body if t.line == token.line)
            line = re.sub(r"\s*(->|\.|\(|\)|\[|\]|;)\s*", r"\1", line)
            found.add(whole if whole in listed else f"{function.file} {function.name}: {line}")
    return listing.compare(config.RAW_ACCESS, found, "raw access to a shared word")


def one_step(sources, surveys):
    """a function of core/atomic.h is interference, one instruction, interference"""
    errors = []
    for function in sources.functions:
        body = [t for t in code(function.body) if not t.ghost]
        steps = [t.text for t in body if t.text == "LAB_INTERFERE" or
                 (t.text.startswith("lab_port_") and t.text not in config.PORT_PURE)]
        ports = [s for s in steps if s != "LAB_INTERFERE"]
        if function.file == config.ATOMIC_FILE and function.defined:
            if steps != ["LAB_INTERFERE", *ports[:1], "LAB_INTERFERE"] or len(ports) != 1:
                errors.append(f"{function.file}:{function.line}: {function.name} must be "
                              f"LAB_INTERFERE, one lab_port step, LAB_INTERFERE; it is "
                              f"{', '.join(steps) or 'none of these'}")
        elif ports and function.defined and function.file.startswith("core/"):
            errors.append(f"{function.file}:{function.line}: {function.name} calls {ports[0]}: "
                          f"steps on shared words are taken in {config.ATOMIC_FILE} only")
    return errors


def seen(sources, surveys):
    """Frama-C and the gates see the same functions, and each file of the core is in the proof"""
    errors = []
    shown = {f.name for f in sources.functions if f.defined}
    for survey in surveys:
        for name in sorted(set(survey.functions) - shown):
            errors.append(f"Frama-C sees code for {name}, which the gates do not find in the text "
                          f"of core/ and spec/ ({survey.word}-bit words): is a macro making it?")
        for name in sorted(set(sources.core_names()) - set(survey.functions)):
            if not any(e[0] == name and e[1] == "Extern" for e in survey.entries):
                errors.append(f"{name} of core/ is not in the proof ({survey.word}-bit words): "
                              "include its file in one of config.UNITS")
    return errors


def reachable(sources, surveys):
    """no promise holds only because its point is never reached"""
    return [f"{survey.word}-bit: proved of nothing, no path leads to it: {line}"
            for survey in surveys for line in survey.void]


def warnings(sources, surveys):
    """Frama-C reads the sources without a warning"""
    return sorted({" ".join(w.split()) for survey in surveys for w in survey.warnings})


def assumptions(sources, surveys):
    """what is believed without proof is exactly what proofs/assumptions.list says, with reasons"""
    return listing.compare(config.ASSUMPTIONS, trusted(sources, surveys), "an assumption")


def covered(sources, surveys):
    """each theorem has a goal"""
    return [f"{survey.word}-bit: theorem {row} has no goal: name a clause {row}_..."
            for survey in surveys for row in config.THEOREMS
            if not theorems.counts(survey.goals, sources)[row]]


def counts(sources, surveys):
    """there are no fewer goals than committed"""
    if not config.EXPECTED.exists():
        return ["proofs/expected.json is missing: run python3 proofs/prove.py --update-expected"]
    expected, errors = json.loads(text(config.EXPECTED)), []
    for survey in surveys:
        found = theorems.counts(survey.goals, sources)
        errors += [f"{survey.word}-bit: {found[row]} goals of {row}, {count} expected "
                   "(proofs/expected.json): did a clause go?"
                   for row, count in expected[str(survey.word)].items() if found[row] < count]
    return errors


def trusted(sources, surveys):
    used = {t.text for file, tokens in sources.tokens.items() if file not in config.PORT_FILES
            for t in tokens if t.kind == "word"}
    used |= {f.name for f in sources.functions}
    return set().union(*(survey.assumptions(used) for survey in surveys))


GATES = [contracts, clauses, variants, language, same_text, raw_access, one_step, seen, reachable,
         warnings, assumptions, covered, counts]


def run(sources, surveys, updating):
    """[(gate, promise, errors)]"""
    return [(gate.__name__, gate.__doc__.splitlines()[0], gate(sources, surveys)) for gate in GATES
            if not (updating and gate is counts)]
