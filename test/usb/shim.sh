# SPDX-License-Identifier: Apache-2.0
# Functions of tests that speak to USB devices through the libusb shim. Source it after
# test/cli/lib.sh. $shim is the shim's path.
#
#     serve sim.log tenon-sim --usbip 0 ...   # starts a server; $usbip is its port, $served its PID
#     with_usb "$usbip" dfu-util --list       # runs a program that sees this device only
shim=${shim:?the path of libusb_shim.so}

# usbip_port LOG: prints the port that a server's log names.
usbip_port() { sed -n 's/.*USB\/IP at .*:\([0-9]*\)$/\1/p' "$1"; }
has_port() { [ -n "$(usbip_port "$1")" ]; }

# serve LOG COMMAND...: starts a program that serves a device over USB/IP, with its output in LOG.
# Sets served to its process and usbip to its port.
serve() {
    serve_log=$1
    shift
    "$@" >"$serve_log" 2>&1 &
    served=$!
    await has_port "$serve_log" || { fail "no USB/IP server: $*"; cat "$serve_log"; exit 1; }
    usbip=$(usbip_port "$serve_log")
}

# with_usb PORTS COMMAND...: runs a program that sees the devices of these servers: PORT,PORT...
with_usb() {
    usb_ports=$1
    shift
    TENON_USBIP=$usb_ports LD_PRELOAD=$shim "$@"
}

# run_usb CODE COMMAND...: a program with the device at $usbip. It must end with exit code CODE. Its
# output goes to the files out and err.
run_usb() {
    want=$1
    shift
    checks=$((checks + 1))
    with_usb "$usbip" "$@" >out 2>err
    code=$?
    [ "$code" = "$want" ] || fail "$*: exit code $code, not $want"
}
