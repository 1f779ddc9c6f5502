# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Targets of the bare-metal adapter; the top Makefile includes this file.

BAREMETAL_RUN     := adapters/baremetal/run.sh
BAREMETAL_PACKAGE := $(BUILD)/baremetal-package

.PHONY: baremetal test-baremetal test-baremetal-all baremetal-package

baremetal: setup ## Run the firmware examples in QEMU: nested interrupts, isolated tasks, two harts
	@$(BAREMETAL_RUN) --example

test-baremetal: setup ## Sweep an interrupt over every instruction on Arm and RISC-V; counts, sizes
	@$(BAREMETAL_RUN)

test-baremetal-all: setup ## The same on more cores and levels of optimisation, and the packages
	@$(BAREMETAL_RUN) --all

baremetal-package: ## Make the two files and the header for firmware, in build/baremetal-package
	@python3 adapters/baremetal/pack/amalgamate.py $(BAREMETAL_PACKAGE)
	@echo "$(BAREMETAL_PACKAGE): labyrinth_pool.h, labyrinth_pool.c, labyrinth_port.c"
