#!/bin/sh
# A card in recovery: what is installed from it and what is not, from media made by mkfs.fat and
# mtools; a damaged FAT, and power lost at every flash operation.
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
put() { mcopy -o -i "${part:-card.img}" "$1" "::$2" || fail "cannot copy $1 to the card"; }

# recovers TEXT [OPTION...]: recovery opens with the card, and says this of it.
recovers() {
    text=$1
    shift
    [ -z "$sim" ] || stop_sim
    checks=$((checks + 1))
    "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --press-button --card card.img "$@" \
        >sim.log 2>&1 &
    sim=$!
    await grep -q "tenon-sim: card: " sim.log
    grep -qF "card: $text" sim.log || { fail "the card does not say: $text"; cat sim.log; }
}
# Restarts without a button and without a card.
starts() {
    stop_sim
    start_sim
    runs "$@"
}

run 0 keygen key.pem
run 0 keygen other.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 30000
make v3 3.0.0 none 30000
head -c 3000 /dev/urandom >raw
"$tenon" -q sign -k other.pem --version 9.0.0 -H 256 --pad-header raw foreign.bin >/dev/null 2>&1
run 0 dfu-file make v2.bin v2.dfu
run 0 dfu-file make --address 0x8000 v3.bin v3.dfu

# Every FAT, with an image for an empty device, an update as a test, and files in between, so that
# the second image lies in pieces.
for kind in "12 4096" "16 32768 -s 1" "32 133120 -s 1"; do
    rm -f flash.img
    card $kind
    put v1.bin FIRMWARE.BIN
    recovers "firmware.bin: installed; it starts now"
    starts 1.0.0 confirmed
    for i in 1 2 3 4 5 6 7 8 9; do
        put raw a$i.txt
    done
    for i in 2 4 6 8; do
        mdel -i card.img ::a$i.txt
    done
    put v2.bin FIRMWARE.BIN
    recovers "firmware.bin: installed; it starts now"
    # The reset that follows runs it; the one after that reverts it.
    await grep -q "reset (software)" sim.log
    runs 2.0.0 "on test"
    starts 1.0.0 confirmed
    recovers "firmware.bin: the device has this image already"
done

# A partition; a long name; .dfu files of both kinds.
rm -f flash.img
card 16 32768 -s 1
put v1.bin "A firmware for the pump in hall 3.bin"
dd if=/dev/zero of=disk.img bs=512 count=32832 2>/dev/null
dd if=card.img of=disk.img bs=512 seek=64 conv=notrunc 2>/dev/null
# Entry 1: active, type 06, first block 64, 32,768 blocks; then 55 aa.
printf '\200\001\001\000\006\376\377\377\100\000\000\000\000\200\000\000' |
    dd of=disk.img bs=1 seek=446 conv=notrunc 2>/dev/null
printf '\125\252' | dd of=disk.img bs=1 seek=510 conv=notrunc 2>/dev/null
mv disk.img card.img
recovers "A firmware for the pump in hall 3.bin: installed" \
    --card-file "A firmware for the pump in hall 3.bin"
starts 1.0.0 confirmed
card 16 32768
put v2.dfu firmware.dfu
recovers "firmware.dfu: installed" --dfu permanent
starts 2.0.0 confirmed
card 16 32768
put v3.dfu firmware.dfu
recovers "firmware.dfu: installed" --dfu permanent
starts 3.0.0 confirmed

# What is refused leaves the device as it was.
stop_sim
cp flash.img was.img
unchanged() {
    checks=$((checks + 1))
    stop_sim
    cmp -s flash.img was.img || fail "the flash has changed"
}
card 16 32768
recovers "no card, or no file of these names on it"
unchanged
put v1.bin firmware.bin
recovers "firmware.bin: the image is older than the running one"
unchanged
put raw firmware.bin
recovers "firmware.bin: not a firmware image"
unchanged
: >empty
put empty firmware.bin
recovers "firmware.bin: the image's header is malformed"
unchanged
rm -f card.img
recovers "no card"
unchanged
dd if=/dev/zero of=card.img bs=1024 count=8192 2>/dev/null
mkfs.exfat card.img >/dev/null 2>&1
recovers "exFAT is not supported"
unchanged
head -c 100000 /dev/urandom >card.img
recovers "no FAT file system"
unchanged
card 16 32768
put foreign.bin firmware.bin
recovers "firmware.bin: signed with a key that this device does not know"
starts 3.0.0 confirmed
head -c 2000 v2.bin >short.bin
"$tenon" -q sign -k key.pem --version 4.0.0 -H 256 --pad-header raw v4.bin >/dev/null 2>&1
head -c 2000 v4.bin >short.bin
card 16 32768
put short.bin firmware.bin
recovers "firmware.bin: the image is not complete"
starts 3.0.0 confirmed

# A chain of clusters that ends too early, one that leads outside, and a card that is cut off.
stop_sim
card 16 32768 -s 1
put v4.bin firmware.bin
cp card.img whole.img
field() { od -An -tu2 -j "$1" -N 2 card.img | tr -d ' '; }
fat=$((512 * $(field 14)))                                     # where the first FAT begins,
data=$((fat + 2 * 512 * $(field 22) + 32 * $(field 17)))       # and the first cluster
for broken in '\377\377' '\001\000' '\360\177' '\000\000'; do
    cp whole.img card.img
    printf "$broken" | dd of=card.img bs=1 seek=$((fat + 8)) conv=notrunc 2>/dev/null
    recovers "firmware.bin: "
    starts 3.0.0 confirmed
done
head -c $((data + 1500)) whole.img >card.img
recovers "firmware.bin: "
starts 3.0.0 confirmed

# Power lost at every flash operation of the card's update: the old image or the new one runs.
stop_sim
cp flash.img was.img
cp whole.img card.img
cut=1
while [ $cut -lt 200 ]; do
    cp was.img flash.img
    "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --hold-button --card card.img \
        --cut-after $cut --cut torn >sim.log 2>&1 &
    sim=$!
    await grep -q "tenon-sim: card: \|power lost" sim.log
    if ! grep -q "power lost" sim.log; then
        stop_sim
        break
    fi
    wait $sim
    start_sim
    checks=$((checks + 1))
    "$tenon" image list >list 2>/dev/null
    grep -q "^0  *[34].0.0 .*running" list || { fail "after a cut at $cut"; cat list; }
    stop_sim
    cut=$((cut + 1))
done
[ $cut -gt 10 ] || fail "no cuts"
finish
