#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A USB stick at a board's connector: the real loader with TinyUSB's host stack, on the emulated
# controller in host mode, with media made by mkfs.fat and mtools. What is installed, once; sticks
# that are slow, broken, pulled out, absent or damaged.
#
#   test_stick.sh BIN BOARD FOLDER
board=$2 built=$3
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
PATH=$PATH:/sbin:/usr/sbin

# stick KIND SECTORS [OPTION...]: a new medium, stick.img, with a FAT of 12, 16 or 32 bits.
stick() {
    kind=$1 sectors=$2
    shift 2
    rm -f stick.img
    mkfs.fat -F "$kind" "$@" -C stick.img $((sectors / 2)) >mkfs.log 2>&1 ||
        { fail "no stick: $kind $sectors"; cat mkfs.log; }
}
put() { mcopy -o -i stick.img "$1" "::$2" || fail "cannot copy $1 to the stick"; }

# start_board OPTION...: starts the board with the flash flash.img, empty but for the loader at
# first.
start_board() {
    [ -z "$sim" ] || stop_board
    : >line.log
    [ -f flash.img ] && set -- --flash flash.img "$@" ||
        set -- --flash flash.img --load "$built/boot-stick.hex" "$@"
    "$bin/tenon-emu" "$board" --pty dev --log line.log "$@" >sim.log 2>&1 &
    sim=$!
}
stop_board() {
    kill -TERM "$sim"
    wait "$sim" || { fail "tenon-emu ends with $?"; cat sim.log; }
    sim=
}

# says TEXT: the loader says this of the stick on the line. Recovery says it in group 64, too.
has_said() { grep -aqF "stick: $1" line.log; }
says() {
    checks=$((checks + 1))
    await has_said "$1" || { fail "the board does not say: $1"; cat line.log sim.log; }
}
is_running() { "$tenon" -q image list 2>/dev/null | grep -q "^0  *$1  *[0-9a-f]*  *running, $2"; }
installs() {
    checks=$((checks + 1))
    await is_running "$@" || { fail "$1 ($2) does not run"; cat sim.log; "$tenon" image list; }
}
recover() {
    run 0 os reset --mode recovery
}

[ -f "$built/boot-stick.hex" ] || { echo "no $built/boot-stick.hex: ./run build $board"; exit 1; }
run 0 keygen other.pem
head -c 20000 /dev/urandom >raw
run 0 -q sign -k other.pem --version 5.0.0 -H 512 --pad-header raw foreign.bin

# A first image for an empty board, from a stick that takes its time.
stick 16 32768
put "$built/app.signed.bin" firmware.bin
start_board --stick stick.img,slow
says "firmware.bin: installed"
installs 1.0.0 confirmed
recover
says "firmware.bin: the device has this image already"
run 0 image history
out "stick: firmware.bin: the device has this image already"
run 0 os echo "and recovery goes on"

stop_board
rm flash.img
start_board --stick stick.img,long
installs 1.0.0 confirmed

# An update is a test, which the program confirms.
stick 32 133120 -s 1
run 0 dfu-file make "$built/app-v2.signed.bin" firmware.dfu
put firmware.dfu firmware.dfu
start_board --stick stick.img
installs 1.0.0 confirmed
recover
says "firmware.dfu: installed"
installs 2.0.0 "on test"
run 0 image confirm
run 0 os reset
installs 2.0.0 confirmed
stop_board

# What is not installed leaves the board as it is. An old stick is no way back.
refuses() {
    text=$1
    shift
    start_board "$@"
    installs 2.0.0 confirmed
    recover
    says "$text"
    run 0 --json image history
    out "$text"
    run 0 os echo "recovery goes on"
}
stick 16 32768
refuses "no stick, or no file of these names on it" --stick stick.img
put "$built/app.signed.bin" firmware.bin
refuses "firmware.bin: the image is older than the running one" --stick stick.img
put foreign.bin firmware.bin
refuses "firmware.bin: signed with a key" --stick stick.img
refuses "firmware.bin: the stick cannot be read" --stick stick.img,pulled
refuses "the stick cannot be read" --stick stick.img,silent
refuses "the stick cannot be read" --stick stick.img,large
refuses "the stick cannot be read" --stick stick.img,never
refuses "no stick, or no file of these names on it" --stick stick.img,keyboard
refuses "no stick, or no file of these names on it"
head -c 9000000 /dev/zero >filler
stick 16 32768
put filler filler
put foreign.bin firmware.bin
refuses "firmware.bin: the stick cannot be read" --stick stick.img,worn
# The chain of clusters leads outside.
stick 16 32768 -s 1
put foreign.bin firmware.bin
printf '\377\177' | dd of=stick.img bs=1 \
    seek=$((512 * $(od -An -tu2 -j 14 -N 2 stick.img) + 8)) conv=notrunc 2>/dev/null
refuses "firmware.bin: " --stick stick.img
head -c 100000 /dev/urandom >stick.img
refuses "no FAT file system" --stick stick.img
start_board
installs 2.0.0 confirmed
stop_board
finish
