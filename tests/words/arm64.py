# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The instructions of AArch64 that words.c becomes."""
from execute import LEAVE, Unknown, immediate, operands_of

BINARY = {"add": "add", "sub": "sub", "and": "both", "orr": "either", "eor": "xor", "mul": "mul"}
SHIFTS = {"lsl": "left", "lsr": "right"}


def enter(state, arguments):
    """Arguments in x0 ...; what is above 32 bits is anything."""
    for i, value in enumerate(arguments):
        if value.width < 64:
            value = state.terms.join(state.terms.fresh(64 - value.width), value)
        state.registers[i] = value
    state.registers[30] = state.number(LEAVE)


def answer(state, width):
    return state.terms.low(state.get(0), width)


def width_of(text):
    return 32 if text[0] == "w" else 64


def value(state, text, width):
    if text.startswith("#"):
        return state.terms.known(width, immediate(text))
    if text in ("xzr", "wzr"):
        return state.terms.known(width, 0)
    return state.terms.low(state.get(int(text[1:])), width)


def second(state, parts, width):
    """The last operand, with its shift."""
    found = value(state, parts[0], width)
    for shift in parts[1:]:
        name, count = shift.split()
        found = getattr(state.terms, SHIFTS[name])(found, value(state, count, width))
    return found


def holds(state, condition):
    if condition not in ("eq", "ne") or state.flags is None:
        raise Unknown(f"condition {condition}")
    zero = state.terms.is_zero(state.flags)
    return zero if condition == "eq" else f"(not {zero})"


def step(state, line):
    name, parts, terms = line.mnemonic, operands_of(line), state.terms
    if name == "ret":
        return None, state.get(30).what
    width = width_of(parts[0])
    if name in ("tst", "ands"):
        first = parts[-2] if name == "tst" else parts[1]
        state.flags = terms.both(value(state, first, width), value(state, parts[-1], width))
        if name == "tst":
            return None
        found = state.flags
    else:
        found = result(state, name, parts, width, line)
    if parts[0] not in ("xzr", "wzr"):
        state.registers[int(parts[0][1:])] = terms.wide(found, 64)
    return None


def result(state, name, parts, width, line):
    terms = state.terms
    if name == "mov":
        return value(state, parts[1], width)
    if name == "mvn":
        return terms.invert(value(state, parts[1], width))
    if name == "movk":
        count = int(parts[2].split("#")[1]) if len(parts) == 3 else 0
        kept = terms.both(value(state, parts[0], width), terms.known(width, ~(0xffff << count)))
        return terms.either(kept, terms.known(width, immediate(parts[1]) << count))
    if name == "rbit":
        return terms.reverse(value(state, parts[1], width))
    if name == "clz":
        return terms.zeros_above(value(state, parts[1], width))
    if name == "csel":
        return terms.choose(holds(state, parts[3]), value(state, parts[1], width),
                            value(state, parts[2], width))
    if name == "bic":
        return terms.both(value(state, parts[1], width),
                          terms.invert(second(state, parts[2:], width)))
    if name in BINARY:
        return getattr(terms, BINARY[name])(value(state, parts[1], width),
                                            second(state, parts[2:], width))
    if name in SHIFTS:
        count = terms.both(value(state, parts[2], width), terms.known(width, width - 1))
        return getattr(terms, SHIFTS[name])(value(state, parts[1], width), count)
    raise Unknown(f"{line.mnemonic} {line.operands}")
