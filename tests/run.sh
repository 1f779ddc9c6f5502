#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Build and run every test over the matrix of compilers, levels of optimisation, widths, word sizes
# and sanitizers, two at a time (JOBS=n for another number). Objects and logs go to build/tests.
#
#   tests/run.sh             everything
#   tests/run.sh unit_init   only the jobs whose name contains the text; for example "clang -Os"
#
# Exit code 0 only when every job passed; the last line is "N passed, N failed".
set -uo pipefail
shopt -s extglob
cd "$(dirname "$0")/.." || exit 1

filter=${1-}
hang_seconds=900 # a test that still runs then hangs; on a quiet machine the slowest take seconds
jobs_at_once=${JOBS:-2}
out=build/tests
mapfile -t warnings <.ci/warnings
common=(-std=c11 -D_GNU_SOURCE -g -pthread "${warnings[@]}")

stop() {
	printf 'tests: %s\n' "$@" >&2
	echo "0 passed, 1 failed"
	exit 1
}

[[ $# -le 1 ]] || stop "usage: tests/run.sh [text that a job's name contains]"
[[ ${#warnings[@]} -gt 0 ]] || stop ".ci/warnings is not readable: it names the compilers' warnings"

# ---- tools: a missing one is an error, never a skipped test ----

need() {
	command -v "$1" >/dev/null || stop "$1 is missing: apt-get install $2"
}

# links PACKAGE COMPILER FLAG...: the compiler can link a program with these flags.
links() {
	local package=$1

	shift
	echo '#include <stdio.h>
int main(void) { return puts("") < 0; }' |
		"$@" -x c - -o "$out/probe" 2>"$out/probe.log" ||
		stop "$(cat "$out/probe.log")" "$* does not link: apt-get install $package"
}

mkdir -p "$out" || stop "cannot make $out"
need gcc gcc
need clang clang
need objdump binutils
need objcopy binutils
need ar binutils
need python3 python3
need git git
need timeout coreutils
links libc6-dev gcc
links gcc-multilib clang -m32
links gcc-multilib gcc -m32
# Kernels of some virtual machines run no 32-bit programs; QEMU's user mode does.
by_32=()
if ! "$out/probe" >/dev/null 2>&1; then
	need qemu-i386 qemu-user
	qemu-i386 "$out/probe" >/dev/null ||
		stop "neither this kernel nor qemu-i386 runs a 32-bit program"
	by_32=(qemu-i386)
	echo "tests: this kernel runs no 32-bit programs; qemu-i386 runs them"
fi
links gcc gcc -fsanitize=address,undefined
links gcc gcc -fsanitize=thread
links libclang-rt-14-dev clang -fsanitize=address,undefined
links libclang-rt-14-dev clang -fsanitize=thread

# ---- the matrix ----

units=(unit_bits unit_status unit_size unit_init unit_claim unit_release unit_reserve unit_large)
seams=(seam_quiet seam_worst seam_races)
stresses=(stress_threads stress_signals)
# The whole core: each of these runs without and with LAB_HARDENED.
core_tests=(unit_ledger unit_gauge unit_room unit_context unit_path unit_alloc unit_free unit_bulk
	unit_refusal unit_watermark unit_donate unit_stats model_core seam_core_quiet
	seam_core_races seam_core_contended seam_core_stats)
threads=(stress_core_threads stress_races)
core_stresses=("${threads[@]}" stress_core_signals)
# With LAB_DEBUG: its own, and all that count no steps, for a call then has one more.
debug_tests=(seam_core_busy "${core_tests[@]/#seam_*/}" "${core_stresses[@]}")
supports=(check pool oracle holder timers seam race rig world world_books steps keeper)
asan='-O1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'
# ThreadSanitizer cannot see into instructions that the core spells itself.
tsan='-O1 -fsanitize=thread -DLAB_PORT_BUILTIN'
job_name=()
job_flags=()
job_test=()
build_flags=() # COMPILER FLAG...: a build's name is its compiler and flags
declare -A is_build=()

# plan FLAGS TEST...: jobs for one build. Each build has the core without and with LAB_HARDENED.
plan() {
	local flags=$1 build=${1% -DLAB_HARDENED} test

	shift
	for test in "$@"; do
		[[ -n $test && "$test $flags" == *"$filter"* ]] || continue
		job_name+=("$test $flags")
		job_flags+=("$flags")
		job_test+=("$test")
		[[ -n ${is_build[" $build"]-} ]] || build_flags+=("$build")
		is_build[" $build"]=1
	done
}

# The tests of zones and of the whole core; the tests given are some that not every build runs.
plan_plain() {
	local flags=$1

	shift
	plan "$flags" "${units[@]}" model "${seams[@]}" "${core_tests[@]}" "$@"
}

# The same, then those of the core with LAB_HARDENED.
plan_both() {
	local flags=$1

	plan_plain "$@"
	shift
	plan "$flags -DLAB_HARDENED" "${core_tests[@]}" "$@"
}

plan_matrix() {
	local compiler width
	local all=("${core_stresses[@]}")

	for compiler in gcc clang; do
		for width in -m64 -m32; do
			plan_plain "$compiler -O0 $width"
			plan_both "$compiler -O2 $width" "${all[@]}" locks_core
			plan "$compiler -O2 $width" "${stresses[@]}"
			plan_plain "$compiler -Os $width"
		done
		plan "$compiler -O0 -m32 -DLAB_HARDENED" "${core_tests[@]}"
		plan "$compiler -Os -m64 -DLAB_HARDENED" "${core_tests[@]}" locks_core
		plan_both "$compiler $asan" "${all[@]}"
		plan "$compiler $asan" "${stresses[@]}"
		plan "$compiler $tsan" stress_threads "${threads[@]}"
		plan "$compiler $tsan -DLAB_HARDENED" "${threads[@]}"
	done
	plan_plain "gcc -O2 -DLAB_WORD_BITS=32" "${all[@]}" locks_core
	plan_plain "gcc -O2 -DLAB_WORD_BITS=16 -DLAB_FRAMES_MAX=1048576"
	plan_plain "clang -O2 -DLAB_WORD_BITS=8 -DLAB_FRAMES_MAX=32768"
	plan_both "gcc -O2 -DLAB_WORD_BITS=4 -DLAB_FRAMES_MAX=1024" "${all[@]}"
	plan "gcc -O2 -DLAB_WORD_BITS=32" "${stresses[@]}"
	plan "gcc -O2 -DLAB_WORD_BITS=4 -DLAB_FRAMES_MAX=1024" "${stresses[@]}"
	# No sweep and few visits: CONTENDED is then common.
	plan_both "clang -O2 -DLAB_WORD_BITS=4 -DLAB_FRAMES_MAX=1024 -DLAB_SWEEP_WORDS=1 \
-DLAB_VISITS_MAX=2" "${all[@]}"
	plan "clang -O2 -DLAB_WORD_BITS=4 -DLAB_FRAMES_MAX=1024 -DLAB_SWEEP_WORDS=1 \
-DLAB_VISITS_MAX=2" "${stresses[@]}"
	# The smallest word: the tests of the core alone, but those that need more than 32 frames.
	plan "clang -O2 -DLAB_WORD_BITS=2 -DLAB_FRAMES_MAX=32" \
		"${core_tests[@]/#seam_core_@(quiet|contended)/}" "${all[@]}"
	# A debug build tells a context that it is in a call already.
	for compiler in "gcc $asan" 'clang -O0 -m32' \
		'gcc -O2 -DLAB_WORD_BITS=4 -DLAB_FRAMES_MAX=1024'; do
		plan "$compiler -DLAB_DEBUG" "${debug_tests[@]}"
	done
	# Every pair of seams, not only random ones.
	plan "gcc -O2 -DSEAM_PAIRS=1 -DLAB_WORD_BITS=4 -DLAB_FRAMES_MAX=1024" seam_races
	plan "gcc -O2 -DSEAM_PAIRS=1 -DLAB_WORD_BITS=4 -DLAB_FRAMES_MAX=1024 -DLAB_SWEEP_WORDS=1 \
-DLAB_VISITS_MAX=2" seam_races
	# These compile on their own, or read only.
	plan "" disassembly style requirements
}

# ---- one build, one job ----

build_dir() {
	local name=${1// /_}

	printf '%s/%s' "$out" "${name//[^A-Za-z0-9_=-]/+}"
}

# compile_core FOLDER COMPILER FLAG...: the core as it ships, once more with the seam, and once with
# its text in a section of its own.
compile_core() {
	local dir=$1 source stem

	shift
	mkdir -p "$dir"/{core,seam,marked} || return 1
	for source in core/*.c; do
		stem=$(basename "$source" .c)
		"$@" -c "$source" -o "$dir/core/$stem.o" &&
			"$@" -include tests/support/seam.h -c "$source" -o "$dir/seam/$stem.o" &&
			objcopy --rename-section .text=lab_core,contents,alloc,load,readonly,code \
				"$dir/core/$stem.o" "$dir/marked/$stem.o" || return 1
	done
}

# The core, the core with LAB_HARDENED, and the support, of which a test links what it needs.
compile_build() {
	local dir compile support seam
	dir=$(build_dir "$1")
	read -ra compile <<<"$1"

	compile+=("${common[@]}")
	rm -rf "$dir" && mkdir -p "$dir/support" || return 1
	compile_core "$dir" "${compile[@]}" &&
		compile_core "$dir/hardened" "${compile[@]}" -DLAB_HARDENED || return 1
	for support in "${supports[@]}"; do
		seam=()
		[[ $support != race ]] || seam=(-include tests/support/seam.h)
		"${compile[@]}" "${seam[@]}" -c "tests/support/$support.c" \
			-o "$dir/support/$support.o" || return 1
	done
	ar rcs "$dir/support.a" "$dir"/support/*.o
}

run_test() {
	local flags=$1 test=$2 dir folder compile objects by=()
	dir=$(build_dir "${flags% -DLAB_HARDENED}")
	folder=$dir
	read -ra compile <<<"$flags"

	compile+=("${common[@]}")
	[[ $flags != *" -m32"* ]] || by=("${by_32[@]}")
	[[ $flags != *" -DLAB_HARDENED" ]] || folder=$dir/hardened
	objects=("$folder"/core/*.o)
	case $test in
	disassembly | style | requirements)
		tests/"$test"
		return
		;;
	seam_*)
		compile+=(-include tests/support/seam.h)
		objects=("$folder"/seam/*.o)
		;;
	*signals | locks_core) objects=("$folder"/marked/*.o) ;;
	esac
	"${compile[@]}" "tests/$test.c" "${objects[@]}" "$dir/support.a" -o "$folder/$test" &&
		timeout --verbose --kill-after=5 "$hang_seconds" "${by[@]}" "$folder/$test"
}

# ---- run, two at a time ----

passed=0
failed=0
done_count=0
declare -A running=()

finish_one() {
	local pid status=0 name log seconds

	wait -n -p pid || status=$?
	name=${running[$pid]%%|*}
	log=${running[$pid]#*|}
	unset "running[$pid]"
	seconds=$(sed -n '$s/^seconds //p' "$log")
	done_count=$((done_count + 1))
	if [[ $status -eq 0 ]]; then
		passed=$((passed + 1))
		echo "ok - $name ($seconds s) [$done_count/$total]"
	else
		failed=$((failed + 1))
		sed '$d' "$log" | tail -n 60 | sed 's/^/    /'
		echo "not ok - $name (exit code $status) [$done_count/$total]"
	fi
}

# start NAME COMMAND...: in the background, its output and its seconds in a log.
start() {
	local name=$1 log

	shift
	[[ ${#running[@]} -lt $jobs_at_once ]] || finish_one
	log=$out/$((started++)).log
	(
		status=0
		begin=$EPOCHREALTIME
		"$@" >"$log" 2>&1 </dev/null || status=$?
		awk -v a="$begin" -v b="$EPOCHREALTIME" \
			'BEGIN { printf "\nseconds %.1f\n", b - a }' >>"$log"
		exit "$status"
	) &
	running[$!]="$name|$log"
}

finish_all() {
	while [[ ${#running[@]} -gt 0 ]]; do
		finish_one
	done
}

plan_matrix
[[ ${#job_name[@]} -gt 0 ]] || stop "no job's name contains \"$filter\""
started=0
total=$((${#job_name[@]} + ${#build_flags[@]}))
for flags in "${build_flags[@]}"; do
	[[ -z $flags ]] && total=$((total - 1)) && continue
	start "build $flags" compile_build "$flags"
done
finish_all
for i in "${!job_name[@]}"; do
	start "${job_name[i]% }" run_test "${job_flags[i]}" "${job_test[i]}"
done
finish_all
echo "$passed passed, $failed failed"
[[ $failed -eq 0 && $passed -gt 0 ]]
