#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Break the core or the module in a private copy, one way at a time, and see the named case fail.
# The last line is "N passed, N failed". `mutants.sh NAME` runs that mutant only.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. adapters/linux/kernels.sh

version=$(installed_version) || exit 1
image=$(image_of "$version") || exit 1
only=${1-}

# change FILE OLD NEW: the text OLD is in FILE once; NEW takes its place.
change() {
	python3 - "$@" <<'PYTHON'
import sys
path, old, new = sys.argv[1:]
text = open(path).read()
if text.count(old) != 1:
    sys.exit(f"mutants: {path}: {text.count(old)} times, not once: {old}")
open(path, "w").write(text.replace(old, new))
PYTHON
}

non_atomic_release() {
	change core/port.h '	(void)__atomic_fetch_or(word, bits, __ATOMIC_SEQ_CST);' \
		'	lab_word old = *(volatile lab_word *)word;

	__asm__ volatile("" : "+r"(old));
	*(volatile lab_word *)word = old | bits;'
}

ledger_after_release() {
	change core/labyrinth.c '	if (status == LAB_OK)
		status = lab_ledger_revoke(&lab->zone[grant.zone], lab->tag[grant.zone],
					   grant.frame, grant.tag);' '	if (status == LAB_OK) {
		give(lab, grant.zone, grant.frame);
		return lab_ledger_revoke(&lab->zone[grant.zone], lab->tag[grant.zone],
					 grant.frame, grant.tag);
	}'
}

spinlock_round_alloc() {
	change adapters/linux/page.c \
		'	status = lab_alloc(&pool->lab, visit.context, flags_of(pool, gfp), grant);
' '	static DEFINE_RAW_SPINLOCK(lock);

	raw_spin_lock(&lock);
	status = lab_alloc(&pool->lab, visit.context, flags_of(pool, gfp), grant);
	raw_spin_unlock(&lock);
'
}

short_array() {
	change adapters/linux/pool.c 'of->tags = kvcalloc(count, ' 'of->tags = kvcalloc(count - 1, '
}

open_room() {
	change adapters/linux/pool.h \
		'if (unlikely(level >= LEVEL_NESTED || READ_ONCE(cpu->busy[level]))) {' \
		'if (0) {'
	change adapters/linux/pool.h 'level = interrupt_context_level();' 'level = 0;'
}

no_reference_check() {
	change adapters/linux/page.c 'if (unlikely(page_ref_count(page) != 1))' 'if (0)'
}

# mutant NAME CASE: the case fails with this change.
mutant() {
	local name=$1 case=$2 source=$out/mutants/$1 log=$out/mutants/$1.log

	[[ -z $only || $name == "$only" ]] || return
	rm -rf "$source" && mkdir -p "$source/adapters" && cp -r core "$source/" &&
		cp -r adapters/linux "$source/adapters/" || exit 1
	if ! (cd "$source" && "$name"); then
		echo "not ok - mutant $name cannot be made (above)"
		failed=$((failed + 1))
		return
	fi
	LINUX_SOURCE=$top/$source LINUX_HANG_SECONDS=${LINUX_HANG_SECONDS:-150} \
		adapters/linux/boot.sh "mutant-$name" "/lib/modules/$version/build" "$image" \
		"$version" 2 test "labyrinth.only=$case" >"$log" 2>&1
	if grep -qE "not ok .*$case" "$log"; then
		echo "ok - mutant $name: $case fails, as it must"
		passed=$((passed + 1))
	else
		sed 's/^/    /' "$log"
		echo "not ok - mutant $name: $case did not notice"
		failed=$((failed + 1))
	fi
}

mutant non_atomic_release sweep_every_instruction
mutant ledger_after_release sweep_every_instruction
mutant spinlock_round_alloc sweep_every_instruction
mutant short_array limits_arrays
mutant open_room sweep_every_instruction
mutant no_reference_check misuse_free
close_checks
