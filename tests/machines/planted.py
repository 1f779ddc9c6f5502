# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Bodies that are no step, each of which must be found out, with the reason."""
import builds
import listing
import shapes

HEAD = "#include <stdint.h>\n"
# Whatever the machine: written as plain C, at a weaker order, or twice.
ANYWHERE = {
    "a plain read and write": ("void f(uint32_t *p, uint32_t v) { *(volatile uint32_t *)p |= v; }",
                               "it is"),
    "a weaker order": ("void f(uint32_t *p, uint32_t v) { "
                       "(void)__atomic_fetch_or(p, v, __ATOMIC_RELAXED); }", "it is"),
    "two steps": ("void f(uint32_t *p, uint32_t v) { (void)__atomic_fetch_or(p, v, "
                  "__ATOMIC_SEQ_CST); (void)__atomic_fetch_or(p, v, __ATOMIC_SEQ_CST); }", "it is"),
    "a loop around a step": ("void f(uint32_t *p, uint32_t v) { while (!(__atomic_exchange_n(p, v, "
                             "__ATOMIC_SEQ_CST) & 1)) { } }", "a loop"),
}
# Written by hand: what a compiler could make and must not.
BY_HAND = {
    "arm64 clang": {
        "a load between the two": (
            "1: ldaxr w2, [x0]\nldr w3, [x1]\norr w2, w2, w3\nstlxr w4, w2, [x0]\ncbnz w4, 1b",
            "not by its store"),
        "the stack between the two": (
            "1: ldaxr w2, [x0]\nstr w2, [sp]\norr w2, w2, w1\nstlxr w4, w2, [x0]\ncbnz w4, 1b",
            "stands between them"),
        "a store that is not tried again": (
            "ldaxr w2, [x0]\norr w2, w2, w1\nstlxr w4, w2, [x0]", "not tried again"),
        "a way back behind the load": (
            "ldaxr w2, [x0]\n1: orr w2, w2, w1\nstlxr w4, w2, [x0]\ncbnz w4, 1b",
            "does not go back"),
        "another place": (
            "1: ldaxr w2, [x0]\norr w2, w2, w1\nstlxr w4, w2, [x3]\ncbnz w4, 1b", "different"),
        "a test of another register": (
            "1: ldaxr w2, [x0]\norr w2, w2, w1\nstlxr w4, w2, [x0]\ncbnz w5, 1b", "does not test"),
    },
    "arm64 lse clang": {
        "an acquire into the zero register": (".arch_extension lse\nldsetal w1, wzr, [x0]",
                                              "into nothing"),
    },
    "riscv64 gcc": {
        "a store between the two": (
            "1: lr.w a2, (a0)\nsw a1, 0(a3)\nor a2, a2, a1\nsc.w a4, a2, (a0)\nbnez a4, 1b",
            "not by its store"),
        "a fence that waits for loads only": ("fence r, w\namoor.w.aq zero, a1, (a0)", "it is"),
    },
    "cortex-m3": {
        "no barrier before": (
            "1: ldrex r3, [r0]\norr r3, r1\nstrex r2, r3, [r0]\ncmp r2, #0\nbne 1b\ndmb ish",
            "it is"),
    },
}
# A default of the compiler that calls a library instead.
LIBRARY = [("arm64 clang", ["-moutline-atomics"], "__aarch64_"),
           ("riscv64 gcc", ["-march=rv64imc", "-mabi=lp64"], "__atomic_")]


def build_of(name):
    return next(build for build in builds.BUILDS if build.name == name)


def faults_of(build, folder, text, *flags):
    target = build.compile(folder, HEAD + text, "-O2", "-w", *flags)
    code = build.functions(target)["f"]
    return shapes.step_faults(code, build.row("or", "seq_cst")) + [
        f"calls out: {name}" for name in listing.undefined(target)]


def missed(faults, reason):
    return [] if any(reason in fault for fault in faults) else [f"not found; said: {faults}"]


def checks(folder):
    """(name, faults) of each."""
    for build in builds.BUILDS:
        for what, (text, reason) in ANYWHERE.items():
            # These have one instruction for every order, or do all by calls.
            if what == "a weaker order" and (build.target == "x86" or build.masks()):
                continue
            yield (f"{build.name}: {what} is refused",
                   missed(faults_of(build, folder, text), reason))
    for name, bodies in BY_HAND.items():
        for what, (code, reason) in bodies.items():
            thumb = ".thumb\\n" if build_of(name).family == "thumb" else ""
            lines = code.replace("\n", "\\n")
            text = f'void f(void);\n__asm__(".text\\n.globl f\\n.type f, %function\\n{thumb}f:\\n' \
                   f'{lines}\\n");\n'
            yield (f"{name}: {what} is refused",
                   missed(faults_of(build_of(name), folder, text), reason))
    for name, flags, reason in LIBRARY:
        build = build_of(name)
        yield (f"{name}: a call into {reason}... is refused",
               missed(build.step_check(folder, ["-O2", *flags]), reason))
