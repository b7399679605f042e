# SPDX-License-Identifier: Apache-2.0
# Functions of tests that speak to USB devices through the libusb shim. Source it after
# test/cli/lib.sh. $shim is the shim's path.
#
#     serve sim.log tenon-sim --usbip 0 ...   # starts a server; $usbip is its port, $served its PID
#     with_usb "$usbip" dfu-util --list       # runs a program that sees this device only
shim=${shim:?the path of libusb_shim.so}
. "$source/test/usb/serve.sh"

# with_usb PORTS COMMAND...: runs a program that sees the devices of these servers: PORT,PORT...
with_usb() {
    usb_ports=$1
    shift
    TENON_USBIP=$usb_ports LD_PRELOAD=$shim "$@"
}

# with_status COMMAND...: a program with the device at $usbip. Its output goes to the files out and
# err, its exit status to $code.
with_status() {
    with_usb "$usbip" "$@" >out 2>err
    code=$?
}

# The road of dfu_steps.sh through the shim. A device is plugged in while it is served.
plug() { :; }
unplug() { :; }

# present ID: waits until the device is there as VID:PID.
is_present() { with_usb "$usbip" dfu-util --list 2>/dev/null | grep -qF "[$1]"; }
present() { await is_present "$1" || fail "no device $1"; }

# begin COMMAND...: starts a program with the device in the background, with its output in
# download.log. ended: waits for its end, and sets code.
begin() {
    : >download.log
    TENON_USBIP=$usbip LD_PRELOAD=$shim "$@" >download.log 2>&1 &
    download=$!
}
ended() {
    wait $download 2>/dev/null
    code=$?
}

# break_off: the host goes away in the middle of a transfer. mend: it comes back.
break_off() { kill -KILL $download; }
mend() { :; }
