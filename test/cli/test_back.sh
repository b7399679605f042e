#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The way back: `tenon image rollback`, an upgrade to the image that a swap left, `image test` of
# it; what the history says then. On tenon-sim, under each strategy.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

# newest TEXT: the newest outcome of the history.
newest() {
    run 0 image history
    checks=$((checks + 1))
    sed -n '2s/  */ /gp' out | grep -qxF -- "$1" || fail "$strategy: the newest outcome is not: $1"
}

# unsent: the last run sent no upload.
unsent() {
    checks=$((checks + 1))
    grep -q '^upload:' err && fail "$strategy: the image was sent"
}

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 14000
make v3 3.0.0 none 5000
make crash 4.0.0 crashes 9000
make hang 0.5.0 hangs 9000

# $2: one part of the test.
case "${2:-}" in
swaps) strategies="swap-move swap-scratch" ;;
offset) strategies=swap-offset ;;
*) strategies= ;;
esac
for strategy in $strategies; do
    rm -f flash.img
    start_sim --strategy "$strategy"
    run 0 upgrade v1.bin
    run 0 image history
    out "no update is recorded"
    refused 7 "no other image to go back to" image rollback
    run 0 upgrade v2.bin

    # A confirmed image, before the loader could record the confirmation.
    run 0 image rollback
    out "1.0.0 runs and is confirmed"
    unsent
    runs 1.0.0 confirmed
    run 0 image history
    grep -q "not confirmed" out && fail "$strategy: called unconfirmed"
    grep -q "^2.0.0  *1  *taken back" out || fail "$strategy: not called taken back"

    # By the file of the image that the swap left.
    run 0 upgrade v2.bin
    unsent
    runs 2.0.0 confirmed
    if [ $strategy != swap-offset ]; then
        stop_sim
        continue
    fi
    run 0 upgrade v1.bin
    unsent
    runs 1.0.0 confirmed
    run 0 image history
    grep -q "not confirmed" out && fail "$strategy: called unconfirmed"

    # An image on test.
    run 0 upgrade --no-confirm v3.bin
    refused 7 "its test is under way" image test v3.bin
    refused 7 "the next reset brings 1.0.0 back anyway" image test v1.bin
    run 0 image rollback
    runs 1.0.0 confirmed
    newest "3.0.0 1 taken back"

    # An older image that was sent is no way back: the log says what was installed.
    run 0 upgrade v3.bin
    run 0 image upload v2.bin
    run 0 upgrade v2.bin
    newest "2.0.0 1 installed"
    run 0 image rollback
    run 0 upgrade v1.bin

    # A failure to confirm is still called that.
    run 0 image upload v2.bin
    run 0 image test v2.bin
    boot
    runs 2.0.0 "on test"
    boot
    newest "2.0.0 1 reverted: not confirmed"

    # image test: of the running image, and of the one that a swap left.
    refused 7 "there is nothing to test" image test v1.bin
    run 0 image test v2.bin
    boot
    checks=$((checks + 1))
    run 0 image list
    grep -q "^0  *2.0.0 .*running" out || fail "$strategy: 2.0.0 does not run after its test"
    stop_sim
done

[ -z "$strategies" ] || { finish; exit; }

# Attempts: the user does not wait for them.
strategy=swap-offset
rm -f flash.img
start_sim --attempts 3
run 0 upgrade v1.bin
run 0 upgrade --no-confirm v2.bin
run 0 image rollback
runs 1.0.0 confirmed
newest "2.0.0 1 taken back"
refused 8 "the device's log says: reverted: not confirmed; it started" upgrade crash.bin
stop_sim

# Images that are none to go back to: one that was reverted, one that never ran, and one that hangs,
# of which the device knows nothing. None of them takes the place of the running one for good.
start_sim
refused 7 "4.0.0, is none to go back to: the device's log says: reverted" image rollback
run 0 image upload v3.bin
refused 7 "3.0.0, is newer than the running one, and the device's log does not say" image rollback
runs 1.0.0 confirmed
run 0 image upload hang.bin
run 9 image rollback --deadline 6
kill -USR2 "$sim"   # a loss of power
await answers || fail "the device is dead after a rollback to an image that hangs"
runs 1.0.0 confirmed
stop_sim

# No way back: said before the upload, and by --dry-run.
strategy=overwrite-only
rm -f flash.img
start_sim --strategy overwrite-only
run 0 upgrade v1.bin
run 0 upgrade --dry-run v2.bin
err "the bootloader overwrites 1.0.0 with 2.0.0: there is no way back"
run 0 upgrade v2.bin
err "the bootloader overwrites 1.0.0 with 2.0.0: there is no way back"
refused 7 "this bootloader overwrites the old image, so there is no way back" image rollback
run 0 image upload v1.bin
refused 7 "this bootloader overwrites the old image, so there is no way back" image rollback
run 0 image erase
run 0 upgrade --dry-run v1.bin
err "version 1.0.0 is older than the one on the device, 2.0.0"
make v2 2.0.0 none 14000
run 0 upgrade --dry-run v2.bin
err "the device has version 2.0.0 already, with another content"
stop_sim

finish
