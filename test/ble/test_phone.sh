#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The simulated device's NimBLE host and a phone of another Bluetooth stack (phone.py), over virtual
# controllers: upgrades with every MTU, lost connections, bonds. No radio, no kernel, no root.
#
#     test_phone.sh BIN PYTHON
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
python=$2
phone=
cleanup() {
    for process in $sim $phone; do
        kill -KILL "$process" 2>/dev/null
    done
}

# phone TEXT STEP...: a phone and a device that meet. $options: of the device. phone.log must hold
# TEXT at the end.
phone() {
    want=$1
    shift
    checks=$((checks + 1))
    rm -f port
    "$python" "$source/test/ble/phone.py" port "$@" >phone.log 2>&1 &
    phone=$!
    await test -s port || { fail "the phone does not start"; cat phone.log; exit 1; }
    # shellcheck disable=SC2086  # a list of words
    start_sim --ble "tcp:127.0.0.1:$(cat port)" $options
    wait $phone
    code=$?
    phone=
    [ "$code" = 0 ] && grep -qF "$want" phone.log || { fail "phone $*: $code"; cat phone.log sim.log; }
    stop_sim
}

run 0 keygen key.pem
for n in 1 2 3 4 5 6 7; do
    make v$n $n.0.0 none 9000
done
options=
start_sim
run 0 upgrade v1.bin
stop_sim

phone "upgrade=v2.bin: done" connect upgrade=v2.bin
phone "upgrade=v4.bin: done" mtu=23 connect upgrade=v3.bin mtu=247 upgrade=v4.bin
phone "upgrade=v5.bin: done" mtu=517 drop=3 upgrade=v5.bin
phone "old-log: done" connect upload=v6.bin old-log
start_sim
boot
runs 6.0.0 confirmed
stop_sim

options="--ble-access bonded --ble-bonds bonds"
phone "upgrade=v7.bin: done" refused pair disconnect connect upgrade=v7.bin
rm -f bonds
options="--ble-access 123456 --ble-bonds bonds"
phone "upgrade=v1.bin: done" refused pair=123456 upgrade=v1.bin
finish
