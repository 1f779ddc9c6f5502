# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Static gates: each looks for one way in which a proof can be complete and yet say too little.

A gate is a function from (sources, plan) to a list of errors; the first line of its docstring is
what it promises when the list is empty.
"""

import re

import config
import listing
from coverage import agree, counts, covered, once, seen, step_bounds, unproved
from sources import loops, strip_acsl

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
INCLUDES_SPEC = re.compile(r'#ifdef __FRAMAC__\n#include "\.\./spec/\w+\.(acsl|h)"\n#endif')


def code(tokens):
    return [t for t in tokens if t.kind not in ("comment", "directive", "acsl")]


def contracts(sources, plan):
    """every function of the core has one name and one contract"""
    errors = []
    for name in sorted({f.name for f in sources.functions} - set(plan.unproved.names)):
        places = sources.by_name(name)
        first = next((f for f in places if f.defined), places[0])
        files = sorted({f.file for f in places if f.defined} - {config.PORT_FILE})
        if len(files) > 1:
            errors.append(f"{name} is defined in {' and '.join(files)}: give each a name of its "
                          "own, goals are told apart by it")
        found = [(f.file, token.line) for f in places for token in f.contracts]
        if not found:
            errors.append(f"{first.file}:{first.line}: {name} has no contract: write one directly "
                          "before its declaration, or before its static definition")
        # two definitions in one file are two branches of an #if
        alternatives = len(files) == 1 and all(f.defined and len(f.contracts) <= 1
                                               for f in places if f.contracts)
        if len(found) > 1 and not alternatives:
            errors.append(f"{name} has {len(found)} contracts, which Frama-C merges silently: " +
                          ", ".join(f"{file}:{line}" for file, line in found) + "; keep one")
    return errors


def clauses(sources, plan):
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


def variants(sources, plan):
    """every loop has a variant, an invariant frame and no other way to repeat"""
    errors = []
    for function in sources.functions:
        for line, annotation in loops(function) if function.name not in plan.unproved.names else ():
            for clause in ("loop variant", "loop assigns"):
                if not re.search(rf"\b{clause.replace(' ', chr(92) + 's+')}\b", annotation):
                    errors.append(f"{function.file}:{line}: a loop of {function.name} has no "
                                  f"`{clause}` directly before it")
    return errors


def language(sources, plan):
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


def same_text(sources, plan):
    """the proof reads the shipped text: __FRAMAC__ is for the two seams, and to include spec/"""
    seams = " and ".join(sorted(config.FRAMAC_MACRO_FILES))
    errors = []
    for file, tokens in sources.tokens.items():
        if file in config.FRAMAC_MACRO_FILES:
            continue
        plain = [t for t in tokens if t.kind != "comment"]
        for token, *after in zip(plain, [*plain[1:], None], [*plain[2:], None, None]):
            if token.kind not in ("directive", "word") or \
                    not re.search(r"__FRAMAC__|__FC_", token.text):
                continue
            lines = [t.text.strip() if t and t.kind == "directive" else "" for t in [token, *after]]
            if not INCLUDES_SPEC.fullmatch("\n".join(lines)):
                errors.append(f"{file}:{token.line}: __FRAMAC__ outside {seams}, for more than to "
                              "include a file of spec/")
    return errors


def raw_access(sources, plan):
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


def one_step(sources, plan):
    """a function of core/atomic.h is interference, one instruction, interference"""
    errors = []
    for function in sources.functions:
        body = [t for t in code(function.body) if not t.ghost]
        steps = [t.text for t in body if t.text in config.INTERFERENCE or
                 (t.text.startswith("lab_port_") and t.text not in config.PORT_PURE)]
        ports = [s for s in steps if s not in config.INTERFERENCE]
        if function.file == config.ATOMIC_FILE and function.defined:
            around = steps[:1] == steps[2:] and steps[0] in config.INTERFERENCE
            if len(ports) != 1 or not (around and len(steps) == 3):
                errors.append(f"{function.file}:{function.line}: {function.name} must be "
                              f"LAB_INTERFERE, one lab_port step, LAB_INTERFERE; it is "
                              f"{', '.join(steps) or 'none of these'}")
        elif function.defined and function.file.startswith("core/") and \
                function.file != config.PORT_FILE:
            errors += [f"{function.file}:{function.line}: {function.name} calls {port}: "
                       f"steps on shared words are taken in {config.ATOMIC_FILE} only"
                       for port in ports if not promises_nothing(sources, port)]
    return errors


def promises_nothing(sources, port):
    """Whether the model of a step counts it and says nothing of its memory, so that the others'
    steps on it need not be shown."""
    said = [token.text for f in sources.by_name(port) for token in f.contracts]
    promises = re.findall(r"\bensures\s+(\w+)", " ".join(said))
    return bool(said) and set(promises) <= {"T4_steps"}


def reachable(sources, plan):
    """no promise holds only because its point is never reached"""
    return [f"{survey.variant.label}: proved of nothing, no path leads to it: {line}"
            for survey in plan.surveys for line in survey.void]


def warnings(sources, plan):
    """Frama-C reads the sources without a warning"""
    return sorted({" ".join(w.split()) for reader in [*plan.prints.values(), *plan.surveys]
                   for w in reader.warnings})


def assumptions(sources, plan):
    """what is believed without proof is exactly what proofs/assumptions.list says, with reasons"""
    return listing.compare(config.ASSUMPTIONS, trusted(sources, plan), "an assumption")


def trusted(sources, plan):
    """Everything believed; the contract of a function that another unit proves is not."""
    used = {t.text for file, tokens in sources.tokens.items() if file not in config.PORT_FILES
            for t in tokens if t.kind == "word"}
    used |= {f.name for f in sources.functions}
    used -= {n for text in plan.prints.values() for n in text.bodies} | set(plan.unproved.names)
    return set().union(*(survey.assumptions(used) for survey in plan.surveys))


GATES = [contracts, clauses, variants, language, same_text, raw_access, one_step, seen, once, agree,
         unproved, reachable, warnings, assumptions, step_bounds, covered, counts]


def run(sources, plan, updating):
    """[(gate, promise, errors)]"""
    return [(gate.__name__, gate.__doc__.splitlines()[0], gate(sources, plan)) for gate in GATES
            if not (updating and gate is counts)]
