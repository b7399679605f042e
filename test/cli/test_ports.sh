#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# On tenon-sim: ports that are in use, links without an answer, interrupted uploads, and devices
# that disappear during an upload.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v3 3.0.0 none 40000
make v7 7.0.0 none 40000
make v8 8.0.0 none 40000
start_sim
run 0 upgrade v1.bin

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
kill -STOP "$sim"   # so that the first one does not end before
refused 4 "another program is using this port" upgrade v3.bin
refused 4 "another program" image list
kill -CONT "$sim"
wait $first || fail "the first of two tools fails"
runs 3.0.0 confirmed

# Ctrl-C, and then the same upload again.
rm first.err   # so that its text is not mistaken for the next upload's
"$tenon" upgrade v7.bin >first.out 2>first.err &
first=$!
under_way first.err
kill -STOP "$sim"
kill -INT $first
wait $first
[ $? = 130 ] || fail "interrupted: not exit code 130"
grep -q "interrupted" first.err || fail "interrupted: no line says so"
kill -CONT "$sim"
run 0 upgrade v7.bin
err "the upload continues there"
runs 7.0.0 confirmed

# A device that disappears during an upload, and comes back.
rm first.err
"$tenon" upgrade v8.bin >first.out 2>first.err &
first=$!
under_way first.err
kill -STOP "$sim"
rm -f dev   # first: another device may soon get its terminal's number
stop_sim
await grep -sq "lost the device" first.err || fail "no line says that the device was lost"
"$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --baud 115200 >sim.log 2>&1 &
sim=$!
wait $first || fail "a device that came back is not updated"
[ "$(grep -c "lost the device" first.err)" = 1 ] || fail "more than one line says so"
runs 8.0.0 confirmed

# A device that does not come back.
rm err
"$tenon" upgrade v3.bin --deadline 8 >out 2>err &
first=$!
under_way err
kill -STOP "$sim"
rm -f dev
stop_sim
wait $first
[ $? = 6 ] || fail "a device that never comes back: not exit code 6"
err "the device is gone"
start_sim
runs 8.0.0 confirmed

finish
