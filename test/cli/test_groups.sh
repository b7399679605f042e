#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Commands of every group, on tenon-sim. A link's policy permits some of them. The device answers
# the others as if they were absent, and an upgrade needs none of them.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

run 0 keygen key.pem
make v1 1.0.0 none 9000
mkdir files
head -c 20000 /dev/urandom >files/log.bin

# ---- By default a link may update, and nothing else ----
start_sim --folder files
run 0 upgrade v1.bin
for command in "os taskstat" "os mpstat" "os datetime" "stat list" "stat show app" \
    "settings read app/x" "settings write app/x 1" "settings delete app/x" "settings commit" \
    "settings load" "settings save" "fs status /log.bin" "fs download /log.bin got" \
    "fs upload v1.bin /v1.bin" "fs hash /log.bin" "fs types" "fs close" "shell exec help" \
    "storage erase"; do
    # shellcheck disable=SC2086  # words
    refused 7 "code 8" $command
done
run 0 os groups
out "os mgmt"
out "an upload goes on after a reset"
for name in stat settings fs shell basic; do
    grep -q "$name" out && fail "$name is shown, and not permitted"
done
[ ! -e files/v1.bin ] || fail "a file was written"
stop_sim

# ---- With everything permitted ----
start_sim --folder files --allow all
run 0 os groups --json
for id in 0 1 2 3 8 9 10 63 64; do
    out "\"group\":$id,"
done
run 0 os taskstat
out "main"
run 0 os mpstat
out "packets"
run 0 os datetime 2031-02-03T04:05:06
out "2031-02-03T04:05:"
refused 7 "code 3" os datetime 2031-02-30T04:05:06
run 0 stat list
out "app"
run 0 stat show app
out "uptime_s"
refused 7 "group 2, code 2" stat show nobody

run 0 settings write app/name lamp
run 0 settings write app/raw 0x00ff10
run 0 settings read app/name
[ "$(cat out)" = lamp ] || fail "a setting changes"
run 0 settings read app/raw
[ "$(cat out)" = 0x00ff10 ] || fail "bytes change"
refused 64 "odd number" settings write app/raw 0x123
refused 64 "not hexadecimal" settings write app/raw 0x12zz
run 0 settings save
run 0 settings write app/name other
run 0 settings load
run 0 settings read app/name
[ "$(cat out)" = lamp ] || fail "load does not go back to what was saved"
run 0 settings delete app/raw
refused 7 "group 3, code 3" settings read app/raw
refused 7 "group 3, code 5" settings read nobody/name
run 0 settings save
boot
run 0 settings read app/name
[ "$(cat out)" = lamp ] || fail "a saved setting does not outlast a reset"

run 0 fs status /log.bin
out "20000 bytes"
run 0 fs download /log.bin got.bin
err "download: 100 %"
out "20000 bytes downloaded"
cmp got.bin files/log.bin || fail "a file changes on its way down"
run 0 fs upload v1.bin /up.bin
cmp v1.bin files/up.bin || fail "a file changes on its way up"
: >empty
run 0 fs upload empty /empty
[ -e files/empty ] && [ ! -s files/empty ] || fail "an empty file does not arrive"
run 0 fs download /empty got.empty
[ -e got.empty ] && [ ! -s got.empty ] || fail "an empty file is not fetched"
run 0 fs hash /log.bin sha256
out "$(sha256sum files/log.bin | cut -d' ' -f1)"
run 0 fs hash /log.bin crc32
out "(crc32 of 20000 bytes)"
run 0 fs types
out "sha256"
run 0 fs close
refused 7 "group 8, code 3" fs status /none
for name in /../key.pem /../../etc/passwd /./log.bin //etc/passwd etc/passwd; do
    run 7 fs download "$name" stolen
    [ ! -e stolen ] || fail "$name leads out of the folder"
done
ln -s "$PWD/key.pem" files/link
run 7 fs download /link stolen

run 0 shell exec echo a b
[ "$(cat out)" = "a b" ] || fail "the shell does not echo"
refused 7 "ended with -8" shell exec nonsense
run 0 storage erase
stop_sim

# ---- Some of it ----
start_sim --folder files --allow fs,stat
run 0 fs status /log.bin
run 0 stat list
refused 7 "code 8" shell exec help
refused 7 "code 8" settings read app/name
stop_sim
"$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --allow fs,nonsense >out 2>err
[ $? = 64 ] || fail "an unknown word is taken"
err "nothing to allow"

# A link without room for a packet must be an error at the start, not silence.
checks=$((checks + 1))
"$bin/tenon-sim" --flash x.img --pty x --key key.pem --allow all,all,all >out 2>err
[ $? = 64 ] || fail "too many permits are taken"
err "nothing to allow: 'all,all,all'"

finish
