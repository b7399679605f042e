#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A card in the slot of a board: the real loader, its SPI and its card's protocol on the emulated
# chip, with media made by mkfs.fat and mtools. What is installed, once; cards of each kind, and
# those that are broken, absent or damaged.
#
#   test_card.sh BIN BOARD FOLDER
what=card board=$2 built=$3
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
. "$source/test/emu/medium.sh"

# A first image for an empty board, from each kind of card.
for kind_of_card in sdsc old crc sdhc; do
    [ -z "$sim" ] || stop_board
    rm -f flash.img
    medium 16 32768
    put "$built/app.signed.bin" firmware.bin
    start_board --card "card.img,$kind_of_card"
    says "firmware.bin: installed"
    installs 1.0.0 confirmed
done
recover
says "firmware.bin: the device has this image already"
run 0 image history
out "card: firmware.bin: the device has this image already"
run 0 os echo "and recovery goes on"

# An update is a test. Taken back by a reset, it is not tried again.
medium 32 133120 -s 1
put "$built/app-v2.signed.bin" firmware.bin
start_board --card card.img
installs 1.0.0 confirmed
recover
installs 2.0.0 "on test"
run 0 os reset
installs 1.0.0 confirmed
: >line.log
recover
says "firmware.bin: the device has this image already"
stop_board

# What is not installed leaves the board as it is.
refuses() {
    text=$1
    shift
    start_board "$@"
    installs 1.0.0 confirmed
    recover
    says "$text"
    run 0 --json image history
    out "$text"
    out '"type":"card"'
    run 0 os echo "recovery goes on"
}
refuses "no card, or no file of these names on it"
medium 16 32768
refuses "no card, or no file of these names on it" --card card.img
put foreign.bin firmware.bin
refuses "firmware.bin: signed with a key" --card card.img
put "$built/app-v2.signed.bin" firmware.bin
refuses "the card cannot be read" --card card.img,never
refuses "the card cannot be read" --card card.img,silent
head -c 9000000 /dev/zero >filler
medium 16 32768
put filler filler
put "$built/app-v2.signed.bin" firmware.bin
refuses "firmware.bin: the card cannot be read" --card card.img,worn
# The chain of clusters leads outside.
medium 16 32768 -s 1
put "$built/app-v2.signed.bin" firmware.bin
printf '\377\177' | dd of=card.img bs=1 seek=$((512 * $(od -An -tu2 -j 14 -N 2 card.img) + 8)) \
    conv=notrunc 2>/dev/null
refuses "firmware.bin: " --card card.img
head -c 100000 /dev/urandom >card.img
refuses "no FAT file system" --card card.img
start_board
installs 1.0.0 confirmed
stop_board
finish
