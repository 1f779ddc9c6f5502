# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Fuzzing. On the command line: ENGINE=libfuzzer|afl|blind, TARGET=small|tiny|wide, SECONDS=n,
# JOBS=n (afl: one main and n - 1 secondary instances; mutants: bugs at once).

.PHONY: fuzz fuzzcheck replay corpus exhaustive mutants coverage

FUZZ_ENGINE  = $(or $(ENGINE),libfuzzer)
FUZZ_TARGET  = $(or $(TARGET),small)
FUZZ_SECONDS = $(if $(filter command,$(origin SECONDS)),$(SECONDS),60)

fuzz: ## Let ENGINE=libfuzzer|afl|blind decide where interrupts land (TARGET, SECONDS, JOBS)
	@fuzz/campaign $(FUZZ_ENGINE) $(FUZZ_TARGET) $(FUZZ_SECONDS) $(or $(JOBS),1)

fuzzcheck: ## What make test runs of it: corpora, every schedule of small programs, each engine
	@fuzz/run.sh

replay: ## Print what an input does, step by step: FILE=name (bytes, or a text in .txt)
	@fuzz/build replay $(FUZZ_TARGET) build/fuzz/replay-$(FUZZ_TARGET)
	@build/fuzz/replay-$(FUZZ_TARGET) $(or $(FILE),$(error FILE=name is missing))

corpus: ## Merge what fuzzers found into the committed corpora, minimised
	@fuzz/merge

exhaustive: ## Run every schedule of small programs, and say how many there were
	@for target in small tiny; do fuzz/build exhaust $$target build/fuzz/exhaust-$$target && \
		build/fuzz/exhaust-$$target || exit 1; done

mutants: ## Plant each bug of fuzz/mutants/list.txt, and show who catches it: fuzz/MUTANTS.md
	@python3 fuzz/mutants/mutants.py --jobs $(or $(JOBS),1) --table fuzz/MUTANTS.md

coverage: ## Conditions of core/ that the corpora reach, both ways, and the gaps: build/coverage
	@fuzz/coverage
