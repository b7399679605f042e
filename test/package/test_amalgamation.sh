#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The two files of ./run amalgamate: the same bytes each time, no warnings by any compiler, and
# programs that use nothing else of Tenon's core: one that runs here, one in C++, and the meter of
# doc/your_app.md for its Cortex-M0.
. "$(dirname "$0")/../cli/lib.sh"
here=$source/test/package
doc=$source/doc/your_app.md

"$source/tools/amalgamate" "$work/a" >out 2>err || fail "not made"
"$source/tools/amalgamate" "$work/again" >out 2>err || fail "not made again"
checks=$((checks + 1))
diff -r a again >out || fail "made twice, and different"
grep -n "$source\|#include \"[a-z]*/" a/* >out && fail "names files of the tree"

# compiles COMMAND...
compiles() {
    checks=$((checks + 1))
    "$@" >out 2>err || fail "$*"
}
strict="-Wall -Wextra -Wpedantic -Wconversion -Werror -ffunction-sections -fdata-sections"
m0="-mcpu=cortex-m0 -mthumb -Os"
# shellcheck disable=SC2086  # lists of words, here and below
for compiler in "gcc -std=c11" "gcc -std=c17 -O2" "clang -std=c11" "arm-none-eabi-gcc -std=c11 $m0"; do
    compiles $compiler $strict -c a/tenon.c -o tenon.o
done

# with_tenon_h FILE: prints a program with tenon.h in the place of all headers of the core.
with_tenon_h() {
    awk '/^#include "(base|boot|channel|crypto|flash|image|link|serve|smp|update)\// {
            if (!n++) {
                print "#include \"tenon.h\""
            }
            next
        }
        { print }' "$1"
}

# ---- Here ----
with_tenon_h "$here/cmake/device.c" >device.c
compiles gcc $strict -std=c11 -Ia device.c a/tenon.c -Wl,--gc-sections -o device && {
    ./device || fail "the device does not answer"
}
with_tenon_h "$here/cpp/core.cpp" >core.cpp
compiles gcc -std=c11 -c a/tenon.c -o tenon.o
compiles g++ -std=c++17 -Wall -Wextra -Wpedantic -Werror -Ia core.cpp tenon.o -o core && {
    ./core >out || fail "the core does not answer in C++"
}

# ---- The meter: its own files, two of Tenon's, and a hash ----
cp -r "$source/test/your_app/meter" meter
(cd meter && sh "$source/test/your_app/apply.sh" "$doc") >out 2>err || fail "the document's blocks"
with_tenon_h meter/update.c >update.c
cp update.c meter/update.c
bearssl=$source/third_party/bearssl
compiles arm-none-eabi-gcc $m0 -std=gnu11 -ffunction-sections -fdata-sections --specs=nano.specs \
    -nostartfiles -Wl,--gc-sections -T meter/meter.ld -DMETER_VERSION='"1.0.0"' -Ia \
    meter/*.c a/tenon.c -I"$source/src" -I"$bearssl/inc" -I"$bearssl/src" \
    "$source/src/crypto/sha256_bearssl.c" "$bearssl/src/hash/sha2small.c" \
    "$bearssl/src/codec/dec32be.c" "$bearssl/src/codec/enc32be.c" -o meter.elf
# What it names is in it, and what it does not name is not.
arm-none-eabi-nm meter.elf >symbols
for name in tn_smp_serve tn_update_step tn_console_framing tn_sha256_bearssl; do
    checks=$((checks + 1))
    grep -q " $name\$" symbols || fail "the meter lacks $name"
done
grep -q ' tn_serve_fs' symbols && fail "the meter has files, which it does not name"
checks=$((checks + 1))
size=$(arm-none-eabi-size meter.elf | awk 'NR == 2 { print $1 + $2 }')
echo "the meter takes $size bytes"
[ "$size" -lt 21000 ] || fail "the meter takes $size bytes"

# ---- ./run ----
"$source/run" amalgamate extra >out 2>err && fail "./run amalgamate takes an argument"
err "no 'extra'"

finish
