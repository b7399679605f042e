# SPDX-License-Identifier: Apache-2.0
# Tenon against tools that others wrote: imgtool signs what our loader runs, and checks what we
# sign; smpmgr drives a whole update of the simulated device.
#
#   test_peers.sh BIN VENV
peers=$2/bin
. "$(dirname "$0")/../cli/lib.sh" "$1"
sim_pid=

cleanup() {
    [ -z "$sim_pid" ] || kill "$sim_pid" 2>/dev/null || :
    [ -z "$sim_pid" ] || wait "$sim_pid" 2>/dev/null || :
}

step() { echo "-- $*"; }

# peer TEXT TOOL ARGS...: runs a peer's tool, which must exit 0 and print TEXT.
peer() {
    text=$1
    tool=$2
    shift 2
    checks=$((checks + 1))
    if ! timeout 600 "$peers/$tool" "$@" >out 2>err; then
        fail "$tool $*: exit code not 0"
    elif ! grep -qF -- "$text" out && ! grep -qF -- "$text" err; then
        fail "$tool $* does not say: $text"
    fi
}

start_sim() {
    "$bin/tenon-sim" --flash flash --pty link "$@" 2>sim.log &
    sim_pid=$!
    await test -L link || fail "tenon-sim does not come up"
    port=$(readlink link)
}

smp() {
    text=$1
    shift
    peer "$text" smpmgr --port "$port" "$@"
}

# state SLOT FLAG VALUE: smpmgr's list says so.
state() {
    checks=$((checks + 1))
    timeout 600 "$peers/smpmgr" --port "$port" image state-read >out 2>err || fail "state-read"
    sed -n "/slot=$1,/,/^)/p" out | grep -q "$2=$3" || fail "slot $1: $2 is not $3"
}

# The device is back when it answers.
answers() { timeout 60 "$peers/smpmgr" --port "$port" os echo hi >out 2>err; }
wait_for_device() { await answers || fail "the device does not come back"; }

# ---- Images ------------------------------------------------------------------------------------

step "imgtool's key, imgtool's images"
imgtool="$peers/imgtool"
"$imgtool" keygen -k theirs.pem -t ecdsa-p256 || fail "imgtool keygen"
"$imgtool" getpub -k theirs.pem -e pem >theirs-public.pem || fail "imgtool getpub"
for v in 1 2; do
    { printf "payload %s\n\377" "$v"; head -c $((20000 * v)) /dev/zero | tr '\0' "$v"; } >payload$v.bin
    "$imgtool" sign -k theirs.pem --version $v.2.3+4 --header-size 0x200 --pad-header \
        --slot-size 0x40000 --align 4 --max-sectors 65 payload$v.bin theirs$v.bin ||
        fail "imgtool sign"
done
run 0 inspect --key theirs-public.pem theirs1.bin
out "1.2.3.4"

step "an image that needs another one, by imgtool"
"$imgtool" sign -k theirs.pem --version 3.0.0 --header-size 0x200 --pad-header \
    --slot-size 0x40000 --align 4 --max-sectors 65 -d "(1, 2.3.4+5)" payload1.bin needs.bin ||
    fail "imgtool sign -d"
run 0 inspect --key theirs-public.pem needs.bin
err "warning: needs.bin needs image 1 in version 2.3.4.5 or newer"

run 0 sign --key theirs.pem --version 3.0.0 --header-size 0x200 --pad-header \
    --slot-size 0x40000 --align 4 --max-sectors 65 -d "(1, 2.3.4+5)" payload1.bin ours-needs.bin
checks=$((checks + 1))
# Payload and protected TLVs, and behind those the magic of the others.
cmp -n $(($(stat -c %s payload1.bin) + 0x200 + 20 + 2)) needs.bin ours-needs.bin ||
    fail "a dependency is not the same bytes"

step "our images, checked by imgtool"
run 0 keygen ours.pem
for v in 1 2; do
    run 0 sign --key ours.pem --version $v.0.0 --header-size 0x200 --pad-header \
        --slot-size 0x40000 --align 4 --max-sectors 65 payload$v.bin ours$v.bin
    run 0 getpub ours.pem --lang pem --output ours-public.pem
    peer "Image was correctly validated" imgtool verify --key ours-public.pem ours$v.bin
done
run 0 sign --key ours.pem --version 1.0.0 --header-size 0x20 --pad-header --security-counter 7 \
    --slot-size 0x40000 --align 4 --max-sectors 65 payload1.bin counted.bin
peer "Image was correctly validated" imgtool verify --key ours-public.pem counted.bin

step "the same key and payload: the same bytes, but for the signature"
run 0 sign --key theirs.pem --version 1.2.3+4 --header-size 0x200 --pad-header \
    --slot-size 0x40000 --align 4 --max-sectors 65 payload1.bin same.bin
# Header, payload, TLV info's magic, and the TLVs SHA256 and KEYHASH; the sizes of signatures vary.
payload=$(($(stat -c %s payload1.bin) + 0x200))
checks=$((checks + 2))
cmp -n $((payload + 2)) same.bin theirs1.bin || fail "header or payload differ"
cmp -i $((payload + 4)) -n 72 same.bin theirs1.bin || fail "hash or key hash differ"

step "a padded and confirmed image, as imgtool makes it"
"$imgtool" sign -k theirs.pem --version 1.2.3+4 --header-size 0x200 --pad-header --confirm \
    --slot-size 0x40000 --align 4 --max-sectors 65 payload1.bin theirs-confirmed.bin || fail "imgtool"
run 0 sign --key theirs.pem --version 1.2.3+4 --header-size 0x200 --pad-header --confirm \
    --slot-size 0x40000 --align 4 --max-sectors 65 payload1.bin ours-confirmed.bin
checks=$((checks + 1))
tail -c 64 theirs-confirmed.bin >trailer1
tail -c 64 ours-confirmed.bin >trailer2
cmp trailer1 trailer2 || fail "the trailers differ"

step "images of every kind of key: imgtool's by us, ours by imgtool"
# both KIND OPTIONS...: imgtool and we sign with a key of imgtool's, and check each other's image.
both() {
    kind=$1
    shift
    "$imgtool" sign -k "$kind.pem" --version 1.0.0 --header-size 0x200 --pad-header \
        --slot-size 0x40000 --align 4 "$@" payload1.bin theirs.bin >imgtool.log 2>&1 ||
        fail "imgtool sign -k $kind.pem $*"
    run 0 inspect --key "$kind.pem" theirs.bin
    out "signature  genuine"
    run 0 sign --key "$kind.pem" --version 1.0.0 --header-size 0x200 --pad-header \
        --slot-size 0x40000 --align 4 "$@" payload1.bin our.bin
    peer "Image was correctly validated" imgtool verify --key "$kind.pem" our.bin
}
for kind in rsa-2048 rsa-3072 ecdsa-p384 ed25519; do
    "$imgtool" keygen -k $kind.pem -t $kind || fail "imgtool keygen -t $kind"
    both $kind
    both $kind --public-key-format full
done
both ed25519 --sha 512
both ed25519 --pure

step "signing elsewhere: the same bytes to sign, and imgtool's signature in our image"
for kind in rsa-2048 ecdsa-p384 ed25519; do
    how="--version 1.0.0 --header-size 0x200 --pad-header --slot-size 0x40000 --align 4"
    # shellcheck disable=SC2086  # options
    "$imgtool" sign -k $kind.pem $how --vector-to-sign digest payload1.bin digest1 >imgtool.log ||
        fail "imgtool sign --vector-to-sign"
    # shellcheck disable=SC2086
    run 0 sign --key $kind.pem $how --digest-out digest2 payload1.bin
    cmp digest1 digest2 || fail "$kind: another digest"
    # shellcheck disable=SC2086
    "$imgtool" sign -k $kind.pem $how --sig-out signature payload1.bin theirs.bin >imgtool.log ||
        fail "imgtool sign --sig-out"
    run 0 getpub --lang pem -o public.pem $kind.pem
    # shellcheck disable=SC2086
    run 0 sign --key public.pem $how --signature signature payload1.bin our.bin
    cmp our.bin theirs.bin || fail "$kind: another image"
    # shellcheck disable=SC2086
    "$imgtool" sign --fix-sig signature --fix-sig-pubkey public.pem $how payload1.bin fixed.bin \
        >imgtool.log || fail "imgtool sign --fix-sig"
    cmp our.bin fixed.bin || fail "$kind: another image by --fix-sig"
done

step "images by imgtool that are not supported: each is named"
# unsupported WORDS KEY OPTIONS...: imgtool signs so, and inspect names it.
unsupported() {
    words=$1
    by=$2
    shift 2
    "$imgtool" sign -k "$by" --version 1.0.0 --header-size 0x200 --pad-header --slot-size 0x40000 \
        --align 4 "$@" payload1.bin other.bin >imgtool.log 2>&1 || fail "imgtool sign -k $by $*"
    refused 15 "not supported here: $words" inspect other.bin
}
unsupported "LZMA2 compression" theirs.pem --compression lzma2
unsupported "loading to RAM" theirs.pem --load-addr 0x20000000

step "encrypted images: imgtool's by us, ours by imgtool"
# sealed SIGNER DEVICE OPTIONS...: imgtool encrypts for a device's key, and we decrypt to what it
# makes by --clear but for the wrapped key; then it verifies our clear form.
sealed() {
    by=$1
    device=$2
    shift 2
    how="--version 1.0.0 --header-size 0x200 --pad-header --slot-size 0x40000 --align 4"
    "$imgtool" getpub -k "$device.pem" -e pem >device.pem || fail "imgtool getpub -k $device.pem"
    # shellcheck disable=SC2086  # options
    "$imgtool" sign -k "$by.pem" $how -E device.pem "$@" payload2.bin theirs.bin >imgtool.log 2>&1 ||
        fail "imgtool sign -k $by.pem -E $device $*"
    run 0 inspect --key "$by.pem" theirs.bin
    out "of the clear form: not checked"
    run 0 decrypt --key "$device.pem" theirs.bin clear.bin
    run 0 inspect --key "$by.pem" clear.bin
    out "signature  genuine"
    checks=$((checks + 1))
    tail -c +513 clear.bin | head -c "$(stat -c %s payload2.bin)" | cmp - payload2.bin ||
        fail "$device $*: decrypted to something else"
    # shellcheck disable=SC2086
    run 0 sign --key "$by.pem" $how --encrypt device.pem --clear "$@" payload2.bin our.bin
    peer "Image was correctly validated" imgtool verify --key "$by.pem" our.bin
}
"$imgtool" keygen -k x25519.pem -t x25519 || fail "imgtool keygen -t x25519"
for bits in 128 256; do
    sealed theirs theirs --encrypt-keylen $bits
    sealed ed25519 x25519 --encrypt-keylen $bits
    sealed rsa-2048 rsa-2048 --encrypt-keylen $bits
done

# ---- A whole update by smpmgr ------------------------------------------------------------------

step "an empty device in recovery: smpmgr brings imgtool's first image"
start_sim --key theirs-public.pem
smp "hello" os echo hello
smp "No images on device" image state-read
smp "100.0%" image upload theirs1.bin
state 0 active False
smp "" os reset
wait_for_device
state 0 active True
state 0 confirmed True

step "smpmgr's debug log, explained"
timeout 600 "$peers/smpmgr" --port "$port" --loglevel DEBUG --logfile log image state-read >out 2>err
run 0 explain log
out "image: list of images (answer to "
out "nothing went wrong"

step "version 2: upload, test, reset, confirm, while version 1 runs"
smp "100.0%" image upload theirs2.bin
run 0 --json inspect theirs2.bin
hash=$(sed -n 's/.*"hash": *"\([0-9a-f]\{64\}\)".*/\1/p' out | head -1)
[ ${#hash} = 64 ] || fail "inspect gives no hash"
smp "" image state-write "$hash"
state 1 pending True
smp "" os reset
wait_for_device
state 0 version "'2.2.3.4'"
state 0 confirmed False
state 1 confirmed True
smp "" image state-write --confirm
state 0 confirmed True
smp "" os reset
wait_for_device
state 0 version "'2.2.3.4'"

step "an image signed by nobody here is taken, and refused when it is marked"
smp "100.0%" image upload ours1.bin
run 0 --json inspect ours1.bin
hash=$(sed -n 's/.*"hash": *"\([0-9a-f]\{64\}\)".*/\1/p' out | head -1)
timeout 600 "$peers/smpmgr" --port "$port" image state-write "$hash" >out 2>err
grep -q "IMAGE_CONFIRMATION_DENIED\|rc=32" out err || fail "not refused with code 32"
state 1 pending False
smp "" image erase 1
state 0 active True
checks=$((checks + 1))
! grep -q "slot=1" out || fail "slot 1 is still listed after its erase"

step "smpmgr's own upgrade, in recovery"
kill "$sim_pid"; wait "$sim_pid" 2>/dev/null
rm -f flash
start_sim --key theirs-public.pem
smp "Upgrade complete" upgrade theirs2.bin
wait_for_device
state 0 active True

finish
