#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# On several devices: one command for all of them, the search for a port, profiles, variables, and
# the record that --log makes.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

sims=
cleanup() {
    # shellcheck disable=SC2086  # a list of numbers
    [ -z "$sims" ] || kill -KILL $sims 2>/dev/null
}

# start N...: starts a device for each N, on the terminal dN, with the number board-N.
start() {
    for n; do
        "$bin/tenon-sim" --flash "f$n" --pty "d$n" --key key.pem --id "board-$n" \
            --baud 1000000 >"sim$n.log" 2>&1 &
        sims="$sims $!"
        eval "sim$n=$!"
        await "$tenon" -q -p "d$n" -t 0.5 os echo ready >/dev/null 2>&1 || fail "no device $n"
    done
}

XDG_RUNTIME_DIR=$work/run
export XDG_RUNTIME_DIR
mkdir -m 700 run
unset TENON_PORT
run 0 keygen key.pem
make v1 1.0.0 none 20000
make v2 2.0.0 none 20000
start 1 2 3

# ---- Several ports ----
run 0 upgrade -p d1 -p d2 -p d3 v1.bin
for n in 1 2 3; do
    out "d$n: 1.0.0 runs and is confirmed"
    err "d$n: device:"
done
out "3 devices: 3 done, 0 failed"
[ "$(grep -cv '^d[123]: ' err)" = 0 ] || fail "a line of stderr names no port"
[ "$(grep -cv '^d[123]: ' out)" = 1 ] || fail "a line of stdout names no port"

run 0 --json upgrade -p d1 -p d2 v2.bin
[ "$(grep -v '"summary"' out | grep -cv '^{"type":"[a-z_]*","port":"d[12]","id":"board-[12]","data":')" = 0 ] ||
    fail "an object names no port"
out '"type":"summary","data":{"devices":2,"done":2,"failed":0,"exit_code":0'

# One that fails stops no other, and the worst exit code is the call's.
run 3 -p d1 -p nothing-here image list
out "d1: 0     2.0.0"
err "nothing-here: error:"
out "2 devices: 1 done, 1 failed: nothing-here (no-device)"
run 64 upgrade -p d1 -p udp:x:y v2.bin
refused 64 "fs download works with one device" fs download -p d1 -p d2 /a b

# Ctrl-C reaches all of them.
make big 3.0.0 none 100000
"$tenon" upgrade -p d1 -p d2 big.bin >first.out 2>first.err &
first=$!
await grep -sq 'd1: upload:' first.err || fail "no upload"
kill -INT $first
wait $first
[ $? = 130 ] || fail "an interrupted call of several devices: not exit code 130"
grep -q "2 devices: 0 done, 2 failed: d1 (interrupted), d2 (interrupted)" first.out ||
    fail "no summary of an interrupted call"

# Two programs that update one device on the network: the second one ends at once.
"$bin/tenon-sim" --flash f4 --pty net4 --key key.pem --udp 127.0.0.1:0 --baud 1000000 >sim4.log 2>&1 &
sims="$sims $!"
sim4=$!
await grep -q 'UDP at' sim4.log || fail "no UDP"
net=udp:$(sed -n 's/.*UDP at //p' sim4.log)
kill -STOP $sim4
"$tenon" -p "$net" -t 60 upgrade v1.bin >first.out 2>first.err &
first=$!
await sh -c 'ls run/tenon/udp-* >/dev/null 2>&1' || fail "the first program does not begin"
refused 4 "another program of yours is updating this device" -p "$net" upgrade v2.bin
kill -CONT $sim4
wait $first || fail "the first of two programs fails"
run 0 -p "$net" upgrade v2.bin

# ---- On a terminal: a bar, and a line for each of several devices; neither is too wide ----
# on_terminal COLUMNS ARGS...: the lines that tenon draws, in the file drawn. Without colours.
on_terminal() {
    columns=$1
    shift
    script -qec "stty cols $columns rows 24; NO_COLOR=1 $tenon $*" typescript >/dev/null ||
        fail "on a terminal: $*"
    sed 1d typescript | tr '\r' '\n' | sed 's/\x1b\[[0-9;]*[A-Za-z]//g' >drawn
}
make v4 4.0.0 none 20000
on_terminal 50 upgrade -p d1 v1.bin
grep -q '^upload  \[#*\.*\]' drawn || fail "no bar on a terminal"
grep '^upload  \[' drawn | awk 'length >= 50 { exit 1 }' || fail "a bar that is too wide"
on_terminal 40 upgrade -p d1 -p d2 -p d3 v4.bin
grep -q '^d2: swap:' drawn || fail "no line for a device"
grep '^d[123]: [a-z]*:' drawn | awk 'length >= 40 { exit 1 }' || fail "a line that is too wide"

# ---- Ports that are searched ----
TENON_PORTS="d* no-such-port"
export TENON_PORTS
run 3 image list --all   # a port that is named there is one that should be there
out "4 devices: 3 done, 1 failed: no-such-port (no-device)"
TENON_PORTS="d* no-such-*"
run 0 image list --all
out "3 devices: 3 done, 0 failed"
TENON_PORTS="d* ./d1" refused 64 "d1 and ./d1 are the same port; give it once" image list --all
refused 64 "d2 and ./d2 are the same port" image list -p d2 -p d1 -p ./d2
refused 64 "--all and --port exclude each other" image list --all -p d1
refused 64 "SMP answers on d1, d2 and others; select one by -p, or all by --all" image list
TENON_PORTS=d2 run 0 image list
err "port:    d2, the only one on which SMP answers"
kill -STOP "$sim1" "$sim3"
run 0 image list -t 1
err "port:    d2, the only one on which SMP answers"
kill -STOP "$sim2"
refused 5 "SMP answers on none of" image list -t 0.2
run 5 image list --all -t 0.2
kill -CONT "$sim1" "$sim2" "$sim3"
unset TENON_PORTS

# ---- Variables ----
TENON_PORT=d1 TENON_JSON=1 run 0 os echo hi
out '"type":"echo"'
TENON_PORT=d1 run 0 -p d2 os info
out "board-2"
TENON_PORT=d1 TENON_ALL=maybe refused 64 "TENON_ALL=maybe: --all is on or off" os echo hi
TENON_SLOT_SIZE=none refused 64 "--slot-size none: not a number" \
    sign -k key.pem --version 1.0.0 -H 256 --pad-header raw none.bin
TENON_PORT=d1 run 0 --conntype serial --connstring dev=d2 os info
out "board-2"

# ---- Profiles ----
TENON_CONFIG=$work/deep/folder/config
export TENON_CONFIG
run 0 config show
run 0 config add one port=d1 timeout=5
out "one: in $TENON_CONFIG"
refused 73 "a profile of this name is there already" config add one port=d2
run 0 config add one port=d2 --force
echo "# a user's own line" >>"$TENON_CONFIG"
run 0 config add key-and-port port=d3 key=key.pem
run 0 os info -p one
out "board-2"
cp key.pem right.pem
run 0 keygen key.pem --force
refused 21 "another key" upgrade -p key-and-port v1.bin --dry-run
cp right.pem key.pem
run 0 upgrade -p key-and-port v2.bin
run 0 config add default port=d3
TENON_PORTS="default d2" run 0 os info --all
out "default: device      Tenon tenon-sim application posix board-3"
refused 64 "default and d3 are the same port" os info -p default -p d3
for i in 1 2 3 4 5 6; do
    "$tenon" config add "many-$i" port=d1 >/dev/null &
done
await sh -c '[ "$(grep -c "^\[many-" "$1")" = 6 ]' sh "$TENON_CONFIG" || fail "profiles are lost"
mv "$TENON_CONFIG" real-config
ln -s "$work/real-config" "$TENON_CONFIG"
run 0 config add through-a-link port=d1
[ -L "$TENON_CONFIG" ] || fail "a link to the file of profiles is replaced"
for i in 1 2 3 4 5 6; do
    run 0 config remove "many-$i"
done
run 0 config remove through-a-link
run 0 os info
out "board-3"
TENON_PORT=d1 run 0 os info
out "board-1"
run 0 --json config show one
out '{"type":"profile","data":{"name":"one","port":"d2"}}'
run 0 completion ports
out "key-and-port"
run 0 config remove one
grep -q "# a user's own line" "$TENON_CONFIG" && ! grep -q '^\[one' "$TENON_CONFIG" ||
    fail "remove leaves the section, or takes a line that is not its own"
refused 64 "no such profile" config remove one
refused 64 "not OPTION=VALUE" config add two speed=1
refused 64 "letters, digits" config add two/three port=d1
echo "speed = 9" >>"$TENON_CONFIG"
refused 14 "speed: a profile cannot set this" os info
TENON_CONFIG=$work/no-config

# ---- The record ----
run 0 upgrade -p d1 v1.bin --log trail
run 0 upgrade -p d1 -p d2 v2.bin --log trail
[ "$(grep -c '"event":"end","exit_code":0}$' trail)" = 3 ] || fail "not an end for each device"
sha=$(sha256sum v2.bin | cut -d' ' -f1)
grep -q "\"command\":\"upgrade\",\"port\":\"d2\",\"id\":\"board-2\",\"file\":\"v2.bin\",\"sha256\":\"$sha\",\"event\":\"result\"" \
    trail || fail "the record lacks device and file"
grep -qv '^{"time":"20[0-9][0-9]-.*"tenon":"[0-9.]*",' trail && fail "a line of the record lacks time or version"
run 3 image list -p nothing-here --log trail
tail -1 trail | grep -q '"port":"nothing-here","event":"end","exit_code":3}' ||
    fail "a failure is not in the record"
refused 73 "nothing was done" upgrade -p d1 v1.bin --log no/such/folder
run 0 image list -p d1
out "0     2.0.0"
refused 73 "What the command did stays done" os echo hi -p d1 --log /dev/full
mkfifo pipe
refused 73 "nothing was done" os echo hi -p d1 --log pipe
TENON_CONFIG=pipe refused 66 "not a file; it should hold your profiles" os echo hi -p d1

# ---- Output that cannot be written ----
for command in "image list -p d1" "devices d1" "help" "version" "--json version" "inspect v1.bin"; do
    # shellcheck disable=SC2086  # a list of words
    "$tenon" $command >/dev/full 2>err
    [ $? = 73 ] || fail "tenon $command >/dev/full: not exit code 73"
done

finish
