# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# The bench. `make bench` installs the peers it measures against (root or sudo) and writes
# bench/results/; `make bench PEER=dpdk` pairs one peer with Labyrinth and writes nothing there.
# bench/run.sh is the part that `make test` runs: exact counts, no clock.

PEER ?=

BENCH        := $(BUILD)/bench
BENCH_CORE   := -std=c11 -ffreestanding -O2 -g $(WARNINGS) $(CFLAGS_EXTRA)
BENCH_CFLAGS := -std=c11 -D_GNU_SOURCE -O2 -g -pthread $(WARNINGS) $(CFLAGS_EXTRA)
BENCH_LINK   := -pthread -Wl,-z,now

BENCH_SOURCES   := $(wildcard bench/*.c bench/*.h bench/peers/*.h)
BENCH_LABYRINTH := $(addprefix $(BENCH)/,peer_lab.o peer_lab_bare.o peer_lab_hard.o \
                   peer_lab_hard_bare.o)
BENCH_EXACT     := $(addprefix $(BENCH)/,count.o decode.o exact.o scatter.o)
BENCH_OTHERS    := $(patsubst bench/peers/%.c,$(BENCH)/peers/%.o,$(filter-out \
                   bench/peers/labyrinth.c bench/peers/dpdk.c,$(wildcard bench/peers/*.c)))
BENCH_DPDK      := $(addprefix $(BENCH)/peers/,dpdk_cached.o dpdk_ring.o dpdk_lfstack.o)

# DPDK's headers need gnu11 and are not ours to warn about. Without the package, its peers say so.
BENCH_DPDK_CFLAGS = -std=gnu11 \
                    $(subst -I,-isystem ,$(shell pkg-config --cflags libdpdk 2>/dev/null))
BENCH_LIBS = $(shell pkg-config --exists libdpdk 2>/dev/null && echo -lrte_mempool -lrte_eal \
             -lrte_ring -Wl,--no-as-needed -lrte_mempool_ring -lrte_mempool_stack) \
             $(shell pkg-config --exists ck 2>/dev/null && echo -lck) \
             $(shell pkg-config --exists liburcu-cds 2>/dev/null && echo -lurcu-common) -ldl -lm

.PHONY: bench maxima

bench: setup ## Measure Labyrinth beside its peers into bench/results; PEER=dpdk pairs one
	@bench/setup
	@$(MAKE) --no-print-directory $(BENCH)/bench
	@bench/report.py --build $(BENCH) $(if $(PEER),--peer $(PEER))

maxima: $(BENCH)/gate ## Write bench/maxima.csv, the counts that make test holds Labyrinth to
	@$(BENCH)/gate --write bench/maxima.csv

$(BENCH)/gate: $(addprefix $(BENCH)/,gate.o known.o) $(BENCH_EXACT) $(BENCH_LABYRINTH)
	$(CC) $(BENCH_LINK) $^ -o $@

$(BENCH)/bench: $(addprefix $(BENCH)/,main.o clock.o pairs.o threads.o tail.o sizes.o counts.o) \
		$(BENCH_EXACT) $(BENCH_LABYRINTH) $(BENCH_OTHERS) $(BENCH_DPDK)
	$(CC) $(BENCH_LINK) $^ $(BENCH_LIBS) -o $@

# A peer with the core inside it, so that two builds of the core fit one program.
$(BENCH)/peer_lab.o $(BENCH)/peer_lab_bare.o: $(BENCH)/peer_%.o: $(BENCH)/peers/%.o \
		$(CORE_SOURCES:core/%.c=$(BENCH)/core/%.o)
	$(LD) -r $^ -o $@
	objcopy --keep-global-symbol=$(@F:.o=) $@
$(BENCH)/peer_lab_hard.o $(BENCH)/peer_lab_hard_bare.o: $(BENCH)/peer_%.o: $(BENCH)/peers/%.o \
		$(CORE_SOURCES:core/%.c=$(BENCH)/core_hard/%.o)
	$(LD) -r $^ -o $@
	objcopy --keep-global-symbol=$(@F:.o=) $@

# Which build of Labyrinth, or of DPDK, an object is.
BENCH_AS_lab           := -DPEER_NAME='"labyrinth"' -DPEER_ROOM=32
BENCH_AS_lab_bare      := -DPEER_NAME='"labyrinth-bare"' -DPEER_ROOM=0
BENCH_AS_lab_hard      := -DPEER_NAME='"labyrinth-hard"' -DPEER_ROOM=32 -DLAB_HARDENED
BENCH_AS_lab_hard_bare := -DPEER_NAME='"labyrinth-hard-bare"' -DPEER_ROOM=0 -DLAB_HARDENED
BENCH_AS_dpdk_cached   := -DPEER_NAME='"dpdk-cached"' -DDPDK_CACHE=512 -DDPDK_OPS='"ring_mp_mc"'
BENCH_AS_dpdk_ring     := -DPEER_NAME='"dpdk-ring"' -DDPDK_CACHE=0 -DDPDK_OPS='"ring_mp_mc"'
BENCH_AS_dpdk_lfstack  := -DPEER_NAME='"dpdk-lfstack"' -DDPDK_CACHE=0 -DDPDK_OPS='"lf_stack"'

$(BENCH_LABYRINTH:$(BENCH)/peer_%=$(BENCH)/peers/%): $(BENCH)/peers/%.o: \
		bench/peers/labyrinth.c $(BENCH_SOURCES) $(CORE_HEADERS) bench/bench.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) $(BENCH_AS_$*) -DPEER_SYMBOL=peer_$* -c $< -o $@

$(BENCH_DPDK): $(BENCH)/peers/%.o: bench/peers/dpdk.c $(BENCH_SOURCES) bench/bench.mk
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) $(BENCH_DPDK_CFLAGS) $(BENCH_AS_$*) -DPEER_SYMBOL=peer_$* -c $< -o $@

$(BENCH)/peers/dpdk_eal.o: BENCH_CFLAGS += $(BENCH_DPDK_CFLAGS)
$(BENCH_OTHERS): $(BENCH)/peers/%.o: bench/peers/%.c $(BENCH_SOURCES)
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -c $< -o $@

$(BENCH)/%.o: bench/%.c $(BENCH_SOURCES)
	@mkdir -p $(@D)
	$(CC) $(BENCH_CFLAGS) -c $< -o $@

# -fstack-usage leaves the stack of each function beside the object.
$(BENCH)/core/%.o: core/%.c $(CORE_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(BENCH_CORE) -fstack-usage -c $< -o $@

$(BENCH)/core_hard/%.o: core/%.c $(CORE_HEADERS)
	@mkdir -p $(@D)
	$(CC) $(BENCH_CORE) -fstack-usage -DLAB_HARDENED -c $< -o $@
