#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tenon in the CMake projects of others: by add_subdirectory, FetchContent and find_package; the
# PC's library and the device core, for this machine and for a Cortex-M0. No project needs what it
# does not link.
#
#   test_cmake.sh BIN BUILD PART    (BUILD is what gets installed)
build=$2
part=$3
. "$(dirname "$0")/../cli/lib.sh"
here=$source/test/package

# What a user has: the tree after `git clone`, without third-party sources; and an installation.
mkdir tenon
cp -r "$source/CMakeLists.txt" "$source/CMakePresets.json" "$source/cmake" "$source/src" \
    "$source/host" "$source/prog" "$source/port" "$source/test" tenon
DESTDIR=$work/root cmake --install "$build" --prefix /opt/tenon >out 2>err || fail "not installed"
prefix=$work/root/opt/tenon

# How a project gets Tenon: the lines of its CMakeLists.txt.
by_folder="add_subdirectory(../tenon tenon)"
by_fetch="include(FetchContent)
FetchContent_Declare(tenon SOURCE_DIR $work/tenon)
FetchContent_MakeAvailable(tenon)"
by_find="find_package(Tenon 0.1 REQUIRED)"

# project NAME HOW LANGUAGES SOURCE TARGETS...: writes a project of one program.
project() {
    rm -rf "$1"
    mkdir "$1"
    file=$1/CMakeLists.txt
    name=$1 how=$2 languages=$3 program=$4
    shift 4
    cat >"$file" <<EOF
cmake_minimum_required(VERSION 3.21)
project($name LANGUAGES $languages)
add_compile_options(-Wall -Wextra -Werror -DOF_THE_USER)
$how
add_executable($name $program)
target_link_libraries($name PRIVATE $*)
EOF
}

# configures PROJECT [OPTION...] / builds PROJECT
configures() {
    checks=$((checks + 1))
    name=$1
    shift
    cmake -S "$name" -B "$name/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" "$@" >out 2>err ||
        fail "$name: not configured"
}
builds() {
    checks=$((checks + 1))
    cmake --build "$1/build" >out 2>err || fail "$1: not built"
}

# stops TEXT PROJECT [OPTION...]: CMake must refuse the project, and say TEXT.
stops() {
    checks=$((checks + 1))
    text=$1
    name=$2
    shift 2
    cmake -S "$name" -B "$name/build" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" "$@" >out 2>err &&
        fail "$name: is configured, but should stop"
    cat out err | tr -s ' \n' '  ' >words
    checks=$((checks + 1))
    grep -qF -- "$text" words || fail "$name: CMake does not say: $text"
}

# ---- The PC's library ----
part_host() {
    for way in folder fetch find; do
        eval "how=\$by_$way"
        # shellcheck disable=SC2154  # eval
        project "host_$way" "$how" C "$here/cmake/host.c" tenon::host
        configures "host_$way"
        builds "host_$way"
        "host_$way/build/host_$way" >out 2>err || fail "host_$way: the program fails"
        out "$("$tenon" version | cut -d' ' -f2)"
    done
    project host_cpp "find_package(Tenon REQUIRED COMPONENTS host)" CXX "$here/cpp/library.cpp" tenon::host
    configures host_cpp
    builds host_cpp
}

# ---- The core, where there is neither libcrypto nor libserialport, nor any third-party source ----
bare() {
    rm -rf "$prefix/share/tenon/third_party"
    PKG_CONFIG_LIBDIR=$work/nothing
    export PKG_CONFIG_LIBDIR
}

part_core() {
    bare
    for way in folder fetch find; do
        eval "how=\$by_$way"
        project "core_$way" "$how" C "$here/cmake/device.c" tenon::core
        configures "core_$way" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON
        builds "core_$way"
        "core_$way/build/core_$way" || fail "core_$way: does not answer"
        checks=$((checks + 1))
        grep -q 'OF_THE_USER.*/smp/server\.c' "core_$way/build/compile_commands.json" ||
            fail "core_$way: the core is not compiled with the user's flags"
        find "core_$way/build" -name CTestTestfile.cmake >out
        [ ! -s out ] || fail "core_$way: tests of ours are there"
    done
}

part_chip() {
    bare
    for way in folder fetch find; do
        eval "how=\$by_$way"
        project "chip_$way" "$how" C "$here/cmake/device.c" tenon::core
        configures "chip_$way" -DCMAKE_SYSTEM_NAME=Generic -DCMAKE_C_COMPILER=arm-none-eabi-gcc \
            -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY -DCMAKE_C_FLAGS="-mcpu=cortex-m0 -mthumb -Os" \
            -DCMAKE_EXE_LINKER_FLAGS="--specs=nano.specs --specs=nosys.specs -Wl,--gc-sections"
        builds "chip_$way"
        checks=$((checks + 1))
        arm-none-eabi-readelf -A "chip_$way/build/chip_$way" | grep -q 'Tag_CPU_arch: v6S-M' ||
            fail "chip_$way: not built for the user's core"
    done
}

# ---- What is missing is named, and only by who wants it ----
part_wants() {
    bare
    project host_find "$by_find" C "$here/cmake/host.c" tenon::host
    stops "no tenon::host: install libcrypto" host_find
    project wants_host "find_package(Tenon REQUIRED COMPONENTS host)" C "$here/cmake/host.c" tenon::host
    stops "install libcrypto" wants_host
    project wants_bearssl "$by_folder" C "$here/cmake/device.c" tenon::core tenon::bearssl
    stops "bearssl_is_not_in_TN_THIRD_PARTY" wants_bearssl
    configures wants_bearssl -DTN_THIRD_PARTY="$source/third_party"
    builds wants_bearssl
    project wants_newer "find_package(Tenon 0.2 REQUIRED)" C "$here/cmake/device.c" tenon::core
    stops "version: 0.1.0" wants_newer
    project wants_c "find_package(Tenon REQUIRED COMPONENTS core)" CXX "$here/cpp/core.cpp" tenon::core
    stops "add C to the LANGUAGES" wants_c
}

# ---- ./run uninstall: all of it goes, and nothing else ----
part_uninstall() {
    mkdir -p "$prefix/share/tenon-notes" "$prefix/bin"
    echo mine >"$prefix/share/tenon-notes/mine"
    DESTDIR=$work/root "$source/run" uninstall --prefix /opt/tenon >out 2>err || fail "not uninstalled"
    err "files removed from"
    find "$prefix" -type f >out
    [ "$(cat out)" = "$prefix/share/tenon-notes/mine" ] || fail "something else is left, or less"
    DESTDIR=$work/root "$source/run" uninstall --prefix /opt/tenon >out 2>err && fail "uninstalled twice"
    err "nothing of Tenon in"
    mkdir -p "$prefix/share/tenon"
    echo ../../../etc/passwd >"$prefix/share/tenon/files.txt"
    DESTDIR=$work/root "$source/run" uninstall --prefix /opt/tenon >out 2>err && fail "leaves the prefix"
    err "nothing was removed"
}

"part_$part"
finish
