# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Whether machine code is one step: the instructions that the table names, and no loop but the one
of a load-exclusive and its store-exclusive."""
import re

from listing import again, aim

EXCLUSIVE = re.compile(r"(ldxr|ldaxr|ldrex|ldaex|lr)(\.\w+)?$")
STORE_EXCLUSIVE = re.compile(r"(stxr|stlxr|strex|stlex|sc)(\.\w+)?$")


def address_of(line):
    """The address operand of an access."""
    return re.search(r"\[[^\]]*\]|\([^)]*\)", line.operands)[0].replace("0(", "(")


def pairs(code):
    """[(index of the load, index of the store)] and faults, of the exclusive accesses."""
    found, faults = [], []
    for first, line in enumerate(code):
        if not EXCLUSIVE.match(line.word):
            continue
        last = next((i for i in range(first + 1, len(code)) if code[i].word), None)
        if last is None or not STORE_EXCLUSIVE.match(code[last].word):
            between = code[last] if last is not None else line
            faults.append(f"{line.mnemonic} at {line.address:x} is followed by "
                          f"{between.mnemonic} {between.operands}, not by its store")
            continue
        faults += [f"{other.mnemonic} {other.operands} stands between them"
                   for other in code[first + 1:last] if re.search(r"[\[(]", other.operands)]
        if address_of(line) != address_of(code[last]):
            faults.append(f"{line.mnemonic} and {code[last].mnemonic} have different addresses")
        found.append((first, last))
    stores = [i for i, line in enumerate(code) if STORE_EXCLUSIVE.match(line.word)]
    faults += [f"{code[i].mnemonic} at {code[i].address:x} has no load of its own"
               for i in stores if i not in {last for _, last in found}]
    return found, faults


def retry(code, first, last):
    """What is wrong with the way back from a store-exclusive that failed, and where it branches."""
    status = re.match(r"\w+", code[last].operands)[0]
    for index in range(last + 1, min(last + 4, len(code))):
        line = code[index]
        if line.word:
            break
        target = aim(line)
        if target is None:
            continue
        start = next((i for i, other in enumerate(code) if other.address == target), None)
        tested = any(re.match(rf"{status}\b", other.operands) for other in code[last + 1:index + 1])
        if start is None or not start <= first:
            return f"{line.mnemonic} at {line.address:x} does not go back to the load", index
        if any(other.word for other in code[start:first]):
            return "the way back repeats another access", index
        return None if tested else f"the branch does not test {status}", index
    return "a store-exclusive that failed is not tried again", None


def step_faults(code, wanted):
    """What is wrong with a step compiled alone; `wanted` is its row of the table."""
    words = [line.word for line in code if line.word]
    faults = [] if words == wanted else [f"it is {' '.join(words) or 'nothing'}, not "
                                         f"{' '.join(wanted) or 'nothing'}"]
    found, more = pairs(code)
    faults += more
    ways_back = set()
    for first, last in found:
        fault, index = retry(code, first, last)
        faults += [fault] if fault else []
        ways_back.add(index)
        if last - first > 4:
            faults.append(f"{last - first - 1} instructions between load and store")
    faults += [f"a loop: {line.mnemonic} {line.operands}" for index, line in enumerate(code)
               if index not in ways_back and (target := aim(line)) is not None and
               target <= line.address and again(code, index)]
    return faults


ATOMIC = re.compile(r"(ldx|ldax|ldre|ldae|ldar|ldapr|lda$|st[xl]|stre|lr|sc|amo|dmb|fence|lock|"
                    r"mfence|cas|swp|mask|unmask|call)")


def core_faults(code, known):
    """What is wrong with a function of the core: an exclusive access without its other half, or an
    atomic instruction that no step is."""
    _, faults = pairs(code)
    return faults + [f"{line.mnemonic} {line.operands}: no step of the core is that"
                     for line in code if ATOMIC.match(line.word) and line.word not in known]
