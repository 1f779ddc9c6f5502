# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The builds, and what each must look like."""
import importlib.machinery
import importlib.util
import itertools
import pathlib
import re
import sys
from dataclasses import dataclass

import listing
import shapes

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "tests/litmus"))
import core  # noqa: E402  the steps of the port and their orders
import machine  # noqa: E402  the table

LEVELS = ("-O2", "-Os")
LEDGERS = ([], ["-DLAB_HARDENED"])
FLAGS = ["-std=c11", "-ffreestanding", "-fomit-frame-pointer", "-fno-asynchronous-unwind-tables",
         f"-I{ROOT}", "-c"]
# What compilers may call instead of an instruction: counting zeros, where there is none.
BIT_CALLS = {"__ctzdi2", "__ctzsi2", "__clzsi2", "__clzdi2"}
# gcc 12 copies a lab_grant by a call there; C wants memcpy of every freestanding library.
CALLS = {("riscv32 gcc", "-Os", "memcpy"), ("riscv32 gcc without atomics", "-Os", "memcpy")}
# Of the kinds of the table, functions that make every order of each.
ORDERS = {"relaxed": "__ATOMIC_RELAXED", "acquire": "__ATOMIC_ACQUIRE",
          "release": "__ATOMIC_RELEASE", "acq_rel": "__ATOMIC_ACQ_REL",
          "seq_cst": "__ATOMIC_SEQ_CST"}
WAYS = {
    "load": {"load": "lab_word f(lab_word *p) { return __atomic_load_n(p, O); }"},
    "store": {"store": "void f(lab_word *p, lab_word v) { __atomic_store_n(p, v, O); }"},
    "put": {"put": "void f(lab_word *p, lab_word v) { (void)__atomic_exchange_n(p, v, O); }"},
    "fence": {"fence": "void f(void) { __atomic_thread_fence(O); }"},
    "cas": {"cas": "lab_word f(lab_word *p, lab_word e, lab_word v) { "
                   "__atomic_compare_exchange_n(p, &e, v, 0, O, O); return e; }"},
    "rmw": {
        "exchange": "lab_word f(lab_word *p, lab_word v) { return __atomic_exchange_n(p, v, O); }",
        "add": "lab_word f(lab_word *p, lab_word v) { return __atomic_fetch_add(p, v, O); }",
        "or": "void f(lab_word *p, lab_word v) { (void)__atomic_fetch_or(p, v, O); }",
        "and": "void f(lab_word *p, lab_word v) { (void)__atomic_fetch_and(p, v, O); }",
    },
}


def x86_gate():
    """tests/disassembly, which has {step: (result, parameters, arguments, ...)} of all steps."""
    path = ROOT / "tests/disassembly"
    loader = importlib.machinery.SourceFileLoader("disassembly", str(path))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("disassembly", loader))
    sys.dont_write_bytecode = True
    loader.exec_module(module)
    return module


GATE = x86_gate()
STEPS, probe_text = GATE.STEPS, GATE.probe_text
ROWS, _, OTHERS = machine.table()


@dataclass
class Build:
    name: str
    target: str  # of the table
    family: str
    compiler: str
    disassembler: str
    flags: list

    def compile(self, folder, text_or_path, *flags):
        source = text_or_path
        if isinstance(text_or_path, str):
            source = folder / "probe.c"
            source.write_text(text_or_path)
        target = folder / f"{pathlib.Path(source).stem}.o"
        listing.tool(self.compiler, *FLAGS, *self.flags, *flags, str(source), "-o", str(target))
        return target

    def functions(self, target):
        return listing.functions(self.disassembler, self.family, target)

    def row(self, operation, order):
        return ROWS.get((self.target, machine.KIND.get(operation, "rmw"), order))

    def wanted(self, step, hardened):
        """The instructions of a step of the port."""
        operation, order = core.port_steps()[step.removeprefix("lab_port_")]
        if operation == "cas" and not hardened:
            return self.row("load", order) + self.row("store", order)
        return self.row(operation, order)

    def calls(self):
        """What may be called out: on a core without atomics, what the masking port has."""
        return {f"__atomic_{name}_4" for name in MASKED} if self.masks() else set()

    def masks(self):
        return "call" in (self.row("or", "seq_cst") or [])

    def step_check(self, folder, flags):
        target = self.compile(folder, probe_text(), *flags)
        codes, faults = self.functions(target), []
        for step in STEPS:
            wanted = self.wanted(step, "-DLAB_HARDENED" in flags)
            faults += [f"{step}: {fault}"
                       for fault in shapes.step_faults(codes[f"probe_{step}"], wanted)]
        return faults + [f"calls out: {name}" for name in listing.undefined(target) - self.calls()]

    def table_check(self, folder, level):
        faults = []
        for (target, kind, order), row in ROWS.items():
            if target != self.target or order == "plain":
                continue
            for name, text in WAYS[kind].items():
                text = '#include "core/port.h"\n' + re.sub(r"\bO\b", ORDERS[order], text)
                code = self.functions(self.compile(folder, text, level, "-w"))["f"]
                other = OTHERS.get((target, kind, order))
                if other and not shapes.step_faults(code, other):
                    continue
                faults += [f"{kind} {order}, {name}: {fault}"
                           for fault in shapes.step_faults(code, row)]
        return faults

    def core_check(self, folder, flags):
        objects = [self.compile(folder, path, *flags) for path in
                   sorted((ROOT / "core").glob("*.c"))]
        own = set().union(*map(listing.defined, objects))
        known = {word for (target, _, _), row in ROWS.items() if target == self.target
                 for word in row}
        faults = []
        for target in objects:
            faults += [f"{target.name}: calls out: {name}" for name in
                       listing.undefined(target) - own - BIT_CALLS - self.calls()
                       if (self.name, flags[0], name) not in CALLS]
            for name, code in self.functions(target).items():
                faults += [f"{target.name}: {name}: {fault}" for fault in
                           shapes.core_faults(code, known | {"call"})]
        return faults

    def checks(self, folder):
        for level in LEVELS:
            for ledger in LEDGERS:
                flags = [level, *ledger]
                yield f"steps {' '.join(flags)}", self.step_check(folder, flags)
            yield f"core {level}", self.core_check(folder, [level, "-DLAB_HARDENED"])
        yield "rows of machine.table", self.table_check(folder, "-O2")
        if self.masks():
            yield "the masking port", masked_faults(self, folder)


# The steps of adapters/baremetal/port_masked.c: each must mask, look, change, unmask.
MASKED = ("exchange", "fetch_and", "fetch_or", "fetch_add", "compare_exchange")


def masked_faults(build, folder):
    """Between mask and unmask one load and one store of the word, and no branch backward."""
    source = ROOT / "adapters/baremetal/port_masked.c"
    target = build.compile(folder, source, "-O2", f"-I{source.parent}")
    codes, faults = build.functions(target), []
    load, store = ("ldr", "str") if build.family == "thumb" else ("l", "s")
    for name in MASKED:
        code = codes[f"__atomic_{name}_4"]
        words = [line.word for line in code if line.word]
        # compare_exchange also reads and writes what its caller expects, which is nobody else's.
        wanted = [["mask", load, store, "unmask"]] if name != "compare_exchange" else [
            [*before, "mask", *inside, "unmask", *after]
            for before, inside, after in itertools.product(
                ([], [load]), ([load, store], [load, load, store], [load, store, store],
                               [load, load, store, store]), ([], [store], [store, "unmask"]))]
        if words not in wanted:
            faults.append(f"{name}: it is {' '.join(words)}")
        faults += [f"{name}: a loop" for i in range(len(code)) if listing.again(code, i)]
    return faults


def clang(name, target, family, triple, *flags):
    return Build(name, target, family, "clang", "llvm-objdump", [f"--target={triple}", *flags])


def riscv_gcc(name, target, *flags):
    tools = "riscv64-unknown-elf-"
    return Build(name, target, "riscv", f"{tools}gcc", f"{tools}objdump",
                 [*flags, "-mcmodel=medany", "-Wa,-mno-relax"])


def cortex(cpu, target):
    tools = "arm-none-eabi-"
    return Build(cpu, target, "thumb", f"{tools}gcc", f"{tools}objdump",
                 [f"-mcpu={cpu}", "-mthumb"])


AARCH64, RISCV64, RISCV32 = "aarch64-linux-gnu", "riscv64-unknown-elf", "riscv32-unknown-elf"
BUILDS = [
    Build("x86-64 gcc", "x86", "x86", "gcc", "objdump", ["-m64"]),
    Build("x86-64 clang", "x86", "x86", "clang", "objdump", ["-m64"]),
    Build("x86-32 gcc", "x86", "x86", "gcc", "objdump", ["-m32", "-march=i686", "-fno-pic"]),
    clang("arm64 clang", "arm-llsc", "arm64", AARCH64, "-march=armv8-a", "-mno-outline-atomics"),
    clang("arm64 lse clang", "arm-lse", "arm64", AARCH64, "-march=armv8.1-a"),
    riscv_gcc("riscv64 gcc", "riscv-gcc", "-march=rv64imac", "-mabi=lp64"),
    riscv_gcc("riscv32 gcc", "riscv-gcc", "-march=rv32imac", "-mabi=ilp32"),
    clang("riscv64 clang", "riscv-clang", "riscv", RISCV64, "-march=rv64imac", "-mno-relax"),
    clang("riscv32 clang", "riscv-clang", "riscv", RISCV32, "-march=rv32imac", "-mno-relax"),
    cortex("cortex-m3", "cortex-m"),
    cortex("cortex-m4", "cortex-m"),
    cortex("cortex-m33", "cortex-m33"),
    cortex("cortex-m0", "cortex-m0"),
    riscv_gcc("riscv32 gcc without atomics", "riscv-masked", "-march=rv32imc_zicsr",
              "-mabi=ilp32"),
]
