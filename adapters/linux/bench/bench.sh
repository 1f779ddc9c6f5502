# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=sh
#
# In the guest: the measurement prints its table into the log.
insmod /lib/labyrinth.ko pages=0 && insmod /lib/labyrinth_bench.ko ||
	echo "not ok 1 bench_load" >/dev/kmsg
