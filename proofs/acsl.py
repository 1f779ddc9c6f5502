# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Arithmetic of ACSL and C, read, written and computed: enough for bounds on steps.

A term is a number, a name, or a tuple: (operator, operand...), ("call", name, labels, operand...).
"""

import re

TOKEN = re.compile(r"\s*(?:(\d\w*)|(\\?[A-Za-z_]\w*)|(<==>|==>|->|<=|>=|==|!=|&&|\|\||<<|>>|.))",
                   re.DOTALL)
# From what binds least: ?: is below them all.
LEVELS = [("<==>",), ("==>",), ("||",), ("&&",), ("|",), ("^",), ("&",),
          ("==", "!=", "<", "<=", ">", ">="), ("<<", ">>"), ("+", "-"), ("*", "/", "%")]
RELATIONS = LEVELS[7]
TYPES = {"integer", "int", "unsigned", "long", "size_t", "bool", "uint8_t", "uint32_t", "uint64_t",
         "int64_t", "lab_word", "lab_status"}


class AcslError(Exception):
    """The text is no arithmetic, or names something that has no value."""


class Reader:
    """One expression of a text."""

    def __init__(self, text):
        self.text, self.at = text, 0
        self.tokens = [next(filter(None, m.groups())) for m in TOKEN.finditer(text.strip())]

    def peek(self, ahead=0):
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else ""

    def take(self, wanted=None):
        token = self.peek()
        if not token or wanted and token != wanted:
            raise AcslError(f"`{wanted or 'more'}` expected, `{token or 'the end'}` found, in "
                            f"`{' '.join(self.text.split())}`")
        self.at += 1
        return token

    def whole(self):
        term = self.choice()
        if self.peek():
            self.take("the end")
        return term

    def choice(self):
        term = self.binary(0)
        if self.peek() != "?":
            return term
        self.take()
        yes = self.choice()
        self.take(":")
        return ("?:", term, yes, self.choice())

    def binary(self, level):
        if level == len(LEVELS):
            return self.unary()
        if LEVELS[level] == RELATIONS:
            return self.relation(level)
        term = self.binary(level + 1)
        while self.peek() in LEVELS[level]:
            sign = self.take()
            right = self.binary(level if sign == "==>" else level + 1)
            term = (sign, term, right)
        return term

    def relation(self, level):
        """a <= b < c is a <= b && b < c."""
        terms, found = [self.binary(level + 1)], []
        while self.peek() in RELATIONS:
            found.append(self.take())
            terms.append(self.binary(level + 1))
        links = [(sign, *pair) for sign, pair in zip(found, zip(terms, terms[1:]))]
        if not links:
            return terms[0]
        term = links[0]
        for link in links[1:]:
            term = ("&&", term, link)
        return term

    def unary(self):
        token = self.peek()
        if token in ("-", "!", "&", "*"):
            self.take()
            return ("unary" + token, self.unary())
        if token == "(" and self.peek(1) in TYPES and self.peek(2) == ")":
            self.at += 3                # a cast: a bound is far from every limit
            return self.unary()
        return self.postfix(self.primary())

    def primary(self):
        token = self.take()
        if token == "(":
            term = self.choice()
            self.take(")")
            return term
        if token[0].isdigit():
            return int(re.sub("[uUlL]+$", "", token), 0)
        if not re.match(r"\\?[A-Za-z_]", token):
            raise AcslError(f"`{token}` starts no term, in `{' '.join(self.text.split())}`")
        if token in ("\\forall", "\\exists", "\\let", "\\sum"):
            raise AcslError(f"`{token}` is no plain arithmetic")
        labels = self.listed("{", "}", self.take) if self.peek() == "{" else []
        if self.peek() == "(":
            return ("call", token, tuple(labels), *self.listed("(", ")", self.choice))
        return token

    def listed(self, opening, closing, item):
        found = []
        self.take(opening)
        while self.peek() != closing:
            found.append(item())
            if self.peek() != closing:
                self.take(",")
        self.take(closing)
        return found

    def postfix(self, term):
        while self.peek() in ("->", ".", "["):
            if self.take() == "[":
                term = ("[]", term, self.choice())
                self.take("]")
            else:
                term = ("->", term, self.take())
        return term


def read(text):
    return Reader(text).whole()


def replace(term, values, labels):
    """The term with names and labels replaced."""
    if not isinstance(term, tuple):
        return values.get(term, term) if isinstance(term, str) else term
    if term[0] == "->":
        return ("->", replace(term[1], values, labels), term[2])
    if term[0] == "call" and term[1] == "\\at":
        return ("call", "\\at", (), replace(term[3], values, labels), labels.get(term[4], term[4]))
    if term[0] == "call":
        return ("call", term[1], tuple(labels.get(n, n) for n in term[2]),
                *(replace(t, values, labels) for t in term[3:]))
    return (term[0], *(replace(t, values, labels) for t in term[1:]))


def write(term, level=-1):
    """The term as text, with the parentheses it needs."""
    if not isinstance(term, tuple):
        return str(term)
    sign = term[0]
    if sign == "call":
        return f"{term[1]}({', '.join(write(t) for t in term[3:])})"
    if sign == "->":
        return f"{write(term[1], 99)}->{term[2]}"
    if sign == "[]":
        return f"{write(term[1], 99)}[{write(term[2])}]"
    if sign.startswith("unary"):
        return sign[5:] + write(term[1], 98)
    if sign == "?:":
        text, own = f"{write(term[1], 0)} ? {write(term[2])} : {write(term[3])}", -1
    else:
        own = next(n for n, signs in enumerate(LEVELS) if sign in signs)
        text = f"{write(term[1], own)} {sign} {write(term[2], own + 1)}"
    return f"({text})" if own < level else text


def names(term):
    """Every name in a term, of functions too."""
    if isinstance(term, str):
        return {term}
    if not isinstance(term, tuple):
        return set()
    parts = term[1:2] if term[0] == "->" else term[1:]
    return set().union(*(names(t) for t in parts if t != ()))


ARITHMETIC = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: a // b, "%": lambda a, b: a % b, "<<": lambda a, b: a << b,
    ">>": lambda a, b: a >> b, "&": lambda a, b: a & b, "|": lambda a, b: a | b,
    "^": lambda a, b: a ^ b, "==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b),
    "<": lambda a, b: int(a < b), "<=": lambda a, b: int(a <= b), ">": lambda a, b: int(a > b),
    ">=": lambda a, b: int(a >= b), "==>": lambda a, b: int(not a or bool(b)),
    "<==>": lambda a, b: int(bool(a) == bool(b))}


class Values:
    """Computes terms: `known` has the parameters, `defined` maps a name to (parameters, term)."""

    def __init__(self, known, defined):
        self.known, self.defined = known, defined

    def of(self, term):
        if isinstance(term, int):
            return term
        if isinstance(term, str):
            return self.named(term, ())
        sign = term[0]
        if sign == "call":
            if term[1] in ("\\old", "\\at"):
                return self.of(term[3])
            if term[1] in ("\\max", "\\min"):
                return (max if term[1] == "\\max" else min)(self.of(t) for t in term[3:])
            return self.named(term[1], [self.of(t) for t in term[3:]])
        if sign == "->":
            return self.member(self.of(term[1]), term)
        if sign == "[]":
            return self.member(self.of(term[1]), term)
        if sign in ("unary&", "unary*"):
            return self.of(term[1])
        if sign.startswith("unary"):
            value = self.of(term[1])
            return -value if sign == "unary-" else int(not value)
        if sign == "?:":
            return self.of(term[2]) if self.of(term[1]) else self.of(term[3])
        if sign in ("&&", "||"):
            first = bool(self.of(term[1]))
            return int(first if first == (sign == "||") else bool(self.of(term[2])))
        return self.computed(sign, self.of(term[1]), self.of(term[2]), term)

    def computed(self, sign, left, right, term):
        objects = not (isinstance(left, int) and isinstance(right, int))
        if objects and sign in ("==", "!="):
            return int((left is right) == (sign == "=="))
        if objects or sign in "/%" and right == 0:
            raise AcslError(f"`{write(term)}` has no value")
        return ARITHMETIC[sign](left, right)

    def member(self, whole, term):
        """A member of a structure, or an element: those of an array are all alike."""
        if term[0] == "[]" and isinstance(whole, list):
            return whole[0]
        if term[0] == "->" and isinstance(whole, dict) and term[2] in whole:
            return whole[term[2]]
        raise AcslError(f"`{write(term)}` has no value")

    def named(self, name, values):
        if name in self.known and not values:
            return self.known[name]
        if name not in self.defined:
            raise AcslError(f"`{name}` has no value")
        parameters, term = self.defined[name]()
        if len(parameters) != len(values):
            raise AcslError(f"`{name}` wants {len(parameters)} values")
        return Values({**self.known, **dict(zip(parameters, values))}, self.defined).of(term)
