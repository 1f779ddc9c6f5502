# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The two files and the header, and what is asked of them: symbols, warnings, packages."""
import re
import shutil
import subprocess
import sys
import threading

import build
from build import HERE, OUT, ROOT, Failed

SWEEP = ["tests/sweep.c", "tests/sweep_books.c", "tests/sweep_cases.c"]

# ---- the amalgamation ----

amalgamated_lock = threading.Lock()


def amalgamate():
    """The folder of the two files and the header, made and compared once."""
    folder = OUT / "amalgamation"
    tool = HERE / "pack" / "amalgamate.py"
    with amalgamated_lock:
        if not amalgamate.done:
            build.call([sys.executable, tool, folder])
            build.call([sys.executable, tool, "--check", folder])
            amalgamate.done = True
    return folder


amalgamate.done = False


def amalgamated_objects(name, machine, level, program, defines):
    """Objects of the two files and of a program, which gets the header before anything else."""
    folder = amalgamate()
    target = OUT / name
    target.mkdir(parents=True, exist_ok=True)
    of = build.MACHINES[machine]
    objects = []
    for source in [folder / "labyrinth_pool.c", folder / "labyrinth_port.c"] + [
            HERE / file for file in program]:
        objects.append(target / (source.stem + ".o"))
        build.call([of.tools + "gcc", *of.flags, level, *build.FLAGS, *build.WARNINGS, *defines,
                    "-include", folder / "labyrinth_pool.h", "-c", source, "-o", objects[-1]])
    return objects


def amalgamated(name, machine, level, program, defines):
    """An image of the two files, the board and a program."""
    objects = amalgamated_objects(name, machine, level, program, defines)
    return build.link(machine, objects, OUT / name / "firmware.elf")


def amalgamation():
    """The sweep again, on the two files."""
    image = amalgamated("amalgamated-sweep", "m3", "-O2", SWEEP, [])
    said = build.run("m3", image)
    if "not ok" in said or said.count("ok - ") < 20:
        raise Failed(said)
    return f"{said.count('ok - ')} cases of the sweep"


BEFORE_README = """#include <stdint.h>
void start_dma(uint16_t *samples);
void ADC_IRQHandler(void);
"""


def readme():
    """The first lines of C in README.md are a firmware's, and build."""
    text = (HERE / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```c\n(.*?)^```", text, re.M | re.S)
    if not block or "LABYRINTH_POOL_DEFINE" not in block[1]:
        raise Failed("README.md has no example in C")
    folder = OUT / "readme"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "example.c").write_text(BEFORE_README + block[1], encoding="utf-8")
    of = build.MACHINES["m3"]
    build.call([of.tools + "gcc", *of.flags, "-O2", *build.FLAGS, *build.WARNINGS,
                "-I", amalgamate(), "-c", folder / "example.c", "-o", folder / "example.o"])
    return f"{len(block[1].splitlines())} lines"


# ---- symbols ----

def symbols(machine, every):
    """Nothing is undefined in an image of all calls and no library. The core that pools with rooms
    use may call the two functions that compilers want from every environment."""
    count = 0
    plain = [([], set()), (["-DLAB_HARDENED"], set())]
    rooms = [(["-DLABYRINTH_ROOM_CAPACITY=4"], {"memset", "memcpy"})]
    for level, kinds in (("-O2", plain + rooms if every else plain[1:]),
                         ("-Os", plain + rooms if every else rooms)):
        for defines, allowed in kinds:
            count += 1
            undefined = undefined_of(machine, level, defines) - allowed
            if undefined:
                raise Failed(f"{level} {defines}: undefined: {sorted(undefined)}")
    return f"{count} builds, nothing undefined"


def undefined_of(machine, level, defines):
    """What the linker misses when tests/uses_all.c is the whole program."""
    name = f"symbols-{machine}"
    objects = amalgamated_objects(name, machine, level, ["tests/uses_all.c"], defines)
    of = build.MACHINES[machine]
    done = subprocess.run([of.tools + "gcc", *of.flags, "-nostdlib", "-nostartfiles",
                           "-Wl,--gc-sections,-e,uses_all", *map(str, objects),
                           "-o", OUT / name / "all.elf"],
                          capture_output=True, text=True, check=False)
    missing = set(re.findall(r"undefined reference to `(\w+)'", done.stderr))
    if done.returncode != 0 and not missing:
        raise Failed(done.stderr)
    return missing


# ---- masking ----

MASKING = r"\bcps|primask|basepri|faultmask|\bcsr\w*\s.*\b(mstatus|mie)\b"


def unmasked(machine):
    """No instruction of the two files masks an interrupt, on a core that has atomic ones."""
    objects = amalgamated_objects(f"unmasked-{machine}", machine, "-O2", [], [])
    text = build.call([build.MACHINES[machine].tools + "objdump", "-d", *objects])
    count = len(re.findall(r"^\s*[0-9a-f]+:\t", text, re.M))
    found = [line for line in text.splitlines() if re.search(MASKING, line, re.I)]
    if found or count < 300:
        raise Failed(f"of {count} instructions these mask:\n" + "\n".join(found))
    steps = (r"\tldrex\s", r"\tstrex\s") if build.MACHINES[machine].tools == build.ARM else (
        r"\tamoand\.w", r"\tamoor\.w") if machine == "rv32" else (r"\tamoand\.d", r"\tamoor\.d")
    absent = [step for step in steps if not re.search(step, text)]
    if absent:
        raise Failed(f"the steps are not what they must be: no {absent}")
    return f"none of {count} instructions"


# ---- warnings ----

CLANG_TARGETS = {"thumbv7m-none-eabi": [], "thumbv8m.main-none-eabi": [],
                 "riscv32": ["-march=rv32imac"], "riscv64": ["-march=rv64imac"]}


def clang(target):
    """Every file of the adapter, without and with rooms, has no warning from clang either."""
    count = 0
    for defines in ([], ["-DLABYRINTH_ROOM_CAPACITY=4"]):
        for file in sorted(HERE.glob("*.c")):
            count += 1
            build.call(["clang", "--target=" + target, *CLANG_TARGETS[target], *build.FLAGS,
                        *build.WARNINGS, *defines, "-O2", "-I", ROOT / "core",
                        "-include", HERE / "labyrinth_config.h", "-c", file, "-o", "/dev/null"])
    return f"{count} compilations"


# ---- packages ----

USER_CMAKE = """cmake_minimum_required(VERSION 3.20)
project(firmware C)
find_package(LabyrinthPool 0.1 REQUIRED)
add_executable(firmware firmware.c)
target_link_libraries(firmware LabyrinthPool::labyrinth_pool)
target_link_options(firmware PRIVATE -nostdlib -Wl,-e,uses_all,--gc-sections)
"""


def packaged():
    """The package is configured, built and installed by CMake, and then found by find_package() and
    by pkg-config, for a Cortex-M3."""
    for tool in ("cmake", "pkg-config"):
        if not shutil.which(tool):
            raise Failed(f"{tool} is missing: apt-get install {tool}")
    folder, root = amalgamate(), OUT / "installed"
    shutil.rmtree(root, ignore_errors=True)
    cross = ["-DCMAKE_SYSTEM_NAME=Generic", "-DCMAKE_C_COMPILER=" + build.ARM + "gcc",
             "-DCMAKE_C_FLAGS=-mthumb -mcpu=cortex-m3 -O2 -ffunction-sections",
             "-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY"]
    build.call(["cmake", "-S", folder, "-B", root / "build",
                f"-DCMAKE_INSTALL_PREFIX={root / 'prefix'}", *cross])
    build.call(["cmake", "--build", root / "build", "--target", "install"])
    user = root / "user"
    user.mkdir()
    (user / "CMakeLists.txt").write_text(USER_CMAKE, encoding="utf-8")
    program = (HERE / "tests" / "uses_all.c").read_text(encoding="utf-8")
    (user / "firmware.c").write_text(program.replace("../labyrinth_baremetal.h",
                                                     "labyrinth_pool.h"), encoding="utf-8")
    build.call(["cmake", "-S", user, "-B", user / "build",
                f"-DCMAKE_PREFIX_PATH={root / 'prefix'}", *cross])
    build.call(["cmake", "--build", user / "build"])
    flags = build.call(["env", f"PKG_CONFIG_PATH={root / 'prefix' / 'lib' / 'pkgconfig'}",
                        "pkg-config", "--cflags", "--libs", "labyrinth-pool"]).split()
    build.call([build.ARM + "gcc", "-mthumb", "-mcpu=cortex-m3", "-O2", "-nostdlib",
                "-Wl,-e,uses_all,--gc-sections", user / "firmware.c", *flags,
                "-o", root / "firmware.elf"])
    return "built, installed, found by both"
