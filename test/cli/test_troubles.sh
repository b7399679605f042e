#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Devices with faults, on tenon-sim: images that crash or hang, and devices that are unplugged or
# serve recovery.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 12000
make v3 3.0.0 none 12000
make crash 4.0.0 crashes 5000
make hang 5.0.0 hangs 5000
make self 6.0.0 confirms 5000
start_sim
run 0 upgrade v2.bin
runs 2.0.0 confirmed

# ---- Images that do not stay ----
refused 8 "2.0.0 runs after the reset" upgrade --no-confirm crash.bin
runs 2.0.0 confirmed
refused 9 "may hang" upgrade hang.bin --deadline 4
err "the device's watchdog"
after_resets 1 kill -USR1 "$sim"
runs 2.0.0 confirmed
run 0 upgrade --no-confirm self.bin
is_confirmed() { "$tenon" image list 2>/dev/null | grep -q "^0  *$1  *[0-9a-f]*  *running, confirmed"; }
await is_confirmed 6.0.0   # the application confirms itself half a second after its start
runs 6.0.0 confirmed

# ---- Recovery ----
boot --mode recovery
run 0 image list
grep -q running out && fail "an image runs in recovery"
run 0 os info
out "recovery"
run 0 upgrade v1.bin
runs 1.0.0 confirmed

# Unplugged during the swap. A first upgrade, of a copy of the flash, shows at which flash operation
# the swap begins.
stop_sim
cp flash.img before.img
start_sim
run 0 upgrade v2.bin
at=$(sed -n 's/^tenon-sim: reset (software) after \([0-9]*\) .*/\1/p' sim.log | head -n 1)
stop_sim
cp before.img flash.img
start_sim --cut-after $((at + 5))
"$tenon" upgrade v2.bin --deadline 2 >out 2>err
[ $? = 9 ] || fail "a device unplugged after the reset: not exit code 9"
wait "$sim"
sim=
err "the port is gone since the reset"
err "run the same command again"
start_sim
run 0 upgrade v2.bin
runs 2.0.0 confirmed

# The user holds the button: recovery serves after every reset, and the request stays pending.
stop_sim
start_sim --hold-button
refused 8 "is the button held?" upgrade v3.bin --deadline 10
run 0 image list
out "next reset tries it"
stop_sim
start_sim
runs 3.0.0 "on test"
run 0 image confirm
stop_sim

finish
