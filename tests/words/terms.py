# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Bit-vector terms in SMT-LIB. A value is a number when it is known and a name when it is not, so
addresses stay numbers; `width` is in bits."""
from dataclasses import dataclass


@dataclass(frozen=True)
class Value:
    width: int
    is_known: bool
    what: object  # a number, or the name of a term


class Terms:
    """Builds the terms of one question."""

    def __init__(self):
        self.lines = []

    def known(self, width, number):
        return Value(width, True, number % (1 << width))

    def fresh(self, width, name=None):
        name = name or f"x{len(self.lines)}"
        self.lines.append(f"(declare-fun {name} () (_ BitVec {width}))")
        return Value(width, False, name)

    def define(self, width, text):
        name = f"t{len(self.lines)}"
        self.lines.append(f"(declare-fun {name} () (_ BitVec {width}))\n(assert (= {name} {text}))")
        return Value(width, False, name)

    def text(self, value):
        if not value.is_known:
            return value.what
        return f"(_ bv{value.what} {value.width})"

    def apply(self, name, compute, *values):
        width = values[0].width
        if any(v.width != width for v in values):
            raise ValueError(f"{name} of widths {[v.width for v in values]}")
        if all(v.is_known for v in values):
            return self.known(width, compute(*(v.what for v in values)))
        return self.define(width, f"({name} {' '.join(self.text(v) for v in values)})")

    def add(self, a, b):
        return self.apply("bvadd", lambda x, y: x + y, a, b)

    def sub(self, a, b):
        return self.apply("bvsub", lambda x, y: x - y, a, b)

    def mul(self, a, b):
        return self.apply("bvmul", lambda x, y: x * y, a, b)

    def both(self, a, b):
        return self.apply("bvand", lambda x, y: x & y, a, b)

    def either(self, a, b):
        return self.apply("bvor", lambda x, y: x | y, a, b)

    def xor(self, a, b):
        return self.apply("bvxor", lambda x, y: x ^ y, a, b)

    def invert(self, a):
        return self.apply("bvnot", lambda x: ~x, a)

    def left(self, a, count):
        return self.apply("bvshl", lambda x, n: x << n if n < a.width else 0, a, count)

    def right(self, a, count):
        return self.apply("bvlshr", lambda x, n: x >> n if n < a.width else 0, a, count)

    def low(self, a, width):
        """The low bits of a value."""
        if a.is_known or width == a.width:
            return self.known(width, a.what) if a.is_known else a
        return self.define(width, f"((_ extract {width - 1} 0) {a.what})")

    def wide(self, a, width, is_signed=False):
        """A value in more bits."""
        if width == a.width:
            return a
        if a.is_known:
            minus = is_signed and a.what >> (a.width - 1)
            return self.known(width, a.what - (1 << a.width) if minus else a.what)
        form = "sign_extend" if is_signed else "zero_extend"
        return self.define(width, f"((_ {form} {width - a.width}) {a.what})")

    def join(self, high, low):
        return self.define(high.width + low.width, f"(concat {self.text(high)} {self.text(low)})")

    def choose(self, condition, yes, no):
        """`condition` is a text of sort Bool."""
        if condition in ("true", "false"):
            return yes if condition == "true" else no
        return self.define(yes.width, f"(ite {condition} {self.text(yes)} {self.text(no)})")

    def is_zero(self, a):
        if a.is_known:
            return "false" if a.what else "true"
        return f"(= {a.what} {self.text(self.known(a.width, 0))})"

    def less(self, a, b):
        if a.is_known and b.is_known:
            return "true" if a.what < b.what else "false"
        return f"(bvult {self.text(a)} {self.text(b)})"

    def bit(self, a, number):
        return f"(= ((_ extract {number} {number}) {self.text(a)}) #b1)"

    def reverse(self, a):
        text = f"((_ extract 0 0) {self.text(a)})"
        for i in range(1, a.width):  # some solvers take two at a time only
            text = f"(concat {text} ((_ extract {i} {i}) {self.text(a)}))"
        return self.define(a.width, text)

    def zeros_above(self, a):
        """Count leading zeros; the width when there is no bit."""
        found = self.known(a.width, a.width)
        for i in range(a.width):
            found = self.choose(self.bit(a, i), self.known(a.width, a.width - 1 - i), found)
        return found

    def zeros_below(self, a, none):
        """Count trailing zeros; `none` when there is no bit."""
        found = none
        for i in reversed(range(a.width)):
            found = self.choose(self.bit(a, i), self.known(a.width, i), found)
        return found

