#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the loader logs about updates, and how it acts on it: outcomes, attempts, the security
# counter, a watchdog. On tenon-sim, read by `tenon image history`.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

# history LINE...: the device must report these outcomes, the newest first.
history() {
    run 0 image history
    sed '1d; /^security/d; s/  */ /g' out >have
    : >want
    for line in "$@"; do
        echo "$line" >>want
    done
    checks=$((checks + 1))
    cmp -s want have || fail "not this history: $*"
}

# install FILE: uploads it and boots it on test.
install() {
    run 0 image upload "$1"
    run 0 image test "$1"
    boot
}

# counted NAME VERSION COUNTER: makes an image with a security counter.
counted() {
    { echo "behaviour: none" && head -c 5000 /dev/urandom; } >raw
    "$tenon" -q sign -k key.pem --version "$2" -H 256 --pad-header -s "$3" raw "$1.bin" >/dev/null ||
        fail "cannot sign $1"
}

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 9000
make v3 3.0.0 none 9000
make hang 4.0.0 hangs 9000

# ---- Outcomes ----
start_sim
run 0 image history
out "no update is recorded"
# Recovery writes the primary slot: there is no previous image, and no outcome.
run 0 upgrade v1.bin
install v2.bin
boot
runs 1.0.0 confirmed
history "2.0.0 1 reverted: not confirmed" "2.0.0 1 installed"
run 0 image history --json
out '"data":{"code":3,"outcome":"reverted: not confirmed","version":"2.0.0","attempts":1}}'
out '{"type":"counter","data":{"security_counter":0}}'
[ "$(wc -l <out)" = 3 ] || fail "not three lines"
run 0 upgrade v3.bin
boot
history "3.0.0 1 confirmed" "3.0.0 1 installed" "2.0.0 1 reverted: not confirmed" "2.0.0 1 installed"
run 0 upgrade v1.bin
history "3.0.0 1 taken back" "3.0.0 1 confirmed" "3.0.0 1 installed" \
    "2.0.0 1 reverted: not confirmed" "2.0.0 1 installed"

# A history that needs more than one answer, also from recovery.
install v2.bin
boot
install v3.bin
boot
boot --mode recovery
run 0 image history
[ "$(grep -c installed out)" = 4 ] || fail "not all of the history"
stop_sim

# ---- Attempts ----
start_sim --attempts 3
install v3.bin
runs 3.0.0 "on test"
boot
boot
runs 3.0.0 "on test"
boot
runs 1.0.0 confirmed
run 0 image history
grep -q "^3.0.0  *3  *reverted: not confirmed" out || fail "not reverted after three boots"
stop_sim

# ---- An application that hangs ----
start_sim --watchdog 300 --erase-ms 60
install v2.bin
runs 2.0.0 "on test"   # a swap takes longer than the watchdog's time
boot
run 0 image upload hang.bin
run 0 image test hang.bin
after_resets 2 run 0 os reset   # the watchdog does the second one
runs 1.0.0 confirmed
run 0 image history
grep -q "^4.0.0  *1  *reverted: not confirmed" out || fail "the hanging image is not reverted"

# The watchdog must not reset the device while the loader works, nor during a long recovery.
boot --mode recovery
before=$(resets)
sleep 1.2  # four times the watchdog's time
run 0 os info
out "recovery"
checks=$((checks + 1))
[ "$(resets)" = "$before" ] || fail "the watchdog resets the loader while it serves"
stop_sim

start_sim --arm 300
run 0 image upload hang.bin
run 0 image test hang.bin
after_resets 2 run 0 os reset   # the watchdog does the second one
runs 1.0.0 confirmed
run 0 image history
[ "$(grep -c "^4.0.0  *1  *reverted" out)" = 2 ] || fail "the loader arms no watchdog"
stop_sim

# ---- Roll-back ----
rm flash.img
counted c5 1.0.0 5
counted c4 2.0.0 4
counted c6 3.0.0 6
start_sim
run 0 upgrade c5.bin
boot
run 0 image history
out "security counter: 5"
refused 7 "downgrade" image upload c4.bin
# A programmer can still write it to the spare slot: behind the loader's 8 sectors and slot 0's 64
# (port/posix/sim.h), and one sector further in, where swap using offset expects it.
stop_sim
dd if=c4.bin of=flash.img bs=4096 seek=73 conv=notrunc 2>/dev/null
start_sim
run 0 image test c4.bin
boot
runs 1.0.0 confirmed
run 0 image history
out "rejected: version (the image's security counter is below the device's)"
install c6.bin
run 0 image history
out "security counter: 5"
run 0 image confirm
boot
run 0 image history
out "security counter: 6"
stop_sim

# ---- Versions ----
rm flash.img
start_sim --no-downgrade
run 0 upgrade v2.bin
refused 7 "downgrade" image upload v1.bin
stop_sim
start_sim   # a loader without the rule accepts it
run 0 image upload v1.bin
stop_sim
start_sim --no-downgrade
run 0 image test v1.bin
boot
runs 2.0.0 confirmed
run 0 image history
out "rejected: version (the image is not newer than the running one)"
stop_sim
start_sim
install v1.bin
runs 1.0.0 "on test"
stop_sim
finish
