# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=sh
#
# Packets from lab0 to its peer veth0, through the kernel's stack, into exclusive pages.
say() {
	echo "$*" >/dev/kmsg
}

option() {
	sed -n "s/.*labyrinth\.$1=\([^ ]*\).*/\1/p" /proc/cmdline
}

case_of() {
	say "# running $1"
	name=$1
	shift
	number=$((number + 1))
	if "$@"; then
		say "ok $number $name"
	else
		say "not ok $number $name"
	fi
}

sets_up() {
	insmod /lib/veth.ko && insmod /lib/labyrinth.ko && ip link add lab0 type veth &&
		echo 1 >/proc/sys/net/ipv6/conf/all/disable_ipv6 &&
		ip link set lab0 up && ip link set veth0 up &&
		ip addr add 10.9.0.1/24 broadcast 10.9.0.255 dev lab0 &&
		insmod /lib/labyrinth_rx.ko interface=veth0
}

drains() {
	status=0
	text=$(drain "$(option packets)" 2>&1) || status=1
	say "# $text"
	return $status
}

keeps_all() {
	[ "$(awk '$1 == "held" { print $2 }' /sys/kernel/debug/labyrinth/rx/stats)" = 0 ] &&
		[ "$(awk '$1 == "refused_frees" { print $2 }' \
			/sys/kernel/debug/labyrinth/rx/stats)" = 0 ]
}

unloads() {
	rmmod labyrinth_rx && rmmod labyrinth && ! dmesg | grep leaked
}

number=0
case_of rx_set_up sets_up
case_of rx_every_packet drains
case_of rx_nothing_held keeps_all
case_of rx_unload unloads
