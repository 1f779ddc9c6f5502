#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Proves the core: `make prove`. See proofs/README.md."""

import argparse
import os
import signal
import sys
import tempfile
import time

import bounds
import cache
import canary
import config
import framac
import gates
import hints
import plan as planning
import progress
import record
import report
import sources
import status
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
    parser.add_argument("--update-cache", action="store_true",
                        help="keep this cold run's answers in proofs/cache, for replays")
    parser.add_argument("--make-scripts", action="store_true",
                        help="search tactics for lemmas; keep them in proofs/session")
    args = parser.parse_args()
    if args.update_cache and (args.word or args.fn or args.replay or args.static_only or
                              args.canary_only):
        parser.error("--update-cache keeps a whole cold run: neither --word, --fn, --replay nor "
                     "--static-only, --canary-only with it")
    return args


def share_jobs(share, mode, why3, known, names):
    """The runs of Frama-C that prove what one unit has to prove in one variant."""
    made, variant, unit = [], share.variant, share.unit.replace("/", "-")
    functions, lemmas = share.left(share.functions), share.left(share.lemmas)
    if functions:
        only = ["-wp-fct", ",".join(functions)]
        smoke = sum("_wp_smoke_" in goal for goal in share.survey.goals)
        session = known.session(share, lambda goal: theorems.function_of(goal, names))
        made.append(framac.Job(variant, "proof", framac.wp_command(
            variant, [share.unit], ["-wp-msg-key", "prover", *only], cache=mode, session=session),
            why3, unit, len(share.survey.goals) - smoke))
        if smoke and mode != cache.REPLAY:      # they are a third of the time
            made.append(framac.Job(variant, "smoke", framac.smoke_command(
                variant, [share.unit], only, "none"), why3, unit, smoke))
    if lemmas:
        named = "-wp-prop=" + ",".join("+" + name for name in lemmas)
        made.append(framac.Job(variant, "lemmas", framac.wp_command(
            variant, [share.unit], [named], cache=mode,
            provers=",".join(["script", *config.LEMMA_PROVERS]).lower()), why3, unit, len(lemmas)))
    return made


def proof_jobs(mode, plan, why3, names):
    """The long jobs first, so that two at a time end together."""
    known = hints.Hints()
    made = [job for share in plan.shares for job in share_jobs(share, mode, why3, known, names)]
    return sorted(made, key=lambda job: -job.expected)


def prover_errors(job):
    """A prover that crashes makes a smoke test pass: every prover must have answered every one.
    And what a script says is proved must have been proved by the prover that it names."""
    if job.kind == "proof":
        return [f"{job.name()}: {goal.name} is proved by a script, and no prover's answer is by it"
                for goal in job.goals.values() if goal.proved and goal.prover == "Script"]
    if job.kind != "smoke":
        return []
    passed = sum(goal.proved for goal in job.goals.values())
    answered = {prover: job.tally.get(prover, (0, ""))[0] for prover in config.SMOKE_PROVERS}
    return [f"{job.name()}: {prover} answered {count} of {passed} smoke tests; a test that no "
            "prover saw says nothing"
            for prover, count in answered.items() if count < passed]


def tried_errors(goals, plan, text, replay):
    """Goals that exist but that no prover was asked about.

    Frama-C 25 makes no smoke test of a function without `requires` when other goals are deselected:
    such a function assumes nothing, so there is nothing that could contradict itself. A replay
    leaves smoke tests out.
    """
    assuming = {f.name for f in text.functions
                if any("requires" in contract.text for contract in f.contracts)}
    known = {f.name for f in text.functions}
    errors = []
    for variant in plan.variants:
        tried = {g["goal"] for g in goals if g["variant"] == variant.key}
        for name in sorted(set(plan.goals(variant)) - tried):
            function = theorems.function_of(name, known)
            smoke = theorems.theorem_of(name, function) == config.SMOKE
            if not smoke or function in assuming and not replay:
                errors.append(f"{variant.label}: no prover was asked about {name}")
    return errors


def run_canaries(plan, why3):
    """The canaries as gates."""
    print("canary: false must not be provable ...", flush=True)
    needed = [v for v in plan.variants if not v.build or plan.goals(v)]
    jobs = [job for variant in needed for job in canary.jobs(variant, why3)]
    framac.run_all(jobs, lambda: None)
    return [(f"{job.kind}-{job.variant.key}", r"\false is not provable, and the provers answered",
             canary.errors(job)) for job in jobs]


def prove(args, plan, why3, text, versions, checked):
    """Run the provers; returns the goals. Adds its gates to `checked`."""
    functions = sorted({f.name for f in text.functions})
    if args.fn:
        plan.select(args.fn, functions)
    mode = cache.REPLAY if args.replay else cache.REBUILD if args.update_cache else "none"
    if mode != "none":
        cache.prepare(mode, sorted({v.word for v in plan.variants}))
    believed = cache.believe(plan, versions) if args.replay else []
    jobs = proof_jobs(mode, plan, why3, functions)
    shown = progress.Progress(jobs, sum(job.expected for job in jobs), functions)
    framac.run_all(jobs, shown.tick)
    shown.tick(last=True)
    goals = report.goals_of(jobs + believed, functions, text)
    if not args.replay:
        checked.append(("provers", "each prover answered what it was asked",
                        [e for job in jobs for e in prover_errors(job)]))
    if not args.fn:
        checked.append(("tried", "every goal that exists was tried",
                        tried_errors(goals, plan, text, args.replay)))
    return goals


def keep(args, plan, rows, versions, checked, goals, failed, seconds, text):
    """Write the files of a run."""
    whole = not (args.fn or args.replay or args.static_only or args.canary_only)
    mode = "cold" if whole else "replay" if args.replay else "part"
    report.write_json(goals, versions, checked, mode, seconds)
    if not whole or args.word:
        return
    record.write(record.make(goals, plan, rows, versions, checked, seconds, text))
    if args.update_expected and not failed:
        report.write_expected(goals, plan.variants)
        print("proofs/expected.json is updated: read its difference before you commit it")
    if args.update_cache and not failed:
        cache.pack(plan, versions)
    status.write(record.load())


def finish(args, plan, text, versions, checked, goals, started, mark):
    """Print and write what was found; returns the exit status."""
    seconds = time.monotonic() - started
    checked.append(("still", "the sources did not change while they were proved",
                    [] if sources.Sources().digest() == mark else
                    ["core/ or spec/ was written to during the run: run again"]))
    rows = bounds.read(text, plan.unproved.names)[0]
    if goals:
        report.print_table(goals, plan.variants, bool(args.fn))
    if not args.fn:
        print("\n".join(["", *plan.build_lines(), "", *bounds.lines(rows), ""]))
    for line in [*report.failures(goals), *([] if args.fn else plan.unproved.lines())]:
        print(line)
    for name, _, errors in checked:
        for error in errors:
            print(f"gate {name}: {error}")
    failed = sum(not g["proved"] for g in goals) + sum(bool(e) for _, _, e in checked)
    keep(args, plan, rows, versions, checked, goals, failed, seconds, text)
    if args.replay:
        print("REPLAY: answers of earlier runs were believed. A replay is not a proof.")
    print(f"{seconds:.0f} s")
    print(f"{len(goals) + len(checked) - failed} passed, {failed} failed")
    return 1 if failed else 0


def make_scripts(plan, why3):
    """Let WP search tactics for the lemmas; what it finds is replayed, not searched, in proofs."""
    jobs = []
    for share in plan.shares:
        if not share.lemmas:
            continue
        command = framac.wp_command(share.variant, [share.unit], [
            "-wp-prop=" + ",".join("+" + name for name in share.lemmas), "-wp-auto", "wp:range",
            "-wp-auto-width", "100"], 200000, 10, provers="tip,z3,cvc4")
        jobs.append(framac.Job(share.variant, "scripts", command, why3,
                               share.unit.replace("/", "-")))
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
    if args.replay:
        print("REPLAY: answers of earlier runs are believed, smoke tests are left out. A replay is "
              "not a proof.", flush=True)
    text = sources.Sources()
    plan = planning.Plan(words, why3, text)
    if args.make_scripts:
        make_scripts(plan, why3)
        return 0
    if args.list_assumptions:
        print("\n".join(sorted(gates.trusted(text, plan))))
        return 0
    for line in plan.unproved.short() if args.fn else plan.unproved.lines():
        print(line, flush=True)
    checked = [] if args.fn else gates.run(text, plan, args.update_expected)
    if not args.fn and not args.static_only:
        checked += run_canaries(plan, why3)
    for name, promise, errors in checked:
        print(f"gate {name}: {promise}: {'holds' if not errors else f'{len(errors)} errors'}")
    goals = []
    if not args.static_only and not args.canary_only:
        goals = prove(args, plan, why3, text, versions, checked)
    return finish(args, plan, text, versions, checked, goals, started, text.digest())


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
