#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tenon upgrade --dry-run: in each state of a device it must report what the real upgrade then does,
# and change nothing.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 12000
make v3 3.0.0 none 15000
start_sim

# dry CODE ARGS...: tenon must only send reads, and the flash must not change.
dry() {
    want=$1
    shift
    cp flash.img before.img
    run "$want" upgrade --dry-run -v -v "$@"
    checks=$((checks + 1))
    cmp -s flash.img before.img || fail "--dry-run changes the flash: $*"
    grep '^  ->' err >sent
    [ -s sent ] || fail "nothing was asked: $*"
    grep -v '^  -> *[0-9]*  08' sent && fail "--dry-run writes: $*"
    grep -v '^  ' err >err.new
    mv err.new err
}
# steps WORDS...: the JSON plan must have these steps.
steps() {
    file=$1
    shift
    run 0 upgrade --dry-run --json "$file"
    out "{\"steps\":[$*]"
}

dry 0 v1.bin
out "no image on the device"
out "would upload v1.bin (9.2 KiB) to slot 0"
out "would reset the device, and wait until 1.0.0 runs"
err "nothing was sent that changes the device"
run 0 image list
out "no image on the device"
run 0 upgrade v1.bin

dry 0 v1.bin
out "already running: version 1.0.0, nothing to do"
grep -q would out && fail "there is something to do"
run 0 upgrade --dry-run --json v1.bin
out '"result":"up-to-date"'
dry 0 v2.bin
out "running, confirmed"
out "would upload v2.bin (12.1 KiB) to slot 1"
out "would mark 2.0.0"
out "would confirm 2.0.0"
steps v2.bin '"upload","test","reset","confirm"'
out '"slot":1'
out '"result":"dry-run"'
dry 0 --no-confirm v2.bin
grep -q "would confirm" out && fail "--no-confirm confirms"
dry 7 --image 1 v2.bin
err "the device would refuse: slot 0 holds the running image"

# The image is on the device already; marked; on test.
run 0 image upload v2.bin
steps v2.bin '"test","reset","confirm"'
run 0 image test v2.bin
steps v2.bin '"reset","confirm"'
dry 0 v3.bin
err "warning: 2.0.0 in slot 1 waits for the next reset, and would be overwritten"
boot
runs 2.0.0 "on test"
steps v2.bin '"confirm"'
dry 7 v3.bin
err "the device would refuse: no slot is free: 2.0.0 is on test"
refused 7 "no slot is free" upgrade v3.bin
steps v1.bin '"reset"'
run 0 upgrade v2.bin
runs 2.0.0 confirmed

# It must report a wrong file or size as the real upgrade does.
flip v1.bin 3000
refused 12 "does not match" upgrade --dry-run flipped.bin
head -c 400000 /dev/urandom >raw
"$tenon" -q sign -k key.pem --version 9 -H 256 --pad-header raw big.bin >/dev/null
refused 13 "too large" upgrade --dry-run big.bin
stop_sim
refused 3 "no such port" upgrade --dry-run v1.bin

finish
