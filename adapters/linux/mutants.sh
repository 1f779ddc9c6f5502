#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Break the core or the module in a private copy, one way at a time, and see that it is noticed: by
# the named case on Debian's kernel, or (`mutants.sh debug`) by a kernel that watches itself.
# The last line is "N passed, N failed". `mutants.sh debian|debug NAME` runs that mutant only.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. adapters/linux/kernels.sh

version=$(installed_version) || exit 1
image=$(image_of "$version") || exit 1
where=${1:-debian}
only=${2-}
[[ $where == debian || $where == debug ]] || stop "usage: mutants.sh [debian|debug [NAME]]"

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
	local call='status = lab_alloc(lab_of(pool), &level->context, flags_of(pool, gfp), grant);'

	change adapters/linux/page.c "	$call" "	static DEFINE_RAW_SPINLOCK(lock);

	raw_spin_lock(&lock);
	$call
	raw_spin_unlock(&lock);"
}

short_array() {
	change adapters/linux/pool.c 'of->tags = kvcalloc(count, ' 'of->tags = kvcalloc(count - 1, '
}

open_room() {
	change adapters/linux/pool.h 'if (unlikely(READ_ONCE(level->busy)))' 'if (0)'
	change adapters/linux/pool.h '->level[level_here()];' '->level[LEVEL_TASK];'
}

no_reference_check() {
	change adapters/linux/page.c 'if (unlikely(page_ref_count(page) != 1))' 'if (0)'
}

generation_stays() {
	change core/ledger.h 'generation + 1 < LAB_HOLDERS ? generation + 1 : 1' \
		'generation != 0 ? generation : 1'
}

# case_of CASE: that case on Debian's kernel.
case_of() {
	adapters/linux/boot.sh "$LINUX_NAME" "/lib/modules/$version/build" "$image" "$version" 2 \
		test "labyrinth.only=$1"
}

# mutant NAME TEXT COMMAND...: with this change the command's output has TEXT.
mutant() {
	local name=$1 text=$2 source=$out/mutants/$1 log=$out/mutants/$1-$where.log

	shift 2
	[[ -z $only || $name == "$only" ]] || return
	rm -rf "$source" && mkdir -p "$source/adapters" && cp -r core "$source/" &&
		cp -r adapters/linux "$source/adapters/" || exit 1
	if ! (cd "$source" && "$name"); then
		echo "not ok - mutant $name cannot be made (above)"
		failed=$((failed + 1))
		return
	fi
	LINUX_SOURCE=$top/$source LINUX_NAME=mutant-$name-$where \
		LINUX_HANG_SECONDS=${LINUX_HANG_SECONDS:-300} "$@" >"$log" 2>&1
	if grep -qE "$text" "$log"; then
		echo "ok - mutant $name: noticed, as it must be: $(grep -m 1 -oE "$text" "$log")"
		passed=$((passed + 1))
	else
		sed 's/^/    /' "$log"
		echo "not ok - mutant $name: nothing said '$text'"
		failed=$((failed + 1))
	fi
}

if [[ $where == debian ]]; then
	sweep='not ok .*sweep_every_instruction'
	mutant non_atomic_release "$sweep" case_of sweep_every_instruction
	mutant ledger_after_release "$sweep" case_of sweep_every_instruction
	mutant spinlock_round_alloc "$sweep" case_of sweep_every_instruction
	mutant short_array 'not ok .*limits_arrays' case_of limits_arrays
	mutant open_room "$sweep" case_of sweep_every_instruction
	mutant no_reference_check 'not ok .*misuse_free' case_of misuse_free
else
	mutant short_array 'kernel: BUG: KASAN: .*' \
		adapters/linux/debug.sh kasan labyrinth.only=limits_arrays
	mutant spinlock_round_alloc 'kernel: .*inconsistent lock state' \
		adapters/linux/debug.sh kasan labyrinth.only=crowd_rooms
	mutant open_room 'kernel: BUG: KCSAN: .*' \
		adapters/linux/debug.sh kcsan labyrinth.only=crowd_rooms
	mutant generation_stays 'not ok .*unit_ledger' adapters/linux/debug.sh kunit
fi
close_checks
