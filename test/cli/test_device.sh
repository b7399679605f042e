#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Commands on a device, tenon-sim: the whole way of an update, everything that can be wrong with
# a file, a port or a link, and that the running image is never harmed by it.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

run 0 keygen key.pem
run 0 keygen foreign.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 12000
make v3 3.0.0 none 25000
make crash 4.0.0 crashes 5000
make hang 5.0.0 hangs 5000
make self 6.0.0 confirms 5000

# ---- An empty device, and its first image ----
start_sim
run 0 image list
out "no image on the device"
run 0 image list --json
[ ! -s out ] || fail "an empty list has no lines"
run 0 os params
out "buffers: "
run 0 os info
out "Tenon"
out "swap using offset"
run 0 os info -f s
out "device      Tenon"
refused 7 "letters" os info -f z
run 0 os echo "hello there"
[ "$(cat out)" = "hello there" ] || fail "echo changes the text"
run 0 echo "hello there"
run 0 os echo hi --json
out '{"type":"echo","data":{"text":"hi"'
run 0 image slots
out "--image 2"
run 0 upgrade v1.bin -k key.pem
out "1.0.0 runs and is confirmed"
err "no image runs"
runs 1.0.0 confirmed

# ---- The same again ----
run 0 upgrade v1.bin
out "already running"
run 0 upgrade v1.bin --json
out '"result":"up-to-date"'
run 0 image upload v1.bin
err "nothing is sent"
out "already running: version 1.0.0"
run 0 image upload --json v1.bin
out '"result":"up-to-date"'

# ---- The slot of what runs ----
refused 7 "slot 0 holds the running image" image upload --slot 0 v2.bin
err "take --slot 1"
refused 7 "slot 0 holds the running image" image upload --image 1 v2.bin
refused 7 "slot 0 holds the running image" image erase --slot 0
run 7 image erase --slot 0 --json
out '"rc":9'
run 7 image confirm v3.bin --json
out "not on the device"
grep -q '"rc"' out && fail "a code that no device answered"
runs 1.0.0 confirmed

# ---- On test, and reverted ----
run 0 upgrade --no-confirm v2.bin
out "2.0.0 runs, on test"
runs 2.0.0 "on test"
refused 7 "no slot is free" upgrade v3.bin
run 0 os reset --mode recovery
comes_back
run 0 image list
grep -q "^0  *2.0.0 .*on test: the next reset reverts it" out || fail "a trial has another word"
grep -q "^1  *1.0.0 .*confirmed" out || fail "what a trial goes back to has another word"
grep -q "running" out && fail "an image runs in recovery"
run 0 os reset
comes_back
runs 1.0.0 confirmed

# ---- For good ----
run 0 upgrade --json v2.bin
out '"result":"confirmed"'
grep -qv '^{"type":"[a-z_]*","data":{.*}}$' out && fail "not JSON lines"
runs 2.0.0 confirmed
run 0 upgrade v1.bin
run 0 upgrade v2.bin
runs 2.0.0 confirmed

# ---- Step by step ----
run 0 image upload v3.bin
out "image test"
run 0 image list --json
out '"version":"3.0.0"'
out '"active":true'
run 0 image test v3.bin
out "next reset tries it"
run 0 os reset
comes_back
runs 3.0.0 "on test"
run 0 image confirm
out "running, confirmed"
hash=$("$tenon" image list -v | awk '$1 == 1 { print $3 }')
refused 7 "not on the device" image test 0123456789abcdef
refused 64 "neither a file nor" image test 0123
run 0 image confirm "$(printf %.8s "$hash")"
out "next reset installs it"
run 0 os reset
comes_back
runs 2.0.0 confirmed
run 0 image erase
run 0 image list
grep -q "^1 " out && fail "the spare slot is not empty"
refused 7 "no such slot" image erase --slot 7

# ---- Wrong files, sent all the same: the server refuses, and nothing is marked ----
"$tenon" -q sign --version 9 -H 256 --pad-header raw unsigned.bin >/dev/null 2>&1
"$tenon" -q sign --version 9 -H 256 --pad-header -k foreign.pem raw foreign.bin >/dev/null
refused 7 "code 4" upgrade --force unsigned.bin
refused 7 "code 32" upgrade --force foreign.bin
refused 7 "code 32" upgrade --force foreign.bin
err "nothing is sent"
flip v1.bin 3000
refused 7 "code 24" upgrade --force flipped.bin
flip v2.bin 3000
refused 7 "code 24" upgrade --force flipped.bin
grep -q "already running" out && fail "a damaged copy of the running image passes for it"
refused 12 "does not match" image test flipped.bin
refused 12 "does not match" image confirm flipped.bin
flip v1.bin 0
refused 7 "code 23" upgrade --force flipped.bin
head -c 5000 v1.bin >cut.bin
refused 7 "cut off" upgrade --force cut.bin
err "hash unknown"
flip v1.bin $(($(wc -c <v1.bin) - 1))
refused 7 "code 5" upgrade flipped.bin
head -c 400000 /dev/urandom >raw
"$tenon" -q sign -k key.pem --version 9 -H 256 --pad-header raw big.bin >/dev/null
refused 13 "too large" upgrade big.bin
refused 7 "code 30" upgrade --force big.bin
run 0 image list
grep -q "next reset" out && fail "something is marked"
run 0 os reset
comes_back
runs 2.0.0 confirmed

# ---- Images that do not stay ----
refused 8 "2.0.0 runs after the reset" upgrade --no-confirm crash.bin
runs 2.0.0 confirmed
refused 9 "may hang" upgrade hang.bin --deadline 2 -t 0.5
kill -USR1 "$sim"
comes_back
runs 2.0.0 confirmed
run 0 upgrade --no-confirm self.bin
sleep 1 # it confirms itself after half of it
runs 6.0.0 confirmed

# ---- Recovery ----
run 0 os reset --mode recovery
comes_back
run 0 image list
grep -q running out && fail "an image runs in recovery"
run 0 os info
out "recovery"
run 0 upgrade v1.bin
runs 1.0.0 confirmed

# Unplugged right after the reset.
"$tenon" upgrade v2.bin --deadline 2 >out 2>err &
first=$!
while ! grep -q "^reset:" err && kill -0 $first 2>/dev/null; do
    sleep 0.05
done
rm -f dev  # first: its terminal's number may be another device's soon
stop_sim
wait $first
[ $? = 9 ] || fail "a device unplugged after the reset: not exit code 9"
err "the port is gone since the reset"
err "run the same command again"
start_sim
run 0 upgrade v2.bin
runs 2.0.0 confirmed

# The button is held: recovery serves after every reset, and the request waits.
stop_sim
start_sim --hold-button
refused 8 "is the button held?" upgrade v1.bin --deadline 2
run 0 image list
out "next reset tries it"
stop_sim
start_sim
runs 1.0.0 "on test"
run 0 image confirm

# ---- Ports and links ----
kill -STOP "$sim"
refused 5 "nothing there answers SMP" os echo hi -t 0.2
kill -CONT "$sim"
stop_sim
refused 3 "no such port" os echo hi
start_sim --baud 115200 --erase-ms 10
"$tenon" upgrade v3.bin >first.out 2>first.err &
first=$!
under_way first.err
refused 4 "another program is using this port" upgrade v3.bin
refused 4 "another program" image list
wait $first || fail "the first of two tools fails"
runs 3.0.0 confirmed

# Ctrl-C, and on from there.
"$tenon" upgrade v2.bin >first.out 2>first.err &
first=$!
under_way first.err
kill -INT $first
wait $first
[ $? = 130 ] || fail "interrupted: not exit code 130"
grep -q "interrupted" first.err || fail "interrupted: no line says so"
run 0 upgrade v2.bin
err "going on from there"
runs 2.0.0 confirmed

# A device that vanishes in the middle, and comes back.
"$tenon" upgrade v3.bin >first.out 2>first.err &
first=$!
under_way first.err
rm -f dev
stop_sim
sleep 1
"$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --baud 115200 >sim.log 2>&1 &
sim=$!
wait $first || fail "a device that came back is not updated"
grep -q "lost the device" first.err || fail "no line says that the device was lost"
[ "$(grep -c "lost the device" first.err)" = 1 ] || fail "more than one line says so"
runs 3.0.0 confirmed

# One that does not come back.
"$tenon" upgrade v2.bin --deadline 1 >out 2>err &
first=$!
under_way err
rm -f dev
stop_sim
wait $first
[ $? = 6 ] || fail "a device that never comes back: not exit code 6"
err "the device is gone"
start_sim
runs 3.0.0 confirmed

finish
