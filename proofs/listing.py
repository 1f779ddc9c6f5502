# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Lists of exceptions: an entry at the margin, its reason on the indented lines below."""

from tools import ProofError, text


def read_list(path):
    """{entry: reason}; a list with an entry twice or without a reason is an error."""
    if not path.exists():
        raise ProofError(f"proofs/{path.name} is missing")
    entries, current = {}, None
    for number, line in enumerate(text(path).splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line[0] in " \t":
            if current is None:
                raise ProofError(f"proofs/{path.name}:{number}: a reason without an entry above it")
            entries[current] = (entries[current] + " " + line.strip()).strip()
        else:
            current = line.strip()
            if current in entries:
                raise ProofError(f"proofs/{path.name}:{number}: `{current}` is listed twice")
            entries[current] = ""
    return entries


def compare(path, found, what):
    """Errors for entries found but not listed, listed but not found, or without a reason."""
    listed = read_list(path)
    name = f"proofs/{path.name}"
    errors = [f"{what} not on {name}: {entry}" for entry in sorted(found - set(listed))]
    errors += [f"{name} lists what no longer exists: {entry}"
               for entry in sorted(set(listed) - found)]
    errors += [f"{name} gives no reason for: {entry}" for entry, reason in listed.items()
               if not reason]
    return errors


def not_proved(entry, names, reason):
    """What is said of an entry of proofs/unproved.list."""
    plural = "s" if len(names) != 1 else ""
    return f"NOT PROVED: {entry} ({len(names)} function{plural}: {', '.join(names)}): {reason}"
