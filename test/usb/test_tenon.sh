#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tenon and a simulated device over USB: lists, upgrades from recovery and from the application,
# refusals in the device's own words, and files for other devices.
#
#   test_tenon.sh BIN SHIM
shim=$2
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
. "$source/test/usb/shim.sh"
TENON_PORT=
unset TENON_PORT

second=
stop_all() {
    for process in $served $second; do
        kill "$process" 2>/dev/null
    done
}
cleanup() { stop_all; }

: >sim.log
: >second.log
run 0 keygen key.pem
run 0 keygen other.pem
make big 4.0.0 none 300000
make long 4.0.0 none 200000
make v1 1.0.0 none 9000
make v2 2.0.0 none 12000
make v3 3.0.0 none 9000

# usb CODE ARGS...: tenon, which sees the device over USB.
usb() {
    code=$1
    shift
    run_usb "$code" "$tenon" "$@"
}
usb_refused() {
    usb "$1" $3
    err "$2"
    [ "$(grep -c '^error:' err)" = 1 ] || fail "not exactly one line of error: tenon $3"
}
mode_is() { with_usb "$usbip" "$tenon" devices --json 2>/dev/null | grep -q "\"mode\":\"$1\""; }
# runs_over PTY: the device must run this version, as it says over its serial line.
runs_now() {
    "$tenon" image list -p dev -t 5 >out 2>err
    checks=$((checks + 1))
    grep -q "^0  *$1  *[0-9a-f]*  *running, $2" out || fail "$1 ($2) does not run"
}

serve sim.log "$tenon"-sim --flash flash.bin --pty dev --id A1B2 --key key.pem --usbip 0

# ---- An empty device: recovery ----
usb 0 devices
out "usb:1209:0002:A1B2"
out "waits for a download"
out "alternate 0: Update, from 0x"
out "alternate 1: Slot 0, from 0x"
err "1209:0002 is a USB id for tests"
usb 0 devices --json
out '{"type":"dfu","data":{"name":"usb:1209:0002:A1B2","usb":"1209:0002","serial":"A1B2"'
out '"mode":"dfu","access":"ready"'
usb 0 doctor -p usb:
out "ok    usb:1209:0002:A1B2: waits for a download"
out "warn  usb:1209:0002:A1B2: a USB id for tests"
usb 0 upgrade --dry-run -p usb: v1.bin
out "would send v1.bin to usb:1209:0002:A1B2"
usb 0 upgrade -p usb: v1.bin
out "1.0.0: sent, and the device accepted it"
err "end:     the device checks what it got"
mode_is application || fail "the application does not run after the upgrade"
runs_now 1.0.0 confirmed

# ---- From the application, by its name; a .dfu file for it ----
usb 0 devices
out "usb:1209:0001:A1B2"
out "its application runs, and has DFU"
run 0 dfu-file make --vid 1209 --pid 0001 v2.bin v2.dfu
usb 0 upgrade --dry-run -p usb:1209:0001 v2.dfu
out "would ask the application of usb:1209:0001:A1B2 to leave for DFU mode"
usb 0 upgrade -p usb:1209:0001:A1B2 v2.dfu --json
out '{"type":"task_begin","data":{"task":"detach"}}'
out '"type":"task_progress","data":{"task":"download","percent":100'
out '"command":"upgrade","result":"sent","uploaded":true'
runs_now 2.0.0 "on test"

# ---- Refusals ----
usb_refused 7 'the device refused' "upgrade -p usb: v3.bin"
err "it says \"the spare slot is needed for going back\""
err "its loader starts the application again"
await mode_is application || fail "the application is not there again after a refusal"
usb_refused 3 "usb:1209:0002: no such DFU device; there is usb:1209:0001:A1B2" \
    "upgrade -p usb:1209:0002 v3.bin"
usb_refused 64 "DFU (usb:1209:0002) carries an upgrade and nothing else" \
    "image list -p usb:1209:0002"
stop_all
wait "$served" 2>/dev/null

serve sim.log "$tenon"-sim --flash empty.bin --pty dev --id A1B2 --key key.pem --usbip 0
usb_refused 10 "not a firmware image" "upgrade -p usb: raw"
usb_refused 66 "" "upgrade -p usb: nowhere.bin"
run 0 dfu-file make --vid 1209 --pid 0009 v1.bin other.dfu
usb_refused 64 "its suffix says that it is for 1209:0009" "upgrade -p usb: other.dfu"
run 0 dfu-file make --address 0x1234000 v1.bin elsewhere.dfu
usb_refused 23 "elsewhere.dfu: begins at 0x01234000, and the device takes an image at 0x" \
    "upgrade -p usb: elsewhere.dfu"
usb_refused 13 "too large" "upgrade -p usb: big.bin"
usb_refused 64 "no alternate setting 7; it has 0 \"Update\", 1 \"Slot 0\"" \
    "upgrade -p usb: --alt 7 v1.bin"
flip v1.bin 4000
usb_refused 12 "damaged" "upgrade -p usb: flipped.bin"
usb_refused 7 "the device refused" "upgrade -p usb: --force flipped.bin"
"$tenon" -q sign -k other.pem --version 5.0.0 -H 256 --pad-header raw foreign.bin >/dev/null 2>&1
usb_refused 7 "the device refused" "upgrade -p usb: foreign.bin"
usb_refused 124 "not done within the time of --deadline" "upgrade -p usb: --deadline 0.001 v1.bin"
# After all that, a sound image is installed.
usb 0 upgrade -p usb: v1.bin
runs_now 1.0.0 confirmed

# ---- Stopped, and unplugged, in the middle ----
# start_upgrade: an upgrade in the background that has sent its first part. Sets upgrading to the
# process of tenon itself, which gets the signals.
start_upgrade() {
    : >late
    TENON_USBIP=$usbip LD_PRELOAD=$shim "$tenon" upgrade -p usb: long.bin >out 2>late &
    upgrading=$!
    await grep -q '^download:' late || fail "the download does not get under way"
}
# ended CODE TEXT: that upgrade must end so.
ended() {
    checks=$((checks + 1))
    wait $upgrading
    code=$?
    cp late err
    [ $code = "$1" ] || fail "exit code $code, not $1"
    err "$2"
    [ "$(grep -c '^error:' err)" = 1 ] || fail "not exactly one line of error"
}
stop_all
wait "$served" 2>/dev/null
# Old bytes in the flash: each sector is erased first, and that takes its time.
head -c "$(wc -c <flash.bin)" /dev/urandom >slow.bin
serve sim.log "$tenon"-sim --flash slow.bin --pty dev --id A1B2 --key key.pem --usbip 0 \
    --erase-ms 300
start_upgrade
kill -INT $upgrading
ended 130 "stopped"
start_upgrade
kill -KILL "$served"
ended 6 "plug it in again, and try again"
wait "$served" 2>/dev/null
serve sim.log "$tenon"-sim --flash slow.bin --pty dev --id A1B2 --key key.pem --usbip 0
usb 0 upgrade -p usb: v1.bin
runs_now 1.0.0 confirmed

# ---- Two devices ----
first=$usbip
second=$served
serve second.log "$tenon"-sim --flash second.bin --pty dev2 --id C3D4 --key key.pem --usbip 0
usbip=$first,$usbip
usb_refused 64 "2 DFU devices match: usb:1209:0001:A1B2, usb:1209:0002:C3D4" \
    "upgrade -p usb: v1.bin"
usb 0 upgrade -p usb:1209:2 v2.bin
"$tenon" image list -p dev2 -t 5 >out 2>err
grep -q "^0  *2.0.0 .*running" out || fail "the other device was updated"
runs_now 1.0.0 confirmed

finish
