#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# The tests of the bare-metal adapter, in QEMU. Exit code 0 only when none failed; the last line is
# "N passed, N failed". Arguments as tests/gate.py.
set -euo pipefail
cd "$(dirname "$0")/../.."

if ! command -v python3 >/dev/null; then
	echo "baremetal: python3 is missing: apt-get install python3" >&2
	echo "0 passed, 1 failed"
	exit 1
fi
PYTHONDONTWRITEBYTECODE=1 exec python3 adapters/baremetal/tests/gate.py "$@"
