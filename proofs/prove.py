#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Proves the core: `make prove`. See proofs/README.md."""

import argparse
import os
import signal
import sys
import tempfile
import time

import canary
import config
import framac
import gates
import progress
import report
import sources
import survey
import theorems
import tools
from tools import ProofError


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--word", type=int, choices=config.WORDS, help="one word size only")
    parser.add_argument("--fn", metavar="NAME", help="one function only; `lemmas` for the lemmas")
    parser.add_argument("--replay", action="store_true", help="believe earlier runs: not a proof")
    parser.add_argument("--static-only", action="store_true", help="the gates that need no prover")
    parser.add_argument("--canary-only", action="store_true", help="these and the canaries")
    parser.add_argument("--list-assumptions", action="store_true", help="what is believed unproved")
    parser.add_argument("--update-expected", action="store_true",
                        help="commit to this run's counts")
    parser.add_argument("--make-scripts", action="store_true",
                        help="search tactics for lemmas; keep them in proofs/session")
    return parser.parse_args()


def proof_jobs(args, words, why3):
    """The long jobs first, so that two at a time end together."""
    made = []
    only = [] if args.fn == "lemmas" or not args.fn else ["-wp-fct", args.fn]
    chosen = ["-wp-prop=@lemma"] if args.fn == "lemmas" else only
    cache = "update" if args.replay else "none"
    (config.BUILD / "cache").mkdir(parents=True, exist_ok=True)
    for word in words:
        made.append(framac.Job(word, "proof", framac.wp_command(
            word, config.UNITS, chosen, cache=cache), why3, args.fn or ""))
    if args.fn != "lemmas":
        for word in words:
            made.append(framac.Job(word, "smoke", framac.smoke_command(
                word, config.UNITS, only, cache), why3, args.fn or ""))
    return made


def prover_errors(job):
    """A prover that crashes makes a smoke test pass: every prover must have answered every one."""
    if job.kind != "smoke":
        return []
    passed = sum(goal.proved for goal in job.goals.values())
    answered = {prover: job.tally.get(prover, (0, ""))[0] for prover in config.SMOKE_PROVERS}
    return [f"smoke tests, {job.word}-bit words: {prover} answered {count} of {passed}; a test "
            "that no prover saw says nothing"
            for prover, count in answered.items() if count < passed]


def tried_errors(goals, surveys, sources):
    """Goals that exist but that no prover was asked about.

    Frama-C 25 makes no smoke test of a function without `requires` when other goals are deselected:
    such a function assumes nothing, so there is nothing that could contradict itself.
    """
    assuming = {f.name for f in sources.functions
                if any("requires" in contract.text for contract in f.contracts)}
    known = {f.name for f in sources.functions}
    errors = []
    for found in surveys:
        tried = {g["goal"] for g in goals if g["word"] == found.word}
        for name in sorted(set(found.goals) - tried):
            function = theorems.function_of(name, known)
            if theorems.theorem_of(name, function) != config.SMOKE or function in assuming:
                errors.append(f"{found.word}-bit: no prover was asked about {name}")
    return errors


def run_canaries(words, why3):
    """The canaries as gates."""
    print("canary: false must not be provable ...", flush=True)
    jobs = [job for word in words for job in canary.jobs(word, why3)]
    framac.run_all(jobs, lambda: None)
    return [(f"{job.kind}-{job.word}", r"\false is not provable, and the provers answered",
             canary.errors(job)) for job in jobs]


def prove(args, words, why3, text, surveys, checked):
    """Run the provers; returns the goals. Adds its gates to `checked`."""
    functions = sorted({f.name for f in text.functions})
    if args.fn and args.fn not in [*surveys[0].functions, "lemmas"]:
        raise ProofError(f"no function {args.fn} with a body; there are: lemmas, " +
                         ", ".join(surveys[0].functions))
    jobs = proof_jobs(args, words, why3)
    if args.fn:
        wanted = "(lemmas)" if args.fn == "lemmas" else args.fn
        totals = sum(theorems.function_of(n, functions) == wanted for s in surveys for n in s.goals)
    else:
        totals = sum(len(s.goals) for s in surveys)
    shown = progress.Progress(jobs, totals, functions)
    framac.run_all(jobs, shown.tick)
    shown.tick(last=True)
    goals = report.goals_of(jobs, functions, text)
    checked.append(("provers", "each prover answered each smoke test",
                    [e for job in jobs for e in prover_errors(job)]))
    if not args.fn:
        checked.append(("tried", "every goal that exists was tried",
                        tried_errors(goals, surveys, text)))
    return goals


def finish(args, words, versions, checked, goals, started, mark):
    """Print and write what was found; returns the exit status."""
    seconds = time.monotonic() - started
    checked.append(("still", "the sources did not change while they were proved",
                    [] if sources.Sources().digest() == mark else
                    ["core/ or spec/ was written to during the run: run again"]))
    if goals:
        report.print_table(goals, words, bool(args.fn))
    for line in report.failures(goals):
        print(line)
    for name, _, errors in checked:
        for error in errors:
            print(f"gate {name}: {error}")
    failed = sum(not g["proved"] for g in goals) + sum(bool(e) for _, _, e in checked)
    whole = not (args.fn or args.replay or args.static_only or args.canary_only)
    mode = "cold" if whole else "replay" if args.replay else "part"
    report.write_json(goals, versions, checked, mode, seconds)
    if whole and len(words) == len(config.WORDS):
        report.write_status(goals, words, versions, checked, seconds)
        if args.update_expected and not failed:
            report.write_expected(goals, words)
            print("proofs/expected.json is updated: read its difference before you commit it")
    if args.replay:
        print("REPLAY: answers of earlier runs were believed. A replay is not a proof.")
    print(f"{seconds:.0f} s")
    print(f"{len(goals) + len(checked) - failed} passed, {failed} failed")
    return 1 if failed else 0


def make_scripts(words, why3):
    """Let WP search tactics for the lemmas; what it finds is replayed, not searched, in proofs."""
    jobs = []
    for word in words:
        command = framac.wp_command(word, config.UNITS, [
            "-wp-prop=@lemma", "-wp-auto", "wp:range", "-wp-auto-width", "100"], 200000, 10,
            provers="tip,z3,cvc4")
        jobs.append(framac.Job(word, "scripts", command, why3))
    framac.run_all(jobs, lambda: None)
    for job in jobs:
        print("\n".join(line for line in job.lines if line.startswith("[wp]")))


def main():
    args, started = arguments(), time.monotonic()
    versions, old = tools.check_tools()
    for warning in old:
        print(f"WARNING: {warning}", flush=True)
    why3 = tools.why3_config()
    words = [args.word] if args.word else list(config.WORDS)
    if args.make_scripts:
        make_scripts(words, why3)
        return 0
    if args.replay:
        print("REPLAY: answers of earlier runs are believed. A replay is not a proof.", flush=True)
    text = sources.Sources()
    surveys = [survey.Survey(word, why3) for word in words]
    if args.list_assumptions:
        print("\n".join(sorted(gates.trusted(text, surveys))))
        return 0
    checked = [] if args.fn else gates.run(text, surveys, args.update_expected)
    if not args.fn and not args.static_only:
        checked += run_canaries(words, why3)
    for name, promise, errors in checked:
        print(f"gate {name}: {promise}: {'holds' if not errors else f'{len(errors)} errors'}")
    goals = []
    if not args.static_only and not args.canary_only:
        goals = prove(args, words, why3, text, surveys, checked)
    return finish(args, words, versions, checked, goals, started, text.digest())


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with tempfile.TemporaryDirectory(prefix="prove-") as folder:
            os.environ["TMPDIR"] = folder       # the provers' files go with us, even when killed
            sys.exit(main())
    except ProofError as error:
        print(f"prove.py: {error}\n0 passed, 1 failed")
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nprove.py: interrupted; nothing is proved\n0 passed, 1 failed")
        sys.exit(130)
