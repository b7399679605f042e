# SPDX-License-Identifier: Apache-2.0
# Runs firmware that others wrote on our models: Debian's MicroPython for the micro:bit. It brings
# its words for UICR, asks the accelerometer who it is, takes random numbers, measures the
# temperature and answers on the line.
#
#   test_foreign.sh BIN
. "$(dirname "$0")/../cli/lib.sh"
hex=/usr/share/firmware-microbit-micropython/firmware.hex
pid=

cleanup() {
    [ -z "$pid" ] || kill "$pid" 2>/dev/null
}

# refuses CODE TEXT OPTION...: tenon-emu must end with CODE and print TEXT.
refuses() {
    want=$1 text=$2
    shift 2
    checks=$((checks + 1))
    "$bin/tenon-emu" nrf51822 --load "$hex" --pty line "$@" >out 2>err
    code=$?
    [ $code = "$want" ] || fail "tenon-emu $*: exit code $code, not $want"
    err "$text"
}

# prints PATTERN: the device prints it.
prints() {
    checks=$((checks + 1))
    await grep -qa -- "$1" log || fail "the device does not print $1: $(tail -n 5 log)"
}

refuses 70 'writes PPI + 0x510 (0x4001f510), which is not modelled'
refuses 64 "no 'RADAR' that is not modelled" --lenient=PPI,RADAR

"$bin/tenon-emu" nrf51822 --load "$hex" --lenient=PPI,GPIOTE --pty line --log log >out 2>err &
pid=$!
await test -L line || fail "tenon-emu does not come up"
exec 3<>line
stty raw -echo <&3
prints 'MicroPython v1.*with nRF51822'
prints '>>>'
printf 'print(6 * 7)\r\n' >&3
prints '^42'
printf 'from microbit import *\r\nprint("t =", temperature())\r\n' >&3
prints '^t = 25'
[ ! -s err ] || fail "tenon-emu complains"

finish
