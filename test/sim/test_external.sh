#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tenon-sim with its spare slot in another flash, whose sectors are larger: an upgrade, a revert,
# and power cuts at flash operations of both.
#
#   test_external.sh BIN
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"

run 0 keygen key.pem
make v1 1.0.0 none 20000
make v2 2.0.0 none 60000

for strategy in swap-scratch overwrite-only; do
    rm -f flash.img external.img
    start_sim --external external.img --strategy $strategy
    run 0 -q upgrade v1.bin
    runs 1.0.0 confirmed
    run 0 -q upgrade --no-confirm v2.bin
    [ $strategy = overwrite-only ] || { runs 2.0.0 "on test"; boot; runs 1.0.0 confirmed; }
    run 0 -q upgrade v2.bin
    runs 2.0.0 confirmed
    stop_sim
done

# The power fails while the loader swaps: the update is done in the end.
rm -f flash.img external.img
start_sim --external external.img
run 0 -q upgrade v1.bin
run 0 -q image upload v2.bin
run 0 -q image list
hash=$(sed -n 's/^1  *2.0.0  *\([0-9a-f]*\) .*/\1/p' out)
stop_sim
cp flash.img first.img
cp external.img first_external.img
for at in 30 77 150; do
    cp first.img flash.img
    cp first_external.img external.img
    start_sim --external external.img --cut-after $at --cut torn
    "$tenon" -q image test "$hash" >/dev/null 2>&1
    "$tenon" -q -t 1 os reset >/dev/null 2>&1
    wait "$sim"
    code=$?
    checks=$((checks + 1))
    [ $code = 9 ] || fail "operation $at: tenon-sim ended with $code"
    start_sim --external external.img
    runs 2.0.0 "on test"
    run 0 image confirm
    stop_sim
done

# Slots that a strategy cannot have are refused.
checks=$((checks + 1))
"$bin/tenon-sim" --flash flash.img --external external.img --pty dev --key key.pem \
    --strategy swap-offset 2>err && fail "swap-offset with sectors of two sizes"
err "swap-offset: the sectors of both slots"
finish
