#!/bin/sh
# The UF2 drive of a board's real loader on the emulated chip: an empty board, an update with its
# blocks in a mixed order, a refusal, a power cut in mid-copy.
#
#   test_uf2_board.sh BIN USB_DRIVE BOARD FOLDER ADDRESS FAMILY
usb_drive=$2 board=$3 built=$4 address=$5 family=$6
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
is_running() { "$tenon" -q image list 2>/dev/null | grep -q "^0  *$1  *[0-9a-f]*  *running, $2"; }
installs() {
    checks=$((checks + 1))
    await is_running "$@" || { fail "$1 ($2) does not run"; cat sim.log; "$tenon" image list; }
}
recover() {
    run 0 os reset --mode recovery
    await is_recovery || fail "no recovery"
}
is_recovery() { "$tenon" -q -t 0.5 os info -f a 2>/dev/null | grep -q recovery; }

[ -f "$built/boot-uf2.hex" ] || { echo "no $built/boot-uf2.hex: ./run build $board"; exit 1; }
run 0 keygen other.pem
for version in '' -v2; do
    run 0 merge -o "app$version.uf2" --family "$family" \
        "$built/app-usb$version.signed.bin@$address"
done
head -c 20000 /dev/urandom >raw
run 0 -q sign -k other.pem --version 5.0.0 -H 512 --pad-header --hex-addr "$address" \
    --family "$family" raw foreign.uf2
run 0 merge -o strange.uf2 --family rp2040 "$built/app-usb.signed.bin@$address"

serve sim.log "$bin/tenon-emu" "$board" --load "$built/boot-uf2.hex" --usbip=0 --pty dev
sim=$served
drive 1 write strange.uf2
err "sense 2/3a"
drive 1 write foreign.uf2
drive 0 write app.uf2
installs 1.0.0 confirmed
recover
drive 0 write app-v2.uf2 mixed
drive 0 eject
installs 2.0.0 "on test"
run 0 image confirm
recover
drive 0 write app.uf2 60
kill -HUP "$sim"  # the power goes off and on
installs 2.0.0 confirmed
recover
drive 0 write app.uf2 backward
installs 1.0.0 "on test"
finish
