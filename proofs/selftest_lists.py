# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Cases of selftest.py about the lists of what is believed, in both directions, and about the
status that is made of the record: name, edit, arguments, what must be said (all of it)."""

from spoil import STATIC, ZONE, append, create, edit, remove, together

CHECK = ["proofs/status.py", "--check"]
CONTRACT = "/*@ terminates \\true; exits \\false; assigns \\nothing; */\n"
FUNCTION = CONTRACT + "static inline int %s\n{\n\treturn %s;\n}\n"
RELEASES = (r"(int lab_other_releases\(const lab_zone \*zone, uint32_t node, uint32_t bit\));",
            r"\1\n{\n\treturn 0;\n}\n")
GHOST = ("/*@ ghost\n  /@ terminates \\true; exits \\false; assigns \\nothing;\n"
         "     ensures lie: \\result > 0 && \\result < 0; @/\n  int lab_selftest_ghost(void);\n"
         "  /@ terminates \\true; exits \\false; assigns \\nothing; @/\n"
         "  void lab_selftest_asks(void) { int n = lab_selftest_ghost(); }\n*/\n")
# (of a static object whose address nobody takes, WP knows that no pointer is to it)
SEPARATE = ("extern int lab_selftest_object;\n"
            "/*@ requires valid: \\valid(place); terminates \\true; exits \\false;\n"
            "    assigns *place, lab_selftest_object; ensures other: lab_selftest_object == 1; */\n"
            "static inline void lab_selftest_apart(int *place)\n{\n\tlab_selftest_object = 1;\n"
            "\t*place = 2;\n}\n")
ANY = (r"(/\*@ terminates \\true; exits \\false; assigns \\nothing;)"
       r"( \*/\nuint32_t lab_any\(void\);)")

NEW = "an assumption not on proofs/assumptions.list: "
GONE = "list lists what no longer exists: "

CASES = [
    ("assumptions: found, and not listed", together(
        append("core/bits.h", "#include <stdlib.h>\n" + FUNCTION % (
            "lab_selftest_calls(int n)", "abs(n / 2)")),
        append("spec/bits.acsl", GHOST), append("core/status.h", SEPARATE),
        edit("spec/port_model.h", ANY, r"\1 ensures small: \\result < 7;\2")), ZONE,
     (NEW + "extern abs:", NEW + "extern lab_selftest_ghost:",
      NEW + "memory model, lab_selftest_apart:",
      NEW + "extern lab_any: assigns \\nothing; ensures")),
    ("assumptions: a promise that only one word size has", edit(
        "spec/port_model.h", ANY, r"#if LAB_WORD_BITS == 32\n\1 ensures small: \\result < 7;\2\n"
        r"#else\n\1\2\n#endif"), ["--static-only"],
     NEW + "extern lab_any: assigns \\nothing; ensures"),
    ("assumptions: listed, and not found", together(
        edit("spec/port_model.h", r"    ensures set: lab_bit\(word, \\result\);\n", ""),
        edit("spec/interference.h", *RELEASES),
        append("proofs/raw_access.list", "core/zone.c sweep: *\n\tNo.\n")), ZONE,
     ("assumptions." + GONE + "extern lab_port_lowest:",
      "assumptions." + GONE + "extern lab_other_releases:",
      "raw_access." + GONE + "core/zone.c sweep: *")),
    # the lists themselves
    ("assumptions: an entry twice", append(
        "proofs/assumptions.list", "axiom: a\n\tX.\naxiom: a\n"), STATIC,
     "`axiom: a` is listed twice"),
    ("assumptions: a reason of nothing", edit("proofs/assumptions.list", r"\A", "\tWhy not.\n"),
     STATIC, "proofs/assumptions.list:1: a reason without an entry above it"),
    ("assumptions: no list", remove("proofs/assumptions.list"), STATIC,
     "proofs/assumptions.list is missing"),
    # the status
    ("status: no record", remove("proofs/record.json"), CHECK,
     "proofs/record.json is missing; a whole"),
    ("status: a record without its gates", edit("proofs/record.json", '"gates"', '"gate"'), CHECK,
     "proofs/record.json has no gates"),
    ("status: a record that is cut", edit("proofs/record.json", r"\n}\n\Z", ""), CHECK,
     "proofs/record.json cannot be read"),
    ("status: a STATUS.md by hand", edit("proofs/STATUS.md", "T1 exclusive", "T1 Exclusive"),
     CHECK, "proofs/STATUS.md is not what `make status` writes"),
    ("status: a badge by hand", edit("proofs/badges/goals.svg", "goals proved", "goals shown"),
     CHECK, "proofs/badges/goals.svg is not what `make status` writes"),
    ("status: a badge of nothing", create("proofs/badges/more.svg", "<svg/>"), CHECK,
     "proofs/badges/more.svg is no badge of `make status`"),
    ("status: a new function", append("core/bits.h", FUNCTION % (
        "lab_selftest(void)", "0")), CHECK,
     "lab_selftest of core/ has no goal in it"),
    ("status: a function that is gone", edit("core/bits.h", "lab_bits_count", "lab_bits_sum"),
     CHECK, "lab_bits_count no longer exists"),
    ("status: more goals expected", edit("proofs/expected.json", r'"T1": \d+', '"T1": 9999'), CHECK,
     "goals of T1, and proofs/expected.json 9999"),
    ("status: a new assumption", append("proofs/assumptions.list", "axiom: a\n\tX.\n"), CHECK,
     "proofs/assumptions.list was without: axiom: a"),
    ("status: a function without goals", edit(
        "proofs/record.json", r'^( *)"lab_free": ', r'\1"lab_gone": '), CHECK,
     ("lab_free of core/ has no goal in it", "lab_gone no longer exists")),
    ("status: a planted bug without a row", edit(
        "fuzz/mutants/list.txt", r"\Z", "\nnew-bug T1 core/zone.c\n---\na\n+++\nb\n===\n"), CHECK,
     "fuzz/MUTANTS.md has no row for new-bug; `make mutants` writes it anew"),
]
