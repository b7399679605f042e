# SPDX-License-Identifier: Apache-2.0
# Servers of USB devices, and programs that use the devices, whatever the road. shim.sh and guest.sh
# source it; they define with_status.

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

# run_usb CODE COMMAND...: a program with the device must end with exit code CODE.
run_usb() {
    want=$1
    shift
    checks=$((checks + 1))
    with_status "$@"
    [ "$code" = "$want" ] || fail "$*: exit code $code, not $want"
}
