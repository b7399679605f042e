#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Servers that misbehave, or know less than others (hostile.py): a command ends, soon, and says why.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

# serve WORDS...: starts such a server on a port of its own.
serve() {
    cleanup
    rm -f port
    python3 "$source/test/cli/hostile.py" port "$@" >server.log 2>&1 &
    sim=$!
    await test -s port || { fail "hostile.py does not come up"; cat server.log; exit 1; }
    TENON_PORT=udp:127.0.0.1:$(cat port)
}

run 0 keygen key.pem
make v2 2.0.0 none 14000
head -c 9000 /dev/urandom >data
TENON_TIMEOUT=2

# ---- Offsets ----
# $2: one part of the test.
if [ "${2:-}" = offsets ]; then
serve stand
refused 6 "it answered 8 times that it still expects byte" image upload v2.bin
refused 7 "an offset that cannot be right" fs upload data /data
serve jump
refused 6 "it went back 8 times, the last time to byte 500" image upload v2.bin
refused 7 "an offset that cannot be right" fs upload data /data
serve beyond
refused 5 "it expects a byte that was not sent, the last time byte 15" image upload v2.bin
refused 7 "an offset that cannot be right" fs upload data /data

finish
exit
fi

# ---- What is longer than the server's buffers is lost ----
serve long:182
run 0 fs upload data /data
checks=$((checks + 1))
[ "$(wc -l <server.log)" -le 2 ] || fail "more than two losses of a file's pieces"
run 0 image upload v2.bin
checks=$((checks + 1))
[ "$(wc -l <server.log)" -le 12 ] || fail "too many losses: $(cat server.log)"

# ---- Lists ----
serve bare
run 0 image list
out "0     1.0.0    not told  state not told"
run 0 image list --json
out '{"image":0,"slot":0,"version":"1.0.0"}'
run 0 upgrade --dry-run v2.bin
grep -q "would mark" out && fail "a test is planned without a hash"
serve frugal
run 0 image list
out "running, confirmed"
out "not bootable"
run 0 image list --json
out '"bootable":false,"pending":false,"confirmed":false'

# ---- Short forms ----
serve short
run 0 os info
out "device      Odd"
out "bootloader  MCUboot"
refused 7 "code 2" os info --format a
run 0 os groups
out "10"

# ---- Deadlines ----
serve long:8   # all of them
for command in "upgrade v2.bin" "image upload v2.bin" "fs upload data /data" \
    "fs download /data got" "image rollback" "image download got"; do
    start=$(date +%s)
    # shellcheck disable=SC2086  # words
    refused 124 "not done within 0.5 s (--deadline)" $command --deadline 0.5
    checks=$((checks + 1))
    [ $(($(date +%s) - start)) -le 5 ] || fail "the deadline does not end: $command"
done
finish
