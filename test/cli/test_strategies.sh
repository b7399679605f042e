#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A whole update under each strategy of tenon-sim, with the same commands. Checks what runs, what
# else the list has, and which image comes back.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

# listed VERSION: an image in the other slot.
listed() {
    run 0 image list
    checks=$((checks + 1))
    grep -q "^1  *$1 " out || fail "$strategy: $1 is not listed in slot 1"
}

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 14000
make v3 3.0.0 none 5000
make crash 4.0.0 crashes 9000

for strategy in swap-offset swap-move swap-scratch; do
    rm -f flash.img
    start_sim --strategy "$strategy"
    run 0 upgrade v1.bin
    run 0 upgrade v2.bin
    runs 2.0.0 confirmed
    listed 1.0.0
    run 0 upgrade --no-confirm v3.bin
    runs 3.0.0 "on test"
    listed 2.0.0
    boot
    runs 2.0.0 confirmed
    listed 3.0.0
    run 0 image upload crash.bin
    run 0 image test crash.bin
    after_resets 2 run 0 os reset   # crash.bin resets by itself, and the loader reverts it
    runs 2.0.0 confirmed
    run 0 upgrade v2.bin
    out "already running"
    stop_sim
done

# If the running image is overwritten, no image can come back.
strategy=overwrite-only
rm -f flash.img
start_sim --strategy overwrite-only
run 0 upgrade v1.bin
run 0 upgrade v2.bin
runs 2.0.0 confirmed
run 0 image list
[ "$(grep -c "^1 " out)" = 0 ] || fail "the candidate is still listed"
stop_sim

checks=$((checks + 1))
"$bin/tenon-sim" --flash flash.img --pty dev --strategy direct 2>err && fail "an unknown strategy is taken"
err "not a strategy of the simulator"
finish
