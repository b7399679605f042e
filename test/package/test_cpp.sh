#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# C++17 programs: each public header can be included, what it declares can be linked, and both the
# library and the device core can be called.
#
#   test_cpp.sh BIN BUILD CORE    (BUILD is what gets installed; CORE is the core's archive)
build=$2
core=$3
. "$(dirname "$0")/../cli/lib.sh"
here=$source/test/package

DESTDIR=$work/root cmake --install "$build" --prefix /opt/tenon >out 2>err || fail "not installed"
PKG_CONFIG_PATH=$(dirname "$(find "$work/root" -name tenon.pc)")
export PKG_CONFIG_PATH
cflags=$(pkg-config --cflags tenon)
include=${cflags#-I}
include=${include% }

# cpp COMPILER ARGS...: compiles as strictly as a C++ project may.
cpp() {
    checks=$((checks + 1))
    compiler=$1
    shift
    "$compiler" -std=c++17 -Wall -Wextra -Wpedantic -Werror "$@" >out 2>err || fail "$compiler $*"
}

# includes FOLDER: prints an #include of each public header under FOLDER.
includes() {
    (cd "$1" && find . -name '*.h' ! -name '*_priv.h' | sed 's,^\./\(.*\),#include "\1",' | sort)
}

includes "$include" >installed.cpp
[ "$(wc -l <installed.cpp)" -gt 15 ] || fail "only $(wc -l <installed.cpp) headers are installed"
includes "$source/src" >core.cpp
[ "$(wc -l <core.cpp)" -gt 50 ] || fail "only $(wc -l <core.cpp) headers are in the core"
for compiler in g++ clang++; do
    # shellcheck disable=SC2086  # a list of words
    cpp $compiler $cflags -fsyntax-only installed.cpp
    cpp $compiler -I"$source/src" -fsyntax-only core.cpp
done

# shellcheck disable=SC2046,SC2086  # lists of words
cpp g++ $cflags "$here/cpp/library.cpp" -o library $(pkg-config --libs --static tenon) && {
    ./library >out 2>err || fail "the library does not work in C++"
}
cpp g++ -I"$source/src" "$here/cpp/core.cpp" -o core "$core" && {
    ./core >out 2>err || fail "the core does not work in C++"
}
version=$("$tenon" version)
out "${version#tenon }"

finish
