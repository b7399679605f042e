# SPDX-License-Identifier: Apache-2.0
# What the tests on tenon-sim share: a device, images for it. Source it behind lib.sh.
sim=
cleanup() {
    [ -z "$sim" ] || kill -KILL "$sim" 2>/dev/null
}

# start_sim ARGS...: a device on the terminal dev, whose flash is kept in flash.img.
start_sim() {
    "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem "$@" >sim.log 2>&1 &
    sim=$!
    tries=0
    until "$tenon" -q -t 0.2 os echo ready >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 50 ] || { fail "tenon-sim does not come up"; cat sim.log; exit 1; }
        sleep 0.1
    done
}

# comes_back: a reset was asked for, or a signal made one; returns when the device answers again.
comes_back() {
    sleep 0.4
    tries=0
    until "$tenon" -q -t 0.3 os echo back >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ $tries -lt 60 ] || { fail "the device does not come back"; return; }
        sleep 0.1
    done
}

# under_way FILE: returns when the upload whose stderr is FILE has come to its first tenth.
under_way() {
    tries=0
    until grep -q '^upload:' "$1"; do
        tries=$((tries + 1))
        [ $tries -lt 200 ] || { fail "the upload does not get under way"; return; }
        sleep 0.05
    done
}

stop_sim() {
    kill -KILL "$sim" 2>/dev/null
    wait "$sim" 2>/dev/null
    sim=
}

# runs VERSION STATE: what the device says it runs.
runs() {
    run 0 image list
    checks=$((checks + 1))
    grep -q "^0  *$1  *[0-9a-f]*  *running, $2" out || fail "$1 ($2) does not run"
}

# make NAME VERSION BEHAVIOUR SIZE: NAME.bin, a signed image.
make() {
    { echo "behaviour: $3" && head -c "$4" /dev/urandom; } >raw
    "$tenon" -q sign -k key.pem --version "$2" -H 256 --pad-header raw "$1.bin" >/dev/null ||
        fail "cannot sign $1"
}

TENON_PORT=$work/dev
export TENON_PORT
