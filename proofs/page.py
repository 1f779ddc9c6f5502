# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The page build/status.html: one file without scripts, fonts or pictures from elsewhere."""

import html

import badges
import config
import listing
import pagetables
import record as records
from tools import text

STYLE = config.PROOFS / "page.css"
TITLE = "Labyrinth: what is proved"


def para(said, kind="p", **attributes):
    extra = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return f"<{kind}{extra}>{said}</{kind}>"


def code(said):
    return para(html.escape(said), "code")


def section(name, title, *parts):
    return "\n".join([f'<section id="{name}">', para(title, "h2"), *parts, "</section>"])


def card(figure, title, source, good):
    return (f'<div class="card {good}"><div class="figure">{figure}</div><div>{title}</div>'
            f'<div class="source">{source}</div></div>')


def of_tried(title, tried):
    """The card of a list of planted bugs."""
    if not tried.bugs:
        return card("not run", f"{title}: not run on this tree", f"by {code(tried.command)}",
                    "none")
    caught, count, left = tried.caught(), len(tried.bugs), len(tried.untried())
    return card(f"{caught} of {count}", f"{title} caught" + (f", {left} not tried" if left else ""),
                f"{code(tried.source)}, by {code(tried.command)}",
                "good" if caught == count else "bad")


def cards(record, fuzzed, of_proof):
    """The figures, and beside each where it comes from."""
    found = [records.cell(record, v["key"]) for v in record["variants"]]
    proved, goals = (sum(column) for column in zip(*found))
    core = badges.proved_core(record)
    left = len(badges.unproved_names(record))
    held = sum(holds for _, _, holds in record["gates"])
    source = "proofs/record.json, the last cold run"
    return '<div class="cards">' + "\n".join([
        card(f"{proved:,} of {goals:,}", "goals proved, 64-bit and 32-bit words", source,
             "good" if proved == goals else "bad"),
        card(f"{core} of {core + left}", "functions of the core proved", source,
             "part" if left else "good"),
        card(f"{held} of {len(record['gates'])}", "gates hold", source,
             "good" if held == len(record["gates"]) else "bad"),
        of_tried("bugs planted in the core", fuzzed),
        of_tried("mutants of the proof", of_proof)]) + "</div>"


def state(record):
    """Whether the run was of this tree."""
    changed, errors = records.changed(record), records.stale(record)
    if not changed and not errors:
        return para("The files of <code>core/</code> and <code>spec/</code> are those of that "
                    "run, byte by byte.", **{"class": "note good"})
    names = ", ".join(code(name) for name in changed)
    more = "".join(para(html.escape(error), "li") for error in errors)
    return ('<div class="note part">' + para(
        f"Changed since that run: {names or 'no file'}. What is said here is of the files as they "
        "were; <code>make prove</code> proves them as they are.") +
        (para(more, "ul") if more else "") + "</div>")


def unproved(record):
    if not record["unproved"]:
        return para("Nothing: every function of <code>core/</code> and <code>spec/</code> that has "
                    "a body is proved.")
    rows = {}
    for entry, names, reason in record["unproved"]:
        rows.setdefault((entry.partition(" ")[0], reason), []).extend(names)
    return para("".join(
        para(f"{code(file)}: {', '.join(code(n) for n in names)}<br>{html.escape(reason)}", "li")
        for (file, reason), names in rows.items()), "ul")


def entries(path, first):
    """A list of exceptions with their reasons; the word before `:` is what the entry is about."""
    rows = []
    for entry, reason in listing.read_list(path).items():
        name, _, rest = entry.partition(": ")
        promise = f"<br>{code(rest)}" if first else ""
        rows.append(para(code(name if first else entry), "dt") +
                    para(f"{html.escape(reason)}{promise}", "dd"))
    return para("".join(rows), "dl")


def tools(record):
    named = ", ".join(f"{html.escape(t)} {html.escape(v)}" for t, v in record["tools"].items())
    return para(f"{named}. The run took {record['seconds']} s, {record['jobs']} processes at a "
                f"time. Limits: {record['steps']:,} prover steps a goal, {record['smoke_steps']:,} "
                "a smoke test; seconds are time in Qed and the provers, on the machine of that "
                "run.")


def parts(record, fuzzed, of_proof):
    """The sections."""
    yield section("unproved", "Not proved", unproved(record))
    yield section("theorems", "By theorem", pagetables.theorems(record), para(
        "<i>support</i>: assigns, preconditions of calls, helpers without a name. <i>smoke</i>: "
        "tests that no hypothesis is dead; they pass by not being proved."))
    yield section("functions", "Functions and theorems", para(
        "Goals of each function for each theorem, 64-bit words / 32-bit words where they differ. "
        "A goal that is not proved makes its cell red."), pagetables.matrix(record))
    yield section("builds", "Builds", para("".join(
        para(html.escape(line), "li") for line in record["builds"]), "ul"))
    yield section("steps", "Atomic steps of one call, at most",
                  pagetables.steps(record["bounds"]))
    yield section("assumptions", "Believed without proof", para(
        "From <code>proofs/assumptions.list</code>, which the proof compares with what Frama-C "
        "finds; <code>proofs/SOUNDNESS.md</code> has what could go wrong, and what else covers "
        "it."),
        entries(config.ASSUMPTIONS, True), para("Lines that touch a shared word outside its steps",
                                                "h3"), entries(config.RAW_ACCESS, False))
    yield section("planted", "Bugs planted in the core", pagetables.bugs(fuzzed))
    yield section("mutants", "Mutants of the proof", pagetables.bugs(of_proof))
    yield section("gates", "Gates", pagetables.gates(record["gates"]))
    yield section("tools", "Tools", tools(record))


def html_of(record, fuzzed, of_proof):
    """The whole page."""
    links = " ".join(f'<a href="#{name}">{title}</a>' for name, title in (
        ("unproved", "not proved"), ("theorems", "theorems"), ("functions", "functions"),
        ("steps", "steps"), ("assumptions", "believed"), ("planted", "planted bugs"),
        ("mutants", "mutants"), ("gates", "gates"), ("tools", "tools")))
    return "\n".join([
        "<!DOCTYPE html>", '<html lang="en">', "<head>", '<meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{TITLE}</title>", f"<style>\n{text(STYLE)}</style>", "</head>", "<body>", "<main>",
        para(TITLE, "h1"), para("A page-frame allocator for contexts that cannot wait. Its C text "
                                "is proved with Frama-C/WP; this page says of what, how far, and "
                                "what is left. Written by <code>make status</code>."),
        para(links, "nav"), cards(record, fuzzed, of_proof), state(record),
        *parts(record, fuzzed, of_proof), "</main>", "</body>", "</html>"]) + "\n"
