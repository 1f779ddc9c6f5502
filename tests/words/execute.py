# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Machine code, run on unknown words: every way through a function, and what it answers.

An instruction that is not known here is an error, never skipped.
"""
import re

STEPS_MAX = 2000
STACK = 0x7fff0000
LEAVE = 0x7ffe0000  # where a function returns to


class Unknown(Exception):
    """An instruction, or a memory access, of which this file cannot say what it does."""


class State:
    def __init__(self, terms, image, width):
        self.terms, self.image, self.width = terms, image, width
        self.registers, self.memory, self.path, self.flags = {}, {}, [], None
        self.below = None  # of the last comparison: the condition that the first was smaller
        self.place = 0

    def copy(self):
        other = State(self.terms, self.image, self.width)
        other.registers, other.memory = dict(self.registers), dict(self.memory)
        other.path, other.flags, other.place = list(self.path), self.flags, self.place
        other.below = self.below
        return other

    def get(self, name):
        if name not in self.registers:
            raise Unknown(f"{name} is read before anything is in it")
        return self.registers[name]

    def number(self, value):
        return self.terms.known(self.width, value)

    def load(self, address, size):
        """`size` bytes: from the stack, from constants, or from a table at an unknown index."""
        if address.is_known and address.what in self.memory:
            value = self.memory[address.what]
            if value.width != 8 * size:
                raise Unknown(f"{size} bytes of a word of {value.width} bits")
            return value
        if address.is_known:
            return self.terms.known(8 * size, self.image.number(address.what, size))
        return self.table(address, size)

    def table(self, address, size):
        """A read at an unknown address is one of the constants; anything, when it is elsewhere."""
        found = self.terms.fresh(8 * size)
        for place in self.image.places(size):
            at = f"(= {self.terms.text(address)} {self.terms.text(self.number(place))})"
            byte = self.terms.known(8 * size, self.image.number(place, size))
            found = self.terms.choose(at, byte, found)
        return found

    def store(self, address, value):
        on_stack = address.is_known and STACK - 4096 <= address.what < STACK + 64
        if not on_stack and (not address.is_known or address.what not in self.memory):
            raise Unknown("a store to something that is neither the stack nor the step's word")
        self.memory[address.what] = value


class Image:
    """The bytes of a linked program's read-only data, and its code."""

    def __init__(self, code, data):
        self.code, self.data = code, data  # {address: Line}, {address: byte}
        self.order = sorted(code)

    def number(self, address, size):
        try:
            return int.from_bytes(bytes(self.data[address + i] for i in range(size)), "little")
        except KeyError:
            raise Unknown(f"a read at {address:x}, which is no constant") from None

    def places(self, size):
        if len(self.data) > 4096:
            raise Unknown("the tables are larger than the functions here have")
        return [place for place in self.data if all(place + i in self.data for i in range(size))]

    def next(self, address):
        index = self.order.index(address) + 1
        return self.order[index] if index < len(self.order) else None


def run(state, start, step):
    """The final states; `step(state, line)` changes a state and may answer (condition, address)
    for a branch, or (None, address) for a jump."""
    state.place, todo, done, count = start, [state], [], 0
    while todo:
        here = todo.pop()
        while here.place != LEAVE:
            count += 1
            if count > STEPS_MAX or here.place not in here.image.code:
                raise Unknown(f"no code at {here.place:x}, or no end")
            line = here.image.code[here.place]
            here.place = here.image.next(here.place)
            branch = step(here, line)
            if branch is None:
                continue
            condition, aim = branch
            condition = {"(not true)": "false", "(not false)": "true"}.get(condition, condition)
            if condition is None or condition == "true":
                here.place = aim
            elif condition != "false":
                other = here.copy()
                other.place = aim
                other.path.append(condition)
                todo.append(other)
                here.path.append(f"(not {condition})")
        done.append(here)
    return done


def immediate(text):
    return int(text.replace("#", "").replace("$", ""), 0)


def operands_of(line):
    """Operands, split at the commas that are outside brackets."""
    parts = re.split(r",(?![^\[({]*[\])}])", line.operands)
    return [part.strip() for part in parts if part.strip()]


def aim_of(text):
    """The address that a branch is written with."""
    return int(re.match(r"(?:0x)?([0-9a-f]+)", text)[1], 16)


def holds(state, condition, names):
    """What a condition is of the last result; `names`: equal, not equal, and where the machine
    has them, below and not below."""
    equal, unequal, *order = names
    if condition in order and state.below:
        return state.below if condition == order[0] else f"(not {state.below})"
    if condition not in (equal, unequal) or state.flags is None:
        raise Unknown(f"condition {condition}")
    zero = state.terms.is_zero(state.flags)
    return zero if condition == equal else f"(not {zero})"
