#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Build a kernel that watches itself, from Debian's source and debug/*.config, and boot it.
#
#   debug.sh kasan   every case, 2 CPUs: memory errors, undefined behaviour, locks
#   debug.sh kcsan   every case, 4 CPUs: data races, locks
#   debug.sh kunit   the core's unit tests as a KUnit suite, in the first kernel
#
# More options may follow, as for boot.sh. A kernel is built once, in build/linux/debug. The last
# line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. adapters/linux/kernels.sh

what=${1-}
more=("${@:2}")
kernels=$out/debug
source=$kernels/linux-source-6.1

need make make gcc gcc flex flex bison bison bc bc tar tar xz xz-utils

source_unpack() {
	local archive=/usr/src/linux-source-6.1.tar.xz

	[[ -r $archive ]] || stop "$archive is missing: apt-get install linux-source-6.1"
	[[ ! -e $source.done ]] || return 0
	echo "    # unpacking $archive"
	rm -rf "$source" && mkdir -p "$kernels" && tar -C "$kernels" -xf "$archive" &&
		touch "$source.done"
}

# One line for each 200 of make's; all of them on the log.
progress() {
	tee -a "$1" | awk 'NR % 200 == 0 { print "    # " NR " steps"; fflush() }'
}

# kernel_make DIR ARGUMENT...: with the kernel's own makefile, for DIR.
kernel_make() {
	local dir=$1

	shift
	make -C "$source" O="$top/$dir" "$@"
}

# An option that another one forbids is left out without a word; so each is looked for.
configure() {
	local dir=$1 option missing=0

	kernel_make "$dir" KCONFIG_ALLCONFIG="$top/$dir/wanted" allnoconfig \
		>"$dir/build.log" 2>&1 || { cat "$dir/build.log"; return 1; }
	while read -r option; do
		grep -qxF "$option" "$dir/.config" ||
			{ echo "$option: not in the kernel's configuration"; missing=1; }
	done < <(grep '^CONFIG_' "$dir/wanted")
	return "$missing"
}

# kernel NAME: build/linux/debug/NAME has it, its headers, and image/ for boot.sh.
kernel() {
	local dir=$kernels/$1 version identity release

	version=$(dpkg-query -W -f '${Version}' linux-source-6.1)
	mkdir -p "$dir/image/boot"
	cat adapters/linux/debug/base.config "adapters/linux/debug/$1.config" >"$dir/wanted"
	identity="$version $(sha256sum <"$dir/wanted")"
	[[ ! -e $dir/done || $(<"$dir/done") != "$identity" ]] || return 0
	rm -f "$dir/done"
	source_unpack && configure "$dir" || return 1
	echo "    # building Linux $version with $1.config"
	kernel_make "$dir" -j"${JOBS:-$(nproc)}" bzImage modules 2>&1 | progress "$dir/build.log" ||
		{ tail -n 40 "$dir/build.log"; return 1; }
	release=$(<"$dir/include/config/kernel.release") &&
		cp "$dir/arch/x86/boot/bzImage" "$dir/image/boot/vmlinuz-$release" &&
		echo "$identity" >"$dir/done"
}

# boot KERNEL CPUS MODE OPTION... A kernel without ACPI finds one CPU in each socket.
boot() {
	local dir=$kernels/$1 cpus=$2 release

	shift
	release=$(<"$dir/include/config/kernel.release") || return 1
	LINUX_SMP=,sockets=$cpus LINUX_HANG_SECONDS=${LINUX_HANG_SECONDS:-1800} \
		adapters/linux/boot.sh "${LINUX_NAME:-debug-$what}" "$top/$dir" "$dir/image" \
		"$release" "$@" "${more[@]}"
}

# Many instructions only call a checker, and each is slow here, so the sweep takes one in so many.
case $what in
kasan) kernel kasan && boot kasan 2 test labyrinth.steps=200 labyrinth.every=4 ;;
kcsan)
	kernel kcsan && boot kcsan 4 test labyrinth.steps=200 labyrinth.every=8 \
		kcsan.skip_watch=300 kcsan.udelay_task=120
	;;
kunit) kernel kasan && boot kasan 2 kunit ;;
*) stop "usage: debug.sh kasan|kcsan|kunit [OPTION ...]" ;;
esac || { echo "debug.sh $what: see above"; exit 1; }
