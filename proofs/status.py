#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""`make status`: STATUS.md, the badges and the page build/status.html, made of proofs/record.json
(the last whole cold run) and of what the mutants gave. Nothing is proved here."""

import argparse
import sys

import badges
import bounds
import config
import listing
import page
import planted
import record as records
from tools import ProofError, text


def name_of(row):
    return f"{row} {config.THEOREMS[row]}" if row in config.THEOREMS else row


def table(title, record, names, kind):
    """Proved goals and seconds of each variant, by theorem or by function."""
    variants = record["variants"]
    lines = [f"| {title} | " + " | ".join(f"{v['label']} proved | s" for v in variants) + " |",
             "|---" + "|---:|---:" * len(variants) + "|"]
    for name in names:
        cells = []
        for variant in variants:
            key = variant["key"]
            proved, goals = records.cell(record, key, **({} if name == "all" else {kind: name}))
            seconds = record["times"][kind].get(key, {}).get(name, 0)
            cells += [f"{proved}/{goals}", str(seconds)] if goals or not variant["build"] else \
                ["", ""]
        lines.append(f"| {name_of(name)} | " + " | ".join(cells) + " |")
    return lines


def markdown(record):
    """The text of STATUS.md."""
    tools = ", ".join(f"{tool} {version}" for tool, version in record["tools"].items())
    held = [gate for gate in record["gates"] if gate[2]]
    lines = [
        "<!-- SPDX-License-Identifier: GPL-2.0-only OR MIT -->",
        "<!-- Written by proofs/status.py of proofs/record.json; do not edit. -->",
        "# What the last cold proof run proved", "",
        f"Command: `python3 proofs/prove.py`. Tools: {tools}.",
        f"The last run took {record['seconds']} s, {record['jobs']} processes at a time. Seconds "
        "in the tables are time in Qed and the provers on the machine of the last run, rounded.",
        f"Limits: {record['steps']} prover steps a goal, {record['smoke_steps']} a smoke test.", "",
        "## By theorem", "", *table("theorem", record, [*config.ROWS, "all"], "theorem"), "",
        "`support`: assigns, preconditions of calls, unnamed helpers. `smoke`: tests that no "
        "hypothesis is dead.", "", "## Not proved", ""]
    lines += [f"- **{listing.not_proved(*entry)}**" for entry in record["unproved"]] or [
        "Nothing: every function of core/ and spec/ that has a body is proved."]
    lines += ["", "## Builds", "", "`64-bit` and `32-bit` are the default build; every function is "
              "proved in it. Of the others:", "", *(f"- {line}" for line in record["builds"]),
              "", "## Steps (T4)", "", *bounds.markdown(record["bounds"]),
              "", "## By function", "", "An empty cell: the text is the one of the default build.",
              "", *table("function", record, record["functions"], "function"),
              "", "## Gates", "", f"{len(held)} of {len(record['gates'])} hold.", ""]
    lines += [f"- {name}: {promise}{'' if holds else '; **does not hold**'}"
              for name, promise, holds in record["gates"]]
    return "\n".join(lines) + "\n"


def files(record):
    """{path: text} of the committed files."""
    made = {config.STATUS: markdown(record)}
    made.update({config.BADGES / name: svg for name, svg in badges.all_of(
        record, planted.planted(), planted.of_table()).items()})
    return made


def stale(record):
    """Errors for committed files that are not what the record gives."""
    made = files(record)
    errors = [f"{path.relative_to(config.ROOT)} is not what `make status` writes"
              for path, wanted in made.items() if not path.exists() or text(path) != wanted]
    for tried in (planted.planted(), planted.of_table()):
        names = tried.untried()
        more = f" and {len(names) - 9} more" if len(names) > 9 else ""
        if names:
            errors.append(f"{tried.source} has no row for {', '.join(names[:9])}{more}; "
                          f"`{tried.command}` writes it anew")
    return errors + [f"{path.relative_to(config.ROOT)} is no badge of `make status`"
                     for path in sorted(config.BADGES.glob("*")) if path not in made]


def write(record):
    """Write the committed files and the page."""
    made = files(record)
    made[config.PAGE] = page.html_of(record, planted.planted(), planted.of_run())
    for path, wanted in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted, encoding="utf-8")
    return [path.relative_to(config.ROOT).as_posix() for path in made]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true",
                        help="write nothing: are the committed files up to date?")
    args = parser.parse_args()
    record = records.load()
    if not args.check:
        print("\n".join(f"wrote {name}" for name in write(record)))
        return 0
    errors = records.stale(record) + stale(record)
    for error in errors:
        print(f"status.py: {error}")
    print(f"{len(files(record))} files checked, {len(errors)} errors")
    return 1 if errors else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ProofError as error:
        print(f"status.py: {error}")
        sys.exit(1)
