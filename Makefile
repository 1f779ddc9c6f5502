# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Labyrinth. `make help` lists the targets; CC, CFLAGS_EXTRA, FN and REPLAY may be set on the
# command line.

CC           := gcc
AR           := ar
CFLAGS_EXTRA :=
BUILD        := build
FN           :=
REPLAY       :=

WARNINGS       := $(shell cat .ci/warnings)
CORE_CFLAGS    := -std=c11 -ffreestanding -O2 -g $(WARNINGS) $(CFLAGS_EXTRA)
EXAMPLE_CFLAGS := -std=c11 -D_GNU_SOURCE -I. -O2 -g -pthread $(WARNINGS) $(CFLAGS_EXTRA)

CORE_SOURCES := $(wildcard core/*.c)
CORE_OBJECTS := $(CORE_SOURCES:%.c=$(BUILD)/%.o)
CORE_HEADERS := $(wildcard core/*.h)
RX_SOURCES   := $(wildcard examples/signal_rx/*.c)
RX_OBJECTS   := $(RX_SOURCES:%.c=$(BUILD)/%.o)
EXAMPLES     := $(addprefix $(BUILD)/,hello signal_rx rx_ring tiny_pool misuse)
C_FILES      := $(shell find core tests examples fuzz bench adapters/baremetal -name '*.[ch]')

LIBRARY := $(BUILD)/liblabyrinth.a

.PHONY: all help setup demo examples test prove proof-mutants lint format clean
.DELETE_ON_ERROR:

all: $(LIBRARY) ## Build the core as a freestanding static library, build/liblabyrinth.a

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' \
		$(MAKEFILE_LIST)

setup: ## Install the Debian packages that are missing (root or sudo)
	@.ci/setup

demo: setup ## Prove the core, then run it on real datagrams in a signal handler
	@python3 proofs/prove.py
	@$(MAKE) --no-print-directory $(BUILD)/signal_rx
	@$(BUILD)/signal_rx

examples: $(EXAMPLES) ## Build the examples: build/hello, signal_rx, rx_ring, tiny_pool, misuse

test: setup ## Run lint, the examples, every test and the proof; ends with "N passed, N failed"
	@.ci/test

prove: setup ## Prove the core; FN=name proves one function, REPLAY=1 believes the committed answers
	@python3 proofs/prove.py $(if $(FN),--fn $(FN)) $(if $(REPLAY),--replay)

proof-mutants: setup ## Plant each edit of proofs/edits/; the proof must fail: MUTANTS.md
	@python3 proofs/mutants.py

lint: setup ## Check format, static analysis, warnings of both compilers, house rules
	@.ci/lint

.PHONY: status
status: ## Write proofs/STATUS.md, the badges and build/status.html of the last whole cold run
	@python3 proofs/status.py

format: ## Lay out the C files as .clang-format says
	@clang-format -i $(C_FILES)

clean: ## Remove build/
	@rm -rf $(BUILD)

$(LIBRARY): $(CORE_OBJECTS)
	@rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/signal_rx: $(RX_OBJECTS) $(LIBRARY)
	$(CC) $(EXAMPLE_CFLAGS) $^ -o $@

$(BUILD)/hello $(BUILD)/rx_ring: $(BUILD)/%: $(BUILD)/examples/%.o $(LIBRARY)
	$(CC) $(EXAMPLE_CFLAGS) $^ -o $@

# These two set the core up in their own way, so they compile it with their own text, as a user may.
$(BUILD)/tiny_pool: CONFIGURATION := -DLAB_NODES_MAX=1
$(BUILD)/misuse: CONFIGURATION := -DLAB_HARDENED
$(BUILD)/tiny_pool $(BUILD)/misuse: $(BUILD)/%: examples/%.c examples/common.h $(CORE_SOURCES) \
		$(CORE_HEADERS) .ci/warnings
	@mkdir -p $(@D)
	$(CC) $(EXAMPLE_CFLAGS) $(CONFIGURATION) $(filter %.c,$^) -o $@

$(BUILD)/core/%.o: core/%.c .ci/warnings
	@mkdir -p $(@D)
	$(CC) $(CORE_CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/examples/%.o: examples/%.c .ci/warnings
	@mkdir -p $(@D)
	$(CC) $(EXAMPLE_CFLAGS) -MMD -MP -c $< -o $@

-include $(CORE_OBJECTS:.o=.d) $(RX_OBJECTS:.o=.d)
-include $(BUILD)/examples/hello.d $(BUILD)/examples/rx_ring.d

# Room for parts that bring targets of their own (fuzz, bench, linux, baremetal): each is a
# file beside its sources, with `## ` comments that `make help` shows.
-include fuzz/fuzz.mk bench/bench.mk
-include adapters/linux/linux.mk adapters/baremetal/baremetal.mk
