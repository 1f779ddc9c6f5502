# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Machines, firmware images and runs: what the gate and the planted bugs share."""
import pathlib
import shutil
import subprocess
import threading

HERE = pathlib.Path(__file__).resolve().parent.parent
ROOT = HERE.parent.parent
OUT = ROOT / "build" / "baremetal"
ARM, RISCV = "arm-none-eabi-", "riscv64-unknown-elf-"
TOOLS = {ARM + "gcc": "gcc-arm-none-eabi", ARM + "nm": "binutils-arm-none-eabi",
         RISCV + "gcc": "gcc-riscv64-unknown-elf", RISCV + "nm": "binutils-riscv64-unknown-elf",
         "qemu-system-arm": "qemu-system-arm", "qemu-system-riscv32": "qemu-system-misc",
         "qemu-system-riscv64": "qemu-system-misc", "clang": "clang"}
WARNINGS = (ROOT / ".ci" / "warnings").read_text(encoding="utf-8").split()
FLAGS = ["-std=c11", "-ffreestanding", "-g", "-ffunction-sections", "-fdata-sections"]
CORE = ["zone"]
CORE_ROOMS = ["room", "labyrinth", "setup"]
ADAPTER = ["labyrinth_baremetal", "port_masked"]
ADAPTER_ROOMS = ["labyrinth_rooms"]
PROTECT = ["protect", "mpu_v7", "mpu_v8", "pmp"]


class Machine:
    """A core, the compiler for it, and the machine that QEMU has for it, if any."""

    def __init__(self, tools, flags, qemu=None, shift=6, flash=0, ram=0x20000000, stack=0x20100000):
        self.tools, self.flags, self.qemu, self.shift = tools, flags, qemu, shift
        self.links = ["-Wl,-T," + str(HERE / "board" / "riscv.ld"), "-Wl,--no-warn-rwx-segments"]
        self.board = ["riscv.c", "riscv_start.S", "text.c"]
        if tools == ARM:
            self.links = ["-Wl,-T," + str(HERE / "board" / "arm.ld"),
                          f"-Wl,--defsym=FLASH={flash},--defsym=RAM={ram},--defsym=STACK={stack}"]
            self.board = ["arm.c", "text.c"]


def cortex(name, board=None, **more):
    return Machine(ARM, ["-mthumb", "-mcpu=cortex-" + name],
                   ["qemu-system-arm", "-M", board] if board else None, **more)


def riscv(width, isa, abi, *more):
    return Machine(RISCV, [f"-march=rv{width}{isa}", "-mabi=" + abi, "-mcmodel=medany"],
                   [f"qemu-system-riscv{width}", "-M", "virt", "-bios", "none", *more], shift=8)


MACHINES = {
    "m0": cortex("m0", "microbit", stack=0x20003ff0),
    "m0plus": cortex("m0plus"),
    "m3": cortex("m3", "mps2-an385"),
    "m4": cortex("m4", "mps2-an386"),
    "m7": cortex("m7", "mps2-an500"),
    "m23": cortex("m23"),
    "m33": cortex("m33", "mps2-an505", flash=0x10000000, ram=0x38000000, stack=0x38100000),
    "rv32": riscv(32, "imac_zicsr", "ilp32"),
    "rv32imc": riscv(32, "imc_zicsr", "ilp32", "-cpu", "rv32,a=off"),
    "rv64": riscv(64, "imac_zicsr", "lp64"),
}


HANG_SECONDS = 600  # what still runs then hangs: on a quiet machine the slowest takes a fifth of it


class Failed(Exception):
    """A test's reason to fail."""


def missing_tools():
    """(tool, Debian package) of each tool that is not there."""
    return [(tool, package) for tool, package in TOOLS.items() if not shutil.which(tool)]


def call(command, seconds=HANG_SECONDS):
    """The output of a command; Failed with all that it said when it fails."""
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                              timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        raise Failed(f"{command[0]} did not end within {seconds} seconds") from late
    if done.returncode != 0:
        raise Failed(f"{command[0]}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def compile_all(machine, level, sources, defines, folder, tree=ROOT):
    """Objects of `sources`, paths below `tree`."""
    folder.mkdir(parents=True, exist_ok=True)
    objects = []
    of = MACHINES[machine]
    for source in sources:
        target = folder / (pathlib.Path(source).stem + ".o")
        call([of.tools + "gcc", *of.flags, level, *FLAGS, *WARNINGS, *defines,
              "-I", tree / "core", "-I", tree / "adapters" / "baremetal",
              "-include", "labyrinth_config.h", "-c", tree / source, "-o", target])
        objects.append(target)
    return objects


def has_rooms(defines):
    return any("rooms" in text.lower() or "ROOM_CAPACITY" in text for text in defines)


def library(rooms=False, protect=False):
    """The core and the adapter, as paths below the tree; what a pool without rooms does not need
    is not there, so that a call of it would not link."""
    return [f"core/{name}.c" for name in CORE + (CORE_ROOMS if rooms else [])] + [
        f"adapters/baremetal/{name}.c" for name in
        ADAPTER + (ADAPTER_ROOMS if rooms else []) + (PROTECT if protect else [])]


boards, boards_lock = {}, threading.Lock()


def board(machine):
    """The objects of the board, made once."""
    with boards_lock:
        if machine not in boards:
            boards[machine] = compile_all(
                machine, "-O2", [f"adapters/baremetal/board/{file}" for file in
                                 MACHINES[machine].board], [], OUT / f"board-{machine}")
        return boards[machine]


def link(machine, objects, image):
    of = MACHINES[machine]
    call([of.tools + "gcc", *of.flags, "-nostdlib", "-nostartfiles", "-Wl,--gc-sections",
          *of.links, *objects, *board(machine), "-o", image])
    return image


def firmware(name, machine, level, program, defines=(), tree=ROOT, protect=False):
    """An image of the core, the adapter, the board and a program; its path."""
    folder = OUT / name
    sources = library(has_rooms(defines), protect) + [
        f"adapters/baremetal/{file}" for file in program]
    objects = compile_all(machine, level, sources, defines, folder, tree)
    return link(machine, objects, folder / "firmware.elf")


def run(machine, image, *more, argument=None, icount=True, seconds=HANG_SECONDS):
    """What a firmware says until it ends with exit code 0."""
    of = MACHINES[machine]
    told = f",arg={argument}" if argument else ""
    # sleep=off: or the host's clock moves the machine's now and then, and no two runs are the same.
    count = ["-icount", f"shift={of.shift},sleep=off"] if icount else []
    return call([*of.qemu, "-nographic", "-monitor", "none", "-serial", "none", "-accel", "tcg",
                 "-semihosting-config", "enable=on,target=native" + told, *count, *more,
                 "-kernel", image], seconds)


def symbols(machine, image):
    """{name: address} of an image, without the bit that says Thumb."""
    found = {}
    for line in call([MACHINES[machine].tools + "nm", image]).splitlines():
        part = line.split()
        if len(part) == 3 and not part[2].startswith("$"):
            code = MACHINES[machine].tools == ARM and part[1] in "tTwW"
            found[part[2]] = int(part[0], 16) & (~1 if code else ~0)
    return found
