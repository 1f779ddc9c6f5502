# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Who proves what: each function and lemma once per word size, and again in the other builds where
its text, or a text that its goals are made from, is another."""

import concurrent.futures
import dataclasses

import config
import listing
import printed
import survey
import theorems
from tools import ProofError


@dataclasses.dataclass
class Share:
    """What one unit proves in one variant."""
    variant: config.Variant
    unit: str
    functions: list
    lemmas: list
    survey: object = None
    believed: frozenset = frozenset()       # by a replay

    def left(self, names):
        return [n for n in names if n not in self.believed]

    def goals(self):
        return [*(f"lemma_{name}" for name in self.lemmas),
                *(self.survey.goals if self.survey else [])]


def at_once(work, items):
    """[work(item)] in the order of the items, config.JOBS at a time."""
    with concurrent.futures.ThreadPoolExecutor(config.JOBS) as pool:
        return list(pool.map(work, items))


class Unproved:
    """proofs/unproved.list: files `core/x.c`, or functions `core/x.c name`."""

    def __init__(self, sources):
        self.listed, self.errors, self.names = listing.read_list(config.UNPROVED), [], {}
        for entry, reason in self.listed.items():
            file, _, name = entry.partition(" ")
            here = [f.name for f in sources.functions if f.file == file and f.defined and
                    name in ("", f.name)]
            if not reason:
                self.errors.append(f"proofs/unproved.list gives no reason for: {entry}")
            if not here:
                self.errors.append(f"proofs/unproved.list lists what no longer exists: {entry}")
            if entry in config.UNITS:
                self.errors.append(f"proofs/unproved.list lists {entry}, which config.UNITS proves")
            self.names.update(dict.fromkeys(here, entry))

    def entries(self):
        """[entry, its functions, its reason]"""
        return [[entry, sorted(n for n, e in self.names.items() if e == entry), reason]
                for entry, reason in self.listed.items()]

    def lines(self):
        """What must be said loudly."""
        return [listing.not_proved(*entry) for entry in self.entries()]

    def short(self):
        """The same in a line, for a run about one function."""
        if self.names:
            yield (f"NOT PROVED: {len(self.names)} functions of proofs/unproved.list; a run of "
                   "everything names them")


class Plan:
    def __init__(self, words, why3, sources):
        self.variants = config.variants(words)
        self.unproved = Unproved(sources)
        self.why3, self.shares, self.same = why3, [], {}
        pairs = [(v, u) for v in self.variants for u in config.UNITS]
        prints = at_once(lambda pair: printed.Printed(*pair), pairs)
        self.prints = dict(zip(pairs, prints))
        for variant in self.variants:
            self.deal(variant)
        asked = [s for s in self.shares if s.functions]
        surveys = at_once(lambda s: survey.Survey(s.variant, s.unit, s.functions, why3), asked)
        for share, found in zip(asked, surveys):
            share.survey = found
        self.surveys = surveys

    def deal(self, variant):
        """Give each function and lemma of a variant to the first unit that has it."""
        functions, lemmas = set(self.unproved.names), set()
        self.same[variant] = []
        for unit in config.UNITS:
            text = self.prints[variant, unit]
            share = Share(variant, unit, [n for n in text.bodies if n not in functions],
                          [n for n in text.lemmas if n not in lemmas])
            functions |= set(share.functions)
            lemmas |= set(share.lemmas)
            if variant.build:
                self.drop_same(share, text, self.prints[config.Variant(variant.word), unit])
            if share.functions or share.lemmas:
                self.shares.append(share)

    def drop_same(self, share, text, base):
        """Leave only what the default build does not prove."""
        whole = len(share.functions)
        share.functions = [n for n in share.functions if n not in base.bodies or
                           text.function_reach(n) != base.function_reach(n)]
        share.lemmas = [n for n in share.lemmas if n not in base.lemmas or
                        text.lemma_reach(n) != base.lemma_reach(n)]
        self.same[share.variant].append((share.unit, whole - len(share.functions)))

    def bodies(self, word):
        """Names of the functions with a body in some build of a word size."""
        return {n for (v, _), text in self.prints.items() if v.word == word for n in text.bodies}

    def goals(self, variant):
        return sorted(g for s in self.shares if s.variant == variant for g in s.goals())

    def select(self, name, functions):
        """Keep one function, or `lemmas`."""
        for share in self.shares:
            share.functions = [f for f in share.functions if f == name]
            share.lemmas = share.lemmas if name == "lemmas" else []
            if share.survey:
                share.survey.goals = [g for g in share.survey.goals
                                      if theorems.function_of(g, functions) == name]
        self.shares = [s for s in self.shares if s.functions or s.lemmas]
        if not self.shares:
            known = sorted({n for text in self.prints.values() for n in text.bodies})
            raise ProofError(f"no function {name} with a body; there are: lemmas, " +
                             ", ".join(n for n in known if n not in self.unproved.names))

    def build_lines(self):
        """What each build proves, in words."""
        for variant in self.variants:
            if not variant.build:
                continue
            again = [n for s in self.shares if s.variant == variant
                     for n in [*s.functions, *(f"lemma {name}" for name in s.lemmas)]]
            same = sum(count for _, count in self.same[variant])
            yield (f"{variant.label}: {len(again)} proved again" +
                   (f" ({', '.join(again)})" if again else "") +
                   f"; {same} functions have the text that {variant.word}-bit proves")
