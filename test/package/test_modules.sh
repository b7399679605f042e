#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Zephyr module and the PlatformIO library: every file that they name exists, their lists are
# those of cmake/sources.cmake, and a program links with what they compile. There is no Zephyr SDK
# and no PlatformIO here: zephyr/CMakeLists.txt runs with Zephyr's four functions, which are a few
# lines each.
. "$(dirname "$0")/../cli/lib.sh"
here=$source/test/package
module=$source/zephyr

# exists FILE
exists() {
    checks=$((checks + 1))
    [ -e "$source/$1" ] || fail "named, and not there: $1"
}

# ---- The lists of cmake/sources.cmake: each file of the core is in one ----
cmake -P "$source/cmake/list.cmake" APPLICATION BOOT SET ENCRYPTED ENCRYPTED_SINGLE \
    VERIFIED KEY_RULE STRATEGIES POLICY CLIENT USB_DFU UF2_DRIVE XMODEM HOST_ONLY |
    sort >listed
(cd "$source" && find src -name '*.c' ! -path 'src/crypto/*') | sort >there
checks=$((checks + 1))
diff listed there >out || fail "a file of src/ is in no list: does an application need it (TN_APPLICATION)?"

# ---- Zephyr: what the files name ----
value() { sed -n "s/^ *$1: *//p" "$module/module.yml"; }
exists "$(value cmake)/CMakeLists.txt"
exists "$(value kconfig)"
samples=$(sed -n 's/^  - \(zephyr\/.*\)/\1/p' "$module/module.yml")
[ -n "$samples" ] || fail "no samples in module.yml"
for sample in "$source/$samples"/*/; do
    for file in CMakeLists.txt prj.conf sample.yaml README.md src/main.c; do
        exists "${sample#"$source"/}$file"
    done
done
grep -rhoE 'CONFIG_TENON[A-Z_]*' "$module" | sort -u | sed 's/^CONFIG_//' >used
sed -n 's/^\(menuconfig\|config\) //p' "$module/Kconfig" | sort -u >defined
checks=$((checks + 1))
diff used defined >out || fail "other options of Kconfig are used than are defined"

# ---- Zephyr: the library that the module compiles ----
mkdir west
cat >west/CMakeLists.txt <<EOF
cmake_minimum_required(VERSION 3.20)
project(west LANGUAGES C)
set(CONFIG_TENON y)
set(CONFIG_TENON_BEARSSL \${BEARSSL})
macro(zephyr_library_named name)
    set(library \${name})
    add_library(\${name} STATIC)
endmacro()
macro(zephyr_library_sources)
    target_sources(\${library} PRIVATE \${ARGN})
endmacro()
macro(zephyr_include_directories)
    include_directories(\${ARGN})
    target_include_directories(\${library} PUBLIC \${ARGN})
endmacro()
macro(zephyr_library_include_directories)
    target_include_directories(\${library} PRIVATE \${ARGN})
endmacro()
add_subdirectory($module tenon)
add_executable(west $here/cmake/device.c)
target_link_libraries(west PRIVATE tenon)
EOF
for bearssl in '' y; do
    checks=$((checks + 1))
    { cmake -S west -B west/build -G Ninja -DBEARSSL=$bearssl && cmake --build west/build; } \
        >out 2>err || fail "the Zephyr module is not built (BearSSL: ${bearssl:-no})"
    west/build/west || fail "the Zephyr module does not answer"
done
checks=$((checks + 1))
nm west/build/tenon/libtenon.a 2>/dev/null | grep -q ' tn_sha256_bearssl$' ||
    fail "the option gives no SHA-256"

# ---- PlatformIO ----
sed -n 's/^ *"+<\(.*\)>",*$/src\/\1/p' "$source/library.json" >filter
for file in $(cat filter); do
    exists "$file"
done
checks=$((checks + 1))
"$source/tools/library_json" --check 2>err || fail "library.json is not what tools/library_json prints"
# As PlatformIO does: each file, with the folder of sources and the folder of headers.
srcdir=$(sed -n 's/^ *"srcDir": "\(.*\)",/\1/p' "$source/library.json")
mkdir pio
# shellcheck disable=SC2046  # a list of words
(cd pio && cc -c -I"$source/$srcdir" $(sed "s,^,$source/," ../filter)) 2>err || fail "not compiled"
cc -I"$source/$srcdir" "$here/cmake/device.c" pio/*.o -o device 2>err || fail "not linked"
checks=$((checks + 1))
./device || fail "the PlatformIO library does not answer"

finish
