#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The Arm binary's host: a phone (phone.py) updates an emulated board whose program has NimBLE's
# host on the Cortex-M4, HCI on its UART, and the real flash driver.
#
#     test_emu.sh BIN PYTHON BOARD BUILD      BUILD: the board's, of ./run build BOARD
. "$(dirname "$0")/../cli/lib.sh"
python=$2 board=$3 build=$4
emu= phone=
cleanup() {
    [ -z "$emu$phone" ] || kill -KILL $emu $phone 2>/dev/null
}

[ -f "$build/factory-ble-hci.hex" ] || { echo "./run build $board was not run"; exit 1; }
# The phone comes first: the device's first command need not be lost and sent again.
"$python" "$source/test/ble/phone.py" pty:line connect \
    "upgrade=$build/app-ble-hci-v2.signed.bin" erase-refused wait=2.0.0 >phone.log 2>&1 &
phone=$!
"$bin/tenon-emu" "$board" --load "$build/factory-ble-hci.hex" --pty line --flash flash.img \
    >emu.log 2>&1 &
emu=$!
await test -L line || { fail "tenon-emu does not come up"; cat emu.log; exit 1; }
checks=$((checks + 1))
wait "$phone" || { fail "the phone fails"; cat phone.log emu.log; }
phone=
# What a manual forbids counts as a violation, and the emulator says so.
[ ! -s emu.log ] || { fail "the emulator complains"; cat emu.log; }
finish
