#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Key lists from the command line: made, shown, put into an image, and taken by the simulated
# device, which then refuses the images of a revoked key.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

for key in old new lists lists2 stranger; do
    run 0 keygen $key.pem
    run 0 getpub $key.pem --lang pem -o $key.pub.pem
    "$tenon" getpub $key.pem --lang hash >$key.hash
done

# ---- Roles in C ----
run 0 getpub old.pub.pem lists=lists.pub.pem image-2=new.pub.pem
out "{TN_KEY_P256, TN_KEY_FOR_IMAGES, 64, hash_0, key_0},"
out "{TN_KEY_P256, TN_KEY_FOR_LISTS, 64, hash_1, key_1},"
out "{TN_KEY_P256, TN_KEY_FOR_IMAGE + 2, 64, hash_2, key_2},"
refused 64 "leave it out of a loader" getpub revoked=old.pub.pem
refused 66 "image-15=new.pub.pem" getpub image-15=new.pub.pem  # no such role: a file's name

# ---- Lists as files ----
run 0 keylist make --key lists.pem --number 7 list.bin new.pub.pem revoked=old.pub.pem \
    lists=lists.pub.pem revoked-lists=lists2.pub.pem
out "number 7"
out "in use   any image  $(cat new.hash)"
out "REVOKED  any image  $(cat old.hash)"
out "REVOKED  key lists  $(cat lists2.hash)"
run 0 keylist show --key lists.pub.pem list.bin
out "signature  genuine"
run 0 --json keylist show list.bin
out '"number":7'
run 22 keylist show --key lists2.pub.pem list.bin
err "not signed by this key"
for at in 0 4 5 8 20 60 76 77 250; do
    flip list.bin $at
    "$tenon" keylist show --key lists.pub.pem flipped.bin >out 2>err && fail "a list with another byte $at"
    checks=$((checks + 1))
done
head -c 100 list.bin >cut.bin
run 11 keylist show cut.bin
(cat list.bin; echo) >long.bin
run 11 keylist show long.bin
refused 64 "no key for images would remain" \
    keylist make --key lists.pem --number 1 no.bin revoked=new.pub.pem revoked=old.pub.pem
refused 64 "cannot revoke the key that signs it" \
    keylist make --key lists.pem --number 1 no.bin new.pub.pem revoked-lists=lists.pub.pem
refused 64 "the same" keylist make --key lists.pem --number 1 no.bin new.pub.pem revoked=new.pub.pem
refused 64 "--number" keylist make --key lists.pem --number 0 no.bin new.pub.pem
refused 64 "--number" keylist make --key lists.pem no.bin new.pub.pem
refused 64 "private key of the role" keylist make --key lists.pub.pem --number 1 no.bin new.pub.pem
run 0 keygen --type p384 p384.pem
refused 15 "P-256, Ed25519 or RSA" keylist make --key p384.pem --number 1 no.bin new.pub.pem
[ ! -e no.bin ] || fail "a list was written that is refused"
for type in ed25519 rsa-2048 rsa-3072; do
    run 0 keygen --type $type other.pem --force
    run 0 keylist make --key other.pem --number 1 other.bin new.pub.pem
    run 0 keylist show --key other.pem other.bin
    out "signature  genuine"
done

# ---- In an image ----
# version NAME VERSION KEY OPTION...: NAME.bin, signed by KEY.
version() {
    name=$1 number=$2 key=$3
    shift 3
    { echo "behaviour: none" && head -c 9000 /dev/urandom; } >raw
    run 0 sign -k $key.pem --version "$number" -H 256 --pad-header "$@" raw "$name.bin"
}
version v2 2.0.0 new --key-list list.bin --security-counter 1
run 0 inspect --key new.pub.pem v2.bin
out "SEC_CNT       4 bytes  01000000"
version v2 2.0.0 new --key-list list.bin
run 0 inspect --key new.pub.pem v2.bin
out "number 7"
out "KEY_LIST"
out "signature  genuine"
run 0 keylist show --key lists.pub.pem v2.bin
run 0 --json inspect v2.bin
out '"key_list":{"number":7'
version v2-self 2.0.0 old --key-list list.bin
err "will not take the list from it"
refused 10 "raw: not a key list" sign -k new.pem --version 1 -H 256 --pad-header --key-list raw raw no.bin
version v1 1.0.0 old
refused 14 "brings no key list" keylist show v1.bin

# ---- On a device ----
cp old.pem key.pem
start_sim --key new.pub.pem --key lists=lists.pub.pem --key lists=lists2.pub.pem
run 0 upgrade v1.bin
run 0 image keys
out "key list: none"
out "in use   any image  $(cat old.hash)"
out "in use   key lists  $(cat lists.hash)"
# The list waits: the image that brings it is signed with the key that it revokes.
version v1b 1.1.0 old --key-list list.bin
run 0 upgrade v1b.bin
boot
run 0 image keys
out "key list: none"
# On test, it waits; confirmed, it is taken at the next reset.
run 0 upgrade --no-confirm v2.bin
runs 2.0.0 "on test"
run 0 image keys
out "key list: none"
err "takes it at a reset, when the image is confirmed"
run 0 image confirm
boot
run 0 image keys
out "key list: number 7"
out "REVOKED  any image  $(cat old.hash)"
out "in use   any image  $(cat new.hash)"
out "REVOKED  key lists  $(cat lists2.hash)"
run 0 --json image keys
out '"number":7'
# Images of the revoked key are refused before a byte is sent, and by the device.
version v3 3.0.0 old
refused 21 "was revoked on the device" upgrade v3.bin
refused 1 "check failed" doctor v3.bin
out "v3.bin: its key was revoked on the device"
refused 21 "was revoked on the device" upgrade --dry-run v3.bin
checks=$((checks + 1))
"$tenon" upgrade --force v3.bin >out 2>err && fail "an image of a revoked key is installed"
runs 2.0.0 confirmed
run 7 image rollback
runs 2.0.0 confirmed
version v3 3.0.0 stranger
refused 21 "does not trust" upgrade v3.bin
# A list with a lower number, one that takes the revocation back, and one by an image key.
run 0 keylist make --key lists.pem --number 8 list8.bin new.pub.pem lists=lists.pub.pem
version v4 4.0.0 new --key-list list8.bin
run 0 upgrade v4.bin
boot
run 0 image keys
out "key list: number 7"
err "leaves out a key that is revoked already"
run 0 keylist make --key new.pem --number 9 list9.bin new.pub.pem revoked=old.pub.pem
version v5 5.0.0 new --key-list list9.bin
run 0 upgrade v5.bin
boot
run 0 image keys
out "key list: number 7"
err "no key that signs lists on this device has signed it"
runs 5.0.0 confirmed
stop_sim

# A device without roles has no such list.
rm -f flash.img
cp new.pem key.pem
start_sim
refused 7 "takes no key lists" image keys
stop_sim
finish
