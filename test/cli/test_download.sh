#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# `tenon image download`, where the device offers it: whole images, continued, checked by their
# hash. What the next step and the bootloader are called.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 14000
make v3 3.0.0 none 5000
start_sim
run 0 upgrade v1.bin
refused 7 "code 8" image download got.bin   # not offered by default
[ ! -e got.bin ] || fail "a file was written"
stop_sim
start_sim --allow read-back
run 0 upgrade --json v2.bin
grep -qE '[0-9]\.[0-9]{6}' out && fail "numbers with too many digits"
run 0 image download got.bin
out "got.bin: version 2.0.0"
cmp -s got.bin v2.bin || fail "not the running image"
run 0 image download --slot 1 old.bin --json
out '"result":"downloaded"'
cmp -s old.bin v1.bin || fail "not the previous image"
[ ! -e got.bin.part ] || fail "the part is left over"
# Continued; and begun again if the part is of another image, or damaged.
head -c 5000 v2.bin >got.bin.part
run 0 image download got.bin
err "got.bin.part has 5000 bytes of it already"
cmp -s got.bin v2.bin || fail "a continued download differs"
head -c 5000 v1.bin >got.bin.part
run 0 image download got.bin
cmp -s got.bin v2.bin || fail "a part of another image is used"
flip v2.bin 4000
head -c 5000 flipped.bin >got.bin.part
run 0 image download got.bin
err "reading it from the beginning"
cmp -s got.bin v2.bin || fail "a damaged part is used"
run 0 image erase
refused 7 "code 5" image download --slot 1 none.bin
stop_sim
start_sim --allow read-back --baud 9600
run 124 image download slow.bin --deadline 3
[ -s slow.bin.part ] || fail "nothing is kept of an interrupted download"
stop_sim
start_sim --allow read-back
run 0 image download slow.bin
err "slow.bin.part has"
cmp -s slow.bin v2.bin || fail "a download continued later differs"

# ---- Words ----
run 0 os info
out "bootloader  Tenon, swap using offset"
boot --mode recovery
run 0 os info
out "bootloader  Tenon, swap using offset"
run 0 image upload --slot 0 v3.bin
out "next: tenon os reset"
boot
runs 3.0.0 confirmed
stop_sim
finish
