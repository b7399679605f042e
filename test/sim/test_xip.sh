#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A simulated device that runs images where they were uploaded (direct-XIP): of two files, one for
# each slot, the tool sends the one for the free slot.
#
#   test_xip.sh BIN
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"

slot0=0x8000 slot1=0x48000

# both NAME VERSION BEHAVIOUR: NAME.0.bin for slot 0, and NAME.1.bin for slot 1.
both() {
    { echo "behaviour: $3" && head -c 3000 /dev/urandom; } >raw
    for slot in 0 1; do
        eval "addr=\$slot$slot"
        run 0 -q sign -k key.pem --version "$2" -H 256 --pad-header --strategy direct-xip \
            --rom-fixed "$addr" raw "$1.$slot.bin"
    done
}

# gets NAME.SLOT.bin VERSION: this file of the two went out, and its image runs.
gets() {
    err "this device gets $1"
    runs "$2" confirmed
}

run 0 keygen key.pem
for v in 1 2 3; do
    both v$v $v.0.0 confirms
done
both crash 9.0.0 crashes

for strategy in direct-xip direct-xip-revert; do
    rm -f flash.img
    start_sim --strategy $strategy
    run 0 upgrade v1.0.bin v1.1.bin   # recovery serves: slot 0
    gets v1.0.bin 1.0.0
    run 0 upgrade v2.0.bin v2.1.bin
    gets v2.1.bin 2.0.0
    run 0 pack --xip v3.1.bin v3.0.bin --output v3.zip
    run 0 upgrade v3.zip              # slot 0 is free again; in any order
    gets "v3.zip: v3.0.bin" 3.0.0
    before=$(resets)
    run 0 upgrade v3.1.bin v3.0.bin
    out "already running"
    for how in "" --dry-run; do
        refused 24 "runs the newest; raise its version" upgrade $how v2.0.bin v2.1.bin
    done
    refused 23 "built for address 0x8000" upgrade crash.0.bin
    checks=$((checks + 1))
    [ "$(resets)" = "$before" ] || fail "a reset though nothing was installed"
    [ $strategy = direct-xip ] || run 8 upgrade crash.0.bin crash.1.bin
    runs 3.0.0 confirmed
    stop_sim
done

# What a simulator cannot be.
for more in "--image swap-move" "--external ext.img"; do
    checks=$((checks + 1))
    # shellcheck disable=SC2086  # words
    "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --strategy direct-xip $more 2>err
    [ $? = 64 ] || fail "direct-XIP with $more"
    err "an image runs where it was uploaded"
done
finish
