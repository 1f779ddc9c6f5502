# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=sh
#
# In the guest: the suite runs when its module is loaded.
echo "# running kunit_suite" >/dev/kmsg
if ! insmod /lib/labyrinth_kunit.ko || ! rmmod labyrinth_kunit; then
	echo "not ok 1 kunit_suite" >/dev/kmsg
fi
