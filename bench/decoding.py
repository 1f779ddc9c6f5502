#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Hold bench/decode.c against the disassembler: python3 bench/decoding.py GATE FILE...

Every different instruction in the files' code goes to `GATE --decode`, and what that says of it
(does it lock, does it read memory) must be what objdump's text says.
"""
import re
import subprocess
import sys

# Mnemonics with a memory operand that they write, or only name.
WRITES = re.compile(r"(v?mov(?!s[bwlqx]|z|sx).*|set.*|v?pextr.*|st.*|f?n?st.*|v?extract.*|fist.*)$")
NAMES = re.compile(r"(lea|nop|prefetch|clflush|invlpg|cldemote|clwb|endbr|fxsave|xsave|sfence).*")
IMPLIED = re.compile(r"(rep[nez]* )*(pop|ret|leave|movs[bwlq] |cmps|lods|scas)")


def expected(text):
    """(locks, loads) of a line of objdump, in AT&T syntax."""
    text = re.sub(r"\s*(#|<).*", "", text).strip()
    words = text.replace("notrack ", "").replace("bnd ", "").replace("data16 ", "")
    words = re.sub(r"^(rex\S* |cs |ds |es |ss |addr32 )+", "", words)
    locked = words.startswith("lock ")
    words = words.removeprefix("lock ")
    if IMPLIED.match(words) and not words.startswith("popcnt"):
        return locked, True
    name, _, operands = words.partition(" ")
    in_memory = re.search(r"\(|(^|[ ,*])(%[c-g]s:)?-?0x[0-9a-f]+(,|$)", operands.strip()) and \
        not re.match(r"(j|call)\w*\s+[^*\s]", words)
    if not in_memory or NAMES.match(name) or "stos" in words:
        return locked, False
    last = re.split(r",(?![^(]*\))", operands)[-1]
    if WRITES.match(name) and "(" in last:
        return locked, False
    return locked or (name.startswith("xchg")), True


def instructions(path):
    """{bytes in hexadecimal: text} of the code in a file."""
    text = subprocess.run(["objdump", "-d", "-w", path], capture_output=True, text=True,
                          check=True).stdout
    found = re.findall(r"^\s*[0-9a-f]+:\t((?:[0-9a-f]{2} )+)\s*\t(.+)$", text, flags=re.M)
    return {code.replace(" ", ""): text for code, text in found}


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    known = {}
    for path in sys.argv[2:]:
        known.update(instructions(path))
    if not known:
        sys.exit(f"decoding: no code in {' '.join(sys.argv[2:])}")
    answers = subprocess.run([sys.argv[1], "--decode"], input="\n".join(known) + "\n",
                             capture_output=True, text=True, check=True).stdout.splitlines()
    bad = 0
    for (code, text), answer in zip(known.items(), answers, strict=True):
        wanted = "%d %d" % expected(text)
        if answer != wanted:
            bad += 1
            print(f"decode.c says '{answer}' (locks, loads), the text '{wanted}': {code} {text}")
    print(f"{len(known)} different instructions, {bad} read wrongly")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
