#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An update over every link of tenon-sim: console lines, bare packets, UDP; and two links at once.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 60000
make v3 3.0.0 none 90000

start_sim --udp 0
udp=$(sed -n 's/.*UDP at //p' sim.log)
checks=$((checks + 1))
[ -n "$udp" ] || fail "the device does not say where its UDP is"

run 0 -p "$PWD/dev" upgrade v1.bin
run 0 -p "udp:$udp" upgrade v2.bin
out "2.0.0 runs and is confirmed"
run 0 -p "raw:$PWD/dev" upgrade v3.bin
out "3.0.0 runs and is confirmed"
run 0 --conntype udp --connstring "addr=$udp" image list
out "3.0.0"

# The line changes its framing with every command.
for i in 1 2 3 4 5; do
    run 0 -p "raw:$PWD/dev" echo "bare $i"
    out "bare $i"
    run 0 -p "$PWD/dev" echo "lines $i"
    out "lines $i"
done

# In recovery, too.
boot -p "udp:$udp" --mode recovery
run 0 -p "udp:$udp" os info
out "recovery"
run 0 -p "raw:$PWD/dev" image upload --slot 1 v2.bin
run 0 -p "udp:$udp" image test v2.bin
boot -p "udp:$udp"
run 0 -p "$PWD/dev" image confirm
runs 2.0.0 confirmed
stop_sim

# Two links at once: the device must answer the second one that it is busy. The second one may read,
# and takes over when the first one is silent.
start_sim --udp 0 --baud 115200
udp=$(sed -n 's/.*UDP at //p' sim.log)
"$tenon" -p "$PWD/dev" image upload v3.bin >/dev/null 2>first.err &
upload=$!
under_way first.err
run 0 -p "udp:$udp" image list
run 7 -p "udp:$udp" image erase
err "busy"
kill -KILL $upload
wait $upload 2>/dev/null
run 7 -p "udp:$udp" image erase
run 0 -p "udp:$udp" image upload v3.bin
err "the device is busy with another link"
err "the upload continues there"
run 0 -p "udp:$udp" upgrade v3.bin
runs 3.0.0 confirmed
stop_sim

# No program at the other end of UDP.
refused 3 "" -p "udp:$udp" -t 0.2 image list
for where in 1:2:3 99999 nowhere; do
    timeout 60 "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --udp $where >out 2>err
    [ $? = 1 ] || fail "--udp $where is taken"
    err "tenon-sim:"
done
finish
