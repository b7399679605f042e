# SPDX-License-Identifier: Apache-2.0
# The real Arm binaries of a board with USB, on the emulated chip: an unmodified dfu-util speaks to
# TinyUSB's own driver of the chip's controller. Source it after dfu_steps.sh, whose roads it goes.
#
# The board's build is in build/BOARD; its program 1.0.0 is in factory-usb.hex, beside the loader.

# power_cut: the power goes off and on.
power_cut() { kill -HUP "$sim"; }

# start_board BOARD
start_board() {
    serve sim.log "$bin/tenon-emu" "$1" --load "$source/build/$1/factory-usb.hex" --usbip=0 \
        --pty dev
    sim=$served
    plug "$usbip"
    await answers || fail "$1 does not answer on its serial line"
    cp "$source/build/$1/app-usb.signed.bin" v1.bin
    cp "$source/build/$1/app-usb-v2.signed.bin" v2.bin
}

board_download() {
    step "$1: the application has DFU, and a download goes through"
    present 1209:0001
    run_usb 0 dfu-util --list
    out "Found Runtime: [1209:0001]"
    run_usb 0 dfu-util -d $BOTH $DETACH_WAIT -a 0 -D v2.bin
    installs 2.0.0 "on test"
    run 0 image confirm
    present 1209:0001
}

board_dfuse() {
    step "$1: DfuSe: read back, compare, leave"
    detach
    run_usb 0 dfu-util --list
    addr=$(sed -n 's/.*name="@Update\/\(0x[0-9a-f]*\).*/\1/p' out)
    run_usb 0 dfu-util -a 0 -s "$addr" -D v1.bin
    rm -f back.bin
    run_usb 0 dfu-util -a 0 -s "$addr:$(wc -c <v1.bin)" -U back.bin
    checks=$((checks + 1))
    cmp v1.bin back.bin || fail "what was read back is not what was written"
    run_usb 0 dfu-util -a 0 -s "$addr:leave" -D v1.bin
    installs 1.0.0 "on test"
    run 0 image confirm
    present 1209:0001
}

board_power_cut() {
    step "$1: the power goes in the middle of a download, and another one succeeds"
    detach
    in_the_middle power_cut v2.bin
    installs 1.0.0 confirmed
    present 1209:0001
    run_usb 0 dfu-util -d $BOTH $DETACH_WAIT -a 0 -D v2.bin
    installs 2.0.0 "on test"
}

# board_steps BOARD [STEP]: all of it, and then one step more.
board_steps() {
    start_board "$1"
    board_download "$1"
    board_dfuse "$1"
    board_power_cut "$1"
    ${2:-:} "$1"
    unplug "$usbip"
    stop_sim
    rm -f dev
}
