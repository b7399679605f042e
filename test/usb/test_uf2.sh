#!/bin/sh
# The UF2 drive of the simulated device, block by block through its USB controller: what it shows,
# files in any order, what is refused and how a user hears of it, an unplug, a power cut.
#
#   test_uf2.sh BIN USB_DRIVE
usb_drive=$2
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
. "$source/test/usb/serve.sh"

# drive CODE ARGS...: usb_drive must end with this exit code.
drive() {
    want=$1
    shift
    checks=$((checks + 1))
    "$usb_drive" "$usbip" "$@" >out 2>err
    code=$?
    [ "$code" = "$want" ] || fail "usb_drive $*: exit code $code, not $want"
}

# uf2 NAME VERSION SIZE [OPTION...]: NAME.uf2, of an image that confirms itself.
uf2() {
    name=$1 version=$2 size=$3
    shift 3
    { echo "behaviour: confirms" && head -c "$size" /dev/urandom; } >raw
    run 0 -q sign -k key.pem --version "$version" -H 512 --pad-header --hex-addr 0x8000 \
        --family nrf52840 "$@" raw "$name.uf2"
}

# recover: the device restarts in recovery, with a drive.
recover() {
    [ -z "$sim" ] || stop_sim
    serve sim.log "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --hold-button \
        --usbip 0 --uf2 "$@"
    sim=$served
}
cleanup() { [ -z "$sim" ] || kill -KILL "$sim" 2>/dev/null; }

# runs_next VERSION: the device has left recovery by itself; without the button, this runs.
runs_next() {
    await has_reset 1 || fail "the device does not leave"
    stop_sim
    start_sim
    await is_confirmed "$1" || fail "$1 does not run, confirmed"
    stop_sim
    sim=
}
is_confirmed() { "$tenon" image list 2>/dev/null | grep -q "^0  *$1 .*running, confirmed"; }

# shows TEXT: the drive, as mtools reads it, has two files, and FAILED.TXT has this.
shows() {
    drive 0 read drive.img
    checks=$((checks + 1))
    mtype -i drive.img ::FAILED.TXT >failed 2>&1 && grep -qF "$1" failed ||
        { fail "FAILED.TXT lacks: $1"; cat failed; }
}

run 0 keygen key.pem
run 0 keygen other.pem
uf2 v1 1.0.0 30000
uf2 v2 2.0.0 50000
uf2 v3 3.0.0 51234

# A volume without faults, and one text on it.
recover
drive 0 read drive.img
checks=$((checks + 1))
fsck.fat -n drive.img >fsck 2>&1 || { fail "the drive's FAT"; cat fsck; }
[ "$(mdir -b -i drive.img ::)" = "::/INFO_UF2.TXT" ] || fail "files: $(mdir -b -i drive.img ::)"
mtype -i drive.img ::INFO_UF2.TXT >out
out "UF2 Bootloader Tenon"
out "Family: 0xada52840"
out "Address: 0x00008000"
drive 0 odd

# The first image, and updates in every order. The host may eject the drive, or not.
drive 0 write v1.uf2
runs_next 1.0.0
recover
drive 0 write v2.uf2 backward
drive 0 eject
runs_next 2.0.0
recover
drive 0 write v3.uf2 mixed
runs_next 3.0.0

# What is refused: an error for the host, and the reason in words. The device stays as it was.
cp flash.img was.img
head -c 30000 /dev/urandom >raw
run 0 -q sign -k key.pem --version 4.0.0 -H 512 --pad-header --hex-addr 0x8000 --family rp2040 \
    raw foreign.uf2
run 0 -q sign -k key.pem --version 4.0.0 -H 512 --pad-header --hex-addr 0x18000 --family nrf52840 \
    raw elsewhere.uf2
head -c 600000 /dev/urandom >large
run 0 -q sign -k key.pem --version 4.0.0 -H 512 --pad-header --hex-addr 0x8000 --family nrf52840 \
    large large.uf2
run 0 -q sign -k key.pem --version 4.0.0 -H 512 --pad-header raw plain.bin
recover
for bad in "foreign.uf2:another family" "elsewhere.uf2:another address" "large.uf2:larger" \
    "plain.bin:a plain image"; do
    drive 1 write "${bad%%:*}"
    err "sense 2/3a"
    shows "${bad#*:}"
done
stop_sim
checks=$((checks + 1))
cmp -s flash.img was.img || fail "a refusal has changed the flash"
recover
run 0 -q sign -k other.pem --version 4.0.0 -H 512 --pad-header --hex-addr 0x8000 \
    --family nrf52840 raw stranger.uf2
drive 1 write stranger.uf2
shows "a key that this device does not know"
uf2 v4 4.0.0 40000

# A cable that is pulled in mid-copy, and the file once more; a power cut, and the file once more.
drive 0 write v4.uf2 50
drive 0 write v4.uf2
runs_next 4.0.0
uf2 v5 5.0.0 40000
recover --cut-after 120 --cut torn
drive 2 write v5.uf2
wait "$sim"
sim=
start_sim
await is_confirmed 4.0.0 || fail "4.0.0 does not run after the cut"
recover
drive 0 write v5.uf2 mixed
runs_next 5.0.0
finish
