#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Read the module's text: warnings with W=1, sparse, checkpatch --strict, kernel-doc; then build it
# with dkms in a tree of its own. The last line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. adapters/linux/kernels.sh

need sparse sparse dkms dkms perl perl tar tar xz xz-utils
version=$(installed_version) || exit 1
dir=$out/checks
scripts=$dir/linux-source-6.1/scripts

scripts_unpack() {
	local archive=/usr/src/linux-source-6.1.tar.xz

	[[ -r $archive ]] || stop "$archive is missing: apt-get install linux-source-6.1"
	[[ -r $scripts/checkpatch.pl ]] || tar -C "$dir" -xf "$archive" \
		linux-source-6.1/scripts/{checkpatch.pl,kernel-doc,spelling.txt} \
		linux-source-6.1/scripts/const_structs.checkpatch
}

w1() {
	build_modules "/lib/modules/$version/build" "$dir/w1"
}

# Sparse says nothing of ours: its remarks on the kernel's own headers are not.
sparse_clean() {
	local log=$dir/sparse.log

	build_modules "/lib/modules/$version/build" "$dir/sparse" C=2 \
		CF="-D__CHECK_ENDIAN__ -Wno-unknown-attribute" || return 1
	cp "$dir/sparse/build.log" "$log"
	grep -q CHECK "$log" || { echo "sparse did not run"; return 1; }
	! grep -E '(adapters/linux|core)/.*: (warning|error):' "$log"
}

# patch_style IGNORED FILE...: LINUX_VERSION_CODE has to be asked for outside the kernel. Where it
# runs, checkpatch leaves a file of names that it has seen.
patch_style() {
	local ignored=LINUX_VERSION_CODE,CONSTANT_COMPARISON$1

	shift
	(cd "$dir" && perl "$top/$scripts/checkpatch.pl" --no-tree --no-summary --strict --terse \
		--show-types --max-line-length=100 --ignore "$ignored" -f "${@/#/$top/}")
}

# trace.h is laid out as the kernel's own trace headers are; the C library's names are its own.
# drain.c is a program, not kernel code.
checkpatch_clean() {
	local files

	mapfile -t files < <(find adapters/linux -name '*.[ch]' -not -name drain.c \
		-not -name trace.h -not -path '*/kunit/include/*')
	patch_style "" "${files[@]}" &&
		patch_style ,PARENTHESIS_ALIGNMENT,OPEN_ENDED_LINE adapters/linux/trace.h &&
		patch_style ,CAMELCASE adapters/linux/kunit/include/*.h
}

kernel_doc() {
	local output

	output=$(perl "$scripts/kernel-doc" -none adapters/linux/*.[ch] 2>&1) || return 1
	[[ -z $output ]] || { echo "$output"; return 1; }
}

# Each exported function has a comment with a Context: line, and is in the header.
exports_documented() {
	local name

	while read -r name; do
		if ! grep -q "$name(" adapters/linux/labyrinth_linux.h; then
			echo "$name: not in labyrinth_linux.h"
			return 1
		fi
		awk -v name="$name" '$0 ~ " \\* " name "\\(\\) - " { inside = 1 }
			inside && /Context:/ { found = 1 }
			inside && /\*\// { exit }
			END { exit !found }' adapters/linux/*.c ||
			{ echo "$name: no Context:" && return 1; }
	done < <(sed -n 's/^EXPORT_SYMBOL_NS_GPL(\(.*\), LABYRINTH);/\1/p' adapters/linux/*.c)
}

# In trees of its own: nothing is installed.
dkms_builds() {
	local tree=$top/$dir/dkms source=$top/$dir/dkms/src/labyrinth-0.1

	rm -rf "$tree"
	mkdir -p "$source/adapters" "$tree/tree" && cp -r core "$source/" &&
		cp -r adapters/linux "$source/adapters/" &&
		cp adapters/linux/dkms.conf "$source/" &&
		dkms add -m labyrinth -v 0.1 --sourcetree "$tree/src" --dkmstree "$tree/tree" ||
		return 1
	if ! dkms build -m labyrinth -v 0.1 -k "$version" --sourcetree "$tree/src" \
		--dkmstree "$tree/tree"; then
		cat "$tree"/tree/labyrinth/0.1/build/make.log
		return 1
	fi
	find "$tree/tree" -path "*$version*" -name 'labyrinth.ko*' | grep .
}

# What README.md shows is in the file that the tests build and load.
readme_is_example() {
	python3 - <<'PYTHON'
import pathlib
import re
import sys
folder = pathlib.Path("adapters/linux")
shown = re.search(r"```c\n(.*?)```", (folder / "README.md").read_text(), re.S)[1]
sys.exit(shown not in (folder / "test/labyrinth_hello.c").read_text())
PYTHON
}

mkdir -p "$dir"
scripts_unpack
check "README's example is test/labyrinth_hello.c" readme_is_example
check "W=1" w1
check "sparse, C=2" sparse_clean
check "checkpatch --strict" checkpatch_clean
check "kernel-doc" kernel_doc
check "exported functions are documented" exports_documented
check "dkms" dkms_builds
close_checks
