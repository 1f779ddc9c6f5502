# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What a cold run found, kept for replays: proofs/cache/64.tar.xz and 32.tar.xz, committed.

Marks of the functions and lemmas that it proved: one whose goals are made from the same texts is
believed as a whole. Answers of provers for the others: WP names an answer by a hash of its goal, so
that a goal that changed finds none and is proved. A replay is no proof.
"""

import hashlib
import io
import json
import lzma
import re
import shutil
import tarfile

import config
import framac
import theorems
from tools import ProofError

REPLAY, REBUILD = "update", "rebuild"       # modes of -wp-cache: read and write; only write
ENTRY = re.compile(r"[0-9a-f]{32}\.json")
MARKS = "marks.json"


class Believed:
    """What a replay takes from the cold run, in the shape of a finished framac.Job."""
    kind, done, process = "believed", True, None

    def __init__(self, share, names):
        self.variant, self.part = share.variant, share.unit
        self.goals = {g: framac.Goal(g, True, "believed", 0.0) for g in share.goals()
                      if "_wp_smoke_" not in g and
                      (g.removeprefix("lemma_") if g.startswith("lemma_") else
                       theorems.function_of(g, share.functions)) in names}


def marks(plan, versions):
    """{variant:name: hash of all that its goals are made from, the limits and the tools}"""
    found = {}
    for share in plan.shares:
        text = plan.prints[share.variant, share.unit]
        scripts = sorted((config.SESSION / str(share.variant.word)).rglob("*.json"))
        base = [repr(versions), repr((config.STEPS, config.TIMEOUT, config.PROVERS)),
                *(p.read_text(encoding="utf-8") for p in scripts),
                *sorted(c.text for c in text.lemmas.values())]
        for name in share.functions + share.lemmas:
            reach = text.function_reach(name) if name in text.bodies else text.lemma_reach(name)
            whole = "\0".join([name, *base, *sorted(reach)])
            found[f"{share.variant.key}:{name}"] = hashlib.sha256(whole.encode()).hexdigest()
    return found


def believe(plan, versions):
    """Take out of the shares what the cold run proved and did not change; returns [Believed]."""
    before, taken = {}, []
    for word in {v.word for v in plan.variants}:
        path = folder(REPLAY, word) / MARKS
        before.update(json.loads(path.read_text(encoding="utf-8")) if path.exists() else {})
    now = marks(plan, versions)
    for share in plan.shares:
        names = {n for n in share.functions + share.lemmas
                 if before.get(f"{share.variant.key}:{n}") == now[f"{share.variant.key}:{n}"]}
        taken.append(Believed(share, names))
        share.believed = frozenset(names)
        left = share.left(share.functions + share.lemmas)
        print(f"REPLAY: {share.variant.label}, {share.unit}: {len(names)} functions and lemmas are "
              f"as the cold run proved them, {len(left)} changed"
              f"{': ' if left else ''}{', '.join(left)}", flush=True)
    return taken


def folder(mode, word):
    return config.BUILD / f"cache-{mode}" / str(word)


def archive(word):
    return config.CACHE / f"{word}.tar.xz"


def prepare(mode, words):
    """Make the folders that WP writes to; a replay finds the committed answers there."""
    for word in words:
        if mode == REBUILD:
            shutil.rmtree(folder(mode, word), ignore_errors=True)
        folder(mode, word).mkdir(parents=True, exist_ok=True)
        (folder(mode, word) / MARKS).unlink(missing_ok=True)
        if mode == REPLAY:
            unpack(word)


def unpack(word):
    """Nothing but answers is written, whatever the archive holds."""
    path, count = archive(word), 0
    if not path.exists():
        print(f"REPLAY: {path.relative_to(config.ROOT)} is missing: every goal is proved anew, "
              "which takes as long as a cold run; --update-cache writes it", flush=True)
        return
    try:
        with tarfile.open(path, "r:xz") as tar:
            for member in tar:
                if not member.isfile() or not (ENTRY.fullmatch(member.name) or
                                               member.name == MARKS):
                    raise ProofError(f"{path.relative_to(config.ROOT)} holds {member.name}, which "
                                     "is no answer of a prover")
                count += 1
                (folder(REPLAY, word) / member.name).write_bytes(tar.extractfile(member).read())
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise ProofError(f"{path.relative_to(config.ROOT)} cannot be read: {error}") from error
    print(f"REPLAY: {count} entries from {path.relative_to(config.ROOT)}", flush=True)


def steady(path):
    """An answer without the seconds that it took, which differ from run to run."""
    # Frama-C writes 1 second as "1.", which JSON does not allow.
    content = json.loads(re.sub(r"(\d\.)(?=\s*[,}])", r"\g<1>0",
                                path.read_text(encoding="utf-8")))
    if "time" in content:
        content["time"] = min(content["time"], 0.01)
    return json.dumps(content, sort_keys=True).encode()


def pack(plan, versions):
    """Write what a cold run found; the same answers give the same bytes."""
    config.CACHE.mkdir(exist_ok=True)
    whole = marks(plan, versions)
    for word in sorted({v.word for v in plan.variants}):
        mine = {name: mark for name, mark in whole.items() if name.startswith(str(word))}
        (folder(REBUILD, word) / MARKS).write_text(json.dumps(mine, indent=0, sort_keys=True))
        data = io.BytesIO()
        with tarfile.open(fileobj=data, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for path in sorted(folder(REBUILD, word).glob("*.json")):
                content = steady(path)
                entry = tarfile.TarInfo(path.name)
                entry.size, entry.mode = len(content), 0o644
                tar.addfile(entry, io.BytesIO(content))
        packed = lzma.compress(data.getvalue(), preset=9 | lzma.PRESET_EXTREME)
        archive(word).write_bytes(packed)
        print(f"{archive(word).relative_to(config.ROOT)}: {len(packed)} bytes")
