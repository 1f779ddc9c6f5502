# SPDX-License-Identifier: GPL-2.0-only OR MIT
# shellcheck shell=bash disable=SC2154
#
# Sourced, after kernels.sh: Debian kernels other than the installed one, unpacked into
# build/linux/images with their headers. apt works in a folder of its own, so that neither a foreign
# architecture nor backports have to be set up on this machine.

# own_apt ARCH TOOL ARGUMENT...: apt-get or apt-cache with that folder.
own_apt() {
	local arch=$1 tool=$2 dir
	dir=$top/$out/apt

	shift 2
	mkdir -p "$dir/$arch/lists/partial" "$dir/$arch/cache/archives/partial"
	touch "$dir/status"
	"$tool" -q -o Dir::State::status="$dir/status" -o Dir::State="$dir/$arch" \
		-o Dir::State::lists="$dir/$arch/lists" -o Dir::Cache="$dir/$arch/cache" \
		-o Dir::Etc::sourcelist="$dir/sources.list" -o Dir::Etc::sourceparts=/dev/null \
		-o APT::Architecture="$arch" -o APT::Architectures="$arch" \
		-o APT::Sandbox::User=root "$@"
}

own_apt_update() {
	local key=/usr/share/keyrings/debian-archive-keyring.gpg suite

	[[ -r $key ]] || stop "$key is missing: apt-get install debian-archive-keyring"
	mkdir -p "$out/apt"
	for suite in debian,bookworm debian,bookworm-updates debian,bookworm-backports \
		debian-security,bookworm-security; do
		echo "deb [signed-by=$key] http://deb.debian.org/${suite/,/ } main"
	done >"$out/apt/sources.list"
	own_apt "$1" apt-get update >/dev/null
}

# depends_of ARCH SUITE PACKAGE PATTERN: the names that it depends on.
depends_of() {
	own_apt "$1" apt-cache -t "$2" depends "$3" |
		sed -n "s/^ *Depends: \($4\)\$/\1/p"
}

# unpack ARCH SUITE DIR PACKAGE...: their files, into DIR.
unpack() {
	local arch=$1 suite=$2 dir=$3 deb

	shift 3
	rm -rf "$out/apt/deb" && mkdir -p "$out/apt/deb" || return 1
	(cd "$out/apt/deb" && own_apt "$arch" apt-get -t "$suite" download "$@" >/dev/null) ||
		return 1
	for deb in "$out"/apt/deb/*.deb; do
		dpkg -x "$deb" "$dir" || return 1
	done
	rm -rf "$out/apt/deb"
}

# fetch_kernel ARCH FLAVOUR SUITE: prints the version; build/linux/images/VERSION has the rest.
fetch_kernel() {
	local arch=$1 flavour=$2 suite=$3 headers version dir common

	own_apt_update "$arch" || return 1
	headers=$(depends_of "$arch" "$suite" "linux-headers-$flavour" 'linux-headers-.*')
	version=${headers#linux-headers-}
	[[ -n $version ]] || stop "no linux-headers-$flavour in $suite for $arch" >&2
	dir=$out/images/$version
	if [[ ! -e $dir/headers ]]; then
		mkdir -p "$dir"
		common=$(depends_of "$arch" "$suite" "$headers" 'linux-headers-.*common.*')
		unpack "$arch" "$suite" "$dir" "linux-image-$version" "$headers" "$common" ||
			return 1
		# The tools run here, whatever the kernel is for.
		own_apt_update amd64 && unpack amd64 "$suite" "$dir" "$(depends_of "$arch" \
			"$suite" "$headers" 'linux-kbuild-.*')" || return 1
		sed -i "s|^include /usr/src|include $top/$dir/usr/src|" \
			"$dir/usr/src/$headers/Makefile" || return 1
		touch "$dir/headers" "$dir/done"
	fi
	echo "$version"
}

# fetch_busybox ARCH: prints the path of a static busybox for a guest.
fetch_busybox() {
	local dir=$out/images/busybox-$1

	[[ -x $dir/bin/busybox ]] || unpack "$1" bookworm "$dir" busybox-static || return 1
	echo "$dir/bin/busybox"
}

# fetch_cross: prints a folder with bin/ and lib/ of a compiler for arm64. Unpacked, for Debian's
# packages cannot be installed beside gcc-multilib, which `make test` needs.
fetch_cross() {
	local dir=$out/images/cross-arm64

	if [[ ! -e $dir/done ]]; then
		mkdir -p "$dir"
		own_apt_update amd64 && unpack amd64 bookworm "$dir" binutils-aarch64-linux-gnu \
			{cpp,gcc}-12-aarch64-linux-gnu libgcc-12-dev-arm64-cross || return 1
		touch "$dir/done"
	fi
	echo "$top/$dir/usr"
}
