# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""The programs the proof needs: found, of a known version, with a configuration of our own."""

import os
import pathlib
import re
import shutil
import subprocess

import config


class ProofError(Exception):
    """The proof could not be run; the text says why and what would be right."""


def text(path):
    return path.read_text(encoding="utf-8")


def first_error(lines):
    """The lines that say why Frama-C stopped."""
    at = next((n for n, line in enumerate(lines) if re.search("error", line, re.IGNORECASE)),
              max(len(lines) - 15, 0))
    return "\n".join(lines[at:at + 15])


def environment(why3_conf=None, root=config.ROOT):
    """Our environment without the variables that would change what Frama-C does."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("FRAMAC_", "WHY3"))}
    env["LC_ALL"] = "C.UTF-8"
    env["PWD"] = str(root)              # Frama-C believes this rather than its real directory
    if why3_conf:
        env["WHY3CONFIG"] = str(why3_conf)
    return env


def check_tools():
    """Versions by tool, and warnings for versions the proof was not tried with."""
    versions, warnings, missing = {}, [], []
    for tool, (command, known, package) in config.TOOLS.items():
        if not shutil.which(tool):
            missing.append(f"{tool} (Debian package {package})")
            continue
        done = subprocess.run(command, capture_output=True, text=True, env=environment())
        found = re.search(r"(?<!\w)\d+(\.\d+)*", done.stdout + done.stderr)
        if not found:
            raise ProofError(f"{tool}: `{' '.join(command)}` names no version")
        versions[tool] = found.group()
        if found.group() != known:
            warnings.append(f"{tool} is version {found.group()}; the proof is known to work with "
                            f"{known}: goals may fail that do not fail there")
    if missing:
        raise ProofError("missing: " + ", ".join(missing) + "; install with "
                         "`apt-get install $(grep -v '^#' proofs/packages)`")
    return versions, warnings


def why3_config():
    """A Why3 configuration of our own, so that neither a missing nor a stale one matters."""
    path = pathlib.Path(os.environ["TMPDIR"]) / "why3.conf"
    config.BUILD.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(["why3", "config", "detect", "-C", str(path)], capture_output=True,
                          text=True, env=environment())
    found = done.stdout + done.stderr
    # Why3 takes a prover that is newer than itself too, by the driver of the last one it knows.
    seen = r"prover {} version \S+(, OK| is not recognized)"
    lost = [p for p in config.PROVERS if not re.search(seen.format(p), found, re.IGNORECASE)]
    if done.returncode != 0 or not path.exists() or lost:
        raise ProofError("`why3 config detect` does not see " + (", ".join(lost) or "its provers") +
                         "; it printed:\n" + found)
    return path
