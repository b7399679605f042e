#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boards whose loader has the way into the chip's ROM (TN_BOARD_ROM), and protects itself
# (TN_BOARD_LOCK), in copies outside of the repository: one of each STM32 family. All of them know
# Zephyr's retained boot mode (TN_BOARD_ASKED), and have their security counter in OTP. Then a board
# that lists none of them, and one that may not.
set -eu
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
builds=
end() {
    rm -rf "$dir"
    for name in $builds; do
        rm -rf "build/$name" "build/$name.log"
    done
}
trap end EXIT

fail() {
    echo "test_stm32_parts: $*" >&2
    exit 1
}

# vectors BOARD: the place of what a reset leaves alone.
vectors() { awk '$2 == "RETAINED_VECTORS" { print $3 }' "port/stm32/boards/$1/layout.h"; }

# number BOARD NAME: of the board's layout.h.
number() { awk -v name="$2" '$2 == name { print $3 }' "port/stm32/boards/$1/layout.h"; }

# copy BOARD NAME LOCK
copy() {
    builds="$builds $2"
    cp -r "port/stm32/boards/$1" "$dir/$2"
    sed -i 's,cortexm/guard[.]c,cortexm/guard_once.c,' "$dir/$2/board.cmake"
    cat >>"$dir/$2/board.cmake" <<EOF
set(TN_BOARD_PROGRAMS prog/boot)
set(TN_BOARD_ROM stm32/rom.c)
set(TN_BOARD_LOCK stm32/$3)
set(TN_BOARD_ASKED cortexm/asked_zephyr.c)
EOF
    sed -i '/^#endif$/d' "$dir/$2/layout.h"
    cat >>"$dir/$2/layout.h" <<'EOF'
#define BOOT_MODE_ADDR (RETAINED_VECTORS + 0x80)
#define BOOT_MODE_SIZE 16
#define BOOT_MODE_PREFIX "\x08\x04"
#define BOOT_MODE_CHECKSUM 1
#endif
EOF
}

for board in feather_f405 stm32l476g_eval rak3172; do
    lock=lock_wrp_l4.c
    [ $board != feather_f405 ] || lock=lock_wrp_f4.c
    name=outside_rom_${board}_$$
    copy $board $name $lock
    ./run build "$dir/$name"
    "$TN_TESTS/rom" $board "build/$name/boot.elf" "$TN_KEY" "$(vectors $board)" >"$dir/said" ||
        fail "rom, $board: $(grep -v '^ok' "$dir/said")"
    "$TN_TESTS/lock" $board "build/$name/boot.elf" "$TN_KEY" >"$dir/said" ||
        fail "lock, $board: $(grep -v '^ok' "$dir/said")"
    "$TN_TESTS/otp" $board "build/$name/boot.elf" "$TN_KEY" "$(number $board OTP_COUNTER_ADDR)" \
        "$(number $board OTP_COUNTER_SIZE)" >"$dir/said" || fail "otp, $board: $(cat "$dir/said")"
    "$TN_TESTS/boot_mode" $board "build/$name/boot.elf" "$TN_KEY" \
        $(($(vectors $board) + 0x80)) >"$dir/said" ||
        fail "boot mode, $board: $(grep -v '^ok' "$dir/said")"
done

[ -f build/feather_f405/boot.elf ] || ./run build feather_f405
"$TN_TESTS/rom" --absent feather_f405 build/feather_f405/boot.elf "$TN_KEY" \
    "$(vectors feather_f405)" >"$dir/said" || fail "no rom: $(grep -v '^ok' "$dir/said")"
"$TN_TESTS/lock" --absent feather_f405 build/feather_f405/boot.elf "$TN_KEY" >"$dir/said" ||
    fail "no lock: $(grep -v '^ok' "$dir/said")"

name=outside_rom_signed_$$
copy feather_f405 $name lock_wrp_f4.c
echo 'set(TN_BOARD_SIGNED_ONLY ON)' >>"$dir/$name/board.cmake"
! ./run build "$dir/$name" 2>"$dir/said" || fail "a board with signed images alone has the way"
grep -q 'TN_BOARD_SIGNED_ONLY: nothing unsigned may run' "$dir/said" || fail "$(cat "$dir/said")"
