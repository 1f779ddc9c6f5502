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
