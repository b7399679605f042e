#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Before tenon sends a byte, it compares the file with what the device reports about images: key,
# address, version, security counter. Each mismatch has its exit code. --dry-run reports the same,
# and --force sends the file anyway.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

run 0 keygen key.pem
run 0 keygen second.pem
run 0 keygen foreign.pem

# signed NAME OPTION...: makes NAME.bin, an image of 9,000 bytes.
signed() {
    name=$1
    shift
    { echo "behaviour: none" && head -c 9000 /dev/urandom; } >raw
    "$tenon" -q sign -H 256 --pad-header "$@" raw "$name.bin" >/dev/null || fail "cannot sign $name"
}
signed v2 -k key.pem --version 2.0.0 -s 5
signed v1 -k key.pem --version 1.9.9 -s 5
signed second -k second.pem --version 3.0.0 -s 5
signed foreign -k foreign.pem --version 3.0.0 -s 5
signed address -k key.pem --version 3.0.0 -s 5 --rom-fixed 0x12345600
signed counter -k key.pem --version 3.0.0 -s 4

# unsent CODE TEXT FILE: tenon must refuse with one line, with and without --dry-run, and must not
# write.
unsent() {
    cp flash.img before.img
    for how in --dry-run --no-confirm; do
        refused "$1" "$2" upgrade -v -v "$how" "$3"
        checks=$((checks + 1))
        grep '^  -> *[0-9]*  0a' err && fail "something was written: $3 $how"
        err "--force"
    done
    cmp -s flash.img before.img || fail "the flash is changed by $3"
}

start_sim --key second.pem --no-downgrade
run 0 upgrade v2.bin
runs 2.0.0 confirmed
unsent 21 "a key that the device does not trust" foreign.bin
unsent 23 "built for address 0x12345600, and images in slot 1 run at 0x" address.bin
unsent 24 "version 1.9.9 is below the running one, 2.0.0" v1.bin
run 0 upgrade --json --dry-run second.bin
out '"result":"dry-run"'
run 21 upgrade --json foreign.bin
out '"error":"foreign-key"'
run 23 upgrade --json address.bin
out '"error":"wrong-address"'

# The loader's own answer if --force overrides the comparison.
refused 7 "code 32" upgrade --force foreign.bin

# The counter rises at the next start of a confirmed image.
run 0 os reset
comes_back
unsent 24 "its security counter, 4, is below the device's, 5" counter.bin
run 24 upgrade --json counter.bin
out '"error":"downgrade"'

# The device trusts several keys, and one of them signed the image.
run 0 upgrade second.bin
runs 3.0.0 confirmed
stop_sim

# Without the rule the device accepts an older version.
start_sim --key second.pem
run 0 upgrade v1.bin
runs 1.9.9 confirmed
stop_sim

finish
