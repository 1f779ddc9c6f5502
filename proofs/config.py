# SPDX-License-Identifier: GPL-2.0-only OR MIT
"""What the proof is run on, with what, and within which limits."""

import dataclasses
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROOFS = ROOT / "proofs"
BUILD = ROOT / "build" / "proof"

STATUS = PROOFS / "STATUS.md"           # this, the page and the badges are made of the record
RECORD = PROOFS / "record.json"
BADGES = PROOFS / "badges"
PAGE = ROOT / "build" / "status.html"
EXPECTED = PROOFS / "expected.json"
ASSUMPTIONS = PROOFS / "assumptions.list"
RAW_ACCESS = PROOFS / "raw_access.list"
UNPROVED = PROOFS / "unproved.list"
SESSION = PROOFS / "session"
CACHE = PROOFS / "cache"                # committed; --replay unpacks it into build/

# The files that Frama-C is given, lower layers first: a function of a header is proved in the first
# unit that has it. Each core/*.c is one of them, or in proofs/unproved.list (gate "seen").
UNITS = ["core/zone.c", "core/room.c", "core/labyrinth.c", "core/setup.c",
         "core/stats.c"]

WORDS = {64: "gcc_x86_64", 32: "gcc_x86_32"}
# What the compiler is told for each way to build the core. The first is proved whole; of the others
# what differs from it.
BUILDS = {"": [], "hardened": ["-DLAB_HARDENED"]}


@dataclasses.dataclass(frozen=True)
class Variant:
    """A word size and a way to build."""
    word: int
    build: str = ""

    @property
    def key(self):
        return f"{self.word}-{self.build}" if self.build else str(self.word)

    @property
    def label(self):
        return f"{self.word}-bit {self.build}".strip()

    @property
    def defines(self):
        return [f"-DLAB_WORD_BITS={self.word}", *BUILDS[self.build]]


def variants(words):
    return [Variant(word, build) for build in BUILDS for word in words]


# In this order: CVC4 has most goals at once, and each attempt in vain costs Frama-C a translation.
PROVERS = ["CVC4", "Z3"]
LEMMA_PROVERS = ["Z3", "CVC4"]          # CVC4 can search for the proof of a lemma for minutes

# Limits are steps, so that a proof does not depend on the machine's speed; time is only a net.
STEPS = 2000000
TIMEOUT = 300
# A smoke test is passed by not being proved, so each costs its whole limit. Z3 alone takes them: a
# contradiction shows early or not at all, and the canaries are asked of both.
SMOKE_PROVERS = ["Z3"]
SMOKE_STEPS = 200000
SMOKE_TIMEOUT = 5
JOBS = 2

# tool: (how to ask its version, the version the proof is known to work with, Debian package)
TOOLS = {command.split()[0]: (command.split(), version, package) for version, package, command in (
    line.split(maxsplit=2)
    for line in (PROOFS / "versions").read_text(encoding="utf-8").splitlines()
    if line.strip() and not line.startswith("#"))}

THEOREMS = {
    "T1": "exclusive",
    "T2": "compatible",
    "T3": "conserved",
    "T4": "bounded",
    "T5": "honest failure",
    "T6": "refusal",
    "T7": "reserve",
    "T8": "no undefined behaviour",
    "T9": "complete",
    "T10": "init",
    "T11": "nothing hidden",
}
SUPPORT = "support"
SMOKE = "smoke"
ROWS = list(THEOREMS) + [SUPPORT, SMOKE]

# Hypotheses under which `ensures \false` must stay unproved. The function does what every function
# of the core does: it lets the others run on a zone that keeps the invariant.
CANARY_FUNCTION = r"""
/*@ requires ok: lab_zone_ok(zone) && lab_inv(zone) && lab_counts(0);
    terminates \true;
    exits \false;
    assigns LAB_SHARED(zone);
    ensures lab_canary: \false;
*/
static void lab_canary(const lab_zone *zone)
{
	LAB_INTERFERE(zone);
}
"""
CANARY_LEMMA = r"""
/*@ lemma lab_canary: \false; */
"""
CANARY_TIMEOUT = 10

# The only files that may ask whether Frama-C is reading them: the two seams of the proof.
FRAMAC_MACRO_FILES = {"core/port.h", "core/atomic.h"}
# What other contexts do around a step.
INTERFERENCE = {"LAB_INTERFERE", "LAB_INTERFERE_LEDGER"}
# The only file with shared words in it, and the layer below, with the instructions.
ATOMIC_FILE = "core/atomic.h"
PORT_FILE = "core/port.h"
PORT_FILES = {PORT_FILE, "spec/port_model.h"}
# Functions of the port that touch no shared word, and so may be called from anywhere.
PORT_PURE = {"lab_port_lowest"}
