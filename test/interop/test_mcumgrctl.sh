#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mcumgrctl (a crate, written by others) works with devices of ours: the simulated one over UDP and
# over its serial line, every group; and the micro:bit's real binaries on QEMU.
#
#   test_mcumgrctl.sh BIN MICROBIT MCUMGRCTL
microbit=$2
mcumgrctl=$3
. "$(dirname "$0")/../cli/lib.sh" "$1"
device=

cleanup() {
    [ -z "$device" ] || kill "$device" 2>/dev/null || :
    [ -z "$device" ] || wait "$device" 2>/dev/null || :
    device=
}

# peer ARGS...: runs mcumgrctl on the link $way, with the output in out. It must end with 0.
peer() {
    checks=$((checks + 1))
    # shellcheck disable=SC2086  # two words
    timeout 600 "$mcumgrctl" $way --timeout 10000 "$@" >out 2>err || fail "mcumgrctl $way $*"
}

answers() { "$tenon" -q -t 0.5 os echo ready >/dev/null 2>&1; }
ready() { await answers || { fail "the device does not come up"; cat device.log; exit 1; }; }
runs() { "$tenon" -q -t 2 image list 2>/dev/null | grep -q "^0  *$1 .*running, $2"; }

# update FILE VERSION: a test, a reset, then a confirm. The tool finds the bootloader by itself.
update() {
    peer -q firmware update "$1"
    await runs "$2" "on test" || fail "$2 does not run after mcumgrctl's update over $way"
    peer image set-state --confirm
    runs "$2" confirmed || fail "$2 is not confirmed over $way"
}

run 0 keygen key.pem
for v in 1 2 3; do
    head -c $((15000 + v)) /dev/urandom >raw
    run 0 -q sign --force -k key.pem --version $v.0.0 -H 256 --pad-header raw sim$v.bin
done
TENON_PORT=$work/dev
TENON_TIMEOUT=20
export TENON_PORT TENON_TIMEOUT
mkdir folder
"$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --udp 127.0.0.1:0 --folder folder \
    --allow all --udp-allow all 2>device.log &
device=$!
ready
port=$(sed -n 's/.*:\([0-9][0-9]*\).*/\1/p' device.log | head -1)
run 0 -q upgrade sim1.bin

for way in "--udp 127.0.0.1:$port" "--serial $(readlink dev)"; do
    peer os echo "over $way"
    out "over $way"
    peer os mcumgr-parameters
    peer os application-info
    out Tenon
    peer os bootloader-info
    peer os task-statistics
    peer image get-state
    out "version:"
    peer image slot-info
    peer enum list-groups
    peer stats list-groups
    head -c 5000 /dev/urandom >file
    peer -q fs upload file /file
    peer -q fs download /file back
    cmp -s file back || fail "a file comes back with other bytes over $way"
    peer fs checksum /file sha256
    out "$(sha256sum file | cut -c1-64)"
    peer shell echo hello
    out hello
done
update sim2.bin 2.0.0
way="--udp 127.0.0.1:$port"
update sim3.bin 3.0.0
run 0 -q reset --mode recovery
await sh -c '"$1" -q -t 0.5 os info 2>/dev/null | grep -q recovery' - "$tenon" || fail "no recovery"
peer image get-state
peer -q image upload sim1.bin
peer os system-reset
cleanup

"$bin/microbit-qemu" --flash "$microbit/boot.hex" --pty dev >device.log 2>&1 &
device=$!
ready
run 0 -q upgrade "$microbit/app.signed.bin"
way="--serial $(readlink dev)"
peer os application-info
out microbit
update "$microbit/app-v2.signed.bin" 2.0.0
finish
