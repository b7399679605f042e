#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Commands on files: their output, and the exit code for every wrong input.
. "$(dirname "$0")/lib.sh"

dd if=/dev/urandom of=app.bin bs=3000 count=1 2>/dev/null

# ---- Keys ----
run 0 keygen key.pem
out "hash: "
err "Keep this file secret"
[ "$(stat -c %a key.pem)" = 600 ] || fail "key.pem is not private"
refused 73 "the file exists" keygen key.pem
run 0 keygen --force key.pem
run 0 keygen -k other.pem
run 0 keygen dev.pem --dev
run 0 getpub dev.pem -q
err "warning: dev.pem is a development key"
out "const struct tn_key tn_keys"
run 0 getpub key.pem other.pem --lang c -o keys.c
[ "$(grep -c TN_KEY_P256 keys.c)" = 2 ] || fail "keys.c lacks the second key"
run 0 getpub key.pem --lang hash
[ "$(wc -c <out)" = 65 ] || fail "a hash is 64 digits"
run 0 getpub key.pem --lang raw
[ "$(wc -c <out)" = 64 ] || fail "a raw key is 64 bytes"
run 0 getpub -k key.pem --lang pem -o pub.pem
refused 64 "takes one key" getpub key.pem other.pem --lang raw
refused 64 "one of c, pem" getpub key.pem --lang java
refused 66 "nokey.pem" getpub nokey.pem
refused 14 "no PEM key" getpub app.bin
refused 64 "missing: KEY" getpub
refused 64 "one of p256, p384" keygen -t rsa-1024 r.pem

# ---- Sign ----
run 0 sign -k key.pem --version 1.2.3+4 -H 256 --pad-header app.bin app.signed.bin
run 0 sign -k key.pem --version 1.2.3+4 -H 256 --pad-header app.bin again.signed.bin
cmp app.signed.bin again.signed.bin || fail "signing twice gives two images"
out "version 1.2.3.4"
out "signed"
run 0 inspect app.signed.bin -k key.pem
out "genuine"
run 0 inspect app.signed.bin -k pub.pem
run 0 sign --version 1 --pad-header app.bin unsigned.bin
err "warning: unsigned.bin is not signed"
run 20 inspect unsigned.bin
out "signature  none"
refused 64 "no version" sign -k key.pem app.bin x.bin
refused 64 "1.2.3.4.5" sign -k key.pem --version 1.2.3.4.5 app.bin x.bin
run 0 sign -k key.pem --version 1.2.3.4 -H 256 --pad-header app.bin x.bin
out "version 1.2.3.4"
rm x.bin
refused 64 "--pad-header" sign -k key.pem --version 1 app.bin x.bin
refused 64 "private key" sign -k pub.pem --version 1 --pad-header app.bin x.bin
refused 64 "--slot-size" sign -k key.pem --version 1 --pad-header --pad app.bin x.bin
refused 64 "--hex-addr" sign -k key.pem --version 1 --pad-header app.bin x.hex
refused 64 "not a number" sign -k key.pem --version 1 -H 1z app.bin x.bin
refused 64 "from 32" sign -k key.pem --version 1 -H 31 app.bin x.bin
refused 66 "nofile.bin" sign -k key.pem --version 1 --pad-header nofile.bin x.bin
refused 73 "nofolder/x.bin" sign -k key.pem --version 1 --pad-header app.bin nofolder/x.bin
refused 13 "at most" sign -k key.pem --version 1 --pad-header -S 4K --sector-size 1K --align 4 \
    app.bin x.bin
[ ! -e x.bin ] || fail "a refused image was written"

# A key from standard input, as a build server has it: never a file, never an argument.
"$tenon" sign -k - --version 1.2.3+4 -H 256 --pad-header app.bin piped.bin <key.pem >out 2>err ||
    fail "sign does not take the key from standard input"
run 0 inspect piped.bin -k key.pem
out "genuine"
"$tenon" sign -k - --version 1 --pad-header app.bin x.bin </dev/null >out 2>err
[ $? = 14 ] || fail "an empty standard input is no key"
err "error: standard input: no PEM key in it"
[ ! -e x.bin ] || fail "an image was written without a key"
"$tenon" getpub - --lang hash <key.pem >out 2>err
[ "$(wc -c <out)" = 65 ] || fail "getpub does not take the key from standard input"

# A first image for the programmer: sparse as .hex, complete as .bin, with the same content.
run 0 sign -k key.pem --version 1.0.0 -H 256 --pad-header -S 16K --sector-size 1K --align 4 \
    --confirm -x 0x4000 app.bin slot.hex
run 0 merge -o slot.bin slot.hex
[ "$(wc -c <slot.bin)" = 16384 ] || fail "slot.bin is not the whole slot"
run 0 inspect slot.bin -k key.pem
out "confirmed"
run 0 inspect slot.hex -k key.pem
out "confirmed"
run 0 sign -k key.pem --version 1.0.0 -H 256 --pad-header -S 16384 --pad app.bin padded.bin
[ "$(wc -c <padded.bin)" = 16384 ] || fail "padded.bin is not the whole slot"
run 0 inspect padded.bin
out "a test at the next reset"

# ---- Merge ----
run 0 merge -o m.hex slot.hex app.bin@0x100
out "0x00000100"
out "0x00004000"
refused 14 "overlap" merge -o m2.hex slot.hex app.bin@0x4000
refused 64 "FILE.bin@0x8000" merge -o m2.hex app.bin
refused 64 "FILE.bin@0x8000" merge -o m2.hex slot.hex@0
refused 64 "--output" merge slot.hex
printf ':00000001FF\n' >none.hex
cp slot.hex kept.hex
refused 14 "the files given hold no data; kept.hex is left as it is" merge -o kept.hex none.hex
cmp -s slot.hex kept.hex || fail "merge of nothing replaces its output"
cp app.bin same.bin
refused 64 "input and output are the same file" sign -k key.pem --version 1 -H 512 --pad-header --force \
    same.bin ./same.bin
cmp -s app.bin same.bin || fail "sign replaces its input"
[ ! -e m2.hex ] || fail "a refused merge was written"
head -c 100 slot.hex >cut.hex
refused 14 "cut.hex: line" merge -o m2.hex cut.hex
grep -v 00000001FF slot.hex >noend.hex
refused 11 "cut off" merge -o m2.hex noend.hex

# ---- Inspect: every wrong file has its code and its sentence ----
refused 66 "cannot be read" inspect nofile.bin
refused 10 "not a firmware image" inspect app.bin
: >empty.bin
refused 11 "empty" inspect empty.bin
for n in 1 31 32 255 3000 3350; do
    head -c $n app.signed.bin >cut.bin
    refused 11 "truncated" inspect cut.bin -k key.pem
done
flip app.signed.bin 0
refused 10 "not a firmware image" inspect flipped.bin
flip app.signed.bin 1000
refused 12 "does not match its hash" inspect flipped.bin
out "signature  not checked"
run 12 inspect --json flipped.bin
out '"signature":"not-read"'
flip app.signed.bin 3256
refused 14 "no TLV area" inspect flipped.bin
flip app.signed.bin $(($(wc -c <app.signed.bin) - 1))
refused 22 "signature is wrong" inspect flipped.bin -k key.pem
run 0 inspect flipped.bin
out "not checked"
refused 20 "not signed" inspect unsigned.bin
refused 21 "another key" inspect app.signed.bin -k other.pem
cp app.signed.bin enc.bin
printf '\004' | dd of=enc.bin bs=1 seek=16 conv=notrunc 2>/dev/null
refused 12 "does not match its hash" inspect enc.bin  # the flag alone: no key is wrapped in it
run 0 keygen device.pem
run 0 sign -k key.pem --version 1.0.0 -H 256 --pad-header --encrypt device.pem app.bin enc.bin
run 0 inspect -k key.pem enc.bin
out "AES-128, key wrapped by ECIES-P256"
out "of the clear form: not checked"
printf '\177ELFxxxxxxxx' >prog.elf
refused 10 "ELF" inspect prog.elf
run 10 inspect app.signed.bin app.bin unsigned.bin
[ "$(grep -c '^error:' err)" = 2 ] || fail "inspect names every bad file"

# Commands that send must refuse the same files before they open the port.
flip app.signed.bin 16
for c in upgrade "image upload"; do
    # shellcheck disable=SC2086  # two words
    refused 12 "does not match" $c -p /nowhere -k key.pem flipped.bin
    refused 20 "not signed" $c -p /nowhere unsigned.bin
    refused 21 "another key" $c -p /nowhere -k other.pem app.signed.bin
    refused 10 "not a firmware" $c -p /nowhere app.bin
    refused 3 "no such port" $c -p /nowhere app.signed.bin
    refused 3 "no such port" $c -p /nowhere app.bin --force
done

# ---- Ports ----
TENON_PORTS=/nowhere refused 5 "no port given, and SMP answers on none" image list
TENON_PORTS="/nowhere*" refused 3 "no port given, and this machine has no serial port" image list
refused 64 "not a serial port but another device" image list -p /dev/null
refused 64 "not a serial port but a file" image list -p app.bin
refused 64 "not a serial port but a folder" image list -p .
refused 64 "no such kind of port" image list -p tcp:host:1
refused 64 "a device on the network is udp:HOST" image list -p udp:host:0
refused 64 "no speed; give one, such as p@115200" image list -p p@0
refused 64 "such as /dev/ttyACM0" image list -p serial:
refused 64 "give --mode normal or --mode recovery" os reset --mode sideways -p /nowhere
refused 3 "no such port" os echo hi -p serial:/nowhere@9600
refused 64 "no speed" os echo hi -p serial:/nowhere@fast
refused 64 "--conntype" os echo hi --conntype ble --connstring peer_name=x
refused 64 "give addr=HOST:PORT" os echo hi --conntype udp --connstring host=x
refused 64 "give dev=PATH" os echo hi --conntype serial --connstring tty=x
refused 64 "mtu=N from 64" os echo hi --connstring dev=/nowhere,mtu=5
refused 3 "udp:127.0.0.1:9: nothing listens" os echo hi --conntype udp --connstring addr=127.0.0.1:9
refused 3 "udp:127.0.0.1:9: nothing listens" os echo hi --conntype udp --connstring '[127.0.0.1]:9'
refused 3 "/nowhere" os echo hi --conntype serial --connstring dev=/nowhere,baud=9600
TENON_PORT=/nowhere2
export TENON_PORT
refused 3 "/nowhere2" image list
unset TENON_PORT

# ---- Usage ----
run 0
out "A first update: tenon upgrade"
refused 64 "unknown command: frobnicate" frobnicate
refused 64 "unknown command: image frobnicate" image frobnicate
run 0 os
out "tenon os COMMAND --help"
refused 64 "unknown command: imge; did you mean image list?" imge list
refused 64 "unknown command: image lsit; did you mean image list?" image lsit
refused 64 "unknown command: upgarde; did you mean upgrade?" upgarde
refused 64 "--frobnicate" sign --frobnicate a b
refused 64 "missing" upgrade
refused 64 "one argument too many" image upload a b
refused 64 "value is missing" sign a b --version
run 0 --version
out "tenon "
run 0 --help
out "upgrade"
run 0 help
run 0 help sign
out "--pad-header"
refused 64 "no command" help frobnicate
refused 64 "no command sign frobnicate" help sign frobnicate
refused 64 "no command exit-codes extra" help exit-codes extra
refused 64 "see: tenon image --help" image frobnicate
for c in "image --help" "image -h" "--help image" "help image"; do
    # shellcheck disable=SC2086  # two words
    run 0 $c
    out "image upload FILE"
    grep -q "os echo" out && fail "more than the image commands: tenon $c"
done
run 0 os --help
out "os echo TEXT"

# Every command must have its own help, with the common options.
for c in keygen getpub sign inspect merge upgrade "image list" "image upload" "image test" \
    "image confirm" "image erase" "image slots" "os echo" "os reset" "os params" "os info"; do
    # shellcheck disable=SC2086  # two words
    run 0 $c --help
    out "Usage: tenon $c"
    out "--json"
done

# ---- Strategies: sizes by the loader's own word, and what does not fit refused by name ----
refused 64 "swap-offset: it takes write units of at most 32 bytes" sign -k key.pem --version 1 --pad-header \
    -S 16K --sector-size 1K --align 64 app.bin x.bin
run 0 sign -k key.pem --version 1 --pad-header -S 16K --sector-size 1K --align 64 --strategy overwrite-only \
    app.bin x.bin
refused 64 "not one of: swap-offset swap-move swap-scratch" sign -k key.pem --version 1 --pad-header --strategy swap app.bin x.bin

# ---- JSON: one object a line, with a type; errors too ----
json_lines() {
    checks=$((checks + 1))
    grep -qv '^{"type":"[a-z_]*","data":{.*}}$' out && fail "not JSON lines: tenon $*"
}
run 0 inspect --json app.signed.bin -k key.pem
json_lines inspect
out '"verdict":"sound"'
out '"signature":"genuine"'
run 21 inspect --json app.signed.bin -k other.pem
json_lines inspect
out '"error":"foreign-key"'
out '"exit_code":21'
run 0 sign --json -k dev.pem --version 1 --pad-header app.bin x.bin
json_lines sign
out '"level":"warning"'
run 0 merge --json -o m.hex slot.hex
json_lines merge
run 64 frobnicate --json
json_lines frobnicate
out '"error":"usage"'

# ---- The table of exit codes and its documentation are one ----
run 0 help exit-codes
sed -n '/^```text$/,/^```$/p' "$source/doc/exit_codes.md" | grep -v '^```' >doc.txt
cmp -s out doc.txt || fail "doc/exit_codes.md differs from: tenon help exit-codes"

finish
