#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A simulated device with several images: they come and go together, by files in order or by a zip
# archive, and over power cuts.
#
#   test_images.sh BIN
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"

# both VERSION VERSION STATE: images 0 and 1 run these.
both() {
    run 0 image list
    checks=$((checks + 1))
    grep -q "^0  *0  *$1  *[0-9a-f]*  *running, $3" out &&
        grep -q "^1  *0  *$2  *[0-9a-f]*  *running, $3" out || fail "not $1 and $2, $3"
}

# start: the device; further options are the caller's.
start() { start_sim --image swap-move "$@"; }

run 0 keygen key.pem
for v in 1 2 3 4; do
    make app$v $v.0.0 serves 20000
    make net$v $v.1.0 serves 9000
done
make crash 6.0.0 crashes 5000
{ echo raw; head -c 3000 /dev/urandom; } >raw
run 0 sign -k key.pem --version 5.0.0 -H 256 --pad-header -d "(1, 5.1.0)" raw needs.bin
run 0 sign -k key.pem --version 5.1.0 -H 256 --pad-header -d "(0, 5.0.0)" raw needed.bin

# --- files in order -----------------------------------------------------------------------------

start
run 0 upgrade app1.bin net1.bin   # recovery serves, and both slots 0 are empty
both 1.0.0 1.1.0 confirmed
run 0 upgrade --dry-run app2.bin net2.bin
out "to slot 1 of image 0"
out "to slot 1 of image 1"
out "would reset the device, and wait until 2.0.0, 2.1.0 run"
run 0 --json upgrade app2.bin net2.bin
out '"result":"confirmed"'
out '"image":1'
both 2.0.0 2.1.0 confirmed
run 0 upgrade app2.bin net2.bin
out "already running: versions 2.0.0, 2.1.0, nothing to do"
run 0 upgrade app3.bin net2.bin   # only what is missing is sent
both 3.0.0 2.1.0 confirmed
run 0 upgrade --image 1 net3.bin  # one alone
both 3.0.0 3.1.0 confirmed
run 0 upgrade --no-confirm app4.bin net4.bin
out "4.0.0, 4.1.0 run, on test"
both 4.0.0 4.1.0 "on test"
boot
both 3.0.0 3.1.0 confirmed
run 0 image history --image 1
out "reverted"
run 0 upgrade app2.bin net2.bin   # a swap leaves app3
run 0 upgrade --no-confirm app3.bin net4.bin
err "so the others come for good, too"
boot
both 3.0.0 4.1.0 confirmed
run 0 upgrade app3.bin net3.bin

# --- what is not installed ----------------------------------------------------------------------

run 8 upgrade needs.bin net2.bin
err "rejected: dependency"
both 3.0.0 3.1.0 confirmed
run 0 upgrade needs.bin needed.bin
both 5.0.0 5.1.0 confirmed
run 8 upgrade crash.bin net3.bin
both 5.0.0 5.1.0 confirmed
refused 64 "net3.bin is image 1 of this device" upgrade net3.bin app2.bin
refused 64 "the device has no image 2" upgrade app2.bin net2.bin app3.bin
refused 64 "--image is for one file" upgrade --image 1 app2.bin net2.bin
refused 66 "missing.bin" upgrade app2.bin missing.bin

# --- archives -----------------------------------------------------------------------------------

run 0 pack app2.bin net2.bin --output u.zip
run 0 upgrade u.zip
both 2.0.0 2.1.0 confirmed
run 0 pack net3.bin net2.bin --output same1.zip
cp same1.zip same2.zip
run 0 pack net3.bin net2.bin --output same1.zip
checks=$((checks + 1))
cmp same1.zip same2.zip || fail "the same files make two archives"

# archive NAME MANIFEST FILES...: made by Python, compressed, with this manifest.
archive() {
    python3 - "$@" <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED) as z:
    if sys.argv[2]:
        z.writestr('manifest.json', sys.argv[2])
    for name in sys.argv[3:]:
        z.write(name)
END
}
archive old.zip '{"format-version":0,"files":[{"load_address":0xc000,"file":"app3.bin"}]}' app3.bin
run 0 upgrade old.zip             # no image_index: image 0
both 3.0.0 2.1.0 confirmed
archive net.zip '{"format-version":1,"files":[{"file":"net3.bin","image_index":"1"}]}' net3.bin
run 0 upgrade net.zip
both 3.0.0 3.1.0 confirmed
archive mixed.zip '{"format-version":1,"files":[{"file":"net1.bin","image_index":1},
    {"file":"app1.bin","image_index":"0"}]}' net1.bin app1.bin
run 0 upgrade mixed.zip           # in any order
both 1.0.0 1.1.0 confirmed
archive none.zip '' app1.bin
refused 14 "no manifest.json" upgrade none.zip
archive lacks.zip '{"format-version":1,"files":[{"file":"app9.bin"}]}' app1.bin
refused 14 "a file that the archive does not have" upgrade lacks.zip
archive index.zip '{"format-version":1,"files":[{"file":"app1.bin","image_index":"-1"}]}' app1.bin
refused 14 "no image's number" upgrade index.zip
archive twice.zip '{"format-version":1,"files":[{"file":"app1.bin","image_index":"0"},
    {"file":"net1.bin","image_index":"1"},{"file":"net2.bin","image_index":"1"}]}' \
    app1.bin net1.bin net2.bin
refused 14 "two files for one of several images" upgrade twice.zip
archive later.zip '{"format-version":2,"files":[]}'
refused 15 "format 2" upgrade later.zip
archive empty.zip '{"format-version":1,"files":[]}'
refused 14 "names no file" upgrade empty.zip
archive text.zip '{"format-version":1,"files":['
refused 14 "cannot be read" upgrade text.zip
head -c 5000 u.zip >cut.zip
refused 14 "a damaged zip archive" upgrade cut.zip
python3 -c "
b = bytearray(open('u.zip', 'rb').read()); b[9000] ^= 1; open('bit.zip', 'wb').write(b)"
refused 14 "a damaged zip archive" upgrade bit.zip
head -c 70000000 /dev/zero >zeros
archive bomb.zip '{"format-version":1,"files":[{"file":"zeros"}]}' zeros
refused 14 "a damaged zip archive" upgrade bomb.zip
rm zeros
both 1.0.0 1.1.0 confirmed
stop_sim

# --- power cuts ---------------------------------------------------------------------------------

# Both are requested; power is lost somewhere in the boot that installs them, and in later ones.
# Both run, or none.
cp flash.img before.img
for cut in 1 7 20 33 47 60 74; do
    cp before.img flash.img
    start
    run 0 image upload app2.bin
    run 0 image upload --image 1 net2.bin
    run 0 image test app2.bin
    run 0 image test net2.bin
    stop_sim
    for again in 1 2; do
        timeout 60 "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --image swap-move \
            --cut-after $cut --cut torn >cut.log 2>&1 </dev/null &
        sim=$!
        await grep -q 'power lost' cut.log || fail "no cut at $cut"
        stop_sim
    done
    start
    run 0 image list
    checks=$((checks + 1))
    runs0=$(sed -n 's/^0  *0  *\([0-9]\).*running.*/\1/p' out)
    runs1=$(sed -n 's/^1  *0  *\([0-9]\).*running.*/\1/p' out)
    [ -n "$runs0" ] && [ "$runs0" = "$runs1" ] || fail "half a set: cut at $cut"
    run 0 upgrade app2.bin net2.bin
    both 2.0.0 2.1.0 confirmed
    stop_sim
done

# --- encrypted, with the spare slots in another flash --------------------------------------------

run 0 keygen --type x25519 enc.pem
for v in 1 2; do
    for name in app net; do
        { echo "a line of $name"; head -c 20000 /dev/urandom; } >raw
        clear=
        [ $v = 2 ] || clear=--clear
        run 0 sign -k key.pem --version $v.0.0 -H 256 --pad-header --encrypt enc.pem $clear raw \
            enc-$name$v.bin
    done
done
rm -f flash.img
start_sim --external ext.img --image overwrite-only --decrypt enc.pem
run 0 upgrade enc-app1.bin enc-net1.bin
both 1.0.0 1.0.0 confirmed
run 0 upgrade enc-app2.bin enc-net2.bin
both 2.0.0 2.0.0 confirmed
checks=$((checks + 2))
grep -aq "a line of" ext.img && fail "a clear line in the external flash"
grep -aq "a line of net" flash.img || fail "no clear line where image 1 runs"
stop_sim

# --- what the simulator refuses -----------------------------------------------------------------

checks=$((checks + 2))
"$bin/tenon-sim" --flash f --pty p --key key.pem --image swap-move --xmodem 2>err && fail "--xmodem"
err "by SMP over serial, UDP or BLE only"
"$bin/tenon-sim" --flash f --pty p --key key.pem --image nothing 2>err && fail "--image nothing"
err "not a strategy"

finish
