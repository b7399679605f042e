#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A USB stick at a board's connector: the real loader with TinyUSB's host stack, on the emulated
# controller in host mode, with media made by mkfs.fat and mtools. What is installed, once; sticks
# that are slow, broken, pulled out, absent or damaged.
#
#   test_stick.sh BIN BOARD FOLDER
what=stick board=$2 built=$3
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
. "$source/test/emu/medium.sh"

# A first image for an empty board, from a stick that takes its time.
medium 16 32768
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
medium 32 133120 -s 1
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
medium 16 32768
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
medium 16 32768
put filler filler
put foreign.bin firmware.bin
refuses "firmware.bin: the stick cannot be read" --stick stick.img,worn
# The chain of clusters leads outside.
medium 16 32768 -s 1
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
