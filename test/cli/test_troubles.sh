#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Devices that do not do as they should, on tenon-sim: images that crash or hang, a device that is
# unplugged or serves recovery, ports that are taken, uploads that are interrupted.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 12000
make v3 3.0.0 none 40000
make v7 7.0.0 none 40000
make v8 8.0.0 none 40000
make crash 4.0.0 crashes 5000
make hang 5.0.0 hangs 5000
make self 6.0.0 confirms 5000
start_sim
run 0 upgrade v2.bin
runs 2.0.0 confirmed

# ---- Images that do not stay ----
refused 8 "2.0.0 runs after the reset" upgrade --no-confirm crash.bin
runs 2.0.0 confirmed
refused 9 "may hang" upgrade hang.bin --deadline 2
after_resets 1 kill -USR1 "$sim"
runs 2.0.0 confirmed
run 0 upgrade --no-confirm self.bin
is_confirmed() { "$tenon" image list 2>/dev/null | grep -q "^0  *$1  *[0-9a-f]*  *running, confirmed"; }
await is_confirmed 6.0.0  # by itself, half a second after its start
runs 6.0.0 confirmed

# ---- Recovery ----
boot --mode recovery
run 0 image list
grep -q running out && fail "an image runs in recovery"
run 0 os info
out "recovery"
run 0 upgrade v1.bin
runs 1.0.0 confirmed

# Unplugged in the middle of the swap: a first upgrade of a copy of the flash says at which flash
# operation the swap begins.
stop_sim
cp flash.img before.img
start_sim
run 0 upgrade v2.bin
at=$(sed -n 's/^tenon-sim: reset (software) after \([0-9]*\) .*/\1/p' sim.log | head -n 1)
stop_sim
cp before.img flash.img
start_sim --cut-after $((at + 5))
"$tenon" upgrade v2.bin --deadline 2 >out 2>err
[ $? = 9 ] || fail "a device unplugged after the reset: not exit code 9"
wait "$sim"
sim=
err "the port is gone since the reset"
err "run the same command again"
start_sim
run 0 upgrade v2.bin
runs 2.0.0 confirmed

# The button is held: recovery serves after every reset, and the request waits.
stop_sim
start_sim --hold-button
refused 8 "is the button held?" upgrade v1.bin --deadline 5
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
kill -STOP "$sim"  # so that the first one is not done before
refused 4 "another program is using this port" upgrade v3.bin
refused 4 "another program" image list
kill -CONT "$sim"
wait $first || fail "the first of two tools fails"
runs 3.0.0 confirmed

# Ctrl-C, and on from there.
rm first.err  # what it said must not pass for what the next one says
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
err "going on from there"
runs 7.0.0 confirmed

# A device that vanishes in the middle, and comes back.
rm first.err
"$tenon" upgrade v8.bin >first.out 2>first.err &
first=$!
under_way first.err
kill -STOP "$sim"
rm -f dev  # first: its terminal's number may be another device's soon
stop_sim
await grep -sq "lost the device" first.err || fail "no line says that the device was lost"
"$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --baud 115200 >sim.log 2>&1 &
sim=$!
wait $first || fail "a device that came back is not updated"
[ "$(grep -c "lost the device" first.err)" = 1 ] || fail "more than one line says so"
runs 8.0.0 confirmed

# One that does not come back.
rm err
"$tenon" upgrade v3.bin --deadline 1 >out 2>err &
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
