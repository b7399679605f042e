# SPDX-License-Identifier: Apache-2.0
# The libusb shim: an unmodified dfu-util sees the devices of USB/IP servers.
#
#   test_shim.sh BIN SHIM SCRIPTED     SCRIPTED: the program usb_scripted
shim=$2
scripted=$3
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/usb/shim.sh"

first=
second=
cleanup() {
    for process in $first $second; do
        kill "$process" 2>/dev/null
    done
}

# What a program imports and the shim lacks would be the real library's, with pointers that it does
# not know.
imports() { nm -D --undefined-only "$1" | sed -n 's/.* \(libusb_[a-z_]*\).*/\1/p' | sort; }
exports() { nm -D --defined-only "$1" | sed -n 's/.* \(libusb_[a-z_]*\).*/\1/p' | sort; }
exports "$shim" >has
for program in "$(command -v dfu-util)" "$tenon"; do
    imports "$program" >wants
    checks=$((checks + 1))
    [ -z "$(comm -23 wants has)" ] ||
        fail "the shim lacks functions of $program: $(comm -23 wants has | xargs)"
done
imports "$(command -v dfu-util)" >wants
grep -q libusb_control_transfer wants || fail "dfu-util imports nothing?"

serve first.log "$scripted" 0
first=$served one=$usbip
run_usb 0 dfu-util --list
out 'Found DFU: [1209:0001] ver=0100'
out 'path="1-1", alt=0, name="@Update", serial="0123"'
out 'alt=1, name="@Slot 0"'
[ "$(grep -c '^Found' out)" = 2 ] || fail "two alternate settings, and more"

# A device that was plugged in again is another one.
kill -USR1 "$first"
product_is() { with_usb "$one" dfu-util --list 2>&1 | grep -q "1209:$1"; }
await product_is 0002 || fail "the device does not come back"

serve second.log "$scripted" 0
second=$served
usbip=$one,$usbip
run_usb 0 dfu-util --list
out 'path="1-1"'
out 'path="2-1"'

# dfu-util asks for the status, and refuses a download to two devices.
: >empty
run_usb 74 dfu-util -d ,1209:0002 -a 0 -t 64 -U empty.read
usbip=$one
run_usb 74 dfu-util -d ,1209:0003 -a 0 -D empty
err "No DFU capable USB device available"

# A server that ended has no device; a client that has the device keeps others out.
kill "$second"
wait "$second" 2>/dev/null
second=
usbip=$(usbip_port second.log)
run_usb 0 dfu-util --list
! grep -q '^Found' out || fail "a device without a server"
usbip=none
run_usb 64 dfu-util --list
err "TENON_USBIP wants ports"
finish
