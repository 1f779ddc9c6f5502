#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# The module in QEMU: every case on two and on four CPUs of Debian's kernel, and 100000 packets.
# `test.sh full` adds the readers of its text, dkms, the mutants, Debian's other kernels, and those
# that watch themselves. `test.sh full NAME ...` runs only these stages.
# The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. adapters/linux/kernels.sh
. adapters/linux/fetch.sh

version=$(installed_version) || exit 1
image=$(image_of "$version") || exit 1

full=${1-}
wanted=("${@:2}")

# stage NAME COMMAND...: shows its output, and adds its last line up.
stage() {
	local name=$1 log=$out/stage-$1.log line

	shift
	[[ ${#wanted[@]} -eq 0 || " ${wanted[*]} " == *" $name "* ]] || return 0
	echo "== $name, at $((SECONDS / 60)) min"
	mkdir -p "$out"
	"$@" 2>&1 | tee "$log"
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$log" | tail -n 1)
	[[ -n $line ]] || line='0 passed, 1 failed'
	passed=$((passed + ${line%% *}))
	line=${line#*, }
	failed=$((failed + ${line%% *}))
}

debian() {
	adapters/linux/boot.sh "debian-$2-$1" "/lib/modules/$version/build" "$image" "$version" "$@"
}

# two_nodes COMMAND...: in a machine of two nodes, with half of the CPUs and of the memory each.
two_nodes() {
	local memory=-object\ memory-backend-ram,size=512M,id=

	LINUX_SMP=,sockets=2,cores=2 LINUX_QEMU="${memory}a -numa node,nodeid=0,cpus=0-1,memdev=a \
${memory}b -numa node,nodeid=1,cpus=2-3,memdev=b" "$@"
}

# other ARCH FLAVOUR SUITE: a kernel that is fetched.
other() {
	local found

	found=$(fetch_kernel "$@") || { echo "no $2 of $3"; return 1; }
	adapters/linux/boot.sh "$found" "$top/$out/images/$found/usr/src/linux-headers-$found" \
		"$out/images/$found" "$found" 2 test labyrinth.hits=55
}

# qemu-system-arm is not in the list of packages that `make test` needs.
arm64() {
	local cross busybox

	need qemu-system-aarch64 qemu-system-arm
	cross=$(fetch_cross) || stop "no cross compiler for arm64"
	own_apt_update arm64 || stop "no package lists for arm64"
	busybox=$(fetch_busybox arm64) || stop "no busybox for arm64"
	PATH=$cross/bin:$PATH LD_LIBRARY_PATH=$cross/lib/x86_64-linux-gnu \
		LINUX_BUSYBOX=$busybox LINUX_ARCH=aarch64 ARCH=arm64 \
		CROSS_COMPILE=aarch64-linux-gnu- other arm64 arm64 bookworm-security
}

stage 2-cpus debian 2 test labyrinth.hits=60
stage 4-cpus two_nodes debian 4 test labyrinth.hits=60
stage packets debian 2 rx labyrinth.packets=100000
if [[ $full == full ]]; then
	stage checks adapters/linux/checks.sh
	stage mutants adapters/linux/mutants.sh
	stage 6.1-rt other amd64 rt-amd64 bookworm-security
	stage 6.12 other amd64 amd64 bookworm-backports
	stage arm64 arm64
	stage kasan adapters/linux/debug.sh kasan
	stage kunit adapters/linux/debug.sh kunit
	stage kcsan adapters/linux/debug.sh kcsan
	stage debug-mutants adapters/linux/mutants.sh debug
fi
close_checks
