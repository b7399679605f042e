# SPDX-License-Identifier: Apache-2.0
# smpclient and the smp package update a device of ours: the simulated one over its serial line and
# over UDP, the micro:bit's real binaries on QEMU; in the application and in recovery; by SMP
# version 2 and 1.
#
#   test_updates.sh BIN MICROBIT VENV        MICROBIT: the folder of the micro:bit's build
microbit=$2
python=$3/bin/python
. "$(dirname "$0")/../cli/lib.sh" "$1"
device=
here=$source/test/interop
UDP=127.0.0.77 # smpclient knows one UDP port, 1337

cleanup() {
    [ -z "$device" ] || kill "$device" 2>/dev/null || :
    [ -z "$device" ] || wait "$device" 2>/dev/null || :
    device=
}

step() { echo "-- $*"; }

hash_of() {
    "$tenon" --json inspect "$1" | sed -n 's/.*"hash": *"\([0-9a-f]\{64\}\)".*/\1/p' | head -1
}

# ready: the device answers.
answers() { "$tenon" -q -t 0.5 echo ready >/dev/null 2>&1; }
ready() { await answers || { fail "the device does not come up"; cat device.log; exit 1; }; }
in_recovery() { "$tenon" -q -t 0.5 os info 2>/dev/null | grep -q recovery; }

# update WHERE VERSION MODE FILE: where a file name stands for the link to a terminal.
update() {
    where=$1
    [ "${where%%:*}" = udp ] || where=serial:$(readlink "${1#serial:}")
    if [ "$3" = recovery ]; then
        run 0 -q reset --mode recovery
        await in_recovery || fail "no recovery"
    fi
    step "$1, SMP version $2, $3"
    checks=$((checks + 1))
    timeout 1200 "$python" "$here/update_by.py" "$where" "$2" "$3" "$4" "$(hash_of "$4")" >out 2>err ||
        fail "$1, version $2, $3"
}

# all WHERE FIRST SECOND: every mode and version, from one image to the other and back.
all() {
    update "$1" 2 app "$3"
    update "$1" 2 recovery "$2"
    update "$1" 1 app "$3"
    update "$1" 1 recovery "$2"
}

run 0 keygen key.pem
for v in 1 2; do
    head -c $((15000 + v)) /dev/urandom >raw
    run 0 -q sign -k key.pem --version $v.0.0 -H 256 --pad-header raw sim$v.bin
done
TENON_PORT=$work/dev
export TENON_PORT
"$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --udp $UDP:1337 2>device.log &
device=$!
ready
run 0 -q upgrade sim1.bin
all serial:dev sim1.bin sim2.bin
all udp:$UDP sim1.bin sim2.bin
cleanup

"$bin/microbit-qemu" --flash "$microbit/boot.hex" --pty dev >device.log 2>&1 &
device=$!
ready
run 0 -q upgrade "$microbit/app.signed.bin"
all serial:dev "$microbit/app.signed.bin" "$microbit/app-v2.signed.bin"
finish
