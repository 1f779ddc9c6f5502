# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The instructions of Thumb that words.c becomes."""
import re

from execute import LEAVE, STACK, Unknown, aim_of, holds, immediate, operands_of

BINARY = {"add": "add", "sub": "sub", "and": "both", "orr": "either", "eor": "xor", "mul": "mul"}
SHIFTS = {"lsl": "left", "lsr": "right"}
NAMES = {"sp": "r13", "lr": "r14", "ip": "r12", "fp": "r11", "sl": "r10"}
CONDITIONS = ("eq", "ne", "cc", "cs")


def enter(state, arguments):
    for i in range(13):
        state.registers[f"r{i}"] = state.terms.fresh(32)
    for i, value in enumerate(arguments):
        state.registers[f"r{i}"] = value
    state.registers.update({"r13": state.number(STACK), "r14": state.number(LEAVE)})


def answer(state, width):
    return state.terms.low(state.get("r0"), width)


def value(state, text):
    if text.startswith("#"):
        return state.number(immediate(text))
    return state.get(NAMES.get(text, text))


def shift(state, name, what, count):
    """By a register: its low eight bits count, and 32 or more leave nothing."""
    count = value(state, count)
    if not count.is_known:
        count = state.terms.both(count, state.number(255))
    return getattr(state.terms, SHIFTS[name])(what, count)


def second(state, parts):
    found = value(state, parts[0])
    for part in parts[1:]:
        found = shift(state, part.split()[0], found, part.split()[1])
    return found


def memory(state, line, parts):
    """The address of a load: a constant beside the code, the stack, or a table."""
    inside = [part.strip() for part in parts[1].strip("[]!").split(",")]
    if inside[0] == "pc":
        base = state.number((line.address + 4) & ~3)
    else:
        base = value(state, inside[0])
    found = state.terms.add(base, value(state, inside[1])) if len(inside) > 1 else base
    if parts[1].endswith("!") or len(parts) == 3:  # the base moves, before or after
        state.registers[NAMES.get(inside[0], inside[0])] = found if len(parts) == 2 else \
            state.terms.add(base, value(state, parts[2]))
    return found


def jump(state, name, parts, line):
    """What a branch answers, or False: this is none."""
    if name == "ldr" and parts[0] == "pc":
        return None, state.load(memory(state, line, parts), 4).what & ~1
    if name in ("bx", "blx") or name == "pop" and "pc" in line.operands:
        return pull(state, line) if name == "pop" else (None, value(state, parts[0]).what & ~1)
    if name == "bl":
        state.registers["r14"] = state.number(state.place | 1)
        return None, aim_of(parts[0])
    if match := re.fullmatch(r"b(eq|ne|cc|cs)?", name):
        return (holds(state, match[1], CONDITIONS) if match[1] else None), aim_of(parts[0])
    if name in ("cbz", "cbnz"):
        zero = state.terms.is_zero(value(state, parts[0]))
        return (zero if name == "cbz" else f"(not {zero})"), aim_of(parts[1])
    return False


def listed(line):
    return [NAMES.get(name, name) for name in re.findall(r"\w+", line.operands)]


def store(state, name, parts, line):
    """A store, under a condition after an IT; of an exclusive one the first operand says that it
    succeeded."""
    at = next(i for i, part in enumerate(parts) if part.startswith("["))
    new = value(state, parts[at - 1])
    where = memory(state, line, parts[at - 1:])
    if name.endswith(("eq", "ne")):
        new = state.terms.choose(holds(state, name[-2:], CONDITIONS), new, state.load(where, 4))
    state.store(where, new)
    if name.startswith(("strex", "stlex")):
        state.registers[NAMES.get(parts[0], parts[0])] = state.number(0)


def push(state, line):
    names = listed(line)
    base = state.get("r13").what - 4 * len(names)
    for i, name in enumerate(names):
        state.store(state.number(base + 4 * i), state.get(name))
    state.registers["r13"] = state.number(base)


def pull(state, line):
    names = listed(line)
    base = state.get("r13").what
    for i, name in enumerate(names):
        state.registers[name] = state.load(state.number(base + 4 * i), 4)
    state.registers["r13"] = state.number(base + 4 * len(names))
    return None, state.registers["pc"].what & ~1


def step(state, line):
    name, parts = line.mnemonic.split(".")[0], operands_of(line)
    found = jump(state, name, parts, line)
    if found is not False:
        return found
    if name == "push":
        push(state, line)
    elif re.fullmatch(r"(str|strex|stlex|stl)(eq|ne)?", name):
        store(state, name, parts, line)
    elif name in ("tst", "cmp"):
        form = state.terms.both if name == "tst" else state.terms.sub
        first, last = value(state, parts[0]), value(state, parts[1])
        state.flags = form(first, last)
        state.below = state.terms.less(first, last) if name == "cmp" else None
    elif name not in ("nop", "dmb", "cpsid", "msr") and not re.fullmatch(r"it[te]*", name):
        write(state, name, parts, line)
    return None


def write(state, name, parts, line):
    """An instruction that puts something into its first operand: under a condition after an IT,
    with flags when it ends in s."""
    condition = None
    if match := re.fullmatch(r"(\w+?)(eq|ne)", name):
        name, condition = match[1], match[2]
    sets = name.endswith("s") and name != "mrs"
    borrow = borrowed(state, name.removesuffix("s"), parts) if sets else None
    found = result(state, name.removesuffix("s") if sets else name, parts, line)
    to = NAMES.get(parts[0], parts[0])
    if condition:
        found = state.terms.choose(holds(state, condition, CONDITIONS), found, state.get(to))
    state.registers[to] = found
    if sets:
        state.flags = found
        state.below = borrow


def borrowed(state, name, parts):
    """The condition that a subtraction borrows, which is that the carry is clear."""
    if name == "sub":
        first, last = (parts[0], parts[1:]) if len(parts) == 2 else (parts[1], parts[2:])
        return state.terms.less(value(state, first), second(state, last))
    if name in ("neg", "rsb"):
        zero = second(state, parts[2:]) if name == "rsb" else state.number(0)
        return state.terms.less(zero, value(state, parts[1]))
    return None


def result(state, name, parts, line):
    terms = state.terms
    if name in ("mov", "mvn"):
        found = second(state, parts[1:])
        return found if name == "mov" else terms.invert(found)
    if name == "neg":
        return terms.sub(state.number(0), value(state, parts[1]))
    if name == "rsb":
        return terms.sub(second(state, parts[2:]), value(state, parts[1]))
    if name == "rbit":
        return terms.reverse(value(state, parts[1]))
    if name == "clz":
        return terms.zeros_above(value(state, parts[1]))
    if name in ("ldr", "ldrex", "ldaex", "lda", "ldrb"):
        return terms.wide(state.load(memory(state, line, parts), 1 if name == "ldrb" else 4), 32)
    if name == "mrs":
        return terms.fresh(32)
    if name == "uxtb":
        return terms.both(value(state, parts[-1]), state.number(255))
    if len(parts) < 2:
        raise Unknown(f"{line.mnemonic} {line.operands}")
    if name == "add" and parts[1] == "pc":
        return state.number(((line.address + 4) & ~3) + immediate(parts[2]))
    first, rest = (parts[0], parts[1:]) if len(parts) == 2 or parts[2].startswith("ls") else \
        (parts[1], parts[2:])
    if name in SHIFTS:
        return shift(state, name, value(state, first), rest[0])
    if name == "bic":
        return terms.both(value(state, first), terms.invert(second(state, rest)))
    if name == "sbc":
        borrow = terms.choose(holds(state, "cc", CONDITIONS), state.number(1), state.number(0))
        return terms.sub(terms.sub(value(state, first), second(state, rest)), borrow)
    if name == "adc":
        carry = terms.choose(holds(state, "cs", CONDITIONS), state.number(1), state.number(0))
        return terms.add(terms.add(value(state, first), second(state, rest)), carry)
    if name in BINARY:
        return getattr(terms, BINARY[name])(value(state, first), second(state, rest))
    raise Unknown(f"{line.mnemonic} {line.operands}")
