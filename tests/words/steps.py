# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The steps of core/port.h as compiled, against what spec/port_model.h makes of them: for every
word in memory and every argument, what is answered and what is in memory then.

A step alone: no other processor is here, so a store-exclusive succeeds. That nothing comes between
its two halves is the machine's promise, and the shape of the code that of tests/machines.
"""
import execute
import terms

CELL = 0x7ffd0000  # where the word is
# Of each step: the arguments after the pointer (w: a word; n: 32 bits; b: a bit's number), what is
# there, what is answered (in so many bits; 0 is nothing), and what must hold of the answer `r` and
# of memory `m`, which was `c`.
STEPS = {
    "load_relaxed": ("", "word", "word", "(and (= r c) (= m c))"),
    "load_seq_cst": ("", "word", "word", "(and (= r c) (= m c))"),
    "take_seq_cst": ("", "word", "word", "(and (= r c) (= m ZERO))"),
    "clear_bit_seq_cst": ("b", "word", 8, "(and (= r (ite (= (bvand c MASK) ZERO) NO YES)) "
                                          "(= m (bvand c (bvnot MASK))))"),
    "or_seq_cst": ("w", "word", 0, "(= m (bvor c w))"),
    "tag_load_relaxed": ("", 32, 32, "(and (= r c) (= m c))"),
    "tag_store_relaxed": ("n", 32, 0, "(= m n)"),
    "tag_swap_relaxed": ("en", 32, 32, "(and (= r c) (= m (ite (= c e) n c)))"),
    "count_add_relaxed": ("n", 32, 32, "(and (= r c) (= m (bvadd c n)))"),
    "flag_load_relaxed": ("", 32, 8, "(and (= r (ite (= c ZERO) NO YES)) (= m c))"),
    "flag_swap_relaxed": ("n", 32, 8, "(and (= r (ite (= c ZERO) NO YES)) (= m n))"),
}


def question(family, image, start, step, width):
    """The SMT-LIB text that is satisfiable when the step is not what its model says."""
    parameters, cell, answered, after = STEPS[step]
    cell, answered = (width if size == "word" else size for size in (cell, answered))
    made = terms.Terms()
    contents = made.fresh(cell, "c")
    arguments = [made.fresh(width if p == "w" else 32, p) for p in parameters]
    state = execute.State(made, image, 64 if width == 64 else 32)
    state.memory[CELL] = contents
    family.enter(state, [state.number(CELL), *arguments])
    number = "b" if cell == 32 else f"((_ zero_extend {cell - 32}) b)"
    wrong = []
    for end in execute.run(state, start, family.step):
        answer = family.answer(end, answered) if answered else made.known(8, 0)
        names = {"r": made.text(answer), "m": made.text(end.memory[CELL]),
                 "ZERO": f"(_ bv0 {cell})", "NO": "(_ bv0 8)", "YES": "(_ bv1 8)",
                 "MASK": f"(bvshl (_ bv1 {cell}) {number})"}
        holds = " ".join(names.get(token, token) for token in
                         after.replace("(", "( ").replace(")", " )").split())
        wrong.append(f"(and {' '.join(['true', *end.path])} (not {holds}))")
    before = f"(bvult b (_ bv{cell} 32))" if "b" in parameters else "true"
    return "\n".join(["(set-logic QF_BV)", *made.lines, f"(assert {before})",
                      f"(assert (or false {' '.join(wrong)}))", "(check-sat)", "(exit)"]) + "\n"
