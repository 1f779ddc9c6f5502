# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What the gate asks of firmware images: the sweep, the examples, counts, sizes, symbols."""
import re
import subprocess

import build
import package
import trace
from build import HERE, OUT, ROOT, Failed

SWEEP = package.SWEEP
GUARD = ["tests/sweep.c", "tests/guard_cases.c"]
GUARD_DEFINES = ["-DLABYRINTH_PAGE_SIZE=256u", "-DSWEEP_NO_NMI"]
COUNTED = ["m0", "m3", "m4", "m7", "m33", "rv32", "rv32imc", "rv64"]
CEILINGS = HERE / "tests" / "ceilings"
# An instruction that is executed, and where no interrupt was taken: see unreached().
SHARE_MIN = 100


# ---- the sweep ----

def sweep(name, machine, level, defines, tree=ROOT):
    """Every case passes, and every executed instruction of the calls was interrupted."""
    image = build.firmware(re.sub(r"\W+", "-", name), machine, level, SWEEP, defines, tree)
    said = build.run(machine, image)
    cases = re.findall(r"^ok - .*? (\d+)$", said, re.M)
    reached = {int(text, 16) for text in re.findall(r"^reached ([0-9a-f]+)$", said, re.M)}
    if not cases or "not ok" in said:
        raise Failed(said)
    symbols = build.symbols(machine, image)
    code = {address for address in trace.between(machine, image, "sweep_begin", "sweep_end")
            if symbols["board_code_start"] <= address < symbols["board_code_end"]}
    hidden = {address for window in windows(machine, image) for address in window}
    missed = unreached(machine, image, code - reached - hidden)
    share = 100 * (len(code) - len(missed)) // len(code)
    if share < SHARE_MIN:
        raise Failed(f"{len(missed)} of {len(code)} executed instructions were never interrupted "
                     f"({share} %, at least {SHARE_MIN}):\n" + "\n".join(missed))
    return (f"{len(cases)} cases, {sum(map(int, cases))} interrupts, "
            f"{len(code & reached)} of {len(code)} executed instructions reached" +
            (f", {len(code & hidden)} masked" if code & hidden else ""))


def guard(machine, level):
    """The calls of tasks: every case passes."""
    image = build.firmware(f"guard-{machine}{level}", machine, level, GUARD, GUARD_DEFINES,
                           protect=True)
    cases = re.findall(r"^ok - .*? (\d+)$", build.run(machine, image), re.M)
    if len(cases) < 9:
        raise Failed(f"{len(cases)} cases ran, not 9")
    return f"{len(cases)} cases, {sum(map(int, cases))} interrupts"


def unreached(machine, image, addresses):
    """A line for each address: where it is, and the instruction."""
    text = subprocess.run([build.MACHINES[machine].tools + "objdump", "-d", image],
                          capture_output=True, text=True, check=True).stdout
    lines, function = {}, "?"
    for line in text.splitlines():
        if head := re.match(r"[0-9a-f]+ <(\w[^>]*)>:", line):
            function = head[1]
        elif found := re.match(r"\s*([0-9a-f]+):\s+(.*)", line):
            lines[int(found[1], 16)] = f"  {function}: {found[0].strip()}"
    return [lines.get(address, hex(address)) for address in sorted(addresses)]


# ---- units ----

def unit(machine):
    """What each call answers."""
    defines = ["-DLABYRINTH_PAGE_SIZE=64u"] if machine == "m0" else []
    image = build.firmware(f"unit-{machine}", machine, "-O2", ["tests/unit.c"], defines)
    said = build.run(machine, image)
    count = len(re.findall("^ok - ", said, re.M))
    if "not ok" in said or count < 35:
        raise Failed(said)
    return f"{count} checks"


# ---- examples ----

def run_example(name, machine):
    """What an example says; Failed when it does not say that every check holds."""
    program = [f"examples/{name}.c"]
    if name == "tasks":
        program.append("board/tasks_arm.c" if build.MACHINES[machine].tools == build.ARM
                       else "board/tasks_riscv.c")
    image = build.firmware(f"{name}-{machine}", machine, "-O2", program, protect=name == "tasks")
    two_harts = ["-smp", "2", "-accel", "tcg,thread=multi"] if name == "harts" else []
    said = build.run(machine, image, *two_harts, icount=not two_harts)
    if f"{name}: every check holds" not in said:
        raise Failed(said)
    return said


def example(name, machine):
    run_example(name, machine)
    return "every check holds"


# ---- counts ----

def measure(machine, level):
    """{kind of call: the most instructions} of the two files of the amalgamation."""
    defines = ["-DLABYRINTH_PAGE_SIZE=256u"] if machine == "m0" else []
    image = package.amalgamated(f"count-{machine}{level}", machine, level, ["tests/counts.c"],
                                defines)
    return trace.calls(machine, image)


def read_ceilings():
    """{(machine, level, kind): instructions}."""
    found = {}
    for line in CEILINGS.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            machine, level, kind, most = line.split()
            found[machine, level, kind] = int(most)
    return found


# What the calls are counted at; `make test` counts the first two, --all -O3 too.
LEVELS = ("-O2", "-Os", "-O3")


def limits():
    text = CEILINGS.read_text(encoding="utf-8")
    return {name: int(most) for name, most in re.findall(r"^# limit (\w+) (\d+)", text, re.M)}


def ceilings(machine, level):
    wanted = {key[2]: most for key, most in read_ceilings().items() if key[:2] == (machine, level)}
    found = measure(machine, level)
    if set(found) != set(wanted) or not found:
        raise Failed(f"counted {sorted(found)}, tests/ceilings has {sorted(wanted)}")
    over = [f"{kind}: {found[kind]} instructions, at most {wanted[kind]}"
            for kind in found if found[kind] > wanted[kind]]
    if over:
        raise Failed("\n".join(over))
    return ", ".join(f"{kind} {found[kind]}" for kind in sorted(found))


def write_ceilings():
    head = [line for line in CEILINGS.read_text(encoding="utf-8").splitlines()
            if line.startswith("#")] if CEILINGS.exists() else []
    for machine in COUNTED:
        for level in LEVELS:
            for kind, most in sorted(measure(machine, level).items()):
                head.append(f"{machine} {level} {kind} {most}")
                print(head[-1])
    CEILINGS.write_text("\n".join(head) + "\n", encoding="utf-8")
    return 0


# ---- sizes ----

def sizes():
    """Code of the core and the adapter in an image that uses all calls; RAM beside the pages."""
    image = package.amalgamated("size", "m3", "-O2", ["tests/uses_all.c"], [])
    symbols = build.symbols("m3", image)
    code = symbols["board_code_end"] - symbols["board_code_start"]
    ram = 0
    for line in build.call([build.ARM + "nm", "-S", image]).splitlines():
        part = line.split()
        if len(part) == 4 and re.fullmatch(r"pool_(?!page)\w+", part[3]) and part[2] in "bBdD":
            ram += int(part[1], 16)
    limit = limits()
    if not 0 < code <= limit["code"] or not 0 < ram <= limit["ram"]:
        raise Failed(f"code {code} bytes (at most {limit['code']}), RAM {ram} bytes beside the "
                     f"pages (at most {limit['ram']})")
    return f"code {code} bytes, RAM {ram} bytes beside 8 pages"


# ---- masking ----

MASKS, UNMASKS = r"cpsid\s+i|csrrc\w*\s+\w+,mstatus", r"msr\s+primask|csrs\s+mstatus"


def windows(machine, image):
    """[addresses from after a masking instruction to the one that ends it], for each such place."""
    text = build.call([build.MACHINES[machine].tools + "objdump", "-d", image])
    found, inside = [], None
    for line in text.splitlines():
        at = re.match(r"\s*([0-9a-f]+):\t", line)
        if not at:
            continue
        if inside is not None:
            inside.append(int(at[1], 16))
        if re.search(MASKS, line, re.I):
            inside = []
        elif re.search(UNMASKS, line, re.I) and inside is not None:
            found.append(inside)
            inside = None
    return found


def masked(machine):
    """The most instructions between masking and unmasking, in the text of the masking port."""
    most = 0
    for level in ("-O2", "-Os"):
        objects = build.compile_all(machine, level, ["adapters/baremetal/port_masked.c"], [],
                                    OUT / f"masked-{machine}")
        most = max([most] + [len(window) for window in windows(machine, objects[0])])
    limit = limits()[f"masked_{machine}"]
    if not 0 < most <= limit:
        raise Failed(f"{most} instructions are masked, at most {limit}")
    return f"at most {most} instructions masked at a time"
