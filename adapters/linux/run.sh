#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Boot Debian's kernel in QEMU and run every case of test/ on two CPUs, with the sweep.
# The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. adapters/linux/kernels.sh

version=$(installed_version) || { echo "0 passed, 1 failed"; exit 1; }
image=$(image_of "$version") || { echo "0 passed, 1 failed"; exit 1; }
exec adapters/linux/boot.sh debian "/lib/modules/$version/build" "$image" "$version" 2 test \
	labyrinth.steps=1000 labyrinth.hits=60 labyrinth.only=
