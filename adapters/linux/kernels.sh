# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=bash
#
# Sourced: where kernels come from, how the modules are built, how a guest is started.
. .ci/checks
out=build/linux
top=$(pwd)

# The version of the installed headers that LINUX_VERSION, or the newest package, names.
installed_version() {
	local version=${LINUX_VERSION-}

	if [[ -z $version ]]; then
		version=$(dpkg-query -W -f '${Depends}' linux-headers-amd64 2>/dev/null |
			sed -n 's/.*linux-headers-\([^ ,]*\).*/\1/p')
	fi
	[[ -n $version && -e /lib/modules/$version/build/Makefile ]] ||
		stop "no kernel headers for '$version': apt-get install linux-headers-amd64"
	echo "$version"
}

# image_of VERSION: a folder with boot/vmlinuz-VERSION and lib/modules/VERSION: the installed
# kernel's, or that of its package, which is taken from the registry and unpacked, not installed.
image_of() {
	local version=$1 dir=$out/images/$1

	if [[ -r /boot/vmlinuz-$version && -e /lib/modules/$version/kernel ]]; then
		echo /
		return
	fi
	if [[ ! -e $dir/done ]]; then
		rm -rf "$dir" && mkdir -p "$dir/deb" || return 1
		(cd "$dir/deb" && apt-get -q download "linux-image-$version" >&2) ||
			stop "linux-image-$version cannot be had: apt-get update, and see above" >&2
		dpkg -x "$dir"/deb/*.deb "$dir" || return 1
		rm -rf "$dir/deb"
		touch "$dir/done"
	fi
	echo "$dir"
}

# mirror DIR: a tree of links to the core and the adapter, so that objects stay out of the sources.
mirror() {
	local dir=$1

	mkdir -p "$dir/adapters" "$dir/core" "$dir/tests"
	find "$dir" -type l -delete
	cp -rsf "${LINUX_SOURCE:-$top}/core/." "$dir/core/"
	cp -rsf "$top/tests/." "$dir/tests/"
	cp -rsf "${LINUX_SOURCE:-$top}/adapters/linux" "$dir/adapters/"
}

# build_modules KDIR DIR MAKE-ARGUMENT...: labyrinth.ko and its tests in DIR, for KDIR's kernel.
build_modules() {
	local kernel=$1 dir=$2

	shift 2
	mirror "$dir"
	build_folder "$kernel" "$dir" adapters/linux W=1 LABYRINTH_PARTS=m "$@"
}

# build_kunit KDIR DIR: the core's unit tests as a module, in a tree that has objects of no other.
build_kunit() {
	mirror "$2"
	build_folder "$1" "$2" adapters/linux/kunit
}

build_folder() {
	local kernel=$1 dir=$2 folder=$3 log=$2/build.log

	shift 3
	make -C "$kernel" M="$top/$dir/$folder" CONFIG_DEBUG_INFO_BTF_MODULES= "$@" modules \
		>"$log" 2>&1 || { cat "$log"; return 1; }
	if grep -E 'warning|WARNING' "$log"; then
		return 1
	fi
}

# sweep_list KO: offsets in .text of every instruction between a caller and a page: the core, and
# what the module wraps around it.
sweep_list() {
	"${CROSS_COMPILE-}objdump" -d -j .text --no-show-raw-insn "$1" | awk '
		/^[0-9a-f]+ <.*>:$/ { name = $2; gsub(/[<>:]/, "", name) }
		/^ +[0-9a-f]+:\t/ && wanted[name] { sub(":", "", $1); print $1 }
		BEGIN { while (getline line < "'"$2"'") wanted[line] = 1 }'
}
