# SPDX-License-Identifier: Apache-2.0
# USB devices, seen by a real kernel: what ./run usb runs.
#
#   test_guest.sh BIN LINUX BOARD...     BOARD: one whose chip's USB controller is emulated
linux=$2
boards=$(shift 2 && echo "$@")
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
. "$source/test/usb/dfu_steps.sh"
. "$source/test/usb/board_steps.sh"
. "$source/test/usb/guest.sh"
. "$source/test/usb/drive_steps.sh"

cleanup() {
    [ -z "$sim" ] || kill -KILL "$sim" 2>/dev/null
    stop_guest
}

# on_line CODE ARGS...: tenon in the guest, over the device's CDC line.
on_line() {
    want=$1
    shift
    checks=$((checks + 1))
    in_guest env TENON_TIMEOUT=20 tenon -p /dev/ttyACM0 "$@"
    [ "$code" = "$want" ] || fail "tenon $*: exit code $code, not $want"
}

udev_rules() {
    step "udev: whoever sits here may open the device, and ModemManager leaves it alone"
    guest_must sh -c 'udevadm info /sys/bus/usb/devices/1-1; udevadm info /dev/ttyACM0'
    out "ID_MM_DEVICE_IGNORE=1"
    [ "$(grep -c '^E: CURRENT_TAGS=.*:uaccess:' out)" = 2 ] || fail "no tag uaccess"
}

line_of_the_recovery() {
    step "SMP over the CDC line of the recovery: an empty device is installed"
    on_line 0 os echo hello
    out hello
    on_line 0 upgrade v1.bin
    installs 1.0.0 confirmed
    present 1209:0001
}

# board_line: the same over the controller of a chip.
board_line() {
    step "$1: SMP over the CDC line of the application"
    present 1209:0001
    on_line 0 image list
    out "2.0.0"
    on_line 0 os echo "over USBD or OTG_FS"
}

line_of_the_application() {
    step "SMP over the CDC line of the application"
    on_line 0 image list
    out "1.0.0"
    on_line 0 upgrade v2.bin
    installs 2.0.0 confirmed
    present 1209:0001
    on_line 0 os echo again
    out again
}

# tenon_usb CODE ARGS...: tenon in the guest, without a port of its own.
tenon_usb() {
    want=$1
    shift
    checks=$((checks + 1))
    in_guest env TENON_TIMEOUT=20 tenon "$@"
    [ "$code" = "$want" ] || fail "tenon $*: exit code $code, not $want"
}

dfu_by_tenon() {
    step "tenon finds the device in both of its forms"
    tenon_usb 0 devices
    out "/dev/ttyACM0"
    out "usb:1209:0001:0123456789"
    tenon_usb 0 doctor -p usb:
    out "ok    /dev/bus/usb/"
    out "ok    udev rules"
    tenon_usb 64 image list -p usb:1209:0001
    err "-p /dev/ttyACM0"
    step "tenon over DFU: detach, download, and a confirmation over the CDC line"
    tenon_usb 0 upgrade -p usb:1209:0001:0123456789 v4.bin
    err "/dev/ttyACM0, the device's serial port"
    err "confirm: 4.0.0 runs; making it permanent"
    out "4.0.0 runs and is confirmed"
    installs 4.0.0 confirmed
    tenon_usb 0 upgrade -p usb: v4.bin
    out "already running: version 4.0.0, nothing to do"
    step "tenon over DFU: an image that stays on test, and keeps the spare slot"
    tenon_usb 0 upgrade --no-confirm -p usb: v1.bin
    out "1.0.0 runs, on test"
    installs 1.0.0 "on test"
    tenon_usb 7 upgrade -p usb: v4.bin
    err "confirm it first: tenon image confirm -p /dev/ttyACM0"
    installs 1.0.0 "on test"
    on_line 0 os reset
    installs 4.0.0 confirmed
    present 1209:0001
}

line_steps() {
    start_device
    present 1209:0002
    udev_rules
    line_of_the_recovery
    line_of_the_application
    dfu_by_tenon
    unplug "$usbip"
    stop_sim
    rm -f flash.img
}

# The kernel resets the bus, by usbfs.
bus_reset() { guest_must usbreset 1209:0002; }

reset_steps() {
    step "a bus reset in the middle of a download, and another one succeeds"
    start_slow_device
    in_the_middle bus_reset v2.bin
    run_usb 0 dfu-util -a 0 -D v2.bin
    installs 2.0.0 confirmed
    unplug "$usbip"
    stop_sim
}

make_images
start_guest "$linux"
line_steps
dfu_steps
reset_steps
drive_steps
for board in $boards; do
    board_steps "$board" board_line
done
[ "$failures" = 0 ] || show_logs
finish
