# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Labyrinth. `make help` lists the targets; CC, CFLAGS_EXTRA and FN may be set on the command line.

CC           := gcc
AR           := ar
CFLAGS_EXTRA :=
BUILD        := build
FN           :=

WARNINGS       := $(shell cat .ci/warnings)
CORE_CFLAGS    := -std=c11 -ffreestanding -O2 -g $(WARNINGS) $(CFLAGS_EXTRA)
EXAMPLE_CFLAGS := -std=c11 -D_GNU_SOURCE -O2 -g -pthread $(WARNINGS) $(CFLAGS_EXTRA)

CORE_SOURCES := $(wildcard core/*.c)
CORE_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/%.o)
RX_SOURCES   := $(wildcard examples/signal_rx/*.c)
RX_OBJECTS   := $(RX_SOURCES:%.c=$(BUILD)/%.o)
C_FILES      := $(shell find core tests examples -name '*.[ch]')

LIBRARY := $(BUILD)/liblabyrinth.a

.PHONY: all help setup demo test prove lint format clean
.DELETE_ON_ERROR:

all: $(LIBRARY) ## Build the core as a freestanding static library, build/liblabyrinth.a

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the Debian packages that are missing (root or sudo)
	@.ci/setup

demo: setup ## Prove the core, then run it on real datagrams in a signal handler
	@python3 proofs/prove.py
	@$(MAKE) --no-print-directory $(BUILD)/signal_rx
	@$(BUILD)/signal_rx

test: setup ## Run lint, the examples, every test and the proof; ends with "N passed, N failed"
	@.ci/test

prove: setup ## Prove every goal of the core; FN=name proves one function
	@python3 proofs/prove.py $(if $(FN),--fn $(FN))

lint: setup ## Check format, static analysis, warnings of both compilers, house rules
	@.ci/lint

format: ## Lay out the C files as .clang-format says
	@clang-format -i $(C_FILES)

clean: ## Remove build/
	@rm -rf $(BUILD)

$(LIBRARY): $(CORE_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/signal_rx: $(RX_OBJECTS) $(LIBRARY)
	$(CC) $(EXAMPLE_CFLAGS) $^ -o $@

$(BUILD)/core/%.o: core/%.c .ci/warnings
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/examples/%.o: examples/%.c .ci/warnings
	@mkdir -p $(@D)
	$(CC) $(EXAMPLE_CFLAGS) -MMD -MP -c $< -o $@

-include $(CORE_OBJECTS:.o=.d) $(RX_OBJECTS:.o=.d)

# Room for parts that bring targets of their own (fuzz, bench, linux, baremetal, status): each is a
# file beside its sources, with `## ` comments that `make help` shows.
-include fuzz/fuzz.mk bench/bench.mk
-include adapters/linux/linux.mk adapters/baremetal/baremetal.mk
