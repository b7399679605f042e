#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ./run new-board: an eleventh board of an existing chip, with other pins and another UART than any
# board here, links, boots on the emulated chip, is updated, and recovers by its button. What cannot
# be made is refused, and leaves nothing. (doc/new_board.md is followed by docs_blocks.)
set -eu
cd "$(dirname "$0")/../.."
. test/support/await.sh
dir=$(mktemp -d)
node=eleventh_$$
tiny=tiny_$$
pid=
end() {
    stop
    rm -rf "$dir" "build/$node" "build/$tiny" "build/$node.log" "build/$tiny.log"
}
stop() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
    [ -z "$pid" ] || wait "$pid" 2>/dev/null || true
    pid=
}
trap end EXIT
fail() {
    echo "test_new_board: $*" >&2
    exit 1
}
unset TENON_PORT TENON_PORTS TENON_BAUD
TENON_TIMEOUT=20  # a busy machine
export TENON_TIMEOUT
tenon=$TN_BIN/tenon

# ---- What is refused -------------------------------------------------------------------

# refused CODE TEXT ARGUMENT...: new-board must fail with one error, and make nothing.
refused() {
    want=$1 text=$2
    shift 2
    find "$dir" port -print | sort >"$dir.before"
    code=0
    ./run new-board "$@" >"$dir.out" 2>&1 || code=$?
    find "$dir" port -print | sort >"$dir.after"
    [ "$code" = "$want" ] || fail "new-board $*: exit code $code, not $want"
    grep -qF -- "$text" "$dir.out" || fail "new-board $*: no word of '$text': $(cat "$dir.out")"
    [ "$(wc -l <"$dir.out")" = 1 ] || fail "new-board $*: more than one line: $(cat "$dir.out")"
    cmp -s "$dir.before" "$dir.after" || fail "new-board $*: something was made"
    rm -f "$dir.before" "$dir.after" "$dir.out"
}
refused 64 "wants one name"
refused 64 "nrf52840" "$dir/x"
refused 64 "wants a value" "$dir/x" --chip
refused 64 "no chip 'z80': there are boards with " "$dir/x" --chip z80
refused 64 "no chip ''" "$dir/x" --chip=
refused 64 "takes no '--core=m4'" "$dir/x" --core=m4
refused 64 "letters, digits" "$dir/a board" --chip nrf52840
refused 64 "letters, digits" "$dir/.hidden" --chip nrf52840
refused 64 "letters, digits" "$dir/" --chip nrf52840
refused 64 "must not have this name" "$dir/size" --chip nrf52840
refused 64 "has this name" "$dir/microbit" --chip nrf52840
refused 73 "no folder" "$dir/nowhere/x" --chip nrf52840
mkdir "$dir/there"
refused 73 "is there already" "$dir/there" --chip nrf52840

# ---- A chip by the name that is printed on it ------------------------------------------

./run new-board "$dir/$tiny" --chip nRF51822-QFAA 2>"$dir/said" || fail "$(cat "$dir/said")"
grep -q "set(TN_BOARD_CHIP nrf5x/nrf51)" "$dir/$tiny/board.cmake" || fail "another chip"
[ "$(ls "$dir/$tiny" | xargs)" = "board.c board.cmake layout.h pins.h" ] || fail "other files"
[ -z "$(find "$dir" -name '.new*')" ] || fail "something temporary is left"
if grep -ri microbit "$dir/$tiny"; then fail "the model's name is left"; fi
grep -q "TODO.*$tiny" "$dir/$tiny/pins.h" || fail "pins.h asks for nothing"

# ---- A board with other pins and another UART ------------------------------------------

./run new-board "$dir/$node" --chip STM32L476RG 2>"$dir/said" || fail "$(cat "$dir/said")"
cat >"$dir/$node/pins.h" <<'END'
// A NUCLEO-L476RG (ST, UM1724): the ST-LINK's port is USART2; the button B1 is low while held.
#ifndef TN_PORT_ELEVENTH_PINS_H
#define TN_PORT_ELEVENTH_PINS_H

#include "stm32/stm32.h"

enum {
    PIN_BUTTON = STM32_PIN('C', 13),
    BUTTON_HIGH = 0,
    PIN_TXD = STM32_PIN('A', 2),
    PIN_RXD = STM32_PIN('A', 3),
    UART_AF = 7,
};

#define UART_BASE USART2_BASE
#define UART_GATE GATE_USART2
#define UART_IRQ STM32_IRQ_USART2

#endif
END
./run build "$dir/$node"

# start OPTION...: the board runs, with its flash in a file.
start() {
    "$TN_BIN/tenon-emu" "$dir/$node" --flash "$dir/flash" --pty "$dir/port" "$@" 2>"$dir/emu" &
    pid=$!
    await test -e "$dir/port" || fail "the board does not start: $(cat "$dir/emu")"
}

start --load "build/$node/factory.hex"
"$tenon" -p "$dir/port" image list >"$dir/out" || fail "no answer"
grep -q '^0  *1\.0\.0 .*running, confirmed' "$dir/out" || fail "no application: $(cat "$dir/out")"
"$tenon" -p "$dir/port" os info | grep -q "$node application" || fail "another board's name"
arm-none-eabi-objcopy -O binary "build/$node/app.elf" "$dir/app.bin"
"$tenon" sign --key "$TN_KEY" --version 2.0.0 --header-size 0x200 --pad-header --align 8 \
    "$dir/app.bin" "$dir/app2.bin"
"$tenon" -p "$dir/port" upgrade "$dir/app2.bin" >"$dir/out" 2>&1 || fail "no upgrade: $(cat "$dir/out")"
stop
start
"$tenon" -p "$dir/port" image list | grep -q '^0  *2\.0\.0 .*running, confirmed' ||
    fail "the upgrade is lost when the power is"
stop
start --hold-button
"$tenon" -p "$dir/port" os info | grep -q "$node recovery" || fail "the button opens no recovery"
