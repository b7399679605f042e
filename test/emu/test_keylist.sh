#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A revocation arrives with an update: the real loader and application of prog/keylist on the
# emulated chip, and a client at the line. The old key's image is refused afterwards.
#
#   test_keylist.sh BIN BOARD FOLDER
board=$2 built=$3
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"

is_running() { "$tenon" -q image list 2>/dev/null | grep -q "^0  *$1  *[0-9a-f]*  *running, $2"; }
comes() {
    checks=$((checks + 1))
    await is_running "$@" || { fail "$1 ($2) does not run"; cat sim.log; "$tenon" image list; }
}

[ -f "$built/factory-keys.hex" ] || { echo "no factory-keys.hex: ./run build $board"; exit 1; }
"$bin/tenon-emu" "$board" --pty dev --log line.log --flash flash.img \
    --load "$built/factory-keys.hex" >sim.log 2>&1 &
sim=$!
await answers || { fail "the board does not come up"; cat sim.log; exit 1; }
comes 1.0.0 confirmed
run 0 image keys
out "key list: none"
[ "$(grep -c '^in use ' out)" = 3 ] || fail "not three keys in use"

# Version 2 is signed with the next key. Its list revokes the first one, when it is confirmed.
run 0 -q upgrade "$built/app-keys-v2.signed.bin"
comes 2.0.0 confirmed
run 0 image keys
out "key list: none"
err "takes it at a reset"
run 0 os reset
comes 2.0.0 confirmed
run 0 image keys
out "key list: number 1"
[ "$(grep -c '^REVOKED  any image' out)" = 1 ] || fail "the first key is not revoked"

# Version 3 is signed with the first key: the tool refuses it, and so do application and recovery.
refused 21 "was revoked on the device" upgrade "$built/app-keys-v3.signed.bin"
checks=$((checks + 1))
"$tenon" -q upgrade --force "$built/app-keys-v3.signed.bin" >out 2>&1 && fail "version 3 is installed"
comes 2.0.0 confirmed
checks=$((checks + 1))
"$tenon" -q image rollback >out 2>&1 && fail "the device goes back to version 1"
comes 2.0.0 confirmed
run 0 os reset --mode recovery
run 0 image keys
out "key list: number 1"
checks=$((checks + 1))
"$tenon" -q upgrade --force "$built/app-keys-v3.signed.bin" >out 2>&1 && fail "recovery installs version 3"
run 0 os reset
comes 2.0.0 confirmed

kill -TERM "$sim"
wait "$sim" || { fail "tenon-emu ends with $?"; cat sim.log; }
sim=
finish
