# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The instructions of RISC-V that words.c becomes."""
import re

from execute import LEAVE, STACK, Unknown, aim_of, immediate, operands_of

BINARY = {"add": "add", "addi": "add", "sub": "sub", "and": "both", "andi": "both", "or": "either",
          "ori": "either", "xor": "xor", "xori": "xor", "mul": "mul"}
SHIFTS = {"sll": "left", "slli": "left", "srl": "right", "srli": "right"}
AMO = {"amoadd": "add", "amoor": "either", "amoand": "both", "amoxor": "xor"}
SIZES = {"lb": (1, True), "lbu": (1, False), "lh": (2, True), "lhu": (2, False), "lw": (4, True),
         "lwu": (4, False), "ld": (8, False)}


def enter(state, arguments):
    """Arguments in a0 ..., of 32 bits extended with their sign, as the calling convention says."""
    for i, value in enumerate(arguments):
        state.registers[f"a{i}"] = state.terms.wide(value, state.width, True)
    state.registers.update({"sp": state.number(STACK), "ra": state.number(LEAVE),
                            "zero": state.number(0)})
    for name in [f"s{i}" for i in range(12)]:
        state.registers[name] = state.terms.fresh(state.width)


def answer(state, width):
    return state.terms.low(state.get("a0"), width)


def value(state, text):
    return state.get(text) if re.match(r"[a-z]", text) else state.number(immediate(text))


def address(state, text):
    match = re.fullmatch(r"(-?\w*)\((\w+)\)", text.replace(" ", ""))
    return state.terms.add(state.get(match[2]), state.number(int(match[1] or "0", 0)))


def branch(state, name, parts):
    aim = aim_of(parts[-1])
    a = value(state, parts[0])
    b = value(state, parts[1]) if len(parts) == 3 else state.number(0)
    if name.startswith(("beq", "bne")):
        zero = state.terms.is_zero(state.terms.xor(a, b))
        return (zero if name.startswith("beq") else f"(not {zero})"), aim
    if name in ("bltu", "bgeu", "bgtu", "bleu"):
        less = state.terms.less(a, b) if name in ("bltu", "bgeu") else state.terms.less(b, a)
        return (less if name in ("bltu", "bgtu") else f"(not {less})"), aim
    raise Unknown(f"{name} {parts}")


def word(state, name, parts):
    """The instructions that work on the low 32 bits and extend the sign."""
    terms = state.terms
    a, b = terms.low(value(state, parts[1]), 32), terms.low(value(state, parts[2]), 32)
    if name[:-1] in SHIFTS:
        b = terms.both(b, terms.known(32, 31))
        return terms.wide(getattr(terms, SHIFTS[name[:-1]])(a, b), state.width, True)
    return terms.wide(getattr(terms, BINARY[name[:-1]])(a, b), state.width, True)


def step(state, line):
    name, parts, terms = line.mnemonic.removeprefix("c."), operands_of(line), state.terms
    if name in ("ret", "jr"):
        where = "ra" if name == "ret" else parts[0]
        return None, (address(state, where) if "(" in where else state.get(where)).what
    if name in ("jal", "j"):
        if name == "jal":
            state.registers["ra"] = state.number(state.place)
        return None, aim_of(parts[-1])
    if name == "jalr":
        target = address(state, parts[-1]) if "(" in parts[-1] else state.get(parts[-1])
        state.registers["ra"] = state.number(state.place)
        return None, target.what
    if name[0] == "b":
        return branch(state, name, parts)
    if name in ("nop", "unimp", "fence") or name.startswith("csrs"):
        return None
    if name.startswith(("lr.", "sc.", "amo")):
        atomic(state, name, parts)
    elif name in ("sd", "sw"):
        stored = terms.low(state.get(parts[0]), 64 if name == "sd" else 32)
        state.store(address(state, parts[1]), stored)
    else:
        state.registers[parts[0]] = result(state, name, parts, line)
        state.registers["zero"] = state.number(0)
    return None


def atomic(state, name, parts):
    """lr, sc, which succeeds, and the AMOs: the old value, with its sign, and the new one."""
    terms, size = state.terms, 8 if name.split(".")[1] == "d" else 4
    where = address(state, parts[-1])
    if name.startswith("sc."):
        new, old = terms.low(value(state, parts[1]), 8 * size), terms.known(8 * size, 0)
    else:
        new = old = state.load(where, size)
        if name.startswith("amo"):
            by = terms.low(value(state, parts[1]), 8 * size)
            form = name.split(".")[0]
            new = by if form == "amoswap" else getattr(terms, AMO[form])(old, by)
    state.store(where, new)
    state.registers[parts[0]] = terms.wide(old, state.width, True)
    state.registers["zero"] = state.number(0)


def result(state, name, parts, line):
    terms = state.terms
    if name in ("csrrc", "csrrci"):
        return terms.fresh(state.width)
    if name in ("mv", "li"):
        return value(state, parts[1])
    if name == "not":
        return terms.invert(value(state, parts[1]))
    if name in ("neg", "negw"):
        found = terms.sub(state.number(0), value(state, parts[1]))
        return found if name == "neg" else terms.wide(terms.low(found, 32), state.width, True)
    if name in ("snez", "seqz"):
        yes, no = state.number(name == "seqz"), state.number(name == "snez")
        return terms.choose(terms.is_zero(value(state, parts[1])), yes, no)
    if name in ("sltu", "sltiu"):
        less = terms.less(value(state, parts[1]), value(state, parts[2]))
        return terms.choose(less, state.number(1), state.number(0))
    if name == "zext.b":
        return terms.both(value(state, parts[1]), state.number(255))
    if name == "sext.w":
        return terms.wide(terms.low(value(state, parts[1]), 32), state.width, True)
    if name in ("lui", "auipc"):
        upper = terms.wide(terms.known(32, immediate(parts[1]) << 12), state.width, True)
        return upper if name == "lui" else terms.add(upper, state.number(line.address))
    if name in SIZES:
        size, is_signed = SIZES[name]
        return terms.wide(state.load(address(state, parts[1]), size), state.width, is_signed)
    if name in BINARY:
        return getattr(terms, BINARY[name])(value(state, parts[1]), value(state, parts[2]))
    if name in SHIFTS:
        count = terms.both(value(state, parts[2]), state.number(state.width - 1))
        return getattr(terms, SHIFTS[name])(value(state, parts[1]), count)
    if name[-1] == "w" and (name[:-1] in BINARY or name[:-1] in SHIFTS):
        return word(state, name, parts)
    raise Unknown(f"{line.mnemonic} {line.operands}")
