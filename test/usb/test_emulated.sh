#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An unmodified dfu-util and an emulated board: TinyUSB's driver of the chip's controller, our DFU
# and our flash driver, as they run on the chip.
#
#   test_emulated.sh BIN SHIM BOARD LOADER     (build/BOARD/LOADER.hex, app-usb*.signed.bin)
shim=$2
board=$3
loader=$4
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/usb/shim.sh"
built=$source/build/$board
BOTH='1209:0001,1209:0002'
DETACH_WAIT='-E 1'  # the shim waits for the device itself

served=
cleanup() { [ -z "$served" ] || kill "$served" 2>/dev/null; }

# installs VERSION STATE: the board restarts after a download, and runs this then.
is_running() { "$tenon" -q image list -p dev 2>/dev/null | grep -q "^0  *$1  *[0-9a-f]*  *running, $2"; }
installs() {
    checks=$((checks + 1))
    await is_running "$@" || { fail "$1 ($2) does not run"; "$tenon" image list -p dev; }
}

serve emu.log "$bin/tenon-emu" "$board" --load "$built/$loader.hex" --pty dev --usbip=0

echo "step: the loader of an empty board is in DFU mode"
present 1209:0002
run_usb 0 dfu-util --list
out 'alt=0, name="@Update/0x'
out 'alt=1, name="@Slot 0/0x'

echo "step: an image of somebody else is refused"
run 0 keygen other.pem
head -c 20000 /dev/urandom >raw
run 0 -q sign -k other.pem --version 5.0.0 -H 512 --pad-header raw foreign.bin
run_usb 74 dfu-util -a 0 -D foreign.bin

echo "step: an image goes to the empty board, and runs"
run_usb 0 dfu-util -a 0 -D "$built/app-usb.signed.bin"
out "Done!"
present 1209:0001
installs 1.0.0 confirmed

echo "step: the application detaches, and the loader takes the next image, which runs"
run_usb 0 dfu-util -d $BOTH $DETACH_WAIT -a 0 -D "$built/app-usb-v2.signed.bin"
out "Done!"
present 1209:0001
installs 2.0.0 ""

finish
