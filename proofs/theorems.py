# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""From the name of a goal to its function and its theorem."""

import collections
import re

import config

LEMMAS = "(lemmas)"


def function_of(name, functions):
    """The function a goal is about: goal names start with it."""
    if name.startswith("lemma_"):
        return LEMMAS
    fitting = [f for f in functions if name.startswith(f + "_")]
    return max(fitting, key=len) if fitting else "?"


def theorem_of(name, function):
    rest = name.removeprefix("lemma_" if function == LEMMAS else function + "_")
    if rest.startswith("wp_smoke"):
        return config.SMOKE
    named = re.search(r"(?:^|_)(T\d+)_[a-z]", rest)
    if named and named[1] in config.THEOREMS:
        return named[1]
    if re.search(r"(^|_)assert_rte_", rest):
        return "T8"
    if re.match(r"(terminates|loop_variant|decreases)", rest):
        return "T4"
    return config.SUPPORT


def clause_of(name, function):
    """The name of the clause in the source that a goal's name was made from, if it has one."""
    rest = name.removeprefix("lemma_" if function == LEMMAS else function + "_")
    rest = re.sub(r"_(part\d+|established|preserved|\d+)$", "", rest)
    rest = re.sub(r"_(part\d+|established|preserved|\d+)$", "", rest)
    return re.sub(r"^(ensures|assert|check|loop_invariant)_?", "", rest)


def counts(names, sources):
    """How many goals each row of the table has, and `all`."""
    functions = {f.name for f in sources.functions}
    found = collections.Counter(theorem_of(n, function_of(n, functions)) for n in names)
    found["all"] = len(names)
    return found
