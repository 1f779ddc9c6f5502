# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The instructions of x86 that words.c becomes, as AT&T writes them."""
import re

from execute import LEAVE, STACK, Unknown, immediate, operands_of

BINARY = {"add": "add", "sub": "sub", "and": "both", "or": "either", "xor": "xor", "imul": "mul"}
SHIFTS = {"shl": "left", "shr": "right"}
LEGACY = ("ax", "bx", "cx", "dx", "si", "di", "bp", "sp")


def enter(state, arguments):
    """64 bits: rdi, rsi, what is above 32 bits is anything; 32 bits: the stack."""
    state.registers["sp"] = state.number(STACK)
    state.memory[STACK] = state.number(LEAVE)
    for name in ("ax", "bx", "cx", "dx", "bp", "si", "di", "r8", "r9", "r10", "r11"):
        state.registers[name] = state.terms.fresh(state.width)
    for i, value in enumerate(arguments):
        if state.width == 32:
            state.memory[STACK + 4 + 4 * i] = value
        else:
            high = [state.terms.fresh(64 - value.width)] if value.width < 64 else []
            state.registers[("di", "si", "dx")[i]] = state.terms.join(high[0], value) if high \
                else value


def answer(state, width):
    return state.terms.low(state.get("ax"), width)


def register(text):
    """(name, width)."""
    name = text.lstrip("%")
    if match := re.fullmatch(r"(r\d+)(d?)", name):
        return match[1], 32 if match[2] else 64
    if name[1:] in LEGACY and name[0] in "re":
        return name[1:], 64 if name[0] == "r" else 32
    if name == "cl":
        return "cx", 8
    raise Unknown(f"register {text}")


def address(state, text):
    """Displacement, base and index, added up."""
    match = re.fullmatch(r"(-?0x[0-9a-f]+|)\((%\w+)?(?:,(%\w+),(\d))?\)", text)
    if not match:
        raise Unknown(f"address {text}")
    found = state.number(int(match[1] or "0", 16))
    for name, scale in ((match[2], "1"), (match[3], match[4])):
        if name and name != "%eiz":
            part = state.terms.mul(state.get(register(name)[0]), state.number(int(scale)))
            found = state.terms.add(found, part)
    return found


def value(state, text, width):
    if text.startswith("$"):
        return state.terms.known(width, immediate(text))
    if text.startswith("%"):
        return state.terms.low(state.get(register(text)[0]), width)
    return state.load(address(state, text), width // 8)


def put(state, text, found):
    """A write to 32 bits of a register of 64 clears the rest."""
    state.registers[register(text)[0]] = state.terms.wide(found, state.width)


def step(state, line):
    name, parts, terms = line.mnemonic, operands_of(line), state.terms
    if name == "ret":
        return None, state.load(state.get("sp"), state.width // 8).what
    if name.startswith("nop") or name in ("data16", "cs", "xchg") and "nop" in line.operands:
        return None
    to = parts[-1]
    width = register(to)[1]
    source = value(state, parts[0], width) if len(parts) > 1 and name not in ("lea",) and not \
        parts[0].endswith("cl") else None
    if name in ("test", "cmp"):
        state.flags = getattr(terms, "both" if name == "test" else "sub")(
            value(state, to, width), source)
        return None
    if name in ("cmove", "cmovne"):
        zero = terms.is_zero(state.flags)
        source = terms.choose(zero if name == "cmove" else f"(not {zero})", source,
                              value(state, to, width))
    else:
        source = result(state, name, parts, width, source, line)
    put(state, to, source)
    return None


def result(state, name, parts, width, source, line):
    terms = state.terms
    if name in ("mov", "movabs"):
        return source
    if name == "lea":
        return terms.low(address(state, parts[0]), width)
    if name in ("bsf", "tzcnt"):
        # Without a bit: bsf leaves anything, and a processor without tzcnt takes it for bsf.
        state.flags = source
        return terms.zeros_below(source, terms.fresh(width))
    to = value(state, parts[-1], width)
    if name in ("not", "neg"):
        return terms.invert(to) if name == "not" else terms.sub(terms.known(width, 0), to)
    if name in ("bts", "btr", "btc"):
        count = terms.both(source, terms.known(width, width - 1))
        mask = terms.left(terms.known(width, 1), count)
        state.flags = None
        form = {"bts": terms.either, "btc": terms.xor}.get(name)
        return form(to, mask) if form else terms.both(to, terms.invert(mask))
    if name in SHIFTS or name == "rol":
        count = terms.known(width, 1) if len(parts) == 1 else \
            terms.low(value(state, parts[0], width), width)
        count = terms.both(count, terms.known(width, width - 1))
        state.flags = None  # they stay what they were when the count is zero
        if name in SHIFTS:
            return getattr(terms, SHIFTS[name])(to, count)
        back = terms.both(terms.sub(terms.known(width, width), count),
                          terms.known(width, width - 1))
        # A count of zero turns nothing: both parts are then the value itself.
        return terms.either(terms.left(to, count), terms.right(to, back))
    if name in BINARY:
        if len(parts) == 3:
            return terms.mul(source, value(state, parts[1], width))
        state.flags = getattr(terms, BINARY[name])(to, source)
        return state.flags
    raise Unknown(f"{line.mnemonic} {line.operands}")
