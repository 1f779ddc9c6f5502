#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Instructions per page, counted by QEMU in one boot, beside the kernel's own allocators: a table in
# bench/results/linux.md.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. adapters/linux/kernels.sh

version=$(installed_version) || exit 1
image=$(image_of "$version") || exit 1
result=bench/results/linux.md
LINUX_ACCEL=tcg LINUX_QEMU="-icount shift=0" adapters/linux/boot.sh bench \
	"/lib/modules/$version/build" "$image" "$version" 1 bench init_on_alloc=0 || exit 1
mkdir -p "$(dirname "$result")"
{
	echo '<!-- SPDX-License-Identifier: GPL-2.0-only OR MIT -->'
	echo "Instructions in a Linux $version guest, as \`make bench-linux\` counts them: one CPU,"
	echo "one page taken and given back, interrupts off, init_on_alloc=0; genalloc and"
	echo 'sbitmap_queue hand out numbers, the others pages.'
	echo
	echo '| allocator | pattern | pair, mean | pair, median | worst single call |'
	echo '|---|---|---|---|---|'
	tr -d '\r' <"$out/bench/log" | grep '^| '
} >"$result"
cat "$result"
