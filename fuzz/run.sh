#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# What `make test` runs of fuzz/: the seam is whole, the oracle counts as the contracts do, the
# tools agree, the corpora and the named regressions pass and reach each way of each condition of
# core/ but those that are explained, every schedule of the small programs passes, a planted bug is
# seen, OSS-Fuzz's build script makes targets that run, and each engine finds nothing in
# FUZZ_SECONDS seconds (60; 0 leaves the engines out, and says so).
#
# Exit code 0 only when everything passed; the last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
. .ci/checks

seconds=${FUZZ_SECONDS:-60}
out=build/fuzz

[[ $seconds =~ ^[0-9]+$ ]] || stop "FUZZ_SECONDS is a whole number, not '$seconds'"
need gcc gcc clang clang pkill procps afl-clang-fast afl++ afl-fuzz afl++ llvm-cov llvm
need python3 python3
mkdir -p "$out" || stop "cannot make $out"

# timed NAME COMMAND...: a check that says how long it took; its last line is shown, and more of it
# when it fails.
timed() {
	local name=$1 log=$out/check.log begin=$EPOCHREALTIME status=0 spent

	shift
	"$@" >"$log" 2>&1 </dev/null || status=$?
	spent=$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')
	if [[ $status -eq 0 ]]; then
		passed=$((passed + 1))
		tail -n 1 "$log" | sed 's/^/    /'
		echo "ok - $name ($spent s)"
	else
		failed=$((failed + 1))
		tail -n 80 "$log" | sed 's/^/    /'
		echo "not ok - $name (exit code $status, $spent s)"
	fi
}

# Each step of the port is a yield point; what is none is named here.
seam_is_whole() {
	local name bad=0

	while read -r name; do
		case $name in
		lab_port_lowest) continue ;;
		esac
		if ! grep -qE "^#define $name seam_" fuzz/interleave/seam.h; then
			echo "core/port.h has $name, and fuzz/interleave/seam.h does not rename it"
			bad=1
		fi
	done < <(grep -oE '^static inline [a-z0-9_ ]+ \*?lab_port_\w+' core/port.h |
		grep -oE 'lab_port_\w+')
	[[ $(grep -cE '^#define lab_port_\w+ seam_' fuzz/interleave/seam.h) -ge 11 ]] || bad=1
	return "$bad"
}

limits() {
	local target=$1

	fuzz/build limits "$target" "$out/limits-$target" &&
		fuzz/limits "$target" "$out/limits-$target"
}

# A text is the same after bytes and back.
round_trip() {
	local text count=0

	fuzz/build encode small "$out/encode" || return 1
	for text in fuzz/regressions/*.txt; do
		"$out/encode" "$text" "$out/round.bin" &&
			"$out/encode" "$out/round.bin" >"$out/round.txt" &&
			"$out/encode" "$out/round.txt" "$out/round2.bin" &&
			cmp "$out/round.bin" "$out/round2.bin" || return 1
		count=$((count + 1))
	done
	[[ $count -gt 0 ]] && echo "$count texts"
}

replay() {
	local target=$1

	fuzz/build replay "$target" "$out/replay-$target" &&
		"$out/replay-$target" -q fuzz/regressions/*.txt fuzz/corpus/"$target"/*
}

replay_sanitized() {
	local target=$1

	FUZZ_SANITIZE=1 fuzz/build replay "$target" "$out/replay-$target-sanitize" &&
		"$out/replay-$target-sanitize" -q fuzz/regressions/*.txt fuzz/corpus/"$target"/*
}

replay_hardened() {
	FUZZ_HARDENED=1 fuzz/build replay small "$out/replay-hardened" &&
		"$out/replay-hardened" -q fuzz/regressions/*.txt fuzz/corpus/small/*
}

exhaust() {
	local target=$1

	fuzz/build exhaust "$target" "$out/exhaust-$target" &&
		timeout 180 "$out/exhaust-$target"
}

exhaust_hardened() {
	FUZZ_HARDENED=1 FUZZ_CC=clang fuzz/build exhaust small "$out/exhaust-hardened" &&
		timeout 180 "$out/exhaust-hardened"
}

# An engine that dies without an input to show, after what it kept was counted, is no success.
engine_dies() {
	local log=$out/dies.log status=0 pid

	fuzz/campaign libfuzzer small 60 >"$log" 2>&1 </dev/null &
	pid=$!
	until grep -q 'kept: ' "$log"; do
		kill -0 "$pid" || return 1
		sleep 1
	done
	pkill -KILL -P "$pid" -f libfuzzer-small || return 1
	wait "$pid" || status=$?
	tail -n 1 "$log"
	[[ $status -ne 0 ]] && grep -q 'libFuzzer ended with 137' "$log"
}

# As OSS-Fuzz and ClusterFuzzLite call it, as far as that goes without their image.
oss_fuzz() {
	local target oss=$out/oss

	rm -rf "$oss"
	OUT=$oss CC=clang CXX=clang CFLAGS="-O1 -fsanitize=address,fuzzer-no-link" \
		CXXFLAGS=-fsanitize=address LIB_FUZZING_ENGINE=-fsanitize=fuzzer \
		.clusterfuzzlite/build.sh || return 1
	for target in small tiny wide; do
		python3 -m zipfile -e "$oss/interleave_${target}_seed_corpus.zip" "$oss/$target" &&
			"$oss/interleave_$target" -runs=0 "$oss/$target" || return 1
	done
	echo "3 targets"
}

timed "seam: each step of core/port.h is a yield point" seam_is_whole
for target in small tiny wide; do
	timed "bounds: the oracle's are the contracts', $target" limits "$target"
done
timed "texts and bytes of inputs" round_trip
for target in small tiny wide; do
	timed "replay: $target" replay "$target"
	timed "replay: $target, ASan and UBSan" replay_sanitized "$target"
done
timed "replay: small, hardened" replay_hardened
timed "coverage of core/, and its gaps" fuzz/coverage
timed "coverage: what it asks can fail" fuzz/cover/selftest
for target in small tiny; do
	timed "every schedule: $target" exhaust "$target"
done
timed "every schedule: small, hardened, clang" exhaust_hardened
timed "planted bugs are seen" python3 fuzz/mutants/mutants.py --again --with exhaustive \
	--only not-atomic
timed "OSS-Fuzz's build script" oss_fuzz
if [[ $seconds -eq 0 ]]; then
	echo "    FUZZ_SECONDS=0: no engine runs"
else
	timed "an engine that is killed is told" engine_dies
	for engine in blind libfuzzer afl; do
		timed "$engine: small, $seconds s" fuzz/campaign "$engine" small "$seconds"
	done
fi
close_checks
