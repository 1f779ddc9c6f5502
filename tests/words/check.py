# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""One question for each function and build: is there a word that it answers wrongly?"""
import pathlib
import re
import subprocess
import sys

import arm64
import contracts
import execute
import riscv
import steps
import terms
import thumb
import x86

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tests/machines"))
import builds  # noqa: E402  the compilers
import listing  # noqa: E402

FAMILIES = {"x86": x86, "arm64": arm64, "thumb": thumb, "riscv": riscv}
# Where the compiler calls its own library to count zeros, if the masking port is not there.
LIBRARY = ("riscv64 gcc", "riscv32 gcc", "cortex-m0")
SECONDS = 300  # of the solver, for one question
LEVELS = ("-O2", "-Os")
# Wrong bodies, each of which must be found out with a word as proof.
PLANTED = {
    "lowest": "return lab_port_lowest(word) & 30;",
    "pick": "return lab_port_lowest(word | (lab_word)from);",
    "count": "return lab_bits_count(word >> 1);",
    "mask": "return lab_bits_mask(bit & 15);",
    "with": "return word + lab_bits_mask(bit);",
    "without": "return word ^ lab_bits_mask(bit);",
}


# Builtins of the port replaced by others, and the step that is then wrong.
PLANTED_STEPS = {
    ("__atomic_fetch_or", "__atomic_fetch_xor"): "or_seq_cst",
    ("__atomic_exchange_n", "__atomic_fetch_add"): "take_seq_cst",
    ("__atomic_fetch_add", "__atomic_fetch_sub"): "count_add_relaxed",
}


def linked(build, folder, source, flags_of, library):
    """A program of words.c, so that the addresses of its constants are known."""
    objects = [build.compile(folder, source, *flags_of)]
    if build.family == "arm64":
        return objects[0]  # its constants are in its instructions
    port = ROOT / "adapters/baremetal/port_masked.c"
    if build.family in ("thumb", "riscv") and not library:
        objects.append(build.compile(folder, port, *flags_of, f"-I{port.parent}"))
    linker, flags = build.compiler, build.flags
    if build.compiler == "clang" and build.family == "riscv":
        bits = 64 if "riscv64" in build.name else 32
        linker = "riscv64-unknown-elf-gcc"
        flags = [f"-march=rv{bits}imac", f"-mabi={'lp64' if bits == 64 else 'ilp32'}"]
    target = folder / "words.elf"
    listing.tool(linker, *flags, "-nostdlib", "-static", "-Wl,-e,0", "-Wl,--no-relax",
                 "-Wl,--build-id=none", *map(str, objects), *library, "-o", str(target))
    return target


def image_of(build, target):
    codes = build.functions(target)
    code = {line.address: line for lines in codes.values() for line in lines}
    data = {}
    tool = build.disassembler
    for line in listing.tool(tool, "-s", str(target)).splitlines():
        if head := re.match(r"Contents of section (\S+):", line):
            wanted = re.match(r"\.s?(rodata|text|data)", head[1])
        elif (row := re.match(r" ?([0-9a-f]+) ((?:[0-9a-f]{2,8} ){1,4})", line)) and wanted:
            found = bytes.fromhex(row[2].replace(" ", ""))
            data.update({int(row[1], 16) + i: byte for i, byte in enumerate(found)})
    starts = {name: lines[0].address for name, lines in codes.items() if lines}
    return execute.Image(code, data), starts


def question(build, image, start, name, width):
    """The SMT-LIB text that is satisfiable when some answer is wrong."""
    family, made = FAMILIES[build.family], terms.Terms()
    parameters, before, after = contracts.contracts(width)[name]
    arguments = [made.fresh(width if p == "w" else 32, p) for p in parameters]
    state = execute.State(made, image, 64 if "64" in build.name or width == 64 else 32)
    family.enter(state, arguments)
    wrong = []
    size = width if name in contracts.WORDS else 32
    for end in execute.run(state, start, family.step):
        found = made.text(family.answer(end, size))
        holds = re.sub(r"(?<![\w.])r(?![\w.])", found, after)
        wrong.append(f"(and {' '.join(['true', *end.path])} (not {holds}))")
    lines = ["(set-logic QF_BV)", *made.lines, f"(assert {before})",
             f"(assert (or false {' '.join(wrong)}))", "(check-sat)", "(exit)"]
    return "\n".join(lines) + "\n"


def solve(folder, text):
    """"sat", "unsat", or what went wrong."""
    path = folder / "question.smt2"
    path.write_text(text)
    try:
        run = subprocess.run(["boolector", "--smt2", "-m", str(path)], capture_output=True,
                             text=True, check=False, timeout=SECONDS)
    except FileNotFoundError:
        raise SystemExit("words: boolector is missing: apt-get install boolector") from None
    except subprocess.TimeoutExpired:
        return f"no answer in {SECONDS} s"
    return run.stdout + run.stderr


def verdict(said):
    """None when no word is answered wrongly."""
    first = said.split("\n")[0].strip()
    if first == "unsat":
        return None
    words = re.findall(r"^\d*\s*([01]+) ([a-z])$", said, re.M)
    found = ", ".join(f"{name} = {int(bits, 2):#x}" for bits, name in words)
    return f"wrong for {found}" if first == "sat" else f"boolector says: {said.strip()}"


def width_of(build):
    return 32 if build.name.startswith(("x86-32", "riscv32", "cortex")) else 64


def build_checks(folder, build, source, names, library=()):
    width = width_of(build)
    for level in LEVELS if source.name == "words.c" else LEVELS[:1]:
        image, starts = image_of(build, linked(build, folder, source, [level], library))
        for name in names:
            what = " ".join([build.name, level, *library]) + f": {name}"
            try:
                text = question(build, image, starts[f"word_{name}"], name, width)
            except execute.Unknown as error:
                yield what, f"not known here: {error}"
                continue
            yield what, verdict(solve(folder, text))


def step_checks(folder, build, first="", wanted=tuple(steps.STEPS)):
    """Each step of the port, without and with LAB_HARDENED; `first` stands before its text."""
    width = width_of(build)
    source = folder / "steps.c"
    source.write_text(first + builds.probe_text())
    for flags in (["-O2"], ["-Os", "-DLAB_HARDENED"]):
        image, starts = image_of(build, linked(build, folder, source, flags, []))
        for step in wanted:
            what = f"{build.name} {' '.join(flags)}: step {step}"
            try:
                text = steps.question(FAMILIES[build.family], image,
                                      starts[f"probe_lab_port_{step}"], step, width)
            except execute.Unknown as error:
                yield what, f"not known here: {error}"
                continue
            yield what, verdict(solve(folder, text))


def planted(folder):
    """Each wrong body, on one machine of each family."""
    text = (HERE / "words.c").read_text(encoding="utf-8")
    for name, body in PLANTED.items():
        wrong = re.sub(rf"(word_{name}\([^)]*\)\n\{{\n\t).*?\n\}}",
                       lambda m, b=body: m[1] + b + "\n}", text)
        source = folder / "planted.c"
        source.write_text(wrong)
        for build in builds.BUILDS:
            if build.name in ("x86-64 gcc", "arm64 clang", "riscv64 gcc", "cortex-m3"):
                for what, fault in build_checks(folder, build, source, [name]):
                    seen = fault is not None and fault.startswith("wrong for")
                    yield (f"self-test: {what}: a wrong body is found",
                           None if seen and wrong != text else f"it is not: {fault}")


def planted_steps(folder):
    """Each wrong step, on one machine of each family."""
    for (old, new), step in PLANTED_STEPS.items():
        for build in builds.BUILDS:
            if build.name in ("x86-64 gcc", "arm64 lse clang", "riscv64 gcc", "cortex-m3"):
                found = step_checks(folder, build, f"#define {old} {new}\n", [step])
                for what, fault in found:
                    seen = fault is not None and fault.startswith("wrong for")
                    yield (f"self-test: {what}: {new} for {old} is found",
                           None if seen else f"it is not: {fault}")


def checks(folder, wanted):
    """(name, fault) of each."""
    names = list(contracts.contracts(64))
    for build in builds.BUILDS:
        chosen = [name for name in names if wanted in f"{build.name} {name}"]
        if chosen:
            yield from build_checks(folder, build, HERE / "words.c", chosen)
        if chosen and build.name in LIBRARY:
            names_here = [name for name in chosen if name in ("lowest", "pick")]
            yield from build_checks(folder, build, HERE / "words.c", names_here, ["-lgcc"])
        if wanted in f"{build.name} step":
            yield from step_checks(folder, build)
    if not wanted:
        yield from planted(folder)
        yield from planted_steps(folder)
