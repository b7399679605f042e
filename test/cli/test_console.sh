#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# On tenon-sim: the console shows the device's text, sends what is typed, and lets other commands
# use the line meanwhile; speeds that are tried; words of a device that would control the terminal.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

XDG_RUNTIME_DIR=$work/run
export XDG_RUNTIME_DIR
mkdir -m 700 run
run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 9000
start_sim --allow shell
run 0 upgrade v1.bin

# console ARGS...: starts a console. Its output goes to the files con.out and con.err.
console() {
    rm -f con.out con.err
    mkfifo -m 600 keys 2>/dev/null
    "$tenon" console "$@" <keys >con.out 2>con.err &
    con=$!
    exec 3>keys
    await grep -sq '^console:' con.err || fail "the console does not start"
}

# leave: ends it as Ctrl-C does.
leave() {
    exec 3>&-
    kill -INT $con
    wait $con
}

shows() { grep -sq "$1" con.out; }

# ---- Other commands use the line ----
console --log trail
await shows '^app 1.0.0: work' || fail "the console shows no text"
run 0 image list
out "0     1.0.0"
run 0 upgrade v2.bin
await shows '^app 2.0.0: work' || fail "the console shows no text after an upgrade"
grep -q '[^ -~]' con.out && fail "the console shows bytes of SMP"
refused 4 "another program is using this port: tenon (process $con)" console
[ "$(stat -c %a run/tenon)" = 700 ] || fail "others can enter the socket's folder"
[ "$(stat -c %a run/tenon/*)" = 600 ] || fail "the socket is not its owner's alone"
await grep -q '"event":"text","text":"app 2.0.0' trail || fail "the record lacks the text"

# One command at a time: the others find the port busy.
kill -STOP "$sim"
"$tenon" -t 30 os echo first >first.out 2>&1 &
first=$!
sleep 1   # the first one has the console by then, on a busy machine too
await sh -c '"$1" -t 0.2 os echo second 2>&1 | grep -q "another command works"' sh "$tenon" ||
    fail "the first command does not get through"
refused 4 "another command works through it" os echo second
kill -CONT "$sim"
wait $first || fail "the first command fails"
grep -qx first first.out || fail "the first command got no answer"

# The device goes and comes back.
stop_sim
await grep -q 'is gone; waiting' con.err || fail "the console does not see that the device is gone"
"$bin/tenon-sim" --flash other.img --pty other --key key.pem >other.log 2>&1 &
other=$!  # takes the terminal's number, so the device comes back on another terminal
await [ -e other ] || fail "no other device"
start_sim --allow shell
await grep -q 'is back' con.err || fail "the console does not find the device"
run 0 os echo again
kill -KILL $other
leave || fail "the console does not end well"
[ -z "$(ls run/tenon)" ] || fail "the console leaves its socket"

# ---- Without the console's socket ----
console
kill -KILL $con   # leaves its socket
wait $con 2>/dev/null
exec 3>&-
[ -n "$(ls run/tenon)" ] || fail "no socket to be stale"
run 0 os echo alone
console
run 0 os echo replaced
leave
chmod 755 run/tenon
console
grep -q "warning:.*mode 0700" con.err || fail "a folder that others can enter is used"
refused 4 "another program is using this port: tenon" os echo hi
leave
chmod 700 run/tenon

# ---- What is typed, and what ends it ----
run 0 console --deadline 4
out "app 2.0.0: work"
run 0 --json console --deadline 4
out '{"type":"text","data":{"text":"app 2.0.0: work'
refused 64 "carries packets and no text" console -p udp:127.0.0.1
refused 64 "carries packets and no text" console -p raw:dev
refused 3 "no such port" console -p nowhere

# ---- Words that would control the terminal ----
esc=$(printf '\033[31mred\033[m')
run 0 shell exec echo "$esc"
out "red"
grep -q "$(printf '\033')" out && fail "a control sequence of the device reaches the terminal"
run 0 shell exec --raw echo "$esc"
grep -q "$(printf '\033')" out || fail "--raw takes control sequences out"
run 0 os echo "$esc"
grep -q "$(printf '\033')" out && fail "a control sequence of the device reaches the terminal"

# ---- Another speed ----
stop_sim
"$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --speed 57600 >sim.log 2>&1 &
sim=$!
await "$tenon" -q -b 57600 -t 0.5 os echo ready >/dev/null 2>&1 || fail "no device at 57600"
refused 5 "another speed? Give it by --baud, or try the usual ones by --baud auto" -t 1 os echo hi
run 0 --baud auto os echo hi
err "baud:    57600: SMP answers at this speed"
kill -STOP "$sim"
refused 5 "at none of the usual speeds" --baud auto os echo hi
kill -CONT "$sim"

finish
