#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# inspect --flash on dumps of tenon-sim: what it says comes true at the next boot. On dumps of a
# real MCUboot: test/vectors/inspect_dumps.py.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/sim.sh"

# The flash of tenon-sim (port/posix/sim.h): 4 KiB sectors; loader, slots, then the log.
cat >layout.h <<'END'
#define SECTOR 0x1000
#define PRIMARY_ADDR 0x08000  // slot 0
#define PRIMARY_SIZE 0x40000
#define SECONDARY_ADDR 0x48000
#define SECONDARY_SIZE 0x41000
#define OUTCOME_ADDR 0x89000
#define OUTCOME_SIZE 0x02000
END
look() { run 0 inspect --flash --key key.pem --board layout.h --align 4 "$@" flash.img; }

# decides WORD: the boot's decision, as programs read it.
decides() { look --json; out "\"decision\":\"$1\""; }

run 0 keygen -q key.pem
run 0 keygen -q other.pem
make one 1.0.0 confirms 9000
make two 2.0.0 serves 12000

# ---- An empty device ----
start_sim
look
out "starts recovery: no genuine image can run"
out "the image in slot 0: erased"
out "log at 0x00089000: 0 records"
decides recover

# ---- A first image, then an update up to each state ----
run 0 -q upgrade one.bin
look
out "running    0x00008000: version 1.0.0"
out "the next boot runs what is there:"
out "runs slot 0: version 1.0.0"
decides run
run 0 -q image upload two.bin
look
out "candidate  0x00049000: version 2.0.0"
out "nothing is requested"
run 0 -q image test two.bin
look
out "a test of the candidate is requested"
out "swaps in the candidate in slot 1 (for a test)"
out "runs slot 0: version 2.0.0"
out "unless it confirms itself, the boot after this one reverts"
cp flash.img requested.img
decides test

# The device does it, and the next dump says what comes then.
boot
run 0 image list
grep -q '^0  *2\.0\.0 ' out || fail "the device does not run what was said"
look
out "this image is on test, and not confirmed"
out "the next boot reverts to the previous image:"
out "2.0.0        boots 1   installed"
decides revert
look --attempts 3
out "runs slot 0: version 2.0.0"
run 0 -q image confirm
look
out "this image is confirmed"
decides run
stop_sim

# ---- Power lost in a swap ----
cp requested.img flash.img
timeout 100 "$bin/tenon-sim" --flash flash.img --pty dev2 --key key.pem --cut-after 80 >/dev/null 2>&1
look
out "a swap was begun and has moved sectors: it has to go on"
out "status records are written"
out "goes on with the swap (for a test) behind status record"
out "runs slot 0: version 2.0.0"
decides resume

# ---- Another key; a damaged candidate ----
cp requested.img flash.img
run 0 inspect --flash --key other.pem --board layout.h --align 4 flash.img
out "not genuine: "
out "starts recovery"
flip requested.img $((0x49000 + 3000))
mv flipped.bin flash.img
look
out "the next boot refuses the requested image:"
out "erases the request"
out "runs slot 0: version 1.0.0"
decides refuse
cp flash.img before.img
look
cmp -s flash.img before.img || fail "the dump was changed"

# ---- Without a board's file; a part of the flash; Intel HEX ----
cp requested.img flash.img
sizes="--align 4 --slot-size 0x40000 --spare-size 0x41000 --sector-size 0x1000"
run 0 inspect --flash --key key.pem $sizes --slot-addr 0x8000 flash.img
out "swaps in the candidate"
dd if=flash.img of=slots.bin bs=4096 skip=8 count=129 2>/dev/null
run 0 inspect --flash --key key.pem $sizes slots.bin
out "swaps in the candidate"
run 0 inspect --flash --key key.pem $sizes --base 0x8000 slots.bin
out "swaps in the candidate"
run 0 merge -q -o slots.hex slots.bin@0x8000
run 0 inspect --flash --key key.pem $sizes slots.hex
out "slot 1 at 0x00048000"
run 0 inspect --flash --key key.pem --align 4 --slot-size 256K --spare-size 260K --sectors 129*4K slots.bin
out "swaps in the candidate"

# ---- What is wrong with a call ----
refused 64 "give the loader's key" inspect --flash $sizes slots.bin
refused 64 "--align" inspect --flash --key key.pem --board layout.h flash.img
refused 64 "--slot-size" inspect --flash --key key.pem --align 4 slots.bin
refused 64 "sector size" inspect --flash --key key.pem --align 4 --slot-size 256K slots.bin
refused 64 "give sizes" inspect --flash --key key.pem --align 4 --slot-size 256K --sectors 4x16K slots.bin
refused 64 "not made of whole sectors" inspect --flash --key key.pem $sizes --slot-addr 0x8010 flash.img
refused 64 "overlap" inspect --flash --key key.pem $sizes --spare-addr 0x9000 flash.img
refused 64 "overlap" inspect --flash --key key.pem $sizes --slot-addr 0x8000 --outcome-addr 0x48000 flash.img
refused 64 "no RAM to load" inspect --flash --key key.pem $sizes --strategy ram-load flash.img
refused 11 "dump all of it" inspect --flash --key key.pem --board layout.h --align 4 slots.bin
: >empty.h
refused 14 "'#define SECTOR NUMBER'" inspect --flash --key key.pem --board empty.h --align 4 flash.img
refused 66 "layout.h" inspect --flash --key key.pem --board nofolder --align 4 flash.img

# ---- Dumps that say nothing ----
head -c $((0x8f000)) /dev/zero | tr '\0' '\377' >blank.img
run 0 inspect --flash --key key.pem --board layout.h --align 4 blank.img
err "every byte is 0xff"
run 0 inspect --flash --key key.pem $sizes --slot-addr 0 --spare-addr 0x40000 requested.img
err "a trailer ends at 0x00089000, where no slot ends"
err "an image begins at 0x00008000"

finish
