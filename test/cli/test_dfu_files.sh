#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# .dfu files: tenon reads what dfu-suffix and dfuse-pack of dfu-util write, and they read what tenon
# writes; every command that takes a file takes a .dfu.
. "$(dirname "$0")/lib.sh"

run 0 keygen key.pem
head -c 9000 /dev/urandom >app.bin
run 0 sign -k key.pem --version 1.2.3 -H 256 --pad-header app.bin app.signed.bin
size=$(wc -c <app.signed.bin)

# ---- dfu-suffix ----
cp app.signed.bin theirs.dfu
dfu-suffix -v 1209 -p 0001 -d 0100 -a theirs.dfu >/dev/null || fail "dfu-suffix"
run 0 dfu-file check theirs.dfu
out "for        1209:0001, release 0100"
out "$size bytes and a suffix"
run 0 dfu-file make --vid 1209 --pid 0001 --device 0100 app.signed.bin ours.dfu
out "a DFU file for 1209:0001, release 0100"
dfu-suffix -c ours.dfu >said || fail "dfu-suffix refuses our file"
grep -q 'Vendor ID:.*0x1209' said && grep -q 'Product ID:.*0x0001' said &&
    grep -q 'BCD device:.*0x0100' said || { fail "dfu-suffix reads other ids"; cat said; }
run 0 dfu-file strip theirs.dfu back.bin
cmp -s back.bin app.signed.bin || fail "strip changes the content"
run 0 dfu-file make app.signed.bin any.dfu
run 0 dfu-file check any.dfu --json
out '"vid":null,"pid":null,"device":null,"dfuse":false'

# ---- dfuse-pack ----
dfuse-pack -D 0x1209:0x0002 -b 0x08008000:app.signed.bin -b 0x08004000:key.pem pack.dfu \
    >/dev/null || fail "dfuse-pack"
run 0 dfu-file check pack.dfu
out "for        1209:0002"
out "element    0x08008000, $size bytes"
out "element    0x08004000"
run 0 dfu-file make --vid 1209 --pid 0002 --address 0x08008000 app.signed.bin se.dfu
out "a DfuSe file for 1209:0002"
dfuse-pack -d se.dfu >said || fail "dfuse-pack refuses our file"
grep -q "address: 0x08008000, size: $size" said || { fail "dfuse-pack reads no element"; cat said; }
! grep -qi 'crc.*\(bad\|invalid\|mismatch\|doesn\)' said || fail "dfuse-pack finds a wrong CRC"
dfuse-pack -b 0x08008000:app.signed.bin one.dfu >/dev/null
run 0 dfu-file strip one.dfu one.hex
run 0 merge -o two.hex app.signed.bin@0x08008000
cmp -s one.hex two.hex || fail "a DfuSe file has other bytes than its source"
run 0 dfu-file make two.hex three.dfu
run 0 dfu-file check three.dfu
out "element    0x08008000, $size bytes"

# ---- Every command that takes a file ----
for f in ours.dfu theirs.dfu one.dfu; do
    run 0 inspect -k key.pem $f
    out "signature  genuine"
    run 3 upgrade -p /nowhere $f  # the file is read and sound
    run 3 image upload -p /nowhere $f
done
run 0 dfu-file make app.bin program.dfu
run 0 sign -k key.pem --version 1.2.3 -H 256 --pad-header program.dfu x.bin
cmp -s -n $((size - 100)) x.bin app.signed.bin || fail "a program in a .dfu is signed otherwise"
run 0 merge -o m.hex one.dfu
cmp -s m.hex two.hex || fail "merge reads other bytes"
refused 64 "give .hex, .uf2 and DfuSe files as they are" merge -o m.hex one.dfu@0x100
run 0 merge -o m.hex ours.dfu@0x08008000
cmp -s m.hex two.hex || fail "merge keeps the suffix"

# ---- sign writes them ----
run 0 sign -k key.pem --version 1.2.3 -H 256 --pad-header --vid 1209 --pid 2 app.bin s.dfu
dfu-suffix -c s.dfu >said && grep -q 'Product ID:.*0x0002' said || fail "no suffix by sign"
run 0 inspect -k key.pem s.dfu
run 0 sign --dfu -k key.pem --version 1.2.3 -H 256 --pad-header app.bin s.img
dfu-suffix -c s.img >/dev/null || fail "no suffix by --dfu"
run 0 sign -k key.pem --version 1.2.3 -H 256 --pad-header -x 0x8000 app.bin s.dfu
run 0 dfu-file check s.dfu
out "element    0x00008000"
refused 64 "merge writes .bin, .hex and .uf2" merge -o m.dfu two.hex

# ---- Damage ----
for at in 3 $((size + 1)) $((size + 15)); do
    flip ours.dfu $at
    refused 12 "damaged" dfu-file check flipped.bin
    refused 12 "damaged" upgrade -p /nowhere flipped.bin
    refused 12 "damaged" sign -k key.pem --version 1 flipped.bin x.bin
done
head -c 700 one.dfu >cut.dfu
refused 11 "a DfuSe file without its suffix" dfu-file check cut.dfu
refused 11 "a DfuSe file without its suffix" inspect cut.dfu
refused 10 "not a .dfu file" dfu-file check app.bin
refused 10 "not a .dfu file" dfu-file strip app.bin x.bin
run 12 dfu-file check ours.dfu flipped.bin one.dfu
[ "$(grep -c '^error:' err)" = 1 ] || fail "not one error for one bad file"
out "element    0x08008000"
refused 64 "not up to four hex digits" dfu-file make --vid 12345 app.bin x.dfu
refused 64 "not up to four hex digits" dfu-file make --pid -1 app.bin x.dfu
refused 64 "--alt is for a DfuSe file" dfu-file make --alt 1 app.bin x.dfu
refused 64 "has addresses of its own" dfu-file make --address 0 two.hex x.dfu
: >empty
refused 11 "holds no firmware" dfu-file make empty x.dfu
[ ! -e x.dfu ] || fail "a refused call writes a file"

finish
