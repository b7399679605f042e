#!/bin/sh
# Binaries of STM32 boards on QEMU's chips of the same families, by somebody else's models: start-up
# and UART. netduino2 has an STM32F205, netduinoplus2 an STM32F405; their flash cannot be written.
#
#   test_netduino.sh BIN BUILD      BUILD: the folder of the boards' builds
#
# The NUCLEO-F207ZG's loader verifies a signed application and starts it; the application answers by
# interrupts. The Feather's loader opens recovery, which polls. Its application reads the chip's
# number (0x1fff7a10), where QEMU's STM32F405 has nothing and raises a bus fault.
set -eu
. "$(dirname "$0")/../support/await.sh"
bin=$1 build=$2
dir=$(mktemp -d)
pid=
off() {
    [ -z "$pid" ] || { kill "$pid" 2>/dev/null || true; wait "$pid" 2>/dev/null || true; }
    pid=
}
trap 'off; rm -rf "$dir"' EXIT

fail() {
    echo "test_netduino: $*" >&2
    exit 1
}

has_port() { grep -q /dev/pts/ "$dir/said" || is_over $pid; }

# on MACHINE OPTION...: both boards have their line at USART3, QEMU's third one.
on() {
    off
    machine=$1
    shift
    qemu-system-arm -M "$machine" -nographic -monitor none -serial null -serial null \
        -serial pty "$@" >"$dir/said" 2>&1 </dev/null &
    pid=$!
    await has_port || fail "no line: $(cat "$dir/said")"
    port=$(grep -o '/dev/pts/[0-9]*' "$dir/said") || fail "$(cat "$dir/said")"
}

# says PATTERN ARGUMENT...: tenon prints it.
says() {
    pattern=$1
    shift
    "$bin/tenon" -p "$port" --timeout 20 "$@" >"$dir/out" 2>&1 || fail "tenon $*: $(cat "$dir/out")"
    grep -q "$pattern" "$dir/out" || fail "no '$pattern' in: $(cat "$dir/out")"
}

on netduino2 -device "loader,file=$build/nucleo_f207zg/factory.hex"
says '^0  *1\.0\.0 .*running, confirmed' image list
says 'nucleo_f207zg application' os info

on netduinoplus2 -kernel "$build/feather_f405/boot.elf"
says 'no image on the device' image list
says 'feather_f405 recovery' os info
