#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Commands on a device, tenon-sim: the whole course of an update, and every fault of a file, a port
# or a link. None of them may harm the running image.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

run 0 keygen key.pem
run 0 keygen foreign.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 12000
make v3 3.0.0 none 25000

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
boot --mode recovery
run 0 image list
grep -q "^0  *2.0.0 .*on test: the next reset reverts it" out || fail "a trial has another word"
grep -q "^1  *1.0.0 .*confirmed" out || fail "what a trial goes back to has another word"
grep -q "running" out && fail "an image runs in recovery"
boot
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
boot
runs 3.0.0 "on test"
run 0 image confirm
out "running, confirmed"
hash=$("$tenon" image list -v | awk '$1 == 1 { print $3 }')
refused 7 "not on the device" image test 0123456789abcdef
refused 64 "neither a file nor" image test 0123
run 0 image confirm "$(printf %.8s "$hash")"
out "next reset installs it"
boot
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
boot
runs 2.0.0 confirmed

finish
