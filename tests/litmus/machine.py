# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What each operation is on each machine (machine.table), and the events that it makes there."""
import pathlib
import re

from program import BadTest, ORDERS, number

HERE = pathlib.Path(__file__).resolve().parent
# Instructions, as the table spells them, and what the model is told of their events: of the read,
# of the write. A name that starts with F: is a fence, with its tags.
PLAIN = ((), ())
WORDS = {
    "x86": {"mov": PLAIN, "lock": (("lock",), ("lock",)), "mfence": "mfence"},
    "arm": {"ldr": PLAIN, "str": PLAIN, "ldar": (("acq",), ()), "ldapr": (("pc",), ()),
            "stlr": ((), ("rel",)), "ldxr": PLAIN, "ldaxr": (("acq",), ()), "stxr": PLAIN,
            "stlxr": ((), ("rel",)), "amo": (("amo",), ()), "amo.a": (("amo", "acq"), ()),
            "amo.l": (("amo",), ("rel",)), "amo.al": (("amo", "acq"), ("rel",)),
            "dmb.sy": "dmbsy", "dmb.ld": "dmbld", "dmb.st": "dmbst", "isb": "isb"},
    "riscv": {"l": PLAIN, "s": PLAIN},
}
for suffix, read, write in (("", (), ()), (".aq", ("aq",), ()), (".rl", (), ("rl",)),
                            (".aqrl", ("aq", "rl"), ("aq", "rl"))):
    WORDS["riscv"]["amo" + suffix] = (("amo", *read), ("amo", *write))
    # Of a pair, the load has its own suffix and the store its own.
    both = tuple(sorted({*read, *write}))
    WORDS["riscv"]["lr" + suffix] = (("lrsc", *both), ())
    WORDS["riscv"]["sc" + suffix] = ((), ("lrsc", *both))
READS = {"load", "read", "swap", "put", "take", "or", "clear", "add", "cas"}
WRITES = {"store", "write", "swap", "put", "take", "or", "clear", "add", "cas"}
# Of an operation's row in the table; rmw for the rest.
KIND = {"load": "load", "read": "load", "store": "store", "write": "store", "put": "put",
        "cas": "cas", "fence": "fence"}


def fence_tags(model, word):
    """The tags of a fence's event, or None: this is no fence."""
    if model == "riscv" and (match := re.fullmatch(r"fence\.(r?w?)-(r?w?)", word)):
        return ["p" + c for c in match[1]] + ["s" + c for c in match[2]]
    entry = WORDS[model].get(word)
    return [entry] if isinstance(entry, str) else None


def table():
    """{(target, kind, order): [instruction, ...]}, each target's model (those with "-" have none),
    and what else some compilers make of a row."""
    rows, models, others = {}, {}, {}
    for count, line in enumerate((HERE / "machine.table").read_text().splitlines(), 1):
        words = line.split("#")[0].split()
        if not words:
            continue
        if words[0] == "target":
            models[words[1]] = words[2]
            continue
        target, kind, order, code = words[0], words[1], words[2], words[3:]
        if target not in models or order not in ORDERS + ["plain"]:
            raise BadTest(f"machine.table:{count}: no such target or order")
        for word in code:
            if word == "or" or models[target] == "-":
                continue
            if word not in WORDS[models[target]] and fence_tags(models[target], word) is None:
                raise BadTest(f"machine.table:{count}: {models[target]} has no instruction {word}")
        rows[target, kind, order] = code[:code.index("or")] if "or" in code else code
        if "or" in code:
            others[target, kind, order] = code[code.index("or") + 1:]
    return rows, {target: model for target, model in models.items() if model != "-"}, others


class Builder:
    """The facts of one test on one target."""

    def __init__(self, test, target, rows, models):
        self.model, self.target, self.rows = models.get(target, "c11"), target, rows
        self.where, self.facts, self.count = test.where, [], 0
        self.registers = {}
        self.places = set(test.init)

    def fault(self, text):
        raise BadTest(f"{self.where}: {text}")

    def event(self, thread, position, kind, place, tags, guards=(), controls=()):
        self.count += 1
        self.facts += [f"ctrl({self.of(register)},{self.count})." for register in controls]
        self.facts.append(f"ev({self.count},{thread},{position},{kind},{place or 'none'}).")
        self.facts += [f"tag({self.count},{tag})." for tag in tags]
        for register, comparison, value in guards:
            self.facts.append(f"guard({self.count},{register},{comparison},{value}).")
        if place:
            self.places.add(place)
        return self.count

    def code_of(self, s):
        """The instructions of a statement; for C11, its order."""
        if s.is_machine:
            return s.how.split("+")
        if self.target == "c11":
            return [s.how]
        if s.operation == "fence" and s.how == "relaxed":
            return []
        key = (self.target, KIND.get(s.operation, "rmw"), s.how)
        if key not in self.rows:
            self.fault(f"machine.table has no row for {' '.join(key)}")
        return self.rows[key]

    def tags_of(self, words, operation):
        """(fences before, tags of the read, tags of the write, fences after)."""
        before, after, read, write, seen = [], [], [], [], False
        for word in words:
            if self.target == "c11":
                read = {"plain": ["na"], "acquire": ["acq"], "acq_rel": ["acq"],
                        "seq_cst": ["acq", "sc"]}.get(word, [])
                write = {"plain": ["na"], "release": ["rel"], "acq_rel": ["rel"],
                         "seq_cst": ["rel", "sc"]}.get(word, [])
                if operation == "fence":
                    before = [{"acquire": ["facq"], "release": ["frel"],
                               "acq_rel": ["facq", "frel"], "relaxed": [],
                               "seq_cst": ["facq", "frel", "fsc"]}[word]]
            elif (tags := fence_tags(self.model, word)) is not None:
                (after if seen else before).append(tags)
            elif word in WORDS[self.model]:
                tags, seen = WORDS[self.model][word], True
                read, write = read + list(tags[0]), write + list(tags[1])
            else:
                self.fault(f"{self.model} has no instruction {word}")
        return before, read, write, after

    def value(self, event, s, source):
        """What a write puts there; `source` is the read of the same read-modify-write."""
        form = {"or": "or", "clear": "clear", "add": "add"}.get(s.operation)
        text = "0" if s.operation == "take" else s.arguments[-1] if s.arguments else ""
        match = re.fullmatch(r"([A-Za-z]\w*)(?:\+(\d+))?", text)
        if form and number(text) is not None:
            self.facts.append(f"value({event},{form},{source},{text}).")
        elif match and not form:
            self.facts.append(f"value({event},add,{self.of(match[1])},{match[2] or 0}).")
            if s.is_machine:
                self.facts.append(f"data({self.of(match[1])},{event}).")
        elif number(text) is not None:
            self.facts.append(f"value({event},set,none,{text}).")
        else:
            self.fault(f"{s.operation} {s.place}: '{text}' is no value")

    def of(self, register):
        if register not in self.registers:
            self.fault(f"nothing was put into {register} before it is used")
        return self.registers[register]

    def depend(self, event, s):
        for kind, register in s.depends.items():
            self.facts.append(f"{kind}({self.of(register)},{event}).")

    def access(self, s, thread, position, guards, read_tags, write_tags, controls):
        source = None
        if s.operation in READS and not (s.operation == "put" and self.is_store(s)):
            source = self.event(thread, position, "r", s.place, read_tags, guards,
                                controls)
            self.depend(source, s)
            if s.register:
                if s.register in self.registers:
                    self.fault(f"register {s.register} is used twice")
                self.registers[s.register] = source
        if s.operation in WRITES:
            if s.operation == "cas":
                guards = [*guards, (source, "eq", number(s.arguments[0]))]
            event = self.event(thread, position + 1, "w", s.place, write_tags, guards,
                               controls)
            self.depend(event, s)
            self.value(event, s, source)
            if source and s.how != "plain":
                self.facts.append(f"rmw({source},{event}).")

    def is_store(self, s):
        return self.target != "c11" and self.rows.get(
            (self.target, "put", s.how)) == self.rows.get((self.target, "store", s.how))

    def thread(self, name, code):
        position, controls = 0, []
        for s in code:
            if s.operation == "ctrl":
                self.of(s.arguments[0])
                controls.append(s.arguments[0])
                continue
            guards = [(self.of(r), c, v) for r, c, v in s.guards]
            before, read, write, after = self.tags_of(self.code_of(s), s.operation)
            for tags in before:
                self.event(name, position := position + 1, "f", "", tags, guards, controls)
            if s.operation != "fence":
                self.access(s, name, position + 1, guards, read, write, controls)
                position += 2
            for tags in after:
                self.event(name, position := position + 1, "f", "", tags, guards, controls)


def domain(test, code):
    """Every value that a place can have: closed under what the test's writes do."""
    constants, forms = {0, *test.init.values()}, []
    for s in (s for thread in code for s in thread):
        for text in s.arguments:
            if number(text) is None:
                forms += [("add", int(text.split("+")[1]))] if "+" in text else []
            elif s.operation in ("or", "clear", "add"):
                forms.append((s.operation, number(text)))
            else:
                constants.add(number(text))
    step = {"or": lambda a, b: a | b, "clear": lambda a, b: a & ~b, "add": lambda a, b: a + b}
    for _ in range(sum(map(len, code)) + 1):
        constants |= {step[form](value, by) for value in constants for form, by in forms
                      if -8 <= step[form](value, by) <= 16}
    return constants


def facts(test, code, target, rows, models):
    """The facts of a test, and the events of its registers."""
    builder = Builder(test, target, rows, models)
    for number_, thread in enumerate(code):
        builder.thread(number_, thread)
    for place in sorted(builder.places):
        event = builder.event("init", 0, "w", place, ["na"] if target == "c11" else [])
        builder.facts.append(f"value({event},set,none,{test.init.get(place, 0)}).")
    for value in sorted(domain(test, code)):
        builder.facts.append(f"dom({value}).")
    return builder.facts, builder.registers, builder.places
