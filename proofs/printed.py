# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""A unit as Frama-C prints it: macros expanded, contracts merged, functions that nobody uses gone.

It says which functions and lemmas a unit has, and for each of them every text that its goals are
made from, so that two builds can be compared.
"""

import re
import subprocess

import config
import framac
import sources
from tools import ProofError, environment, first_error

LOGIC = re.compile(r"\b(predicate|lemma|axiom|axiomatic|inductive|type|logic|volatile|"
                   r"\w+ invariant)\b([^({:=;]*)")
KEYWORDS = {"struct", "union", "enum", "typedef", "const", "volatile", "static", "extern", "int",
            "char", "short", "long", "unsigned", "signed", "void", "_Bool", "float", "double"}

# How Frama-C prints the name of a LAB_APART function where it is declared.
APART = re.compile(r"\( __attribute__\(\(__noinline__\)\) (\w+)\)")


class Chunk:
    """One top-level piece of the text: its words, and the names that it gives a meaning to."""

    def __init__(self, tokens, names=(), kind="data"):
        self.text = " ".join(" ".join(t.text.split()) for t in tokens)
        self.words = set(re.findall(r"[A-Za-z_]\w*", self.text)) - KEYWORDS
        self.names, self.kind = set(names), kind
        self.contract = " ".join(t.text for t in tokens if t.kind == "acsl")


def logic_chunk(token):
    """A global annotation; one whose name is not found belongs to everything."""
    found = LOGIC.search(sources.strip_acsl(token.text))
    names = re.findall(r"\w+", re.sub(r"\{.*", "", found[2]))[-1:] if found else ()
    kind = "lemma" if found and found[1] == "lemma" else "logic"
    if not found or found[1] not in ("predicate", "lemma", "logic"):
        names, kind = (), "axiom"
    return Chunk([token], names, kind)


def data_names(tokens):
    """Names in a declaration that is no function: tag, members, enumerators, the object."""
    words = {t.text for t in tokens if t.kind == "word"} - KEYWORDS
    return words if any(t.text == "{" for t in tokens) else {
        t.text for t, after in zip(tokens, [*tokens[1:], None])
        if t.kind == "word" and (after is None or after.text in ("[", "=", ";", ","))}


class Printed:
    """One unit in one variant."""

    def __init__(self, variant, unit):
        name = f"print-{unit.replace('/', '-')}-{variant.key}"
        path = config.BUILD / f"{name}.c"
        path.unlink(missing_ok=True)
        command = framac.base_command(variant, [unit]) + [
            "-print", "-ocode", path.relative_to(config.ROOT).as_posix()]
        done = subprocess.run(command, cwd=config.ROOT, env=environment(), text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode != 0 or not path.exists():
            raise ProofError(f"Frama-C cannot read {unit} ({variant.label} words):\n" +
                             first_error(done.stdout.splitlines()))
        self.variant, self.unit = variant, unit
        self.warnings = [line for line in done.stdout.splitlines() if "Warning:" in line]
        self.contracts, self.bodies, self.inline = {}, {}, set()
        self.chunks, self.axioms, self.lemmas, self.by_name = [], [], {}, {}
        tokens = sources.tokenize(APART.sub(r"\1", path.read_text(encoding="utf-8")))
        self.read([t for t in tokens if t.kind not in ("comment", "directive")])
        for chunk in self.chunks:
            for name in chunk.names:
                self.by_name.setdefault(name, []).append(chunk)

    def read(self, tokens):
        """Cut the text into its top-level pieces."""
        piece, depth = [], 0
        for token in tokens:
            if depth == 0 and token.kind == "acsl" and not sources.is_contract(token):
                self.add_logic(token)
                continue
            piece.append(token)
            depth += (token.text == "{") - (token.text == "}")
            if depth == 0 and token.text in (";", "}"):
                if self.add(piece, token.text == "}"):
                    piece = []

    def add_logic(self, token):
        chunk = logic_chunk(token)
        if chunk.kind == "lemma":
            self.lemmas[next(iter(chunk.names))] = chunk
        elif chunk.kind == "axiom":
            self.axioms.append(chunk)
        else:
            self.chunks.append(chunk)

    def add(self, piece, closed):
        """A declaration or a definition; False when it goes on after this brace."""
        head = [t for t in piece if t.kind != "acsl"]
        opening = next((n for n, t in enumerate(head) if t.text == "{"), len(head))
        name = sources.declared_name([*head[:opening], head[-1]])
        if closed and not name:
            return False            # struct { ... } ends at its semicolon
        if not name:
            self.chunks.append(Chunk(piece, data_names(head)))
            return True
        name = name.text
        signature = [t for t in piece if t.kind == "acsl" and sources.is_contract(t)][:1] + \
            [t for t in head[:opening] if t.text not in ("extern", "static", "__inline", ";")]
        self.contracts.setdefault(name, []).append(Chunk(signature))
        if closed:
            self.bodies[name] = Chunk(piece)
            if any(t.text in ("__inline", "inline") for t in head[:opening]):
                self.inline.add(name)
        return True

    def reach(self, start):
        """The texts that the goals of `start` are made from: definitions of the words it uses, the
        contracts of what it calls, of inline functions the bodies too, all at any depth."""
        found, todo, done = {}, [start, *self.axioms], set()
        while todo:
            chunk = todo.pop()
            found[chunk.text] = True
            for word in chunk.words - done:
                done.add(word)
                todo += self.by_name.get(word, []) + self.contracts.get(word, [])
                if word in self.inline:
                    todo.append(self.bodies[word])
        return frozenset(found)

    def texts(self):
        """((kind, name), text) of what other units may have too."""
        yield from ((("function", n), c.text) for n, c in self.bodies.items())
        yield from ((("lemma", n), c.text) for n, c in self.lemmas.items())
        yield from ((("contract", n), c.contract) for n, cs in self.contracts.items() for c in cs
                    if c.contract)
        yield from (((c.kind, n), c.text) for c in self.chunks if c.kind == "logic"
                    for n in c.names)

    def function_reach(self, name):
        return self.reach(self.bodies[name]) | {c.text for c in self.contracts[name]}

    def lemma_reach(self, name):
        return self.reach(self.lemmas[name])
