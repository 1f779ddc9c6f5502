# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Litmus tests: their text, and the events that it makes on a machine.

A thread is statements, one a line or apart by `;`, with `if CONDITION { ... } else { ... }`:

    a = load.acquire x          an operation with a C11 order
    store/stlr x 1              an operation by its instructions, as in machine.table
    c = claim word 2            a step of the core; its operation and order are those of its name
    b = load/ldr x addr:a       depends on a; also data:a, and `ctrl a` for all that follow
    fence.seq_cst               or fence/dmb.sy

Operations: load, store, read and write (plain), and read-modify-writes: swap and put (an exchange
whose result nobody uses) V, take, or V, clear V, add V, cas OLD NEW. A value is a number, a
register, or register+number. Conditions: `a == 1`, !=, <, >=, and `a & 2`, `a !& 2` for bits.
"""
import re
from dataclasses import dataclass, field

OPERATIONS = {"load", "store", "read", "write", "swap", "put", "take", "or", "clear", "add", "cas",
              "fence"}
ORDERS = ["relaxed", "acquire", "release", "acq_rel", "seq_cst"]
COMPARISONS = {"==": "eq", "!=": "ne", "&": "any", "!&": "none", ">=": "ge", "<": "lt"}


class BadTest(Exception):
    """A test or a table that means nothing; the text says where and what would."""


@dataclass
class Statement:
    operation: str
    how: str  # the order, or the instructions
    is_machine: bool
    place: str
    arguments: list
    register: str
    step: str  # the step of the core, or ""
    guards: list
    depends: dict


@dataclass
class Test:
    name: str
    where: str = ""
    about: str = ""
    init: dict = field(default_factory=dict)
    threads: list = field(default_factory=list)  # of text
    never: list = field(default_factory=list)
    may: list = field(default_factory=list)


def number(text):
    return int(text) if re.fullmatch(r"-?\d+", text) else None


def condition(words, where):
    """(name, comparison, value) of three words."""
    if len(words) != 3 or words[1] not in COMPARISONS or number(words[2]) is None:
        raise BadTest(f"{where}: '{' '.join(words)}' is no condition; for example: a == 1")
    return words[0], COMPARISONS[words[1]], number(words[2])


def opposite(guard):
    name, comparison, value = guard
    pairs = {"eq": "ne", "any": "none", "ge": "lt"}
    pairs.update({b: a for a, b in pairs.items()})
    return name, pairs[comparison], value


def dependencies(words, where):
    found, rest = {}, []
    for word in words:
        if match := re.fullmatch(r"(addr|data):(\w+)", word):
            found[match[1]] = match[2]
        elif ":" in word:
            raise BadTest(f"{where}: '{word}' is no dependency; there are addr:r and data:r")
        else:
            rest.append(word)
    return found, rest


def statement(words, guards, steps, where):
    """One operation; `steps` are those of the core: name to (operation, order)."""
    register = ""
    if len(words) > 2 and words[1] == "=":
        register, words = words[0], words[2:]
    depends, words = dependencies(words, where)
    name, rest, step = words[0], words[1:], ""
    if match := re.fullmatch(r"(\w+)([./])(\S+)", name):
        operation, how, is_machine = match[1], match[3], match[2] == "/"
    elif name in ("read", "write"):
        operation, how, is_machine = name, "plain", False
    elif name in steps:
        (operation, how), is_machine, step = steps[name], False, name
        if operation == "swap" and not register:
            operation = "put"
    else:
        raise BadTest(f"{where}: '{name}' is no step of the core and has no order; for example: "
                      "load.relaxed")
    if operation not in OPERATIONS:
        raise BadTest(f"{where}: '{operation}' is none of {', '.join(sorted(OPERATIONS))}")
    place = rest.pop(0) if rest and operation != "fence" else ""
    if operation != "fence" and not re.fullmatch(r"[a-z]\w*", place):
        raise BadTest(f"{where}: {name} names no place in memory")
    return Statement(operation, how, is_machine, place, rest, register, step, list(guards), depends)


def statements(text, steps, where):
    """The statements of a thread, each with what must hold for it to happen."""
    found, guards, words, closed = [], [], [], None
    for token in re.findall(r"\{|\}|;|\n|[^\s;{}]+", text):
        if token == "{" and words and words[0] == "if":
            guards.append(condition(words[1:], where))
        elif token == "{" and words == ["else"] and closed:
            guards.append(opposite(closed))
        elif token not in ("}", ";", "\n"):
            words.append(token)
            continue
        elif words:
            found.append(statement(words, guards, steps, where) if words[0] != "ctrl" else
                         Statement("ctrl", "", True, "", words[1:], "", "", [], {}))
        if token == "}":
            if not guards:
                raise BadTest(f"{where}: a '}}' that closes nothing")
            closed = guards.pop()
        words = []
    if words:
        found.append(statement(words, guards, steps, where))
    if guards:
        raise BadTest(f"{where}: an 'if' that is not closed")
    return found


def conditions(text, where):
    return [condition(part.split(), where) for part in text.split("&&")]


def parse(path):
    """The tests of a file: a header, then `init`, `thread`, `never` and `may`."""
    tests = []
    for count, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where, words = f"{path.name}:{count}", line.split("#")[0].split()
        if not words:
            continue
        rest = " ".join(words[1:])
        if words[0] == "test":
            tests.append(Test(words[1].rstrip(":"), where, " ".join(words[2:])))
        elif not tests:
            raise BadTest(f"{where}: the file starts with something that is no 'test NAME: ...'")
        elif line[0].isspace():
            if not tests[-1].threads:
                raise BadTest(f"{where}: statements before the first 'thread'")
            tests[-1].threads[-1] += line.split("#")[0] + "\n"
        elif words[0] == "init":
            tests[-1].init.update((k, int(v)) for k, v in (word.split("=") for word in words[1:]))
        elif words[0] == "thread":
            tests[-1].threads.append(rest + "\n")
        elif words[0] in ("never", "may"):
            getattr(tests[-1], words[0]).append(conditions(rest, where))
        else:
            raise BadTest(f"{where}: '{words[0]}' is none of test, init, thread, never, may")
    return tests


def parse_known(path):
    """(whether it is allowed, test) of each line `allow|forbid NAME: thread | thread => end`."""
    for count, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where, line = f"{path.name}:{count}", line.split("#")[0].strip()
        if not line:
            continue
        match = re.fullmatch(r"(allow|forbid) (\S+): (.+) => (.+)", line)
        if not match:
            raise BadTest(f"{where}: no line of the form 'allow NAME: thread | thread => end'")
        test = Test(match[2], where, threads=[f"{text}\n" for text in match[3].split("|")])
        test.never = [conditions(match[4], where)]
        yield match[1] == "allow", test
