# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The steps of the core and their orders, read from core/atomic.h and core/port.h."""
import pathlib
import re

from program import BadTest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
ORDER = "relaxed|acquire|release|acq_rel|seq_cst"
# What each step of the port does, in the words of program.py. tag_swap is that of LAB_HARDENED.
PORT = {"load": "load", "take": "take", "clear_bit": "clear", "or": "or", "tag_load": "load",
        "tag_store": "store", "tag_swap": "cas", "count_add": "add", "flag_load": "load",
        "flag_swap": "swap"}
# What the core relies on and does not do: the way by which one client hands something to another.
CLIENT = {"client_give": ("store", "release"), "client_get": ("load", "acquire")}
# Steps that core/gauge.h takes straight from the port.
LONE = ("count_add", "flag_load", "flag_swap")
# What protocol.litmus makes of the core: the steps, and the calls that stand for steps, of each
# function in the order of its text. When one of these changes, its tests must change too.
WRITTEN = {
    "core/zone.c": {
        "publish": "hint_test_seq_cst hint_set_seq_cst",
        "retire": "load_relaxed hint_clear_seq_cst load_seq_cst publish",
        "take_one": "claim_seq_cst",
        "claim_leaf": "load_relaxed take_seq_cst take_one",
        "descend": "load_relaxed",
        "visit": "descend claim_leaf retire",
        "sweep": "claim_leaf retire",
        "lab_zone_release": "release_seq_cst publish",
    },
    "core/ledger.h": {
        "lab_ledger_grant": "tag_load_relaxed tag_grant_relaxed",
        "lab_ledger_revoke": "tag_revoke_relaxed",
    },
    "core/gauge.h": {
        "lab_gauge_sink": "count_add_relaxed flag_load_relaxed flag_swap_relaxed "
                          "flag_swap_relaxed",
        "lab_gauge_rise": "count_add_relaxed flag_load_relaxed flag_swap_relaxed",
    },
    "core/labyrinth.c": {
        "give": "lab_gauge_rise lab_zone_release",
        "flush": "lab_gauge_rise lab_room_flush",
        "pick_stored": "lab_room_refill lab_gauge_sink",
        "take_back_far": "lab_ledger_revoke give",
    },
}


def fault(text):
    raise BadTest(f"core/atomic.h: {text}")


def port_steps():
    """{name with its order: operation} of core/port.h."""
    text = (ROOT / "core/port.h").read_text(encoding="utf-8")
    found = {}
    for name, order in re.findall(rf"\blab_port_(\w+?)_({ORDER})\(", text):
        if name not in PORT:
            raise BadTest(f"core/port.h: a step lab_port_{name}_{order}, of which tests/litmus/"
                          "core.py does not know what it does")
        found[f"{name}_{order}"] = (PORT[name], order)
    return found


def steps():
    """{step: (operation, order)}: those of core/atomic.h by their names, those of the gauge."""
    text = re.sub(r"/\*.*?\*/", "", (ROOT / "core/atomic.h").read_text(encoding="utf-8"),
                  flags=re.S)
    port, found = port_steps(), {}
    for name, order, body in re.findall(
            rf"\blab_atomic_(\w+?)_({ORDER})\([^)]*\)\s*\{{(.*?)\n\}}", text, flags=re.S):
        calls = re.findall(r"\blab_port_(\w+)\(", body)
        if len(calls) != 1 or calls[0] not in port:
            fault(f"{name}_{order} takes the steps {calls} of the port, not one")
        if port[calls[0]][1] != order:
            fault(f"{name}_{order} takes the step {calls[0]}: its name promises another order")
        found[f"{name}_{order}"] = port[calls[0]]
    if len(found) != len(re.findall(r"\blab_atomic_\w+\([^)]*\)\s*\{", text)) or not found:
        fault("a function without an order in its name")
    found.update({name: step for name, step in port.items() if name.startswith(LONE)})
    return {**found, **CLIENT}


def without_comments(text):
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


def moved(texts=None):
    """What of WRITTEN the core no longer does; `texts` is {file: text}, else the files."""
    for name, functions in WRITTEN.items():
        text = without_comments((texts or {}).get(name) or
                                (ROOT / name).read_text(encoding="utf-8"))
        for function, wanted in functions.items():
            body = re.search(rf"\b{function}\([^;{{}}]*\)\n\{{(.*?)\n\}}", text, re.S)
            known = "|".join(sorted(set(" ".join(functions.values()).split()), key=len)[::-1])
            found = re.findall(rf"\b(?:lab_atomic_|lab_port_)?({known})\(", body[1]) if body else []
            if " ".join(found) != wanted:
                yield f"{name}: {function} is {' '.join(found) or 'not there'}, not {wanted}"
