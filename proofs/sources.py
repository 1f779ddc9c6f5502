# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""C with ACSL, cut into tokens and functions: enough to see contracts, loops and ghost code.

Both branches of every #if are read, so that nothing can hide from the gates in a branch that
Frama-C is not shown. That this reading finds the same functions as Frama-C is a gate ("seen").
"""

import dataclasses
import re

import config
from tools import text

LEXER = re.compile(r"""
    (?P<directive>^[ \t]*\#(?:\\\n|[^\n/]|/(?![*/]))*)
  | (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<ghost_acsl>/@.*?@/)
  | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<word>[A-Za-z_]\w*)
  | (?P<number>\.?\d[\w.]*)
  | (?P<punct>->|[^\s\w])
""", re.VERBOSE | re.MULTILINE | re.DOTALL)

CONTRACT = re.compile(r"(requires|ensures|assigns|terminates|exits|behavior|decreases|allocates|"
                      r"frees|complete|disjoint|check\s+(requires|ensures)|"
                      r"admit\s+(requires|ensures))\b")
NOT_FUNCTIONS = {"__attribute__", "LAB_STATUS_LIST"}


@dataclasses.dataclass
class Token:
    kind: str       # directive, comment, acsl, string, word, number, punct
    text: str
    line: int
    ghost: bool = False


@dataclasses.dataclass
class Function:
    name: str
    file: str
    line: int
    defined: bool
    ghost: bool
    contracts: list     # of Token
    body: list = dataclasses.field(default_factory=list)
    end: int = 0
    signature: list = dataclasses.field(default_factory=list)


def strip_acsl(comment):
    """The inside of an annotation, without its delimiters and the @ that may start its lines."""
    inner = re.sub(r"^(/\*@|//@|/@)|(@?\*/|@/)$", "", comment)
    return re.sub(r"^([ \t]*)@(?=\s)", r"\1 ", inner, flags=re.MULTILINE)


def tokenize(source, line=1, ghost=False):
    tokens = []
    for match in LEXER.finditer(source):
        kind, piece = match.lastgroup, match.group()
        at = line + source.count("\n", 0, match.start())
        if kind == "ghost_acsl":
            kind = "acsl"
        elif kind == "comment" and piece.startswith(("/*@", "//@")):
            inner = strip_acsl(piece)
            ghost_code = re.match(r"\s*ghost\b", inner)
            if ghost_code:
                skipped = piece.find(inner.strip()[:5]) + 5
                tokens += tokenize(piece[skipped:].removesuffix("*/"),
                                   at + piece.count("\n", 0, skipped), True)
                continue
            kind = "acsl"
        tokens.append(Token(kind, piece, at, ghost))
    return tokens


def is_contract(token):
    inner = re.sub(r"^\s*(//[^\n]*\n\s*)*", "", strip_acsl(token.text))
    return bool(CONTRACT.match(inner))


def declared_name(statement):
    """The function a top-level statement declares, if it declares one."""
    if not statement or statement[0].text in ("typedef", "_Static_assert"):
        return None
    for token, following in zip(statement, statement[1:]):
        if token.text == "=":
            return None
        if token.kind == "word" and following.text == "(" and token.text not in NOT_FUNCTIONS:
            return token
    return None


def functions(file, tokens):
    """Every function declared or defined, with the contracts directly before it."""
    found, statement, contracts, depth, current = [], [], [], 0, None
    for token in tokens:
        if current:
            current.body.append(token)
        if token.kind in ("comment", "directive"):
            continue
        if depth == 0 and token.kind == "acsl":
            if is_contract(token):
                contracts.append(token)
            continue
        if token.text == "{":
            name = declared_name(statement) if depth == 0 else None
            if name:
                current = Function(name.text, file, name.line, True, name.ghost, contracts,
                                   signature=statement)
                found.append(current)
            depth += 1
        elif token.text == "}":
            depth -= 1
            if depth == 0 and current:
                current.end = token.line
                current, statement, contracts = None, [], []
        elif depth == 0 and token.text == ";":
            name = declared_name(statement)
            if name:
                found.append(Function(name.text, file, name.line, False, name.ghost, contracts,
                                      end=token.line, signature=statement))
            statement, contracts = [], []
        elif depth == 0:
            statement.append(token)
    return found


def loops(function):
    """Each loop of a function: its line, and the annotation directly before it."""
    result, previous, depth, do_depths, after_do = [], None, 0, [], False
    for token in function.body:
        if token.kind in ("comment", "directive"):
            continue
        if token.text == "{":
            depth += 1
        elif token.text == "}":
            depth -= 1
            after_do = bool(do_depths) and do_depths[-1] == depth
        elif token.text in ("for", "while", "do") and token.kind == "word":
            if token.text == "while" and after_do:
                do_depths.pop()
            else:
                annotation = previous.text if previous and previous.kind == "acsl" else ""
                result.append((token.line, annotation))
                if token.text == "do":
                    do_depths.append(depth)
            after_do = False
        previous = token
    return result


class Sources:
    """The core and its specification as read from disk."""

    def __init__(self):
        self.tokens, self.functions = {}, []
        for folder, patterns in (("core", ("*.c", "*.h")), ("spec", ("*.h", "*.acsl"))):
            for path in sorted(p for q in patterns for p in (config.ROOT / folder).glob(q)):
                name = path.relative_to(config.ROOT).as_posix()
                self.tokens[name] = tokenize(text(path))
                self.functions += functions(name, self.tokens[name])

    def core_names(self):
        return sorted({f.name for f in self.functions if f.defined and f.file.startswith("core/")})

    def by_name(self, name):
        return [f for f in self.functions if f.name == name]

    def digest(self):
        """A mark of the texts that were read; different as soon as a text is."""
        return hash(tuple((f, t.text, t.line) for f, ts in self.tokens.items() for t in ts))

    def line_of_call(self, function, call):
        """file:line of a call, where `call` is the callee, `_2` appended for the second of them."""
        name, _, number = call.rpartition("_")
        if not number.isdigit():
            name, number = call, 1
        for place in self.by_name(function):
            lines = [t.line for t in place.body if t.text == name and t.kind == "word"]
            if lines:
                return f"{place.file}:{lines[min(int(number), len(lines)) - 1]}"
        return None

    def line_of_clause(self, function, clause):
        """file:line of the clause `clause:` of a function, or of the function."""
        for place in sorted(self.by_name(function), key=lambda f: not f.contracts):
            for token in place.contracts + place.body:
                named = re.search(rf"\b{re.escape(clause)}\s*:", token.text)
                if clause and named and token.kind == "acsl":
                    line = token.line + token.text.count("\n", 0, named.start())
                    return f"{place.file}:{line}"
        for place in sorted(self.by_name(function), key=lambda f: not f.defined):
            return f"{place.file}:{place.line}"
        return None
