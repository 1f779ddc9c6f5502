#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Build the fuzz targets as OSS-Fuzz and ClusterFuzzLite ask for them: the compilers and flags come
# in CC, CXX, CFLAGS, CXXFLAGS and LIB_FUZZING_ENGINE, programs and seeds go to OUT. By hand, from
# the project's folder:
#
#   OUT=build/oss CC=clang CXX=clang CFLAGS="-O1 -g -fsanitize=address,fuzzer-no-link" \
#       CXXFLAGS="-fsanitize=address" LIB_FUZZING_ENGINE=-fsanitize=fuzzer .clusterfuzzlite/build.sh
set -euo pipefail

for name in OUT CC CXX CFLAGS CXXFLAGS LIB_FUZZING_ENGINE; do
	[[ -n ${!name-} ]] || {
		echo "build.sh: $name is not set; the comment in this file has an example" >&2
		exit 1
	}
done
[[ -e core/labyrinth.h ]] || {
	echo "build.sh: run it in the project's folder, the one that has core/" >&2
	exit 1
}
mkdir -p "$OUT"
# shellcheck disable=SC2153 # checked above, by name
read -ra cflags <<<"$CFLAGS"
# shellcheck disable=SC2153
read -ra cxxflags <<<"$CXXFLAGS"
read -ra engine <<<"$LIB_FUZZING_ENGINE"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for size in small:4:1024 tiny:2:32 wide:64:16777216; do
	IFS=: read -r target bits frames <<<"$size"
	common=(-std=c11 -D_GNU_SOURCE -DLAB_NODES_MAX=2 -DLAB_SWEEP_WORDS=2 -DLAB_VISITS_MAX=2
		"-DLAB_WORD_BITS=$bits" "-DLAB_FRAMES_MAX=$frames" -Icore)
	mkdir "$work/$target"
	for source in core/*.c; do
		"$CC" "${cflags[@]}" "${common[@]}" -include fuzz/interleave/seam.h -c "$source" \
			-o "$work/$target/core_$(basename "$source" .c).o"
	done
	for source in fuzz/interleave/*.c fuzz/{input,target,trace,text}.c; do
		"$CC" "${cflags[@]}" "${common[@]}" -c "$source" \
			-o "$work/$target/$(basename "$source" .c).o"
	done
	"$CXX" "${cxxflags[@]}" "${engine[@]}" "$work/$target"/*.o -o "$OUT/interleave_$target"
	python3 -m zipfile -c "$OUT/interleave_${target}_seed_corpus.zip" fuzz/corpus/"$target"/*
	printf '[libfuzzer]\nmax_len = 96\n' >"$OUT/interleave_$target.options"
done
