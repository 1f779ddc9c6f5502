# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""T4 in numbers: the proved bound on the atomic steps of each public function, as the contract says
it, and its value for three configurations.

Nothing is copied here: formulas come from the contracts in core/ and the logic definitions in
spec/, constants from the preprocessor, the shape of a zone from lab_hint_words().
"""

import dataclasses
import functools
import re
import subprocess

import acsl
import config
import sources as reading
from acsl import AcslError
from tools import ProofError, environment, text

STEPS = "lab_ghost_steps"
CLAUSE = re.compile(r"\bensures\s+\w*T4\w*bounded\s*:([^;]*);")
DEFINITION = re.compile(r"\b(?:logic\s+\w+|predicate)\s+(\w+)\s*(?:\{([^}]*)\})?\s*"
                        r"(?:\(([^)]*)\))?\s*=([^;]*);")
MACRO = re.compile(r"^#define (LAB_\w+)(?:\(([^)]*)\))?(?:[ \t]+(.*))?$", re.MULTILINE)


@dataclasses.dataclass
class Setting:
    """A configuration that bounds are computed for; `count` is what bulk calls are given."""
    title: str
    word: int
    frame_count: int
    zone_count: int
    reserve_words: int
    capacity: int
    count: int = 16


SETTINGS = [
    Setting("8 frames, 32-bit words, no room", 32, 8, 1, 0, 0),
    Setting("64 Ki frames, 64-bit words, rooms", 64, 1 << 16, 1, 16, 64),
    Setting("2 nodes of 16 Mi frames, 64-bit words, rooms", 64, 1 << 24, 2, 64, 64)]


@dataclasses.dataclass
class Row:
    """A public function: its bound as a term, None when it takes no step."""
    function: str
    term: object
    values: list
    note: str = ""

    def formula(self):
        return self.note or acsl.write(self.term)


@dataclasses.dataclass
class Bounds:
    rows: list
    definitions: list


def lazily(parameters, body):
    """A definition that is read when it is used: most are no arithmetic."""
    @functools.cache
    def definition():
        return parameters, acsl.read(body)
    return definition


def listed(names):
    return [n.split()[-1].lstrip("*") for n in (names or "").split(",") if n.strip()]


def logic(sources):
    """{name: (labels, definition)} of the logic functions and predicates of spec/ and core/."""
    found = {}
    for tokens in sources.tokens.values():
        for token in tokens:
            if token.kind != "acsl":
                continue
            plain = re.sub(r"//[^\n]*", "", reading.strip_acsl(token.text))
            for name, labels, parameters, body in DEFINITION.findall(plain):
                found[name] = (listed(labels), lazily(listed(parameters), body))
    return found


def constants(word):
    """{name: definition} of the macros and enumerators that the proof's preprocessor has."""
    headers = sorted((config.ROOT / "core").glob("*.h"))
    done = subprocess.run(
        ["gcc", "-E", "-dD", "-P", "-D__FRAMAC__", f"-DLAB_WORD_BITS={word}", "-x", "c", "-"],
        input="".join(f'#include "{path}"\n' for path in headers), capture_output=True, text=True,
        env=environment(), cwd=config.ROOT)
    if done.returncode != 0:
        raise ProofError(f"gcc cannot preprocess core/*.h:\n{done.stderr}")
    found = {name: lazily(listed(parameters), body)
             for name, parameters, body in MACRO.findall(done.stdout)}
    found["LAB_WORD_BITS"] = lazily([], str(word))
    for body in re.findall(r"\benum\b[^{;]*\{([^}]*)\}", re.sub(r"^#.*$", "", done.stdout,
                                                               flags=re.MULTILINE)):
        before = "-1"
        for name, value in re.findall(r"(\w+)\s*(?:=\s*([^,]*))?(?:,|$)", body.strip()):
            before = value or f"{before} + 1"
            found[name] = lazily([], before)
            before = name
    return found


def world(setting, defined):
    """The objects that contracts speak of."""
    values = acsl.Values({"frames": setting.frame_count, "reserve": setting.reserve_words}, defined)
    leaves = values.of(acsl.read("lab_leaves(frames)"))
    leaf = values.of(acsl.read("lab_hint_words(lab_leaves(frames) - reserve)"))
    levels = acsl.Values({"leaf": leaf}, defined).of(acsl.read("lab_level(leaf)"))
    zone = {"leaf": leaf, "reserve": leaf + leaves - setting.reserve_words, "end": leaf + leaves,
            "frame_count": setting.frame_count, "id": 0}
    room = {"capacity": setting.capacity, "count": setting.capacity, "zone": zone}
    own = {**room, "zone": zone if setting.capacity else 0}     # no room: its zone is null
    path = {"count": setting.zone_count, "near_count": 1}
    gauge = {"low": 1, "high": 2}
    lab = {"zone_count": setting.zone_count, "zone": [zone], "gauge": [gauge]}
    context = {"lab": lab, "room": own, "path": [path]}
    return {"zone": zone, "room": room, "path": path, "gauge": gauge, "lab": lab, "flags": 1,
            "context": context, "count": setting.count, "whole": 0,
            # The zones of a setting are alike, so its deepest is any of them.
            "lab_ghost_levels": levels, "lab_ghost_reserve": setting.reserve_words,
            "\\null": 0, "\\true": 1, "\\false": 0}


def is_steps(term, states):
    """lab_ghost_steps after the call, or before it."""
    if isinstance(term, str):
        return term == STEPS and "Post" in states
    if not isinstance(term, tuple) or term[0] != "call" or term[-1] != STEPS and \
            (term[1] != "\\at" or term[3] != STEPS):
        return False
    return term[1] == "\\old" and "Pre" in states or \
        term[1] == "\\at" and {"Old": "Pre", "Here": "Post"}.get(term[4], term[4]) in states


def above(term):
    """What is added to the steps before the call; None when they are no part of the term."""
    if is_steps(term, {"Pre"}):
        return 0
    if not isinstance(term, tuple) or term[0] not in ("+", "-"):
        return None
    first = above(term[1])
    if first is None:
        return None
    return term[2] if first == 0 and term[0] == "+" else (term[0], first, term[2])


def limits(term, predicates):
    """The bounds that a promise gives: terms, of which the largest counts."""
    if not isinstance(term, tuple):
        return []
    if term[0] == "==>":
        return limits(term[2], predicates)
    if term[0] in ("&&", "?:"):
        return [t for part in term[-2:] for t in limits(part, predicates)]
    if term[0] in ("<=", "==") and is_steps(term[1], {"Post"}):
        bound = above(term[2])
        return [] if bound is None else [bound]
    if term[0] == "call" and term[1] in predicates:
        labels, definition = predicates[term[1]]
        parameters, body = definition()
        return limits(acsl.replace(body, dict(zip(parameters, term[3:])),
                                   dict(zip(labels, term[2]))), predicates)
    return []


def counts_steps(contract, macros):
    """Whether a contract lets the step counter change, directly or through a macro."""
    todo = set(re.findall(r"\w+", " ".join(re.findall(r"\bassigns\s([^;]*);", contract))))
    done = set()
    while todo:
        word = todo.pop()
        done.add(word)
        todo |= set(re.findall(r"\w+", macros.get(word, ""))) - done
    return STEPS in done


def public(sources):
    """Functions that a header of the core declares and a .c file defines."""
    return [f for f in sources.functions
            if not f.defined and re.fullmatch(r"core/\w+\.h", f.file)]


def row_of(function, predicates, defined):
    contract = " ".join(reading.strip_acsl(t.text) for t in function.contracts)
    clauses = CLAUSE.findall(re.sub(r"//[^\n]*", "", contract))
    if not clauses:
        raise AcslError("takes atomic steps, and its contract says not how many: "
                        "write `ensures T4_bounded: lab_ghost_steps <= \\old(lab_ghost_steps) + N`")
    found = [t for clause in clauses for t in limits(acsl.read(clause), predicates)]
    if not found:
        raise AcslError("T4_bounded has no bound on lab_ghost_steps that can be read: "
                        f"{' '.join(clauses[0].split())}")
    term = found[0] if len(found) == 1 else ("call", "\\max", (), *found)
    values = []
    for setting in SETTINGS:
        known = world(setting, defined[setting.word])
        if not any(a.text == "lab_zone" and b.text == "*" for a, b in
                   zip(function.signature, function.signature[1:])):
            known["zone"] = 0           # the number of a zone
        values.append(acsl.Values(known, defined[setting.word]).of(term))
    return Row(function.name, term, values)


def read(sources, unproved):
    """(Bounds, errors) of the public functions."""
    predicates = logic(sources)
    macros = {}
    for path in [*(config.ROOT / "core").glob("*.h"), *(config.ROOT / "spec").glob("*.*")]:
        macros |= {m[0]: m[2] for m in MACRO.findall(text(path).replace("\\\n", " "))}
    defined = {word: {**{n: d for n, (_, d) in predicates.items()}, **constants(word)}
               for word in {s.word for s in SETTINGS}}
    rows, errors = [], []
    for function in public(sources):
        if function.name in unproved:
            rows.append(Row(function.name, None, [], "NOT PROVED"))
            continue
        try:
            if any(counts_steps(t.text, macros) for t in function.contracts):
                rows.append(row_of(function, predicates, defined))
            elif function.contracts:
                rows.append(Row(function.name, None, [], "none"))
        except (AcslError, RecursionError) as error:
            errors.append(f"{function.file}:{function.line}: {function.name}: {error}")
    return Bounds(rows, [definition_text(n, predicates) for n in used(rows, predicates)]), errors


def used(rows, predicates):
    """The logic functions that the formulas are made of, in the order of spec/."""
    found, todo = set(), set().union(*(acsl.names(r.term) for r in rows))
    while todo:
        name = todo.pop()
        if name in predicates and name not in found:
            found.add(name)
            todo |= acsl.names(predicates[name][1]()[1])
    return [n for n in predicates if n in found]


def definition_text(name, predicates):
    parameters, term = predicates[name][1]()
    return f"{name}({', '.join(parameters)}) = {acsl.write(term)}"


def titles():
    return [f"({letter}) {s.title}; zones on the path {s.zone_count}, reserve words "
            f"{s.reserve_words}, room capacity {s.capacity}, bulk calls of {s.count} frames"
            for letter, s in zip("abcdefgh", SETTINGS)]


def lines(found):
    """The table for a terminal."""
    letters = "".join(f"{f'({c})':>9}" for c, _ in zip("abcdefgh", SETTINGS))
    made = ["T4: atomic steps of one call, at most", *titles(),
            f"{'function':48}{letters}  formula"]
    for row in found.rows:
        cells = "".join(f"{value:>9}" for value in row.values or [""] * len(SETTINGS))
        made.append(f"{row.function:48}{cells}  {row.formula()}")
    return made + [f"  where {line}" for line in found.definitions]


def plain(found):
    """The table as plain data, for proofs/record.json."""
    return {"titles": titles(), "definitions": found.definitions, "rows": [
        {"function": r.function, "values": r.values, "formula": r.formula(), "note": bool(r.note)}
        for r in found.rows]}


def markdown(table):
    """The plain table for STATUS.md."""
    letters = "abcdefgh"[:len(table["titles"])]
    made = ["Atomic steps of one call, at most; the formulas are the proved contracts.", ""]
    made += [f"- {title}" for title in table["titles"]]
    made += ["", "| function | " + " | ".join(f"({c})" for c in letters) + " | formula |",
             "|---|" + "---:|" * len(letters) + "---|"]
    for row in table["rows"]:
        cells = " | ".join(str(value) for value in row["values"] or [""] * len(letters))
        formula = row["formula"] if row["note"] else \
            "`" + row["formula"].replace("|", "\\|") + "`"
        made.append(f"| {row['function']} | {cells} | {formula} |")
    return made + ["", "Where", "", *(f"- `{line}`" for line in table["definitions"])]
