#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR MIT
#
# Build labyrinth.ko against the installed kernel headers (LINUX_VERSION=... for others).
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1
. adapters/linux/kernels.sh

need make make gcc gcc
version=$(installed_version) || exit 1
mkdir -p "$out/module"
build_modules "/lib/modules/$version/build" "$out/module" || exit 1
echo "$out/module/adapters/linux/labyrinth.ko: for $version"
