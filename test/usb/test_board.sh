#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tenon over USB DFU to a board's real loader and application on the emulated chip: from the
# application into the loader, a download, and the new application.
#
#   test_board.sh BIN SHIM BOARD BUILT     BUILT: the folder of the board's programs
shim=$2
board=$3
built=$4
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/usb/shim.sh"

served=
cleanup() { [ -z "$served" ] || kill "$served" 2>/dev/null; }

# usb CODE ARGS...: tenon, which sees the board over USB.
usb() {
    code_wanted=$1
    shift
    run_usb "$code_wanted" "$tenon" "$@"
}

: >emu.log
serve emu.log "$tenon"-emu "$board" --load "$built/factory-usb.hex" --usbip=0
present 1209:0001
usb 0 devices
out "usb:1209:0001:"
out "its application runs, and has DFU"
usb 0 upgrade -p usb: "$built/app-usb-v2.signed.bin"
err "detach:  asking the application to leave for DFU mode"
err "alternate 0: Update, from 0x"
out "2.0.0: sent, and the device accepted it"
usb 0 devices --json
out '"mode":"application"'
flip "$built/app-usb-v2.signed.bin" 9000
usb 7 upgrade --force -p usb: flipped.bin
err "the device refused"
present 1209:0001
finish
