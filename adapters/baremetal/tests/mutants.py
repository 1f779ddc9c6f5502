# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""Planted bugs: each is put into a private copy of the tree, and the named test must see it."""
import dataclasses
import pathlib
import re
import shutil
import tempfile

import build
import checks
from build import ROOT, Failed

ADAPTER = "adapters/baremetal/"
SWEEP = checks.SWEEP
GUARD = checks.GUARD
HINTED = ["-DSWEEP_FRAMES=40u", "-DLABYRINTH_PAGE_SIZE=64u", "-DLAB_SWEEP_WORDS=1"]
SMALL = ["-DLABYRINTH_PAGE_SIZE=256u", "-DSWEEP_NO_NMI"]


@dataclasses.dataclass
class Mutant:
    """`old`, once in `file`, becomes `new`; then `program` on `machine` must say `says`."""
    name: str
    file: str
    old: str
    new: str
    says: str
    machine: str = "m3"
    program: list = dataclasses.field(default_factory=lambda: SWEEP)
    defines: list = dataclasses.field(default_factory=list)
    protect: bool = False


def guard(name, old, new, says, machine="m3", file="protect.c"):
    return Mutant(name, ADAPTER + file, old, new, says, machine, GUARD, checks.GUARD_DEFINES, True)


CLAIM = """	return (__atomic_fetch_and(word, (lab_word)~mask, __ATOMIC_SEQ_CST) & mask) != 0;"""
CLAIM_TORN = """	lab_word seen = *(volatile lab_word *)word;

	*(volatile lab_word *)word = (lab_word)(seen & ~mask);
	return (seen & mask) != 0;"""
RELEASE = """	(void)__atomic_fetch_or(word, bits, __ATOMIC_SEQ_CST);"""
RELEASE_TORN = """	*(volatile lab_word *)word = *(volatile lab_word *)word | bits;"""
SECOND_LOOK = """		if (lab_atomic_load_seq_cst(zone, node) != 0) {"""
LEDGER = """	lab_status status = lab_ledger_revoke(&pool->zone, pool->tag, frame, tag);
	uint32_t bit = frame % LAB_WORD_BITS;

	if (status == LAB_OK)
		lab_zone_release(&pool->zone, frame - bit, lab_bits_mask(bit));
	return status;"""
LEDGER_LATE = """	uint32_t bit = frame % LAB_WORD_BITS;

	if (lab_atomic_tag_load_relaxed(&pool->zone, pool->tag, frame) != tag)
		return LAB_ERR_STALE;
	lab_zone_release(&pool->zone, frame - bit, lab_bits_mask(bit));
	return lab_ledger_revoke(&pool->zone, pool->tag, frame, tag);"""
CLOSE = """	close_page(task, frame);
	clear(frame);
	return backend_give(guarded, frame, tag);"""
CLOSE_LATE = """	clear(frame);
	if (backend_give(guarded, frame, tag) != LAB_OK)
		return LAB_ERR_STALE;
	close_page(task, frame);
	return LAB_OK;"""
NOT_CLEARED = """	close_page(task, frame);
	return backend_give(guarded, frame, tag);"""
HOLDER = """	if (LAB_TAG_HOLDER(tag) != LABYRINTH_HOLDER_TASK + task->id)
		return LAB_ERR_STALE;
"""
AGAIN = """	} while (task != NULL && lab_port_load_seq_cst(&task->pages) != pages);"""
HARDENED = """	(void)__atomic_compare_exchange_n(tag, &expected, value, false, __ATOMIC_RELAXED,
					  __ATOMIC_RELAXED);
	return expected;"""
HARDENED_TORN = """	uint32_t found = lab_port_tag_load_relaxed(tag);

	if (found == expected)
		lab_port_tag_store_relaxed(tag, value);
	return found;"""
HELD = "held and in the pool, or neither"

MUTANTS = [
    Mutant("non-atomic claim, one frame", "core/port.h", CLAIM, CLAIM_TORN, "two holders"),
    Mutant("non-atomic claim, rv32", "core/port.h", CLAIM, CLAIM_TORN, "two holders", "rv32"),
    Mutant("non-atomic release", "core/port.h", RELEASE, RELEASE_TORN, HELD),
    Mutant("non-atomic release, m33", "core/port.h", RELEASE, RELEASE_TORN, HELD, "m33"),
    Mutant("no second look after a hint is cleared", "core/zone.c", SECOND_LOOK,
           "		if (false) {", "no page, but as many are free", defines=HINTED),
    Mutant("released before the ledger lets go", ADAPTER + "backend.h", LEDGER, LEDGER_LATE,
           "a free that is due was refused"),
    Mutant("LAB_HARDENED without its one step", "core/port.h", HARDENED, HARDENED_TORN,
           "two frees of one page, and accepted", defines=["-DLAB_HARDENED"]),
    Mutant("masking port: Arm does not mask", ADAPTER + "port_masked.c", "\\n\\tcpsid i", "",
           "fault:", "m0", defines=SMALL),
    Mutant("masking port: RISC-V does not mask", ADAPTER + "port_masked.c",
           "csrrci %0, mstatus, 8", "csrr %0, mstatus", "fault:", "rv32imc"),
    guard("MPU v7 closed after the release", CLOSE, CLOSE_LATE, "open, and no task's"),
    guard("MPU v8 closed after the release", CLOSE, CLOSE_LATE, "open, and no task's", "m33"),
    guard("PMP closed after the release", CLOSE, CLOSE_LATE, "open, and no task's", "rv32"),
    guard("page not cleared at a task's free", CLOSE, NOT_CLEARED, "a task's words are left"),
    guard("SVC without a look at the holder", HOLDER, "", "a task freed another's page"),
    guard("no second look after the MPU is written", AGAIN, "	} while (false);",
          "open is not what the task has"),
]


def plant(mutant, tree):
    for part in ("core", "spec", "adapters/baremetal"):
        shutil.copytree(ROOT / part, tree / part)
    path = tree / mutant.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise Failed(f"the text that this bug replaces stands {text.count(mutant.old)} times in "
                     f"{mutant.file}, not once: give the bug new text\n{mutant.old}")
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")


def caught(mutant):
    """The test fails, and for the reason that it should."""
    with tempfile.TemporaryDirectory() as folder:
        tree = pathlib.Path(folder)
        plant(mutant, tree)
        image = build.firmware(re.sub(r"\W+", "-", "planted " + mutant.name), mutant.machine, "-O2",
                               mutant.program, mutant.defines, tree, mutant.protect)
        try:
            build.run(mutant.machine, image)
        except Failed as seen:
            if mutant.says in str(seen):
                lines = [line for line in str(seen).splitlines() if "not ok" in line]
                return "caught by " + (lines[0] if lines else mutant.says)
            raise Failed(f"the test failed, but did not say '{mutant.says}':\n{seen}") from seen
    raise Failed(f"nothing saw it: '{mutant.says}' was expected")
