# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What each function of words.c must answer, in SMT-LIB: the contracts of core/bits.h and of
lab_port_lowest in spec/port_model.h, and what the comments say beyond them.

`w` is the word, `b` the number; each contract is (parameters, what may be assumed, what must hold
of the answer `r`). A number answered has 32 bits.
"""


def number(value, width):
    return f"(_ bv{value} {width})"


def bit_set(word, at, width):
    return f"(= ((_ extract 0 0) (bvlshr {word} {at})) #b1)"


def below(at, width):
    """The bits below a number, which is smaller than the width."""
    one = number(1, width)
    return f"(bvsub (bvshl {one} {at}) {one})"


def lowest_of(word, answer, width):
    zero = number(0, width)
    return (f"(and (bvult {answer} {number(width, width)}) {bit_set(word, answer, width)} "
            f"(= (bvand {word} {below(answer, width)}) {zero}))")


def total(word, width):
    """The sum of the bits, in as many bits as the answer has: halves, added up."""
    parts = [f"((_ zero_extend 31) ((_ extract {i} {i}) {word}))" for i in range(width)]
    while len(parts) > 1:
        parts = [f"(bvadd {a} {b})" for a, b in zip(parts[::2], parts[1::2])]
    return parts[0]


def as_word(text, width):
    """A number of 32 bits as a word."""
    return text if width == 32 else f"((_ zero_extend {width - 32}) {text})"


def contracts(width):
    zero, one = number(0, width), number(1, width)
    at = as_word("b", width)
    answer = as_word("r", width)
    start = f"(bvand {at} {number(width - 1, width)})"
    high = f"(bvand w (bvshl (bvnot {zero}) {start}))"
    mask = f"(bvshl {one} {at})"
    in_range = f"(bvult b {number(width, 32)})"
    some = f"(not (= w {zero}))"
    return {
        "lowest": ("w", some, lowest_of("w", answer, width)),
        "pick": ("wb", some, f"(ite (= {high} {zero}) {lowest_of('w', answer, width)} "
                             f"{lowest_of(high, answer, width)})"),
        "count": ("w", "true", f"(= r {total('w', width)})"),
        "mask": ("b", in_range, f"(= r {mask})"),
        "with": ("wb", in_range, f"(= r (bvor w {mask}))"),
        "without": ("wb", in_range, f"(= r (bvand w (bvnot {mask})))"),
    }


WORDS = ("mask", "with", "without")  # those that answer a word, not a number
