#!/bin/sh
# Files by XMODEM and YMODEM, sent by the real lrzsz to the simulated device and to a board's real
# binary in the emulator: installed, refused, cut off; and SMP and typed text on the same line.
#
#   test_xmodem.sh FOLDER-OF-PROGRAMS BOARD LOADER.hex APP.signed.bin KEY
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
emu=
board=$2 loader=$3 app=$4 key=$5
cleanup() {
    for process in $sim $emu; do
        kill -KILL "$process" 2>/dev/null
    done
}

# fresh OPTION...: an empty device, which waits in recovery.
fresh() {
    [ -z "$sim" ] || stop_sim
    rm -f flash.img
    "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --xmodem "$@" >sim.log 2>&1 &
    sim=$!
    await test -e dev || fail "tenon-sim does not come up"
}

# send CODE COMMAND...: a sender on the line must end with exit code CODE.
send() {
    want=$1
    shift
    checks=$((checks + 1))
    timeout 100 "$@" <dev >dev 2>err
    code=$?
    [ $code = "$want" ] || fail "$*: exit code $code, not $want"
}

# says TEXT COMMAND...: runs the command. The device must say the text then: a reader beside the
# sender would take its answers away.
says() {
    text=$1
    shift
    checks=$((checks + 1))
    timeout 100 "$@"
    cat dev >said &
    reader=$!
    await grep -qF "$text" said || { fail "the device does not say: $text"; cat said; }
    kill $reader
    wait $reader 2>/dev/null
}

# is_confirmed VERSION: true if this version runs and has confirmed itself.
is_confirmed() {
    "$tenon" image list >list 2>/dev/null
    grep -q "^0  *$1 .*running, confirmed" list
}

"$tenon" -q keygen key.pem
"$tenon" -q keygen other.pem
make v1 1.0.0 confirms 20000
make v2 2.0.0 confirms 15000
echo "behaviour: confirms" >raw
head -c 9000 /dev/urandom >>raw
"$tenon" -q sign -k other.pem --version 3.0.0 -H 256 --pad-header raw foreign.bin >/dev/null

# Every sender installs a first image; a second one is a test that confirms itself.
for sender in "sx -q" "sx -q -k" "sb -q" "sb -q -k"; do
    fresh
    send 0 $sender v1.bin
    await has_reset 1 || fail "no reset after $sender"
    await answers || fail "no answer after $sender"
    runs 1.0.0 confirmed
    after_resets 1 run 0 os reset --mode recovery
    send 0 $sender v2.bin
    await has_reset 3 || fail "no reset after $sender"
    await answers
    await is_confirmed 2.0.0 || fail "v2 does not run after $sender"
done

# What is refused costs nothing, and the device says why. The sender fails.
fresh
send 128 sb -q raw
says "refused: not a firmware image" sh -c 'sb -q raw <dev >dev 2>/dev/null; true'
says "refused: signed with a key" sh -c 'sb -q foreign.bin <dev >dev 2>/dev/null; true'
says "ZMODEM is not supported; use YMODEM" sh -c 'sz -q v1.bin <dev >dev 2>/dev/null; true'

# A person who types gets a line of help; a client of SMP is served before and after.
says "Tenon recovery: send a signed image" sh -c 'printf "hello\r" >dev'
run 0 os info
out recovery
send 0 sb -q v1.bin
await has_reset 1
await answers
runs 1.0.0 confirmed

# A sender that is killed: the device is as it was, and takes SMP at once.
stop_sim
cp flash.img was.img
"$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --xmodem --hold-button --baud 57600 \
    >sim.log 2>&1 &
sim=$!
await test -e dev
(exec sb -q v2.bin <dev >dev 2>/dev/null) &
sender=$!
await sh -c '! cmp -s flash.img was.img' || fail "no upload begins"
kill -KILL $sender
wait $sender 2>/dev/null
await answers || fail "no SMP after a sender was killed"
run 0 image list
grep -q "^0 .*1.0.0" out || fail "the image in slot 0 has changed"
send 0 sb -q v2.bin
await has_reset 1 || fail "no reset"
stop_sim

# Power lost anywhere in a file, and in what follows: it ends with the old image or the new one.
fresh
send 0 sb -q -k v1.bin
await has_reset 1
await answers
after_resets 1 run 0 os reset --mode recovery
stop_sim
cp flash.img before.img
for cut in 1 7 14 15 16 17 18 19 20; do
    cp before.img flash.img
    "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --xmodem --hold-button \
        --cut-after $cut --cut torn >sim.log 2>&1 &
    sim=$!
    await test -e dev
    sb -q -k v2.bin <dev >dev 2>/dev/null
    wait $sim
    [ $? = 9 ] || fail "the power was not lost at operation $cut"
    start_sim
    run 0 image list
    grep -q "^0 .*running" out || fail "nothing runs after a cut at operation $cut"
    stop_sim
done

# The same with a board's real binary.
"$bin/tenon-emu" "$board" --load "$loader" --flash emu.img --pty dev >emu.log 2>&1 &
emu=$!
await test -e dev || fail "the emulator does not come up"
send 0 sb -q -k "$app"
await answers || fail "no answer from $board"
runs 1.0.0 confirmed
finish
