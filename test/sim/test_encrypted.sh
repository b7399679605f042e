#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Encrypted images on tenon-sim, by each way to wrap a key and each strategy: the first image,
# upgrades, tests and reverts; what another device's key encrypted; and what lies in flash.
#
#   test_encrypted.sh BIN
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"

SPARE=294912       # port/posix/sim.h: TN_SIM_LOADER + TN_SIM_PRIMARY
SPARE_LEN=266240   # TN_SIM_SECONDARY: the spare slot, and scratch
LINE="a line of the program"

# make_for NAME VERSION KEY OPTIONS...: an image of NAME.raw, encrypted for this key.
make_for() {
    name=$1
    version=$2
    device=$3
    shift 3
    { seq -f "$LINE, %g of $version" 400; head -c 3000 /dev/urandom; } >raw
    "$tenon" -q sign -k key.pem --version "$version" -H 256 --pad-header --encrypt "$device" "$@" \
        raw "$name.bin" >/dev/null 2>&1 || fail "cannot encrypt $name for $device"
}

# is_hidden: no line of a program lies in the spare slot or scratch, and there is one to be found.
is_hidden() {
    checks=$((checks + 2))
    tail -c +$((SPARE + 1)) flash.img | head -c $SPARE_LEN | grep -aqF "$LINE" &&
        fail "$how: a clear line lies in the spare slot"
    head -c $SPARE flash.img | grep -aqF "$LINE" || fail "$how: no line in the primary slot either"
}

run 0 keygen key.pem
run 0 keygen --type p256 p256.pem
run 0 keygen --type x25519 x25519.pem
run 0 keygen --type p256 foreign.pem
head -c 16 /dev/urandom >kw

# first STRATEGY KEY: a new device, and its first image in slot 0 by recovery.
first() {
    how="$1, $2"
    rm -f flash.img
    start_sim --strategy "$1" --decrypt "$2"
    run 0 image upload --slot 0 first.bin
    boot
    runs 1.0.0 confirmed
    is_hidden
}

for key in p256.pem x25519.pem kw; do
    make_for first 1.0.0 $key --clear
    make_for v2 2.0.0 $key
    make_for v3 3.0.0 $key
    for strategy in swap-offset swap-scratch overwrite-only; do
        first $strategy $key
        run 0 upgrade v2.bin
        err "neither its hash nor its signature can be checked here"
        runs 2.0.0 confirmed
        is_hidden
        [ $strategy != overwrite-only ] || { stop_sim; continue; }
        run 0 upgrade --no-confirm v3.bin
        runs 3.0.0 "on test"
        is_hidden
        boot
        runs 2.0.0 confirmed
        is_hidden
        run 0 upgrade v3.bin
        runs 3.0.0 confirmed
        is_hidden
        stop_sim
    done
done

# The other kinds, once each: they differ in the wrap only.
run 0 keygen --type rsa-2048 rsa.pem
head -c 32 /dev/urandom >kw256
for how in "rsa.pem --encrypt-keylen 256" "x25519.pem --hmac-sha 512" kw256; do
    # shellcheck disable=SC2086  # options
    make_for first 1.0.0 $how --clear
    # shellcheck disable=SC2086
    make_for v2 2.0.0 $how
    first swap-offset "${how%% *}"
    run 0 upgrade v2.bin
    runs 2.0.0 confirmed
    is_hidden
    stop_sim
done

# An image for another device: nobody but the loader can tell.
make_for first 1.0.0 p256.pem --clear
make_for theirs 2.0.0 foreign.pem
make_for v5 5.0.0 p256.pem
make_for clear 6.0.0 p256.pem --clear
first swap-offset p256.pem
run 8 upgrade theirs.bin
err "rejected: encrypted for another device"
err "tenon sign --encrypt"
runs 1.0.0 confirmed
run 0 image history
out "rejected: encrypted for another device"

# Recovery has the key, and tells at the end of the upload.
stop_sim
start_sim --decrypt p256.pem --hold-button
run 0 image erase  # it would not be sent again
refused 7 "cannot decrypt it" image upload theirs.bin
run 0 image upload v5.bin
stop_sim
start_sim --decrypt p256.pem

# An image that is not encrypted is one that keeps no secret: it is taken, and so is the next one.
make plain 4.0.0 none 9000
run 0 upgrade plain.bin
runs 4.0.0 confirmed
run 0 upgrade v5.bin
runs 5.0.0 confirmed
is_hidden

# The clear form is for slot 0. Sent to the spare slot all the same, it decrypts to something else.
refused 15 "runs in slot 0 only" upgrade clear.bin
run 8 upgrade --force clear.bin
err "rejected: hash"
runs 5.0.0 confirmed
stop_sim

# A device without a key takes no encrypted image.
rm -f flash.img
start_sim
run 0 upgrade plain.bin
refused 7 "encrypted" image upload v5.bin
runs 4.0.0 confirmed
stop_sim

# One slot: recovery takes the encrypted file, and the loader decrypts it in place; the power is cut
# while it does.
make_for one 1.0.0 p256.pem
make_for two 2.0.0 p256.pem
rm -f flash.img
how="single-slot"
start_sim --strategy single-slot --decrypt p256.pem
run 0 image upload --slot 0 one.bin
boot
runs 1.0.0 confirmed
is_hidden
boot --mode recovery
refused 7 "cannot decrypt it" image upload --slot 0 theirs.bin
run 0 image upload --slot 0 two.bin
stop_sim
checks=$((checks + 4))
for n in 2 9 17 23; do
    "$bin/tenon-sim" --flash flash.img --pty dev --key key.pem --strategy single-slot \
        --decrypt p256.pem --cut-after $n --cut torn >sim.log 2>&1
    [ $? = 9 ] || fail "$how: no power cut at operation $n"
done
start_sim --strategy single-slot --decrypt p256.pem
runs 2.0.0 confirmed
is_hidden
stop_sim

# What cannot be a device's key.
"$tenon" -q getpub --lang pem -o public.pem p256.pem
for bad in public.pem key.nothing raw; do
    checks=$((checks + 1))
    "$bin/tenon-sim" --flash flash.img --pty dev --decrypt $bad 2>err &&
        fail "$bad is taken as a key"
    grep -q "cannot decrypt with the key" err || fail "$bad: not told"
done
finish
