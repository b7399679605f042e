#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tenon and DFU devices of other people: the ROM of an STM32 (DfuSe), and a plain DFU 1.1 device.
# They know no images, and get any file.
#
#   test_rom.sh BIN SHIM     SHIM: rom_shim.so
shim=$2
. "$(dirname "$0")/../cli/lib.sh"

# rom CODE WHICH ARGS...: tenon, which sees such a device. The file flash has its flash afterwards.
rom() {
    want=$1
    which=$2
    shift 2
    checks=$((checks + 1))
    rm -f flash
    TENON_ROM=$which TENON_ROM_FLASH=flash LD_PRELOAD=$shim "$tenon" "$@" >out 2>err
    code=$?
    [ "$code" = "$want" ] || fail "tenon $* ($which): exit code $code, not $want"
}
# holds OFFSET FILE: the flash has the file's bytes there.
holds() {
    checks=$((checks + 1))
    tail -c +$(($1 + 1)) flash | head -c "$(wc -c <"$2")" | cmp -s - "$2" ||
        fail "the flash does not hold $2 at $1"
}

head -c 5000 /dev/urandom >any.bin
rom 0 dfuse devices
out "usb:0483:df11:A1"
out "DfuSe mode, waits for a download"
out "alternate 0: Internal Flash, from 0x08004000 on, 64.0 KiB"
rom 0 dfuse doctor -p usb:
out "the ROM loader of an STM32 waits for a download"
out "BOOT0 low"

rom 64 dfuse upgrade -p usb: any.bin
err "give the address of its first byte by --address; its memory \"Internal Flash\" begins at"
rom 0 dfuse upgrade -p usb: --address 0x08004000 any.bin
out "any.bin: sent, and the device accepted it"
holds 0 any.bin
rom 0 dfuse upgrade -p usb:0483:df11:A1 --address 0x08005000 any.bin --json
out '"command":"upgrade","result":"installed"'
holds 4096 any.bin
rom 23 dfuse upgrade -p usb: --address 0x08013000 any.bin
err "does not take all of them"
run 0 merge -o any.hex any.bin@0x08004400
rom 0 dfuse upgrade -p usb: any.hex
holds 1024 any.bin
rom 64 dfuse upgrade -p usb: --address 0 any.hex
err "has addresses of its own"
dfuse-pack -D 0x0483:0xdf11 -b 0x08004800:any.bin -b 0x0800c000:any.hex two.dfu >/dev/null
rom 0 dfuse upgrade -p usb: two.dfu
holds 2048 any.bin
holds 32768 any.hex
run 0 dfu-file make --vid 1234 any.hex strange.dfu
rom 64 dfuse upgrade -p usb: strange.dfu
err "is for 1234:"
rom 0 dfuse upgrade -p usb: --dry-run any.hex
out "would send any.hex to usb:0483:df11:A1"

rom 0 plain upgrade -p usb: any.bin
out "any.bin: sent, and the device accepted it"
holds 0 any.bin
run 0 dfu-file make --vid 0483 --pid df11 any.bin any.dfu
rom 0 plain upgrade -p usb: any.dfu
holds 0 any.bin
rom 64 plain upgrade -p usb: two.dfu
err "has gaps between its bytes"
finish
