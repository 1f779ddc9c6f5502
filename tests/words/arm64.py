# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The instructions of AArch64 that words.c becomes."""
import re

from execute import LEAVE, Unknown, holds, immediate, operands_of

BINARY = {"add": "add", "sub": "sub", "and": "both", "orr": "either", "eor": "xor", "mul": "mul"}
SHIFTS = {"lsl": "left", "lsr": "right"}
CONDITIONS = ("eq", "ne")


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


def cell(state, text):
    return state.get(int(text.strip("[]")[1:]))


def branch(state, name, parts):
    """What a branch answers, or False: this is none."""
    aim = int(parts[-1].split()[0], 16) if name[0] in "bc" and "0x" in parts[-1] else None
    if name in ("cbz", "cbnz"):
        zero = state.terms.is_zero(value(state, parts[0], width_of(parts[0])))
        return (zero if name == "cbz" else f"(not {zero})"), aim
    if name == "b" or name.startswith("b."):
        return (holds(state, name[2:], CONDITIONS) if name != "b" else None), aim
    return False


def atomic(state, name, parts):
    """Whether this is an access to memory, which then is done. A store-exclusive succeeds."""
    terms = state.terms
    if not (match := re.fullmatch(r"(ldr|ldar|ldxr|ldaxr|str|stlr|stxr|stlxr|"
                                  r"(?:swp|cas|ldset|ldclr|ldadd|ldeor)(?:al|a|l)?)", name)):
        return False
    name = match[1]
    where, width = cell(state, parts[-1]), width_of(parts[-2])
    old = state.load(where, width // 8)
    if name[:3] in ("str", "stl", "stx"):
        state.store(where, value(state, parts[-2], width))
        if len(parts) == 3:
            put(state, parts[0], terms.known(32, 0))
        return True
    if name.startswith(("swp", "cas", "ldset", "ldclr", "ldadd", "ldeor")):
        by = value(state, parts[0], width)
        if name.startswith("cas"):
            same = terms.is_zero(terms.xor(old, by))
            state.store(where, terms.choose(same, value(state, parts[1], width), old))
            put(state, parts[0], old)
            return True
        form = {"sw": lambda: by, "ldset": lambda: terms.either(old, by),
                "ldclr": lambda: terms.both(old, terms.invert(by)),
                "ldeor": lambda: terms.xor(old, by),
                "ldadd": lambda: terms.add(old, by)}
        state.store(where, form["sw" if name[0] == "s" else name[:5]]())
    put(state, parts[-2], old)
    return True


def put(state, text, found):
    if text not in ("xzr", "wzr"):
        state.registers[int(text[1:])] = state.terms.wide(found, 64)


def step(state, line):
    name, parts, terms = line.mnemonic, operands_of(line), state.terms
    if name == "ret":
        return None, state.get(30).what
    if name in ("dmb", "clrex"):
        return None
    found = branch(state, name, parts)
    if found is not False:
        return found
    if atomic(state, name, parts):
        return None
    width = width_of(parts[0])
    if name == "cmp":
        state.flags = terms.sub(value(state, parts[0], width), value(state, parts[1], width))
        return None
    if name in ("tst", "ands"):
        first = parts[-2] if name == "tst" else parts[1]
        state.flags = terms.both(value(state, first, width), value(state, parts[-1], width))
        if name == "tst":
            return None
        found = state.flags
    else:
        found = result(state, name, parts, width, line)
    put(state, parts[0], found)
    return None


def result(state, name, parts, width, line):
    terms = state.terms
    if name == "mov":
        return value(state, parts[1], width)
    if name == "neg":
        return terms.sub(terms.known(width, 0), value(state, parts[1], width))
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
    if name == "cset":
        return terms.choose(holds(state, parts[1], CONDITIONS), terms.known(width, 1),
                            terms.known(width, 0))
    if name == "csel":
        return terms.choose(holds(state, parts[3], CONDITIONS), value(state, parts[1], width),
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
