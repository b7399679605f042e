#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tenon over BLE, through a bluetoothd of the test (fake_bluez.c) on a D-Bus of the test: upgrades
# with every MTU, and each trouble with its words. ./run ble has the real bluetoothd.
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
daemon= fake= other=
cleanup() {
    for process in $sim $fake $daemon $other; do
        kill -KILL "$process" 2>/dev/null
    done
}

cp "$source/test/ble/bus.conf" .
dbus-daemon --config-file=bus.conf --nofork --nopidfile >bus.log 2>&1 &
daemon=$!
DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/bus
export DBUS_SYSTEM_BUS_ADDRESS

# start_fake WORD...
start_fake() {
    stop_fake
    "$bin/../host/test/fake_bluez" --udp "$udp" "$@" >fake.log 2>&1 &
    fake=$!
    await grep -q ready fake.log || { fail "fake_bluez does not start"; cat fake.log; exit 1; }
}
stop_fake() {
    [ -z "$fake" ] || { kill "$fake" 2>/dev/null; wait "$fake" 2>/dev/null; }
    fake=
}

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 9000
make v3 3.0.0 none 30000
start_sim --udp 0
udp=$(sed -n 's/.*UDP at //p' sim.log)
await test -S bus || fail "dbus-daemon does not start"
board=ble:C0:11:22:33:44:55

# ---- No Bluetooth ----
DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/nowhere
refused 3 "D-Bus does not answer" -p $board os echo hi
DBUS_SYSTEM_BUS_ADDRESS=unix:path=$work/bus
refused 3 "systemctl start bluetooth" -p $board os echo hi
refused 3 "systemctl start bluetooth" devices --ble
start_fake denied
refused 3 "usermod -aG bluetooth" -p $board os echo hi
start_fake no-adapter
refused 3 "no Bluetooth adapter" -p $board os echo hi
start_fake off
refused 3 "bluetoothctl power on" -p $board os echo hi
refused 3 "bluetoothctl power on" devices --ble -t 1

# ---- Devices ----
start_fake
run 0 devices --ble -t 1
grep -q '^C0:11:22:33:44:55  *-50 dBm  *board  *SMP$' out || fail "the device is not listed"
grep -q '^D0:00:00:00:00:01  *-52 dBm  *lamp  *-$' out || fail "the lamp is not listed"
run 0 devices --ble -t 1 --json
out '"address":"C0:11:22:33:44:55","name":"board","rssi":-50,"smp":true'
refused 64 "takes neither ports" devices --ble x
refused 64 "such a long name" -p "ble:$(printf '%080d' 0)" os echo hi

version=0

# ---- Updates ----
run 0 -p $board upgrade v1.bin
run 0 -p ble:board upgrade v2.bin
grep -q "a piece of" fake.log && fail "a piece is too long"
run 0 -p ble: image list
out "2.0.0"
for mtu in 23 247 498 517; do
    version=$((version + 1))
    make m "3.$version.0" none 3000
    start_fake mtu=$mtu
    run 0 -p $board upgrade m.bin
    start_fake mtu=$mtu old
    make m "4.$version.0" none 3000
    run 0 -p $board upgrade m.bin
    grep -q "a piece of" fake.log && fail "a piece is too long"
done
start_fake untold-mtu old
run 0 -p ble:board os echo "a text that is longer than a single piece of such a connection"

# ---- Links that fail ----
start_fake drop-after=30 paired
run 0 -p $board upgrade v1.bin
grep -q "connection lost" fake.log || fail "the connection was not lost"
err "the device is back"
start_fake lossy mtu=100 paired
run 0 -p $board -t 1 upgrade v2.bin
start_fake drop-after=30
make m 6.0.0 none 9000
run 0 -p $board upgrade m.bin
err "the device is back"
start_fake fails
run 0 -p $board os echo hi
start_fake moves paired
run 0 -p $board upgrade v1.bin
grep -q "now C0:11:22:33:44:56" fake.log || fail "the device has not moved"
start_fake absent
refused 3 "no such device in reach" -p $board os echo hi
start_fake two
refused 64 "several devices in reach" -p ble:board os echo hi
run 0 -p $board os echo hi
start_fake no-service
refused 5 "bluetoothctl remove C0:11:22:33:44:55" -p $board os echo hi
start_fake taken paired
refused 4 "another program uses" -p $board os echo hi

# Ctrl-C ends it while it connects; a deadline does, too.
start_fake deaf
"$tenon" -p $board image list >out 2>err &
waiting=$!
sleep 1
kill -INT $waiting
wait $waiting
code=$?
[ "$code" = 130 ] || fail "Ctrl-C while it connects: exit code $code"
run 124 -p $board upgrade --deadline 1 v2.bin

# ---- Pairing ----
start_fake pairing
run 0 -p $board os echo hi
start_fake pairing passkey=123456
refused 7 "TENON_PASSKEY=123456" -p $board os echo hi
start_fake pairing passkey=123456
export TENON_PASSKEY=654321
refused 7 "is the passkey right" -p $board os echo hi
start_fake pairing passkey=123456
TENON_PASSKEY=123456
run 0 -p $board upgrade v3.bin
start_fake stale
refused 7 "bluetoothctl remove C0:11:22:33:44:55" -p $board os echo hi


# After the reset another device answers at the next address: it is left alone.
mkdir other
"$bin/tenon-sim" --flash other/flash.img --pty other/dev --key key.pem --udp 0 >other/log 2>&1 &
other=$!
await grep -q 'UDP at' other/log || fail "the other device does not start"
make o 0.1.0 none 5000
run 0 -p other/dev upgrade o.bin
start_fake "impostor=$(sed -n 's/.*UDP at .*://p' other/log)"
make m 7.0.0 none 9000
run 9 -p $board upgrade --deadline 12 m.bin
run 0 -p other/dev image list
out "0.1.0"
finish
