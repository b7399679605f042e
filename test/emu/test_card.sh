#!/bin/sh
# A card in the slot of a board: the real loader, its SPI and its card's protocol on the emulated
# chip, with media made by mkfs.fat and mtools. What is installed, once; cards of each kind, and
# those that are broken, absent or damaged.
#
#   test_card.sh BIN BOARD FOLDER
board=$2 built=$3
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
PATH=$PATH:/sbin:/usr/sbin

# card KIND SECTORS [OPTION...]: a new medium, card.img, with a FAT of 12, 16 or 32 bits.
card() {
    kind=$1 sectors=$2
    shift 2
    rm -f card.img
    mkfs.fat -F "$kind" "$@" -C card.img $((sectors / 2)) >mkfs.log 2>&1 ||
        { fail "no card: $kind $sectors"; cat mkfs.log; }
}
put() { mcopy -o -i card.img "$1" "::$2" || fail "cannot copy $1 to the card"; }

# start_board OPTION...: starts the board with the flash flash.img, empty but for the loader at
# first.
start_board() {
    [ -z "$sim" ] || stop_board
    : >line.log
    [ -f flash.img ] && set -- --flash flash.img "$@" ||
        set -- --flash flash.img --load "$built/boot-card.hex" "$@"
    "$bin/tenon-emu" "$board" --pty dev --log line.log "$@" >sim.log 2>&1 &
    sim=$!
}
stop_board() {
    kill -TERM "$sim"
    wait "$sim" || { fail "tenon-emu ends with $?"; cat sim.log; }
    sim=
}

# says TEXT: the loader says this of the card on the line. Recovery says it in group 64, too.
has_said() { grep -aqF "card: $1" line.log; }
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

[ -f "$built/boot-card.hex" ] || { echo "no $built/boot-card.hex: ./run build $board"; exit 1; }
run 0 keygen other.pem
head -c 20000 /dev/urandom >raw
run 0 -q sign -k other.pem --version 5.0.0 -H 512 --pad-header raw foreign.bin

# A first image for an empty board, from each kind of card.
for medium in sdsc old crc sdhc; do
    [ -z "$sim" ] || stop_board
    rm -f flash.img
    card 16 32768
    put "$built/app.signed.bin" firmware.bin
    start_board --card "card.img,$medium"
    says "firmware.bin: installed"
    installs 1.0.0 confirmed
done
recover
says "firmware.bin: the device has this image already"
run 0 image history
out "card: firmware.bin: the device has this image already"
run 0 os echo "and recovery goes on"

# An update is a test. Taken back by a reset, it is not tried again.
card 32 133120 -s 1
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
card 16 32768
refuses "no card, or no file of these names on it" --card card.img
put foreign.bin firmware.bin
refuses "firmware.bin: signed with a key" --card card.img
put "$built/app-v2.signed.bin" firmware.bin
refuses "the card cannot be read" --card card.img,never
refuses "the card cannot be read" --card card.img,silent
head -c 9000000 /dev/zero >filler
card 16 32768
put filler filler
put "$built/app-v2.signed.bin" firmware.bin
refuses "firmware.bin: the card cannot be read" --card card.img,worn
# The chain of clusters leads outside.
card 16 32768 -s 1
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
