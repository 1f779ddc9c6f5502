#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# The bench's part of `make test`: instructions and locked instructions of Labyrinth's calls,
# against bench/maxima.csv. The counts are exact for the compiler of Debian 12; no clock is read.
# After a change that is meant to cost something, `make maxima` writes the file anew.
set -euo pipefail
cd "$(dirname "$0")/.."
. .ci/checks

need gcc gcc make make objdump binutils objcopy binutils ld binutils python3 python3
version=$(gcc -dumpversion)
[[ $version == 12 ]] ||
	echo "bench: gcc $version; the committed maxima are those of gcc 12 (Debian 12)"
check "builds" make --no-print-directory CC=gcc build/bench/gate
check "reads instructions as objdump does" python3 bench/decoding.py build/bench/gate \
	build/bench/gate
if [[ $failed -eq 0 ]]; then
	gate_status=0
	build/bench/gate bench/maxima.csv | tee build/bench/gate.log || gate_status=$?
	line=$(tail -n 1 build/bench/gate.log)
	[[ $line =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed$ ]] ||
		line="0 passed, 1 failed" # it crashed
	passed=$((passed + ${line%% *}))
	line=${line#*, }
	failed=$((failed + ${line%% *}))
	[[ $gate_status -eq 0 || $failed -gt 0 ]] || failed=1
fi
close_checks
