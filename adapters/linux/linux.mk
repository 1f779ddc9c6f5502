# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# The Linux module: included by the top Makefile. LINUX_VERSION=6.1.0-... takes other headers.
.PHONY: linux test-linux test-linux-full bench-linux

linux: setup ## Build labyrinth.ko for the installed kernel headers: build/linux/module
	@adapters/linux/build.sh

test-linux: setup ## Boot the module in QEMU: every case, 2 and 4 CPUs, the sweep, 100000 packets
	@adapters/linux/test.sh

test-linux-full: setup ## Also 6.1-rt, 6.12, arm64, KASAN, KCSAN, KUnit; sparse, dkms, mutants
	@.ci/setup adapters/linux/packages.full
	@adapters/linux/test.sh full

bench-linux: setup ## Instructions per page beside the kernel's allocators: bench/results/linux.md
	@adapters/linux/bench.sh
