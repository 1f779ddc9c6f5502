# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Machine code as its disassembler prints it, and what each instruction does to memory, in the
words of tests/litmus/machine.table."""
import re
import subprocess
from dataclasses import dataclass

PACKAGES = {"objdump": "binutils", "nm": "binutils", "llvm-objdump": "llvm",
            "arm-none-eabi-gcc": "gcc-arm-none-eabi",
            "arm-none-eabi-objdump": "binutils-arm-none-eabi",
            "riscv64-unknown-elf-gcc": "gcc-riscv64-unknown-elf",
            "riscv64-unknown-elf-objdump": "binutils-riscv64-unknown-elf"}


@dataclass
class Line:
    address: int
    mnemonic: str
    operands: str
    word: str = ""  # what it does to shared memory; "" is nothing


def tool(*command):
    try:
        run = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise SystemExit(f"{command[0]} is missing: apt-get install "
                         f"{PACKAGES.get(command[0], command[0])}") from None
    if run.returncode != 0:
        raise SystemExit(f"{' '.join(map(str, command))} failed:\n{run.stderr}")
    return run.stdout


def x86(mnemonic, operands):
    if mnemonic.startswith("lock "):
        return "mfence" if re.match(r"lock or\w? +\$0x0,", f"{mnemonic} {operands}") else "lock"
    if mnemonic == "mfence":
        return "mfence"
    memory = re.search(r"\([^)]*\)|^0x", operands)
    if not memory or re.search(r"\(%[er][si]p", operands) or mnemonic.startswith("lea") or \
            "nop" in mnemonic + operands:
        return ""
    if mnemonic.startswith("xchg"):
        return "lock"
    return "mov" if re.match(r"(mov|cmp|test)", mnemonic) else f"{mnemonic} with memory"


DMB = {"sy": "dmb.sy", "ish": "dmb.sy", "ishld": "dmb.ld", "ishst": "dmb.st", "": "dmb.sy"}


def arm64(mnemonic, operands):
    if mnemonic == "dmb":
        return DMB.get(operands, f"dmb {operands}")
    if re.search(r"\[sp", operands) or mnemonic == "clrex":
        return ""
    if match := re.fullmatch(r"(?:swp|cas|ld(?:add|clr|set|eor))(al|a|l)?", mnemonic):
        # To the zero register it reads without acquiring.
        zero = not mnemonic.startswith("cas") and re.search(r"^\w+, [wx]zr,", operands)
        return "amo" + (f".{match[1]}" if match[1] else "") + (" into nothing" if zero else "")
    if re.match(r"st(add|clr|set|eor)", mnemonic):
        return "amo into nothing"
    if match := re.fullmatch(r"(ldr|str|ldur|stur)(b|h|sw)?", mnemonic):
        return match[1].replace("u", "") if "[" in operands else ""
    if re.match(r"(ld|st|swp|cas)", mnemonic):
        return mnemonic
    return ""


def thumb(mnemonic, operands):
    mnemonic = mnemonic.split(".")[0]
    if mnemonic == "dmb":
        return DMB.get(operands, f"dmb {operands}")
    if mnemonic in ("mrs", "msr", "cpsid", "cpsie"):
        return {"mrs": "", "cpsid": "mask", "msr": "unmask"}.get(mnemonic, mnemonic)
    if re.search(r"\[(sp|pc)", operands) or mnemonic in ("push", "pop", "clrex"):
        return ""
    if mnemonic == "bl":
        return "call"
    if match := re.fullmatch(r"(ldr|str)[bh]?(eq|ne|cs|cc|mi|pl|hi|ls|ge|lt|gt|le)?",
                             mnemonic):  # with a condition, too
        return match[1]
    return mnemonic if re.match(r"(ld|st)", mnemonic) else ""


def riscv(mnemonic, operands):
    if mnemonic == "fence":
        before, after = re.fullmatch(r"(?:(\w+), ?(\w+))?", operands).groups() or (None, None)
        both = [re.sub("[io]", "", part) for part in (before or "rw", after or "rw")]
        return f"fence.{both[0]}-{both[1]}"
    if mnemonic in ("csrrci", "csrrc"):
        return "mask"
    if mnemonic in ("csrs", "csrw", "csrrs"):
        return "unmask"
    if re.search(r"\((sp)\)", operands):
        return ""
    if match := re.fullmatch(r"(lr|sc|amo\w+)\.[wd](\.aq|\.rl|\.aqrl)?", mnemonic):
        return ("amo" if match[1].startswith("amo") else match[1]) + (match[2] or "")
    if re.fullmatch(r"(c\.)?l[wdbh]u?", mnemonic):
        return "l"
    if re.fullmatch(r"(c\.)?s[wdbh]", mnemonic):
        return "s"
    if mnemonic == "jr":  # the end of a call that returns to the caller's caller
        return "call"
    return "call" if mnemonic in ("call", "jal", "jalr", "tail") else ""


WORDS = {"x86": x86, "arm64": arm64, "thumb": thumb, "riscv": riscv}


def functions(disassembler, family, target):
    """{name: [Line]} of an object."""
    command = [disassembler, "-d", "--no-show-raw-insn"]
    command += {"x86": ["-M", "att"], "arm64": ["--mattr=+lse"]}.get(family, [])
    found, name = {}, None
    for line in tool(*command, str(target)).splitlines():
        if head := re.match(r"[0-9a-f]+ <([^>]+)>:$", line):
            if not head[1].startswith(".L"):  # a label inside a function
                found[name := head[1]] = []
        elif name and (code := re.match(r"\s*([0-9a-f]+):\s+((?:lock )?)(\S+)\s*(.*)", line)):
            mnemonic = code[2] + code[3]
            operands = re.split(r"\s*(?:[@;]|//|# )", code[4])[0].strip()
            if "unknown" in line or "undefined" in line:
                raise SystemExit(f"{disassembler} does not know {target}: {line}")
            found[name].append(Line(int(code[1], 16), mnemonic, operands,
                                    WORDS[family](mnemonic, operands)))
    if not found:
        raise SystemExit(f"{disassembler} shows no function in {target}")
    return found


def ends(line):
    """Whether nothing follows: a return, or a jump without a condition."""
    return re.match(r"(ret|j$|jmp|jr|b$|b\.[nw]$|bx|ud2|tail)", line.mnemonic) is not None or \
        line.mnemonic == "pop" and "pc" in line.operands


def again(code, start):
    """Whether the instruction at an index can be followed by itself."""
    index = {line.address: i for i, line in enumerate(code)}
    todo, seen = [start], set()
    while todo:
        here = todo.pop()
        nexts = [] if ends(code[here]) or here + 1 == len(code) else [here + 1]
        if (target := aim(code[here])) in index:
            nexts.append(index[target])
        if start in nexts:
            return True
        todo += set(nexts) - seen
        seen |= set(nexts)
    return False


def aim(line):
    """Where a branch goes, or None."""
    if not re.match(r"(b|c?b|tb|j|loop)", line.mnemonic) or line.mnemonic in ("bl", "bic", "bfi"):
        return None
    match = re.search(r"(?:0x)?([0-9a-f]+) <", line.operands)
    return int(match[1], 16) if match else None


def undefined(target):
    lines = tool("nm", "-u", str(target)).splitlines()
    return {line.split()[-1] for line in lines} - {"_GLOBAL_OFFSET_TABLE_"}


def defined(target):
    return {line.split()[-1] for line in tool("nm", "--defined-only", str(target)).splitlines()}
