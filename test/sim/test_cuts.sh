# SPDX-License-Identifier: Apache-2.0
# tenon-sim loses power at many flash operations of an upgrade, as a whole process: every time the
# device comes back with an image that runs, and the upgrade, asked for again, gets through.
#
#   test_cuts.sh BIN
. "$(dirname "$0")/../cli/lib.sh"
sim=
tool=

cleanup() {
    [ -z "$sim" ] || kill -KILL "$sim" 2>/dev/null
    [ -z "$tool" ] || kill -KILL "$tool" 2>/dev/null
}

start_sim() {
    "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem "$@" >sim.log 2>&1 &
    sim=$!
    await test -L dev || fail "tenon-sim does not come up"
}

stop_sim() {
    kill "$sim" 2>/dev/null
    wait "$sim" 2>/dev/null
    sim=
    rm -f dev
}

TENON_PORT=$work/dev
TENON_TIMEOUT=20
export TENON_PORT TENON_TIMEOUT
run 0 keygen key.pem
for v in 1 2; do
    head -c $((9000 + 4000 * v)) /dev/urandom >raw.bin
    run 0 -q sign -k key.pem --version $v.0.0 --pad-header raw.bin v$v.bin
done
start_sim
run 0 -q upgrade v1.bin
stop_sim
cp flash.img first.img

# A file in the link's place is somebody's, and stays.
echo precious >file
checks=$((checks + 1))
"$bin/tenon-sim" --flash flash.img --pty file --key key.pem 2>err && fail "a file was taken for a link"
grep -q precious file || fail "tenon-sim removed a file"

cuts=0
at=1
while :; do
    for kind in before torn after; do
        cp first.img flash.img
        start_sim --cut-after $at --cut $kind
        "$tenon" -q upgrade v2.bin >/dev/null 2>&1 &
        tool=$!
        wait "$sim"
        code=$?
        # The upgrade ends before the cut is reached: the tool is done, and the device stands still.
        checks=$((checks + 1))
        [ $code = 9 ] || fail "operation $at, $kind: tenon-sim ended with $code"
        kill -KILL "$tool" 2>/dev/null
        wait "$tool" 2>/dev/null
        tool=
        cuts=$((cuts + 1))
        # Numbers of terminals are reused: the link would lead into another device.
        [ ! -L dev ] || fail "operation $at, $kind: the link is left behind"
        start_sim
        run 0 upgrade v2.bin
        run 0 image list
        out "2.0.0"
        grep -q "^0  *2.0.0 .*running, confirmed" out || fail "operation $at, $kind: 2.0.0 does not run"
        stop_sim
    done
    at=$((at + 29))
    [ $at -lt 130 ] || break
done
echo "$cuts cuts"
finish
