# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The instructions of x86 that words.c becomes, as AT&T writes them."""
import re

from execute import LEAVE, STACK, Unknown, aim_of, holds, immediate, operands_of

BINARY = {"add": "add", "sub": "sub", "and": "both", "or": "either", "xor": "xor", "imul": "mul"}
SHIFTS = {"shl": "left", "shr": "right"}
LEGACY = ("ax", "bx", "cx", "dx", "si", "di", "bp", "sp")
CONDITIONS = ("e", "ne", "b", "ae")  # of the last result; the bit that bt.. found


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
    if re.fullmatch(r"[abcd]l", name):
        return f"{name[0]}x", 8
    if re.fullmatch(r"(si|di)l", name):
        return name[:2], 8
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
    """A write to 32 bits of a register of 64 clears the rest; one to 8 bits keeps it."""
    name, width = register(text)
    if width == 8:
        kept = state.terms.both(state.get(name), state.number(~255))
        found = state.terms.either(kept, state.terms.wide(found, state.width))
    state.registers[name] = state.terms.wide(found, state.width)


def size_of(name, parts):
    """Of an instruction with an operand in memory: by a register beside it, or by its suffix."""
    for part in reversed(parts):
        if part.startswith("%") and part != "%cl":
            return register(part)[1]
    return {"l": 32, "q": 64, "b": 8}[name[-1]]


def branch(state, name, parts):
    """What a jump answers, or False: this is none."""
    if name == "ret":
        return None, state.load(state.get("sp"), state.width // 8).what
    if name not in ("jmp", "je", "jne"):
        return False
    condition = None if name == "jmp" else holds(state, name[1:], CONDITIONS)
    return condition, aim_of(parts[0])


def step(state, line):
    name, parts, terms = line.mnemonic.removeprefix("lock "), operands_of(line), state.terms
    if name.startswith("nop") or "nop" in line.operands:
        return None
    found = branch(state, name, parts)
    if found is not False:
        return found
    if match := re.fullmatch(r"set(e|ne|b|ae)", name):
        put(state, parts[0], terms.choose(holds(state, match[1], CONDITIONS), terms.known(8, 1),
                                          terms.known(8, 0)))
    elif "(" in parts[-1] or name.startswith(("xchg", "xadd")):
        change(state, name, parts)
    else:
        compute(state, name, parts, line)
    return None


def change(state, name, parts):
    """An instruction whose last operand is in memory."""
    terms, width = state.terms, size_of(name, parts)
    where = next(part for part in parts if "(" in part)
    other = next((part for part in parts if part != where), None)
    old, by = value(state, where, width), value(state, other, width) if other else None
    kind = re.match(r"(mov|cmpxchg|cmp|xchg|xadd|btr|bts|or|and|xor|add|sub|inc|dec)", name)
    if not kind:
        raise Unknown(f"{name} {parts}")
    new = old
    if kind[1] == "cmpxchg":
        expected = terms.low(state.get("ax"), width)
        state.flags = terms.sub(expected, old)
        new = terms.choose(terms.is_zero(state.flags), by, old)
        # ax is left as it is when they are the same: it is then the old value too.
        state.registers["ax"] = terms.wide(old, state.width)
    elif kind[1] == "cmp":
        state.flags = terms.sub(old, by)
    elif kind[1] in ("mov", "xchg"):
        new = by
    elif kind[1] == "xadd":
        new = terms.add(old, by)
    elif kind[1] in ("btr", "bts"):
        # The word at the pointer only when the number is below its width, as the contract says.
        mask = terms.left(terms.known(width, 1), by)
        zero = terms.is_zero(terms.both(old, mask))
        state.below, state.flags = f"(not {zero})", None
        new = terms.either(old, mask) if kind[1] == "bts" else \
            terms.both(old, terms.invert(mask))
    elif kind[1] in ("inc", "dec"):
        new = terms.add(old, terms.known(width, 1 if kind[1] == "inc" else -1))
    else:
        new = getattr(terms, BINARY[kind[1]])(old, by)
        state.flags = new
    if kind[1] != "cmp":
        state.store(address(state, where), new)
    if kind[1] in ("xchg", "xadd"):
        put(state, other, old)


def compute(state, name, parts, line):
    """An instruction whose last operand is a register."""
    terms, to = state.terms, parts[-1]
    width = register(to)[1]
    source = value(state, parts[0], width) if len(parts) > 1 and name != "lea" and not \
        name.startswith("movz") and not parts[0].endswith("cl") else None
    if name.startswith("movz"):
        source = terms.wide(value(state, parts[0], 8), width)
    elif name in ("test", "cmp"):
        to = value(state, to, width)
        state.flags = terms.both(to, source) if name == "test" else terms.sub(to, source)
        return
    elif name in ("cmove", "cmovne"):
        source = terms.choose(holds(state, name[4:], CONDITIONS), source, value(state, to, width))
    else:
        source = result(state, name, parts, width, source, line)
    put(state, to, source)


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
