#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Boards with folders outside of the repository, as in PORTING.md. A copy of the template links as
# a loader and as an application. Its chip has no lock that holds until the next reset: a loader
# with the verified mark does not link. A copy of the micro:bit, with link-time optimization, links
# and runs.
set -eu
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
template=outside_template_$$
lto=outside_lto_$$
mark=outside_mark_$$
pid=
end() {
    [ -z "$pid" ] || kill "$pid" || true
    [ -z "$pid" ] || wait "$pid" || true
    rm -rf "$dir"
    for name in $template $lto $mark; do
        rm -rf "build/$name" "build/$name.log"
    done
}
trap end EXIT

fail() {
    echo "test_boards: $*" >&2
    exit 1
}

# linked FILE: checks that it exists, is for Arm, and has no undefined symbol.
linked() {
    [ -f "$1" ] || fail "no $1"
    [ -z "$(arm-none-eabi-nm -u "$1")" ] || fail "undefined in $1: $(arm-none-eabi-nm -u "$1")"
}

has() { arm-none-eabi-nm "$1" | grep -q " $2\$"; }

# copy FOLDER NAME: copies a board's folder, with loader and application as its only programs.
copy() {
    cp -r "$1" "$dir/$2"
    echo 'set(TN_BOARD_PROGRAMS prog/boot prog/app)' >>"$dir/$2/board.cmake"
}

copy port/template/boards/template $template
./run build "$dir/$template"
for program in boot app; do
    linked build/$template/$program.elf
done
[ -f build/$template/factory.hex ] || fail "no image for the programmer"
has build/$template/boot.elf tn_swap_offset || fail "the loader has no strategy"
has build/$template/app.elf tn_swap_offset && fail "the application links the steps of a swap"
has build/$template/app.elf nrf51_uart_isr && fail "the template has another family's driver"

copy port/template/boards/template $mark
echo 'list(APPEND TN_BOARD_PARTS cortexm/verified.c)' >>"$dir/$mark/board.cmake"
echo 'set(TN_BOARD_PROGRAMS prog/mark)' >>"$dir/$mark/board.cmake"
! ./run build "$dir/$mark" 2>"$dir/said" || fail "a chip without a lock has the verified mark"
grep -q 'undefined reference to .chip_is_locked' "$dir/said" || fail "$(cat "$dir/said")"

copy port/nrf5x/boards/microbit $lto
CFLAGS=-flto ./run build "$dir/$lto"
linked build/$lto/boot.elf
linked build/$lto/app.elf
"$TN_BIN/microbit-qemu" --flash build/$lto/factory.hex --pty "$dir/port" &
pid=$!
until [ -e "$dir/port" ]; do
    kill -0 $pid || fail "no board"
    sleep 0.05
done
"$TN_BIN/tenon" image list -p "$dir/port" >"$dir/list" || fail "no list of images"
grep -q '^0  *1\.0\.0 .*running, confirmed' "$dir/list" || fail "the application does not run: $(cat "$dir/list")"
