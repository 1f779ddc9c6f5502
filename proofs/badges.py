# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The README's badges: small SVG files with their text in them, made of the record; no network."""

import html

import config
import record as records

GOOD, PART, BAD, NONE = "#1a7f37", "#9a6700", "#b42318", "#57606a"
# Widths of Verdana 11 in tenths of a pixel; a letter that is not here is taken to be wide.
WIDTHS = {**dict.fromkeys("ijl.,:'|", 35), **dict.fromkeys("ftr-/() ", 46),
          **dict.fromkeys("abcdeghknopqsuvxyz0123456789", 70), **dict.fromkeys("mwMW%", 105)}


def width(said):
    return sum(WIDTHS.get(letter, 80) for letter in said) // 10 + 12


def badge(title, said, colour):
    """An SVG that reads `title | said`, the second part on the colour."""
    left, right = width(title), width(said)
    title, said = html.escape(title), html.escape(said)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img"
  aria-label="{title}: {said}"><!-- SPDX-License-Identifier: GPL-2.0-only OR MIT -->
<title>{title}: {said}</title>
<clipPath id="r"><rect width="{left + right}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#444c56"/>
<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>
<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" text-anchor="middle">
<text x="{left / 2}" y="14">{title}</text><text x="{left + right / 2}" y="14">{said}</text></g>
</svg>
"""


def of_tried(title, tried):
    if not tried.bugs:
        return badge(title, "not run", NONE)
    caught, count = tried.caught(), len(tried.bugs)
    return badge(title, f"{caught:,} of {count:,} caught", GOOD if caught == count else BAD)


def unproved_names(record):
    """Functions of the core that no contract speaks of yet."""
    return [name for _, names, _ in record["unproved"] for name in names]


def proved_core(record):
    """How many functions of the core have goals; one that is only declared has smoke tests."""
    return sum(row["file"].startswith("core/") and
               any(set(cells) - {config.SMOKE} for cells in row["goals"].values())
               for row in record["functions"].values())


def all_of(record, fuzzed, of_proof):
    """{file name: text} of each badge."""
    found = [records.cell(record, v["key"]) for v in record["variants"]]
    proved, goals = (sum(column) for column in zip(*found))
    core = proved_core(record)
    left = len(unproved_names(record))
    return {
        "goals.svg": badge("goals proved", f"{proved:,} of {goals:,}",
                           GOOD if proved == goals else BAD),
        "functions.svg": badge("core functions proved", f"{core} of {core + left}",
                               PART if left else GOOD),
        "planted.svg": of_tried("planted bugs", fuzzed),
        "proof-mutants.svg": of_tried("proof mutants", of_proof),
    }
