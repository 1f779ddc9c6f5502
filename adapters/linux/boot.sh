#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Boot a kernel with the modules in QEMU (software emulation), and count what its cases report.
#
#   boot.sh NAME KDIR IMAGE VERSION CPUS MODE [labyrinth.OPTION=VALUE ...]
#
# KDIR: headers; IMAGE: a folder with boot/ and lib/modules/; MODE: test, rx, bench or kunit. The
# guest's log is build/linux/NAME/log. A guest that hangs fails the case that it was running.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. adapters/linux/kernels.sh

[[ $# -ge 6 ]] || stop "usage: boot.sh NAME KDIR IMAGE VERSION CPUS MODE [OPTION ...]"
name=$1 kernel=$2 image=$3 version=$4 cpus=$5 mode=$6
shift 6
hang_seconds=${LINUX_HANG_SECONDS:-600}
dir=$out/$name
arch=${LINUX_ARCH:-x86_64}
modules=$dir/tree/adapters/linux
log=$dir/log
mkdir -p "$dir"

need cpio cpio gzip gzip make make objdump binutils nm binutils gcc gcc xz xz-utils
busybox=${LINUX_BUSYBOX:-/bin/busybox}
[[ -x $busybox ]] || stop "$busybox is missing: apt-get install busybox-static"

# Functions of the swept files that no allocation or free calls: a sanitizer's constructors, and
# those of the core that page.c has a copy of in each of its own.
not_swept='_sub_[DI]_.*|lab_(alloc|free)'
not_swept+='|lab_zone_init|lab_drain|lab_(reclaim|donate)|lab_alloc_atomic_exclusive'

# ---- the guest's first files ----

# A module of the kernel's own, with the folder that it is in.
kernel_module() {
	local file

	for file in "$image/lib/modules/$version/kernel/$1".ko*; do
		case $file in
		*.ko) cp "$file" "$dir/root/lib/" ;;
		*.ko.xz) xz -dc "$file" >"$dir/root/lib/$(basename "$file" .xz)" ;;
		*) stop "no module $1 in $image" ;;
		esac
	done
}

guest_files() {
	local objects=(core/zone.o core/room.o adapters/linux/page.o adapters/linux/bulk.o)

	rm -rf "$dir/root" && mkdir -p "$dir"/root/{bin,lib,dev} || return 1
	cp "$busybox" "$dir/root/bin/busybox" && ln -s busybox "$dir/root/bin/sh" &&
		cp adapters/linux/test/init "$dir/root/init" || return 1
	find "$modules" -name '*.ko' -exec cp -t "$dir/root/lib" {} + || return 1
	(cd "$dir/tree" && "${CROSS_COMPILE-}nm" "${objects[@]}") |
		awk '$2 ~ /^[tT]$/ { print $3 }' | sort -u | grep -vxE "$not_swept" >"$dir/swept"
	sweep_list "$dir/root/lib/labyrinth.ko" "$dir/swept" >"$dir/root/sweep.list"
	if [[ $mode == rx ]]; then
		kernel_module drivers/net/veth
		cp adapters/linux/rx/rx.sh "$dir/root/lib/" &&
			"${CROSS_COMPILE-}gcc" -std=c11 -D_GNU_SOURCE -O2 -static -Wall -Wextra \
				-Werror adapters/linux/rx/drain.c -o "$dir/root/bin/drain" ||
			return 1
	elif [[ $mode == bench ]]; then
		cp adapters/linux/bench/bench.sh "$dir/root/lib/" || return 1
	elif [[ $mode == kunit ]]; then
		build_kunit "$kernel" "$dir/kunit" &&
			cp adapters/linux/kunit/kunit.sh "$dir/kunit/adapters/linux/kunit/"*.ko \
				"$dir/root/lib/" || return 1
	fi
	(cd "$dir/root" && find . | cpio -o -H newc --quiet) | gzip -1 >"$dir/initramfs.gz"
}

# ---- the guest ----

machine() {
	case $arch in
	x86_64) echo "qemu-system-x86_64" ;;
	aarch64) echo "qemu-system-aarch64 -M virt,gic-version=3" ;;
	esac
}

run_guest() {
	local console=ttyS0 qemu

	[[ $arch == x86_64 ]] || console=ttyAMA0
	read -ra qemu <<<"$(machine)"
	need "${qemu[0]}" "qemu-system-$([[ $arch == x86_64 ]] && echo x86 || echo arm)"
	rm -f "$log" "$dir/nmis"
	# shellcheck disable=SC2086 # several words
	timeout --kill-after=5 "$hang_seconds" "${qemu[@]}" \
		-accel "${LINUX_ACCEL:-tcg,thread=multi}" -cpu max -smp "$cpus${LINUX_SMP-}" \
		-m 1024 -no-reboot -display none -monitor none -serial "file:$log" \
		-nic none ${LINUX_QEMU-} \
		-qmp "unix:$dir/qmp,server=on,wait=off" \
		-kernel "$image/boot/vmlinuz-$version" -initrd "$dir/initramfs.gz" -append \
		"console=$console printk.time=0 loglevel=7 panic=-1 oops=panic slub_debug=FZ \
rcupdate.rcu_expedited=1 nokaslr printk.always_kmsg_dump=0 printk.devkmsg=on \
labyrinth.mode=$mode labyrinth.cpus=$cpus $*" &
	qemu_pid=$!
	if [[ $arch == x86_64 && $mode == test ]]; then
		adapters/linux/test/inject_nmi "$dir/qmp" "$log" >"$dir/nmis" &
	fi
	wait "$qemu_pid"
}

# Cases are counted by their lines; a KUnit suite's own line only when it is bad. What was running
# when the log ends, failed. KCSAN finds races everywhere in a kernel: ours are those in which one
# of the two is in a module of ours.
judge() {
	local nmis

	nmis=$(tail -n 1 "$dir/nmis" 2>/dev/null) || nmis=none
	tr -d '\r' <"$log" | awk -v nmis="$nmis" '
		/^# NMIs on/ { crowd = 1 }
		/^# running / { running = $3; next }
		/^ *# Subtest: / { suite = $NF }
		/^ *ok [0-9]+ / {
			passed += $NF != suite
			running = ""
			print "    " $0
			next
		}
		/^ *not ok [0-9]+ / { failed++; running = ""; print "    " $0; next }
		/^labyrinth: done/ { done = 1; next }
		/^# / || /EXPECTATION FAILED/ { print "    " $0 }
		/ommand line: / { next }
		/BUG: KCSAN: / { races++; race = $0; next }
		/(read|write|access).* (to|at) 0x[0-9a-f]+ of [0-9]+ bytes by / { top = 1; next }
		top {
			top = 0
			if (/\[labyrinth/) {
				bad++
				print "    kernel: " race ":" $0
			}
			next
		}
		/BUG|WARNING:|KASAN|KCSAN|UBSAN|Oops|panic|Call Trace/ ||
		/deadlock|detected.*stall|soft lockup/ {
			bad++
			print "    kernel: " $0
		}
		END {
			if (races)
				print "    # KCSAN reported " races " races, anywhere"
			if (bad) {
				failed++
				print "    not ok - the kernel complained " bad " times"
			}
			if (crowd && nmis != "none") {
				print "    # " nmis + 0 " NMIs from outside"
				if (nmis + 0 == 0) {
					failed++
					print "    not ok - no NMI came from outside"
				}
			}
			if (!done) {
				failed++
				print "    not ok - " (running ? running : "the boot") \
					": the guest did not end"
			}
			printf "%d passed, %d failed\n", passed, failed
			exit failed > 0 || passed == 0
		}'
}

if ! build_modules "$kernel" "$dir/tree" || ! guest_files; then
	echo "$name: the modules or the guest's files could not be built (above)"
	echo "0 passed, 1 failed"
	exit 1
fi
echo "    # booting Linux $version on $cpus CPUs; its log is $log"
run_guest "$@"
if [[ ! -s $log ]]; then
	stop "$name: the guest wrote no log"
fi
judge
