# SPDX-License-Identifier: Apache-2.0
# Functions that the tests on tenon-sim share: a device, and images for it. Source it after lib.sh.
sim=
cleanup() {
    [ -z "$sim" ] || kill -KILL "$sim" 2>/dev/null
}

# start_sim ARGS...: starts a device on the terminal dev. Its flash is in flash.img.
start_sim() {
    "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem "$@" >sim.log 2>&1 &
    sim=$!
    await answers || { fail "tenon-sim does not come up"; cat sim.log; exit 1; }
}

# answers: true if the device answers. The timeout of each request is short, since a reset loses
# some.
answers() { "$tenon" -q -t 0.5 os echo ready >/dev/null 2>&1; }

# resets: how often the device was reset since start_sim. tenon-sim prints a line at each reset.
resets() { grep -c '^tenon-sim: reset' sim.log; }
has_reset() { [ "$(resets)" -ge "$1" ]; }

# after_resets N COMMAND...: runs a command that resets the device N times. Returns when the device
# answers after the last reset.
after_resets() {
    want_resets=$(($(resets) + $1))
    shift
    "$@"
    await has_reset $want_resets || fail "no reset after: $*"
    await answers || fail "the device does not come back after: $*"
}

# boot OPTION...: runs tenon os reset with these options, and waits until the device answers again.
boot() { after_resets 1 run 0 os reset "$@"; }

# under_way FILE: returns when the upload whose stderr is FILE has sent its first tenth.
under_way() {
    await grep -sq '^upload:' "$1" || fail "the upload does not get under way"
}

stop_sim() {
    kill -KILL "$sim" 2>/dev/null
    wait "$sim" 2>/dev/null
    sim=
}

# runs VERSION STATE: the device must report that it runs this.
runs() {
    run 0 image list
    checks=$((checks + 1))
    grep -q "^0  *$1  *[0-9a-f]*  *running, $2" out || fail "$1 ($2) does not run"
}

# make NAME VERSION BEHAVIOUR SIZE: makes NAME.bin, a signed image.
make() {
    { echo "behaviour: $3" && head -c "$4" /dev/urandom; } >raw
    "$tenon" -q sign -k key.pem --version "$2" -H 256 --pad-header raw "$1.bin" >/dev/null ||
        fail "cannot sign $1"
}

TENON_PORT=$work/dev
TENON_TIMEOUT=20   # a busy machine; -t overrides it
export TENON_PORT TENON_TIMEOUT
