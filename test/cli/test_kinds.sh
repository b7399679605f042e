#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Files that people give in place of an image or a program: each command names the kind of the file
# and the way out, in one line. Files that hold the right bytes in another form are accepted.
. "$(dirname "$0")/lib.sh"

run 0 keygen key.pem
run 0 getpub key.pem --lang pem -o pub.pem

# program ADDR LEN: a vector table for a Cortex-M program at ADDR, and other bytes, on stdout.
word() {
    printf "\\$(printf %o $(($1 & 255)))\\$(printf %o $(($1 >> 8 & 255)))"
    printf "\\$(printf %o $(($1 >> 16 & 255)))\\$(printf %o $(($1 >> 24 & 255)))"
}
program() {
    word 0x20004000
    for i in 1 2 3 4 5 6; do word $(($1 + 0x101 + 4 * i)); done
    for i in 7 8 9 10; do word 0; done
    for i in 11 12 13 14 15 16; do word $(($1 + 0x101 + 4 * i)); done
    head -c "$2" /dev/urandom
}
program 0 2000 >boot.bin
program 0x8100 3000 >app.bin
run 0 sign -k key.pem --version 1.2.3 -H 256 --pad-header app.bin app.signed.bin
[ ! -s err ] || fail "a sound program is signed with a remark"

# ---- What is no image and no program ----
printf ':020000040000FA\n:0400000A9900C0DEBB\n:00000001FF\n' >universal
printf 'S00F000068656C6C6F202020202000003C\nS9030000FC\n' >srec
printf '\177ELF\001\001\001' >elf
printf 'PK\003\004' >zip
gzip -c app.bin >gzip
printf '<!DOCTYPE html>\n<html></html>\n' >html
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n' >lfs
printf 'Not Found\n' >text
cp key.pem private
cp pub.pem public
head -c 4096 /dev/zero | tr '\0' '\377' >blank
printf '\074\270\363\226' >old

# named KIND TEXT: all commands that read a file name it so.
named() {
    for c in inspect "upgrade -p /nowhere" "upgrade --dry-run -p /nowhere" \
        "image upload -p /nowhere"; do
        # shellcheck disable=SC2086  # words
        refused 10 "$1: not a firmware image: $2" $c "$1"
    done
    refused 10 "$1: not a program to sign: $2" sign -k key.pem --version 1 --pad-header "$1" x.bin
    [ ! -e x.bin ] || fail "$1 was signed"
}
named universal "a Universal Hex"
named srec "Motorola S-records; make a .hex of it by: objcopy"
head -c 100 /dev/zero | tr '\0' x >nested
"$tenon" dfu-file make nested once >/dev/null &&
    "$tenon" dfu-file make once again >/dev/null && cmp -s once again ||
    fail "the suffix of a .dfu is not taken off before another one is made"
named elf "an ELF file; make a "
named zip "a zip; unzip it"
named gzip "compressed by gzip; unpack it by: gunzip"
named html "a web page"
named lfs "a pointer of Git LFS in place of the file; fetch the file by: git lfs pull"
named text "a text"
named private "a private key"
named public "a public key"
named blank "all its bytes are equal, as in erased flash"
named old "an image in MCUboot's first format"
run 10 inspect --json zip
out '"kind":"zip"'
refused 10 "a program without an image's header; make an image of it by: tenon sign" inspect app.bin

# ---- The name does not decide ----
cp app.signed.bin image.hex
run 0 inspect image.hex -k key.pem
run 0 merge -o app.hex app.bin@0x8100
cp app.hex program.bin
run 0 sign -k key.pem --version 1 -H 256 --pad-header program.bin x.hex
out "signed"
rm x.hex
refused 10 "a web page" merge -o m.hex html@0
refused 10 "cannot be merged: an ELF file" merge -o m.hex elf
refused 10 "cannot be merged: a zip" merge -o m.hex zip@0x1000
refused 64 "FILE.bin@0x8000" merge -o m.hex app.hex@0
[ ! -e m.hex ] || fail "a refused merge was written"

# ---- An image within a merged file ----
run 0 merge -o factory.hex boot.bin@0x08000000 app.signed.bin@0x08008000
refused 10 "an image lies at 0x8008000 behind other code; give the image's own file" \
    inspect factory.hex
refused 10 "an image lies at 0x8008000 behind other code" upgrade -p /nowhere factory.hex
refused 10 "an image lies at 0x8008000 behind other code; give the program alone" \
    sign -k key.pem --version 1 --pad-header factory.hex x.bin
run 0 merge -o factory.bin factory.hex
refused 10 "an image lies at 0x8000 behind other code" inspect factory.bin

# A whole chip, as debuggers and build systems write it: with the UICR.
printf 'uicr' >uicr
run 0 merge -o chip.hex boot.bin@0 app.signed.bin@0x8000 uicr@0x10001000
refused 10 "an image lies at 0x8000 behind other code" inspect chip.hex
run 0 merge -o no_image.hex boot.bin@0 uicr@0x10001000
refused 13 "keep other memories" inspect no_image.hex

# ---- UF2 ----
refused 64 "give the chip's family by --family" merge -o app.uf2 app.signed.bin@0x26000
refused 64 "not a UF2 family" merge -o app.uf2 --family nrf app.signed.bin@0x26000
[ ! -e app.uf2 ] || fail "a refused merge was written"
run 0 merge -o app.uf2 --family nRF52840 app.signed.bin@0x26000
[ "$(wc -c <app.uf2)" = $((($(wc -c <app.signed.bin) + 255) / 256 * 512)) ] || fail "app.uf2"
[ "$(od -An -tx4 -j 28 -N 4 app.uf2)" = " ada52840" ] || fail "the family is not in app.uf2"
[ "$(od -An -tx4 -j 12 -N 4 app.uf2)" = " 00026000" ] || fail "the address is not in app.uf2"
run 0 inspect app.uf2 -k key.pem
out "genuine"
head -c 1024 app.uf2 >cut.uf2
refused 11 "a UF2 that lacks blocks" inspect cut.uf2
run 0 merge -o again.hex app.uf2
out "0x00026000"
refused 64 "give the chip's family by --family" sign -k key.pem --version 1 --pad-header app.bin x.uf2
refused 64 "give its address by --hex-addr" sign -k key.pem --version 1 --pad-header \
    --family nrf52840 app.bin x.uf2
[ ! -e x.uf2 ] || fail "a refused sign was written"
run 0 sign -k key.pem --version 1 -H 512 --pad-header --family nrf52840 --hex-addr 0x26000 app.bin x.uf2
[ "$(od -An -tx4 -j 28 -N 4 x.uf2)" = " ada52840" ] || fail "the family is not in x.uf2"
[ "$(od -An -tx4 -j 12 -N 4 x.uf2)" = " 00026000" ] || fail "the address is not in x.uf2"
run 0 inspect x.uf2 -k key.pem
out "genuine"
for name in x.elf x.zip x.s19 x.srec; do
    refused 64 "files are not written here" merge -o $name app.hex
    refused 64 "files are not written here" sign -k key.pem --version 1 --pad-header app.bin $name
    [ ! -e $name ] || fail "$name was written"
done

# ---- What sign refuses, and what it remarks ----
refused 10 "an image already" sign -k key.pem --version 2 --pad-header app.signed.bin x.bin
[ ! -e x.bin ] || fail "an image was signed again"
run 0 sign -k key.pem --version 2 --pad-header --force app.signed.bin x.bin
err "warning: app.signed.bin: not a program to sign: an image already"
rm x.bin
{ head -c 256 /dev/zero && cat app.bin; } >room.bin
refused 64 "leave out --pad-header" sign -k key.pem --version 1 -H 256 --pad-header room.bin x.bin
[ ! -e x.bin ] || fail "a second header area was added"
run 0 sign -k key.pem --version 1 -H 256 room.bin x.bin
[ ! -s err ] || fail "room for a header is no reason for a remark"
head -c 3000 /dev/urandom >random.bin
run 0 sign -k key.pem --version 1 --pad-header random.bin x.bin
err "warning: random.bin: does not begin with the vector table of a Cortex-M"
to_hex="sign -k key.pem --version 1 -H 256 --pad-header"
# shellcheck disable=SC2086  # words
{
    run 0 $to_hex -x 0x8000 app.bin x.hex
    [ ! -s err ] || fail "the right address is no reason for a remark"
    run 0 $to_hex -x 0x9000 app.bin x.hex
    err "linked for another address: it starts at 0x00008204, and by --hex-addr the slot is at 0x00009000"
    run 0 $to_hex --rom-fixed 0x43000 app.bin x.bin
    err "by --rom-fixed the slot is at 0x00043000: link it for 0x00043100"
    run 0 merge -o moved.hex app.bin@0x18100
    run 0 $to_hex moved.hex x.hex
    err "by its own addresses the slot is at 0x00018000"
}

# ---- swap-scratch is a strategy ----
run 0 sign -k key.pem --version 1 --pad-header -S 16K --sector-size 1K --strategy swap-scratch \
    app.bin x.bin
refused 13 "at most" sign -k key.pem --version 1 --pad-header -S 3K --sector-size 1K \
    --strategy swap-scratch app.bin x.bin
run 0 help sign
out "swap-scratch"

finish
