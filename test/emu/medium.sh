# SPDX-License-Identifier: Apache-2.0
# What the tests of a card and of a stick share: media, and a board that takes one. Source it after
# sim.sh. $what: card or stick; $board: its name; $built: the board's build.
PATH=$PATH:/sbin:/usr/sbin

# medium KIND SECTORS [OPTION...]: a new one, $what.img, with a FAT of 12, 16 or 32 bits.
medium() {
    kind=$1 sectors=$2
    shift 2
    rm -f "$what.img"
    mkfs.fat -F "$kind" "$@" -C "$what.img" $((sectors / 2)) >mkfs.log 2>&1 ||
        { fail "no $what: $kind $sectors"; cat mkfs.log; }
}
put() { mcopy -o -i "$what.img" "$1" "::$2" || fail "cannot copy $1 to the $what"; }

# start_board OPTION...: starts the board with the flash flash.img, empty but for the loader at
# first.
start_board() {
    [ -z "$sim" ] || stop_board
    : >line.log
    [ -f flash.img ] && set -- --flash flash.img "$@" ||
        set -- --flash flash.img --load "$built/boot-$what.hex" "$@"
    "$bin/tenon-emu" "$board" --pty dev --log line.log "$@" >sim.log 2>&1 &
    sim=$!
}
stop_board() {
    kill -TERM "$sim"
    wait "$sim" || { fail "tenon-emu ends with $?"; cat sim.log; }
    sim=
}

# says TEXT: the loader says this of the medium on the line. Recovery says it in group 64, too.
has_said() { grep -aqF "$what: $1" line.log; }
says() {
    checks=$((checks + 1))
    await has_said "$1" || { fail "the board does not say: $1"; cat line.log sim.log; }
}
is_running() { "$tenon" -q image list 2>/dev/null | grep -q "^0  *$1  *[0-9a-f]*  *running, $2"; }
installs() {
    checks=$((checks + 1))
    await is_running "$@" || { fail "$1 ($2) does not run"; cat sim.log; "$tenon" image list; }
}
recover() {
    run 0 os reset --mode recovery
}

[ -f "$built/boot-$what.hex" ] || { echo "no $built/boot-$what.hex: ./run build $board"; exit 1; }
run 0 keygen other.pem
head -c 20000 /dev/urandom >raw
run 0 -q sign -k other.pem --version 5.0.0 -H 512 --pad-header raw foreign.bin
