#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Keys of every kind, wherever they are: files with and without a passphrase, standard input, a file
# descriptor, a certificate, a PKCS #11 token (SoftHSM), and a signature that another tool made.
. "$(dirname "$0")/lib.sh"
vectors=$source/test/vectors/kinds
kinds='p256 p384 ed25519 rsa2048 rsa3072'
like='--version 1.2.3 --header-size 0x20 --pad-header --align 4 --slot-size 0x4000'
{ printf '\000\040\000\040\001\002\000\000' && head -c 392 /dev/zero; } >app.bin

# sign OUT ARGS...: signs app.bin.
sign() {
    name=$1
    shift
    # shellcheck disable=SC2086  # options
    run 0 -q sign $like "$@" app.bin "$name"
}
# genuine KEY FILE
genuine() {
    run 0 inspect --key "$1" "$2"
    out "signature  genuine"
}

# --- kinds --------------------------------------------------------------------------------------

for kind in $kinds x25519; do
    run 0 keygen --type "$kind" "$kind.pem"
    run 0 getpub --lang pem -o "$kind.pub" "$kind.pem"
    for lang in raw hash; do
        run 0 getpub --lang $lang -o "$kind.$lang" "$kind.pem"
    done
done
run 0 keygen --type ecdsa-p384 --force other.pem
for kind in $kinds; do
    sign "$kind.bin" --key "$kind.pem"
    genuine "$kind.pem" "$kind.bin"
    genuine "$kind.pub" "$kind.bin"
    refused 21 "signed with another key" inspect --key other.pem "$kind.bin"
    sign again.bin --key "$kind.pem"
    case $kind in
    rsa*) ;;  # PSS has a random salt
    *) cmp -s "$kind.bin" again.bin || fail "$kind: another signature the second time" ;;
    esac
    sign full.bin --key "$kind.pem" --public-key-format full
    genuine "$kind.pem" full.bin
    out PUBKEY
    # imgtool's, of the vectors
    for file in "$vectors/$kind"*.bin; do
        genuine "$vectors/TEST-KEY-ONLY-$kind-private.pem" "$file"
    done
    at=$(($(wc -c <"$kind.bin") - 20))
    flip "$kind.bin" $at
    refused 22 "its signature is wrong" inspect --key "$kind.pem" flipped.bin
done
[ "$(wc -c <rsa2048.raw) $(wc -c <p384.raw) $(wc -c <ed25519.raw)" = "256 96 32" ] || fail "raw keys"
for kind in p256 p384; do
    sign one.bin --key $kind.pem --random-nonce
    sign two.bin --key $kind.pem --random-nonce
    genuine $kind.pem two.bin
    cmp -s one.bin two.bin && fail "$kind: --random-nonce repeats itself"
done
sign sha512.bin --key ed25519.pem --sha 512
genuine ed25519.pem sha512.bin
out SHA512
sign pure.bin --key ed25519.pem --pure
genuine ed25519.pem pure.bin
out SIG_PURE
run 0 getpub --lang c -o keys.c p256.pem p384.pem ed25519.pem rsa3072.pem
grep -q 'TN_KEY_ED25519, TN_KEY_FOR_IMAGES, 32' keys.c || fail "no Ed25519 key as C"

# shellcheck disable=SC2086
{
    refused 64 "--type dsa" keygen --type dsa x.pem
    refused 64 "an X25519 key encrypts" sign --key x25519.pem $like app.bin x.bin
    refused 64 "--pure is for Ed25519 keys" sign --key p256.pem --pure $like app.bin x.bin
    refused 64 "--sha 512: with an ECDSA P-256 key" sign --key p256.pem --sha 512 $like app.bin x.bin
    refused 64 "--sha 7" sign --key p256.pem --sha 7 $like app.bin x.bin
    refused 64 "leave --sha out" sign --key ed25519.pem --pure --sha 256 $like app.bin x.bin
    refused 64 "holds only the public half" sign --key p256.pub $like app.bin x.bin
    refused 15 "encrypts and does not sign" getpub --lang c x25519.pem
}
[ ! -e x.bin ] || fail "a refused image was written"

# --- where a key is -----------------------------------------------------------------------------

for kind in $kinds; do
    openssl pkey -in $kind.pem -outform DER -out $kind.der
    sign der.bin --key $kind.der
    genuine $kind.pem der.bin
done
"$tenon" -q sign --key - --version 1 -H 32 --pad-header app.bin stdin.bin <p384.pem >out 2>err ||
    fail "--key -"
genuine p384.pem stdin.bin
"$tenon" -q sign --key fd:7 --version 1 -H 32 --pad-header app.bin fd.bin 7<rsa2048.pem >out 2>err ||
    fail "--key fd:7"
genuine rsa2048.pem fd.bin
# shellcheck disable=SC2086
refused 66 "no file descriptor" sign --key fd:9 $like app.bin x.bin
# shellcheck disable=SC2086
refused 64 "give the number" sign --key fd:x $like app.bin x.bin
openssl req -x509 -key p384.pem -subj /CN=test -days 9 -out cert.pem 2>/dev/null
openssl x509 -in cert.pem -outform DER -out cert.der
genuine cert.pem p384.bin
genuine cert.der p384.bin

# --- passphrases --------------------------------------------------------------------------------

echo "a secret" >pass
run 0 keygen --type ed25519 --passphrase-file pass locked.pem
grep -q "ENCRYPTED PRIVATE KEY" locked.pem || fail "the key is not encrypted"
sign locked.bin --key locked.pem --passphrase-file pass
run 0 getpub --passphrase-file pass --lang pem -o locked.pub locked.pem
genuine locked.pub locked.bin
openssl pkcs8 -topk8 -in p256.pem -outform DER -out locked.der -passout "pass:a secret"
sign locked2.bin --key locked.der --passphrase-file pass
genuine p256.pem locked2.bin
TENON_PASSPHRASE="a secret" "$tenon" -q sign --key locked.pem --version 1 -H 32 --pad-header app.bin \
    env.bin >out 2>err || fail "TENON_PASSPHRASE"
genuine locked.pub env.bin
echo "another" >wrong
# shellcheck disable=SC2086
refused 14 "does not open this key file" sign --key locked.pem --passphrase-file wrong $like app.bin x.bin
echo abc >short
refused 64 "shorter than 4" keygen --passphrase-file short x.pem
[ ! -e x.pem ] || fail "a refused key was written"
# Without a terminal (setsid), nobody can be asked.
setsid "$tenon" sign --key locked.pem --version 1 -H 32 --pad-header app.bin x.bin >out 2>err
grep -q "there is no terminal" err || fail "no word of the terminal"
# On a terminal, nothing of the passphrase is shown.
cat >ask.py <<'PY'
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen = b""
asked = 0
while True:
    try:
        got = os.read(fd, 1000)
    except OSError:
        break
    if not got:
        break
    seen += got
    if seen.count(b"passphrase") + seen.count(b"again") > asked and seen.endswith(b": "):
        asked += 1
        os.write(fd, b"a secret\n")
print(seen.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
PY
python3 ask.py "$tenon" sign --key locked.pem --version 1 -H 32 --pad-header app.bin asked.bin >out 2>err ||
    fail "asked on a terminal"
out "passphrase of locked.pem"
grep -q "a secret" out && fail "the passphrase is shown"
genuine locked.pub asked.bin
python3 ask.py "$tenon" keygen --lock --type p256 asked.pem >out 2>err || fail "asked for a new one"
sign asked2.bin --key asked.pem --passphrase-file pass

# --- signing elsewhere --------------------------------------------------------------------------

pss='-pkeyopt rsa_padding_mode:pss -pkeyopt digest:sha256 -pkeyopt rsa_pss_saltlen:32'
for kind in $kinds; do
    how=
    case $kind in
    ed25519) how=-rawin ;;
    rsa*) how=$pss ;;
    esac
    # shellcheck disable=SC2086
    run 0 sign --key $kind.pub $like --digest-out digest app.bin
    # shellcheck disable=SC2086
    openssl pkeyutl -sign -inkey $kind.pem $how -in digest -out signature
    sign made.bin --key $kind.pub --signature signature
    genuine $kind.pem made.bin
    base64 signature >signature.txt     # as imgtool's --sig-out
    sign made2.bin --key $kind.pub --signature signature.txt
    cmp -s made.bin made2.bin || fail "$kind: base64"
    flip signature 60
    # shellcheck disable=SC2086
    refused 22 "not this key's" sign --key $kind.pub --signature flipped.bin $like app.bin x.bin
    # shellcheck disable=SC2086
    refused 22 "not this key's" sign --key $kind.pub --signature signature $like --pad-header \
        --security-counter 3 app.bin x.bin
done
# shellcheck disable=SC2086
run 0 sign --key ed25519.pub --pure $like --digest-out content app.bin
openssl pkeyutl -sign -inkey ed25519.pem -rawin -in content -out signature
sign made.bin --key ed25519.pub --pure --signature signature
cmp -s made.bin pure.bin || fail "pure: another image"
# shellcheck disable=SC2086
refused 64 "leave out OUT" sign --key p256.pub $like --digest-out d app.bin x.bin
# shellcheck disable=SC2086
refused 64 "needs the public key" sign --signature signature $like app.bin x.bin
# shellcheck disable=SC2086
refused 64 "missing: OUT" sign --key p256.pem $like app.bin

# --- a token ------------------------------------------------------------------------------------

module=
for file in /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so; do
    [ ! -f "$file" ] || module=$file
done
[ -n "$module" ] || fail "no SoftHSM: tools/setup installs it"
mkdir tokens
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$work" >hsm.conf
SOFTHSM2_CONF=$work/hsm.conf
export SOFTHSM2_CONF
softhsm2-util --init-token --free --label test --so-pin 1234 --pin 5678 >/dev/null || fail "no token"
n=0
for kind in $kinds; do
    n=$((n + 1))
    softhsm2-util --import $kind.pem --token test --label $kind --id 0$n --pin 5678 >/dev/null 2>&1 ||
        echo "note: SoftHSM imports no $kind"
done
echo 5678 >pin
for kind in $kinds; do
    uri="pkcs11:token=test;object=$kind?module-path=$module"
    sign token.bin --key "$uri" --passphrase-file pin
    genuine $kind.pem token.bin
    sign token.bin --key "$uri&pin-value=5678"
    genuine $kind.pem token.bin
    sign token.bin --key "$uri&pin-source=$work/pin"
    genuine $kind.pem token.bin
    run 0 getpub --lang pem --passphrase-file pin -o token.pem "$uri"
    cmp -s token.pem $kind.pub || fail "$kind: the token's public key is another"
done
echo 9999 >wrong
at="module-path=$module"
# shellcheck disable=SC2086
{
    refused 64 "the PIN does not open it" sign --passphrase-file wrong \
        --key "pkcs11:token=test;object=p256?$at" $like app.bin x.bin
    refused 66 "no such private key" sign --passphrase-file pin \
        --key "pkcs11:token=test;object=nobody?$at" $like app.bin x.bin
    refused 66 "no such token" sign --passphrase-file pin \
        --key "pkcs11:token=nothing;object=p256?$at" $like app.bin x.bin
    refused 64 "several private keys" sign --passphrase-file pin --key "pkcs11:token=test?$at" $like \
        app.bin x.bin
    refused 64 "not a URI of RFC 7512" sign --key "pkcs11:nonsense" $like app.bin x.bin
    refused 66 "no PKCS #11 module" sign --passphrase-file pin \
        --key "pkcs11:token=test?module-path=/nowhere.so" $like app.bin x.bin
}
[ ! -e x.bin ] || fail "a refused image was written"
finish
