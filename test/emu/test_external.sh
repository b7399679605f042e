#!/bin/sh
# A board with its spare slot in an external flash: the real loader and application on the emulated
# chip. An update that stays and one that is taken back; a flash that is absent or broken.
#
#   test_external.sh BIN BOARD FOLDER
board=$2 built=$3
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"

# start_board OPTION...: starts the board with the flash flash.img, new from the factory at first.
start_board() {
    [ -z "$sim" ] || stop_board
    [ -f flash.img ] && set -- --flash flash.img "$@" ||
        set -- --flash flash.img --load "$built/factory-ext.hex" "$@"
    "$bin/tenon-emu" "$board" --pty dev --log line.log "$@" >sim.log 2>&1 &
    sim=$!
    await answers || { fail "the board does not come up"; cat sim.log; exit 1; }
}
stop_board() {
    kill -TERM "$sim"
    wait "$sim" || { fail "tenon-emu ends with $?"; cat sim.log; }
    sim=
}
is_running() { "$tenon" -q image list 2>/dev/null | grep -q "^0  *$1  *[0-9a-f]*  *running, $2"; }
comes() {
    checks=$((checks + 1))
    await is_running "$@" || { fail "$1 ($2) does not run"; cat sim.log; "$tenon" image list; }
}

[ -f "$built/factory-ext.hex" ] || { echo "no factory-ext.hex: ./run build $board"; exit 1; }

# Without its flash the board runs, and refuses an update.
start_board
comes 1.0.0 confirmed
run_fails() { checks=$((checks + 1)); "$tenon" -q "$@" >out 2>&1 && fail "works: $*"; return 0; }
run_fails upgrade "$built/app-ext-v2.signed.bin"
comes 1.0.0 confirmed

# With it: a test that is taken back by a reset, then an update that stays.
start_board --nor nor.img
comes 1.0.0 confirmed
run 0 -q upgrade --no-confirm "$built/app-ext-v2.signed.bin"
comes 2.0.0 "on test"
run 0 os reset
comes 1.0.0 confirmed
run 0 -q upgrade "$built/app-ext-v2.signed.bin"
comes 2.0.0 confirmed

# Broken: what is in the board runs.
for kind in high protected; do
    start_board --nor "nor.img,$kind"
    comes 2.0.0 confirmed
    run_fails upgrade "$built/app-ext.signed.bin"
done

# And if that is damaged, recovery installs another over the line.
stop_board
printf '\0\0\0\0' | dd of=flash.img bs=1 seek=$((0x33000 + 0x400)) conv=notrunc 2>/dev/null
start_board --nor nor.img,high
run 0 -q upgrade "$built/app-ext.signed.bin"
comes 1.0.0 confirmed

stop_board
finish
