# SPDX-License-Identifier: Apache-2.0
# USB devices, seen by a real kernel: what ./run usb runs.
#
#   test_guest.sh BIN LINUX
linux=$2
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
. "$source/test/usb/dfu_steps.sh"
. "$source/test/usb/guest.sh"

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

line_steps() {
    start_device
    present 1209:0002
    udev_rules
    line_of_the_recovery
    line_of_the_application
    unplug "$usbip"
    stop_sim
    rm -f flash.img
}

make_images
start_guest "$linux"
line_steps
dfu_steps
[ "$failures" = 0 ] || show_logs
finish
