#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Shows that the gates fire: spoils a copy of the sources, one edit at a time, and wants the proof
to fail with the message that names the cause."""

import concurrent.futures
import functools
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import selftest_lists
from spoil import STATIC, WHOLE, ZONE, Lowest, append, create, edit, narrow, together

ROOT = pathlib.Path(__file__).resolve().parent.parent
CANARY = ["--canary-only", "--word", "64"]


def contract_of(name, body):
    """Edit the text from the contract before a function of core/bits.h to its name."""
    return edit("core/bits.h", rf"/\*@(?:(?!\*/).)*?\*/\n(?=[^\n]* {name}\()", body)


def unit(text):
    """A file of the core that is one of the units."""
    return together(create("core/selftest.c", text),
                    edit("proofs/config.py", r"^(UNITS = \[[^]]*)\]", r'\1, "core/selftest.c"]'))


def bound(old, new):
    """Edit the bound of lab_zone_release."""
    return edit("core/zone.h", r"(ensures T4_bounded: )" + old +
                r"(?=;\s*\*/\s*void lab_zone_release\()", lambda m: m[1] + new)


FALSE = "/*@ axiomatic lab_selftest { axiom lab_selftest: 0 == 1; } */\n"
CONTRACT = "/*@ terminates \\true; exits \\false; assigns \\nothing; */\n"
LISTED = "axiom: Axiom 'lab_selftest': axiom lab_selftest: 0 == 1\n\tA lie.\n"

MASK = r"(lab_bits_mask\(uint32_t bit\)\n\{\n)([^\n]*\n)"
HARDENED = r"\1#ifdef LAB_HARDENED\n\treturn %s;\n#else\n\2#endif\n"
OTHER_UNIT = '#include "zone.h"\n' + CONTRACT + "int lab_selftest(void)\n{\n\treturn 0;\n}\n"
ONE = r"lab_spent\{Pre,Post\}\(1[^;]*"

# name, edit, arguments, what the message must say
CASES = [
    ("a contract is dropped", contract_of("lab_bits_with", ""), STATIC,
     "lab_bits_with has no contract"),
    ("a contract is cut from its function",
     contract_of("lab_bits_with", lambda m: m[0].replace("/*@", "/* @")), STATIC,
     "ordinary comment holds what looks like ACSL"),
    ("a second contract in another header",
     append("core/status.h", CONTRACT +
                "static inline lab_word lab_bits_mask(uint32_t bit);\n"),
     STATIC, "lab_bits_mask has 2 contracts"),
    ("terminates is dropped",
     contract_of("lab_bits_mask", lambda m: m[0].replace("terminates \\true;", "")), STATIC,
     "lab_bits_mask has no clause `terminates"),
    ("a loop variant is dropped", edit("spec/interference.h", r"loop variant [^;]*;", ""), STATIC,
     "has no `loop variant` directly before it"),
    ("a loop variant of the core is dropped", edit("core/zone.c", r"loop variant [^;]*;", ""),
     STATIC, "has no `loop variant` directly before it"),
    ("an admit", edit("core/bits.h", r"(lab_bits_mask\(uint32_t bit\)\n\{\n)",
                      r"\1\t/*@ admit lab_selftest: 0 == 1; */\n"), STATIC, "`admit` is believed"),
    ("a global invariant", append("spec/bits.acsl",
                                   "/*@ global invariant lab_selftest: 0 == 0; */\n"),
     STATIC, "ignores `global invariant`"),
    ("an axiom that is not listed", append("spec/bits.acsl", FALSE), STATIC,
     "not on proofs/assumptions.list: axiom: Axiom 'lab_selftest'"),
    ("a function that is only declared", append("spec/bits.acsl",
                                              CONTRACT + "int lab_selftest(void);\n"),
     STATIC, "not on proofs/assumptions.list: extern lab_selftest"),
    ("a listed assumption is gone", append("proofs/assumptions.list", "axiom: gone\n\tIt was.\n"),
     STATIC, "lists what no longer exists: axiom: gone"),
    ("a reason is missing", append("proofs/assumptions.list", "axiom: bare\n"), STATIC,
     "gives no reason for: axiom: bare"),
    ("an extern promises more", edit("spec/port_model.h",
                                     r"(ensures range: \\result <) LAB_WORD_BITS", r"\1 1"),
     STATIC, "extern lab_port_lowest"),
    ("__FRAMAC__ in a .c file", append("core/zone.c", "#ifdef __FRAMAC__\n#endif\n"), STATIC,
     "__FRAMAC__ outside core/atomic.h"),
    ("__FRAMAC__ for more than an include", append(
        "core/zone.h", '#ifdef __FRAMAC__\n#include "../spec/port_model.h"\n'
        "extern int lab_selftest;\n#endif\n"), STATIC, "for more than to include a file of spec/"),
    ("a raw read of a shared word",
     edit("core/zone.c", r"(\bdescend\([^)]*\)\n\{\n)", r"\1\t(void)zone->word[0];\n"), STATIC,
     "raw access to a shared word not on proofs/raw_access.list: core/zone.c descend"),
    ("a step with no interference after it",
     edit("core/atomic.h", r"(= lab_port_take_seq_cst[^}]*?)\tLAB_INTERFERE\(zone\);\n", r"\1"),
     STATIC, "lab_atomic_take_seq_cst must be LAB_INTERFERE, one lab_port step"),
    ("two instructions in one step",
     edit("core/atomic.h", r"(\n[^\n]*= lab_port_take_seq_cst[^\n]*)", r"\1\1"), STATIC,
     "lab_atomic_take_seq_cst must be LAB_INTERFERE, one lab_port step"),
    ("a function made by a macro",
     append("core/bits.h", "#define MAKE(name) static inline int name(void) { return 0; }\n"
                "MAKE(lab_selftest)\n"), STATIC, "Frama-C sees code for lab_selftest"),
    ("a promise that no path reaches", append("core/bits.h", CONTRACT.replace(
        "*/", "ensures \\false; */") + "static inline void lab_selftest(void)\n{\n"
        "\t/*@ loop assigns \\nothing; loop variant 1; */\n\twhile (1)\n\t\t;\n}\n"), STATIC,
     "no path leads to it: [wp] [CFG] Goal lab_selftest_ensures"),
    ("a goto", edit("core/bits.h", r"(lab_bits_mask\(uint32_t bit\)\n\{\n)",
                    r"\1\tgoto out;\nout:\n"), STATIC, "`goto` makes loops"),
    ("a promise is dropped", edit("core/atomic.h", r"ensures T1_exclusive: [^;]*;", ""), WHOLE,
     "did a clause go?"),
    ("a warning", append("core/bits.h", "static inline int lab_selftest(void);\n"
                             + CONTRACT + "static inline int lab_caller(void)\n{\n"
                             "\treturn lab_selftest();\n}\n"), STATIC,
     "generating default assigns"),
    ("hypotheses that contradict each other",
     together(append("spec/bits.acsl", FALSE), append("proofs/assumptions.list", LISTED)), CANARY,
     r"proves \false"),
    ("a mask is wrong", edit("core/bits.h", r"word \| lab_bits_mask", "word ^ lab_bits_mask"),
     Lowest(["--word", "64", "--fn", "lab_bits_with"]),
     "not proved, 64-bit: support lab_bits_with_ensures_set (lab_bits_with, core/bits.h:"),
    ("an index is off by one",
     edit("core/bits.h", r"\(lab_word\)1 << bit", "(lab_word)1 << (bit + 1)"),
     Lowest(["--word", "32", "--fn", "lab_bits_mask"]), "not proved, 32-bit:"),
    ("a dead hypothesis", contract_of("lab_bits_mask", lambda m: m[0].replace(
        "bit < LAB_WORD_BITS", "bit < LAB_WORD_BITS && bit > LAB_WORD_BITS")),
     Lowest(["--word", "64", "--fn", "lab_bits_mask"]), "dead: nothing can reach this point"),
    ("a function proved in no unit", create("core/selftest.c", OTHER_UNIT), STATIC,
     "lab_selftest of core/ is not in the proof (64-bit words)"),
    ("a function that no build compiles", append("core/zone.c", "#ifdef LAB_NEVER\n" + CONTRACT +
                                                 "void lab_selftest(void)\n{\n}\n#endif\n"),
     STATIC, "lab_selftest of core/ is not in the proof (64-bit words)"),
    ("a unit without contracts", unit(OTHER_UNIT.replace(CONTRACT, "")), STATIC,
     "lab_selftest has no contract"),
    ("two functions of one name", unit('#include "zone.h"\n' + CONTRACT + "static int sweep(void)\n"
                                       "{\n\treturn 0;\n}\n"), ZONE,
     "sweep is defined in core/selftest.c and core/zone.c"),
    ("units that disagree", unit("#define LAB_SWEEP_WORDS 8\n" + OTHER_UNIT), ZONE,
     "is one thing in core/zone.c and another in core/selftest.c"),
    ("an unproved function without a reason", append("proofs/unproved.list", "core/zone.c sweep\n"),
     STATIC, "proofs/unproved.list gives no reason for: core/zone.c sweep"),
    ("an unproved file that is gone", append("proofs/unproved.list", "core/gone.c\n\tIt was.\n"),
     STATIC, "proofs/unproved.list lists what no longer exists: core/gone.c"),
    ("an unproved file that is a unit", append("proofs/unproved.list", "core/zone.c\n\tNo.\n"),
     ZONE, "lists core/zone.c, which config.UNITS proves"),
    ("a bound that cannot be read", bound(ONE, r"lab_ghost_steps - 9 <= \old(lab_ghost_steps)"),
     STATIC, "lab_zone_release: T4_bounded has no bound on lab_ghost_steps that can be read"),
    ("a bound that has no number", bound(ONE, r"lab_spent{Pre,Post}(base)"),
     STATIC, "lab_zone_release: `base` has no value"),
    ("steps that no bound counts", edit("core/zone.h", r"ensures T4_bounded: [^;]*;(?=\s*\*/\s*"
                                        r"void lab_zone_release\()", ""), STATIC,
     "lab_zone_release: takes atomic steps, and its contract says not how many"),
    ("a build that differs is proved again",
     edit("core/bits.h", MASK, HARDENED % "(lab_word)((lab_word)2 << bit)"),
     Lowest(["--word", "64", "--fn", "lab_bits_mask"]), "not proved, 64-bit hardened:"),
    ("goals of a build that nobody counted",
     edit("core/bits.h", MASK, HARDENED % "(lab_word)(0u * bit)"),
     STATIC, "64-bit hardened: proofs/expected.json says nothing of it"),
    ("a cache that is broken", together(lambda tree: shutil.rmtree(tree / "proofs/cache", True),
                                        create("proofs/cache/64.tar.xz", "no archive")),
     Lowest(["--word", "64", "--fn", "lab_bits_mask", "--replay"]),
     "proofs/cache/64.tar.xz cannot be read"),
    *selftest_lists.CASES,
]
GOOD = [("untouched, every static gate", WHOLE), ("untouched, both canaries", CANARY),
        ("untouched, one function", ["--fn", "lab_bits_with", "--word", "64"]),
        ("untouched, one function replayed", ["--fn", "lab_bits_with", "--word", "64", "--replay"]),
        ("untouched, the status", selftest_lists.CHECK)]


def copy(tree):
    for folder in ("core", "spec", "proofs"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("fuzz/MUTANTS.md", "fuzz/mutants/list.txt"):
        (tree / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, tree / file)


def run(tree, args, path=None):
    env = dict(os.environ, PATH=path or os.environ["PATH"])
    script = [] if args[0].endswith(".py") else ["proofs/prove.py"]
    done = subprocess.run([sys.executable, "-B", *script, *args], cwd=tree, env=env,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


@functools.cache
def narrow_says(unit):
    """What the proof says of one unit alone, untouched: that the others are missing."""
    with tempfile.TemporaryDirectory() as folder:
        copy(pathlib.Path(folder))
        narrow(pathlib.Path(folder), unit)
        return run(pathlib.Path(folder), STATIC)[1]


def spoiled(case, tree):
    name, apply, args, wanted = case
    texts = [wanted] if isinstance(wanted, str) else wanted
    copy(tree)
    if isinstance(args, Lowest):
        narrow(tree, args.unit)
    apply(tree)
    code, said = run(tree, args)
    if code == 0:
        return f"{name}: the proof still passes"
    lost = [text for text in texts if text not in said]
    if lost:
        return f"{name}: fails, but does not say `{lost[0]}`:\n{said}"
    vain = [text for text in texts if args == WHOLE and isinstance(args, Lowest) and
            text in narrow_says(args.unit)]
    return f"{name}: `{vain[0]}` is said of the untouched text too" if vain else None


def good(case, tree):
    name, args = case
    copy(tree)
    code, said = run(tree, args)
    return None if code == 0 else f"{name}: fails:\n{said}"


def without_tool(case, tree):
    """A PATH with every tool but one, or with one that crashes when it is asked to prove."""
    name, script, args, wanted = case
    copy(tree)
    tools = tree / "bin"
    tools.mkdir()
    for tool in ("frama-c", "why3", "cvc4", "gcc", "cc", "as", "ld", "sh"):
        (tools / tool).symlink_to(shutil.which(tool))
    if script:
        (tools / "z3").write_text(script, encoding="utf-8")
        (tools / "z3").chmod(0o755)
    code, said = run(tree, args, str(tools))
    return None if code != 0 and wanted in said else f"{name}: does not say `{wanted}`:\n{said}"


CRASHING = ("#!/bin/sh\ncase $* in *-version*) echo Z3 version 4.8.12 - 64 bit; exit;; esac\n"
            "exit 7\n")
OTHER = CRASHING.replace("4.8.12", "4.9.99")
TOOLS = [
    ("a missing prover", None, WHOLE, "z3 (Debian package z3)"),
    ("a prover of another version", OTHER, CANARY, "WARNING: z3 is version 4.9.99"),
    ("a prover that crashes", CRASHING, CANARY, "Z3 did not run"),
]


def main():
    """All cases, or those with the argument in their names."""
    kinds = ((good, GOOD), (spoiled, CASES), (without_tool, TOOLS))
    work = [(check, case) for check, cases in kinds for case in cases
            if " ".join(sys.argv[1:]) in case[0]]
    if not work:
        sys.exit(f"selftest.py: no case has `{' '.join(sys.argv[1:])}` in its name")
    passed = failed = 0
    for unit in {case[2].unit for check, case in work if check is spoiled and
                 isinstance(case[2], Lowest)}:
        narrow_says(unit)
    with tempfile.TemporaryDirectory() as folder, \
            concurrent.futures.ThreadPoolExecutor(2) as pool:
        trees = [pathlib.Path(folder) / str(number) for number in range(len(work))]
        pending = [pool.submit(check, case, tree) for (check, case), tree in zip(work, trees)]
        for (_, case), result in zip(work, pending):
            try:
                error = result.result()
            except LookupError as lost:
                error = f"{case[0]}: {lost}"
            print(f"{'FAIL' if error else 'ok'}: {error or case[0]}", flush=True)
            failed += bool(error)
            passed += not error
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
