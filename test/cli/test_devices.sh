#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tenon devices and tenon doctor, on this machine and on a simulated device. test/host/test_doctor.c
# tests what doctor reports about other machines.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"
mkdir -p home
cd home || exit 1  # without keys/dev.pem
TENON_PORT=dev

# ---- devices ----
"$tenon" completion ports >ports
if [ -s ports ]; then
    run 0 devices
    out "$(head -n 1 ports)"
    [ "$(wc -l <out)" = $(($(wc -l <ports) + 1)) ] || fail "not a line for each port"
    run 0 devices --json
    [ "$(grep -c '^{"type":"port","data":{"path":"/dev/' out)" = "$(wc -l <ports)" ] ||
        fail "not an object for each port"
else
    refused 3 "no serial port on this machine" devices
fi

run 0 keygen key.pem
make v1 1.0.0 none 9000
start_sim
run 0 devices dev
grep -q '^dev  *-  *-  *-$' out || fail "a named port is not in the table"
run 0 devices --probe dev
out "Tenon, no image runs (recovery)"
run 0 upgrade v1.bin
run 0 devices --probe dev nowhere
out "Tenon, runs 1.0.0"
grep -q '^nowhere .*cannot be opened' out || fail "nothing is said of a port that is not there"
run 0 devices --probe --json dev
out '"path":"dev","smp":true,"kernel":"Tenon"'
out '"version":"1.0.0"'
kill -STOP "$sim"
run 0 devices --probe -t 0.1 dev
out "no answer"
run 0 devices --probe -t 0.1 --json dev
out '"smp":false,"error":"not-smp"'
kill -CONT "$sim"

# ---- doctor ----
run 0 doctor
out "ok    dev: you may open it"
out "dev: Tenon answers"
run 0 doctor -p "serial:$work/home/dev@115200"
out "$work/home/dev: you may open it"
run 0 doctor --json
grep -qv '^{"type":"\(check\|result\)","data":{.*}}$' out && fail "not JSON lines"
out '{"type":"check","data":{"level":"ok","id":"smp"'
out '{"type":"result","data":{"command":"doctor","fails":0'
# Another process has the port open.
sleep 600 <>dev &
holder=$!
refused 1 "1 check failed" doctor
grep -q "^fail  dev: .* (process $holder) has it open" out || fail "the holder is not named"
kill $holder
kill -STOP "$sim"
refused 1 "1 check failed" doctor -t 0.1
out "nothing there answers SMP"
run 1 doctor -t 0.1 --json
out '"level":"fail","id":"smp"'
out '"error":"failed"'
kill -CONT "$sim"
chmod 644 key.pem
refused 1 "check failed" doctor -k key.pem
out "other users may read this private key"
out "-> chmod 600 key.pem"
chmod 600 key.pem
run 0 doctor -k key.pem
out "ok    key.pem: the device trusts its key"
run 0 keygen other.pem
refused 1 "1 check failed" doctor -k other.pem
out "fail  other.pem: the device does not trust its key"
head -c 3000 /dev/urandom >raw
run 0 sign -k key.pem --version 1.0.0 -H 256 --pad-header raw ours.bin
run 0 sign -k other.pem --version 1.0.0 -H 256 --pad-header raw theirs.bin
run 0 doctor ours.bin
out "ok    ours.bin: the device trusts its key"
refused 1 "1 check failed" doctor --key key.pem theirs.bin
out "theirs.bin: the device does not trust its key"
refused 10 "not a firmware image" doctor raw
mkdir keys
run 0 keygen --dev keys/dev.pem
run 0 doctor
out "a development key"
refused 1 "checks failed" doctor -p nowhere
out "fail  nowhere: no such port"
stop_sim
unset TENON_PORT
run 0 doctor
out "udev rules"

finish
