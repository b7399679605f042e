#!/bin/sh
# SMP over the CDC line of the simulated device, in recovery and in the application; the touch at
# 1200 baud; and a recovery that ends by itself.
#
#   test_cdc.sh BIN USB_TTY
usb_tty=$2
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
tty=
cleanup() {
    for process in $sim $tty; do
        kill -KILL "$process" 2>/dev/null
    done
}
port() { sed -n 's/.*USB\/IP at .*:\([0-9]*\)$/\1/p' sim.log; }

# is KIND VERSION: over the CDC line, a device of this kind must answer.
is() {
    "$tenon" -q -t 0.5 -p acm os info >kind 2>/dev/null
    grep -q "tenon-sim $1" kind
}

run 0 keygen key.pem
make v1 1.0.0 confirms 20000
make v2 2.0.0 confirms 30000
make v3 3.0.0 none 20000
start_sim --usbip 0 --quiet 3000
"$usb_tty" "$(port)" acm &
tty=$!
await test -e acm || fail "no terminal"

# A first image and an update, all over CDC. The image confirms itself.
await is recovery || fail "no SMP over CDC in recovery"
run 0 -p acm upgrade v1.bin
await is application || fail "no SMP over CDC in the application"
run 0 -p acm upgrade v2.bin
await is application
run 0 -p acm image list
out 2.0.0

# Both lines have servers, and see the same device.
run 0 os echo hello
run 0 -p acm image upload v3.bin
run 0 image list
out 3.0.0

# A touch at 1200 baud opens recovery, which ends by itself if nobody speaks.
kill -KILL $tty
wait $tty 2>/dev/null
before=$(resets)
"$usb_tty" "$(port)" --touch || fail "no touch"
await has_reset $((before + 2)) || fail "the recovery does not end"
"$usb_tty" "$(port)" acm &
tty=$!
await is application || fail "no application after the recovery has ended"
stop_sim
finish
