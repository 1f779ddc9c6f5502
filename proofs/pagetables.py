# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The tables of the page."""

import html

import config
import record as records

COLUMNS = [*config.THEOREMS, config.SUPPORT, config.SMOKE]
PROVERS = {"Qed": "#8fb3d9", "CVC4": "#3f78b5", "Z3": "#1d4676", "Script": "#c08a2d",
           "CFG": "#c5ccd3"}


def table(head, rows, kind=""):
    """A table in a box of its own that scrolls when the page is narrow. Cells are HTML."""
    top = "".join(f"<th>{cell}</th>" for cell in head)
    body = "\n".join("<tr>" + "".join(
        cell if cell.startswith("<t") else f"<td>{cell}</td>" for cell in row) + "</tr>"
        for row in rows)
    return (f'<div class="wide"><table class="{kind}"><thead><tr>{top}</tr></thead>\n'
            f"<tbody>\n{body}\n</tbody></table></div>")


def number(said, kind=""):
    return f'<td class="n {kind}">{said}</td>'


def plain(*cells):
    return [html.escape(str(cell)) for cell in cells]


def shares(by):
    """A bar of which prover proved how many, and the same in words."""
    total, left, parts = sum(by.values()), 0.0, []
    for prover, colour in PROVERS.items():
        wide = 120 * by.get(prover, 0) / total if total else 0
        parts.append(f'<rect x="{left:.1f}" width="{wide:.1f}" height="10" fill="{colour}"/>')
        left += wide
    said = ", ".join(f"{prover} {count}" for prover, count in sorted(
        by.items(), key=lambda item: -item[1]))
    return (f'<svg width="120" height="10" role="img" aria-label="{said}">{"".join(parts)}</svg> '
            f'<span class="by">{said}</span>') if total else ""


def provers_of(record, theorem):
    by = {}
    for row in record["functions"].values():
        for name, cell in row["by"].items():
            for prover, count in cell.items() if theorem in (name, "all") else ():
                by[prover] = by.get(prover, 0) + count
    return by


def theorems(record):
    """Goals, seconds and provers of each theorem."""
    variants, rows = record["variants"], []
    for name in [*config.ROWS, "all"]:
        row = [f"{name} <span class=\"what\">{config.THEOREMS.get(name, '')}</span>"]
        for variant in variants:
            proved, goals = records.cell(record, variant["key"], None if name == "all" else name)
            seconds = record["times"]["theorem"].get(variant["key"], {}).get(name, 0)
            row += [number(f"{proved}/{goals}", "" if proved == goals else "bad"), number(seconds)]
        rows.append([*row, shares(provers_of(record, name)) if name != config.SMOKE else ""])
    head = ["theorem"] + [cell for v in variants for cell in (v["label"], "s")]
    return table([*head, "proved by"], rows, "theorems")


def goals_cell(row, theorem, variants):
    """The goals of a function for a theorem: one number when all variants have the same."""
    found = [row["goals"].get(v["key"], {}).get(theorem, [0, 0]) for v in variants]
    if not any(goals for _, goals in found):
        return "<td></td>"
    bad = any(proved != goals for proved, goals in found)
    said = [str(goals) if proved == goals else f"{proved}/{goals}" for proved, goals in found]
    said = said[:1] if len(set(said)) == 1 else said
    shade = min(4, sum(goals for _, goals in found).bit_length() // 2)
    return number("/".join(said), "bad" if bad else f"g{shade}")


def matrix(record):
    """Functions by theorems, grouped by file."""
    variants, rows, files = record["variants"], [], {}
    for name, row in record["functions"].items():
        files.setdefault(row["file"], []).append((name, row))
    span = len(COLUMNS) + 3
    for file, found in sorted(files.items()):
        rows.append([f'<th class="file" colspan="{span}">{html.escape(file)}</th>'])
        for name, row in found:
            total = sum(g for cells in row["goals"].values() for _, g in cells.values())
            seconds = sum(record["times"]["function"].get(v["key"], {}).get(name, 0)
                          for v in variants)
            rows.append([f"<td><code>{html.escape(name)}</code></td>",
                         *(goals_cell(row, t, variants) for t in COLUMNS),
                         number(total), number(seconds)])
    head = ["function", *(f'<abbr title="{config.THEOREMS.get(t, t)}">{t}</abbr>'
                          for t in COLUMNS), "all", "s"]
    return table(head, rows, "matrix")


def steps(bounds):
    """The step bounds and what they are computed for."""
    rows = []
    for row in bounds["rows"]:
        values = row["values"] or [""] * len(bounds["titles"])
        formula = html.escape(row["formula"])
        rows.append([f"<code>{html.escape(row['function'])}</code>", *map(number, values),
                     formula if row["note"] else f"<code>{formula}</code>"])
    letters = [title[:3] for title in bounds["titles"]]
    listed = "".join(f"<li>{html.escape(line)}</li>" for line in bounds["titles"])
    where = "".join(f"<li><code>{html.escape(line)}</code></li>" for line in bounds["definitions"])
    return (f"<ul>{listed}</ul>" + table(["function", *letters, "formula"], rows, "steps") +
            f"<p>Where</p><ul>{where}</ul>")


def bugs(tried):
    """How many were caught in each file, and all of them to unfold."""
    if not tried.bugs:
        return (f'<p class="note none">Not run on this tree: <code>{tried.command}</code> runs '
                "them.</p>")
    files = sorted({bug.file for bug in tried.bugs})
    rows = []
    for file in files:
        mine = [bug for bug in tried.bugs if bug.file == file]
        caught = sum(bug.caught for bug in mine)
        rows.append([f"<code>{html.escape(file)}</code>", number(len(mine)),
                     number(caught, "" if caught == len(mine) else "bad")])
    each = [[*plain(bug.name, bug.theorem, bug.file), html.escape(bug.how) or "<b>not caught</b>"]
            for bug in tried.bugs]
    return (f"<p>From <code>{html.escape(tried.source)}</code>, by <code>{tried.command}</code>."
            "</p>" + table(["file", "planted", "caught"], rows) +
            f"<details><summary>All {len(tried.bugs)}</summary>" +
            table(["bug", "breaks", "file", "caught by"], each) + "</details>")


def gates(found):
    rows = [[f"<code>{html.escape(name)}</code>", html.escape(promise),
             "holds" if holds else "<b>does not hold</b>"] for name, promise, holds in found]
    return table(["gate", "promise", ""], rows)
