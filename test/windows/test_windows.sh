#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tenon.exe under wine: what Windows does its own way. Devices are tenon-sim's, on UDP and, as a COM
# port of wine's, on a pseudo terminal. A real COM port of Windows is never tried here.
#
#   test_windows.sh FOLDER EXE     the folder of this machine's programs, and of tenon.exe
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"
exe=$2/tenon.exe
native=$bin/tenon
wine=$(command -v wine64 || echo /usr/lib/wine/wine64)

# --- a Windows of this test's own ---------------------------------------------------------------

# No Mono and no Gecko: wine would ask for them.
export WINEPREFIX="$work/wine" WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree=;mshtml='
cleanup() {
    for pid in $sim $sim2 $upload; do
        kill -KILL "$pid" 2>/dev/null
    done
    wineserver -k >/dev/null 2>&1
    wineserver -w >/dev/null 2>&1
}
sim2='' upload=''
wineserver -p >/dev/null 2>&1
wineboot -i >wineboot.log 2>&1 || { cat wineboot.log; echo "wine does not start"; exit 1; }
cat >windows_tenon <<END
#!/bin/sh
exec "$wine" "$exe" "\$@"
END
chmod +x windows_tenon
tenon=$work/windows_tenon

# same WHAT A B: both files must have the same bytes.
same() {
    checks=$((checks + 1))
    cmp -s "$2" "$3" || fail "$1: $2 and $3 differ"
}

# holds WHAT COMMAND...
holds() {
    what=$1
    shift
    checks=$((checks + 1))
    "$@" || fail "$what"
}

# --- texts --------------------------------------------------------------------------------------

run 0 --version
"$native" --version >want
same "the version" out want
run 0 help
"$native" help >want
same "help" out want
run 0 help exit-codes
"$native" help exit-codes >want
same "exit codes" out want
run 0 completion bash
"$native" completion bash >want
same "completion" out want
refused 64 "unknown command: upgarde" upgarde
refused 64 "unknown or wrong option" devices --colour

# --- keys and images ----------------------------------------------------------------------------

run 0 keygen key.pem
holds "the key begins like PEM" grep -q 'BEGIN PRIVATE KEY' key.pem
holds "no carriage return in the key" sh -c '! grep -q "$(printf "\r")" key.pem'
cp key.pem before.pem
refused 73 "the file exists" keygen key.pem
same "a key that exists stays" key.pem before.pem

# Keys under a passphrase, by what its libcrypto must have: PBKDF2 and scrypt, AES and DES, and the
# old form of PEM. The tests' machine has the openssl that makes them.
printf 'a secret' >pass
run 0 getpub --key key.pem --lang pem
cp out key.pub
for how in '-v2 aes-256-cbc' '-v2 des3' -scrypt; do
    # shellcheck disable=SC2086  # words
    openssl pkcs8 -topk8 -in key.pem -out locked.pem -passout 'pass:a secret' $how
    run 0 getpub --key locked.pem --passphrase-file pass --lang pem
    same "a key under $how" out key.pub
done
openssl ec -in key.pem -des3 -passout 'pass:a secret' -out locked.pem 2>/dev/null
run 0 getpub --key locked.pem --passphrase-file pass --lang pem
same "a key in the old form" out key.pub
for type in p384 ed25519 x25519 rsa-2048; do
    run 0 keygen --type $type --passphrase-file pass locked-$type.pem
    run 0 getpub --key locked-$type.pem --passphrase-file pass --lang pem
    "$native" getpub --key locked-$type.pem --passphrase-file pass --lang pem >want
    same "a $type key" out want
done

# Every byte, and those that a text mode would change: line ends, and Ctrl-Z, the end of a text.
i=0
while [ $i -lt 256 ]; do
    printf "\\$(printf %03o $i)"
    i=$((i + 1))
done >bytes
printf '\000\040\000\040\301\000\000\000' >app.bin
{ cat bytes; printf '\n\r\n\032\n\n\r\r\032end'; head -c 20000 "$native"; } >>app.bin
sign='sign --key key.pem --version 1.2.3 --header-size 0x200 --pad-header'
# shellcheck disable=SC2086  # words
run 0 $sign app.bin windows.bin
# shellcheck disable=SC2086
"$native" $sign app.bin want.bin >/dev/null 2>&1
same "a signed image" windows.bin want.bin
# shellcheck disable=SC2086
run 0 $sign --hex-addr 0x8000 app.bin windows.hex
# shellcheck disable=SC2086
"$native" $sign --hex-addr 0x8000 app.bin want.hex >/dev/null 2>&1
same "a signed image as Intel HEX" windows.hex want.hex
run 0 inspect --key key.pem windows.bin
out "genuine"
flip windows.bin 600
run 12 inspect --key key.pem flipped.bin
run 66 inspect nowhere.bin
err "No such file or directory"

# Bytes on standard output, and a key from standard input.
run 0 getpub --key key.pem --lang raw
"$native" getpub --key key.pem --lang raw >want
same "raw bytes in a pipe" out want
checks=$((checks + 1))
# shellcheck disable=SC2086
"$tenon" sign --key - --version 1.2.3 --header-size 0x200 --pad-header app.bin piped.bin \
    <key.pem >out 2>err || fail "a key from standard input"
same "signed by a key from standard input" piped.bin want.bin
run 0 inspect --json windows.bin
"$native" inspect --json windows.bin >want
same "objects in a pipe" out want

# --- paths --------------------------------------------------------------------------------------

mkdir -p 'a folder/deeper' 'größe-Ж€'
cp app.bin 'a folder/deeper/my app.bin'
run 0 sign --key key.pem --version 1.2.3 --header-size 0x200 --pad-header \
    'a folder\deeper\my app.bin' 'a folder\deeper\signed app.bin'
same "backslashes and blanks" 'a folder/deeper/signed app.bin' want.bin
run 0 inspect "Z:$(echo "$work" | tr / '\\')\\windows.bin"
cp app.bin 'größe-Ж€/ä.bin'
run 0 sign --key key.pem --version 1.2.3 --header-size 0x200 --pad-header 'größe-Ж€\ä.bin' \
    'größe-Ж€\ö.bin'
same "names in UTF-8" 'größe-Ж€/ö.bin' want.bin
run 66 inspect 'größe-Ж€\fehlt-ß.bin'
err 'größe-Ж€\fehlt-ß.bin: cannot be read'
# A file in use: neither lost nor half written. Linux opens it for wine; a folder stands for it.
mkdir taken.bin
# shellcheck disable=SC2086
refused 73 "cannot be written" $sign app.bin taken.bin
holds "no temporary file stays" sh -c '! ls | grep -q "\.tmp"'

# --- the user's folder --------------------------------------------------------------------------

unset TENON_CONFIG
run 0 config add bench port=COM5 key=key.pem
profiles=$(find wine/drive_c/users -path '*AppData/Roaming/tenon/config')
holds "profiles lie in %APPDATA%" [ -f "$profiles" ]
run 0 config show bench
out "port = COM5"
# The key's path is whole, so that it is right in every folder.
out '\key.pem'
holds "a key's path with its drive" grep -q 'key = [A-Z]:\\' out
refused 73 "is there already" config add bench port=COM6
run 0 config add bench port=COM5 --force
run 0 config show
holds "one profile after --force" [ "$(grep -c '^\[' "$profiles")" = 1 ]

# --- devices ------------------------------------------------------------------------------------

udp_port() { sed -n 's/.*UDP at .*:\([0-9]*\)$/\1/p' "$1"; }
"$bin/tenon-sim" --flash flash.img --pty dev --udp 0 --key key.pem --allow all --udp-allow all \
    >sim.log 2>&1 &
sim=$!
"$bin/tenon-sim" --flash flash2.img --pty dev2 --udp 0 --key key.pem >sim2.log 2>&1 &
sim2=$!
await test -L dev && await test -L dev2 || { cat sim.log sim2.log; exit 1; }
one=udp:127.0.0.1:$(udp_port sim.log)
two=udp:127.0.0.1:$(udp_port sim2.log)
ln -sfn "$(readlink dev)" wine/dosdevices/com5

run 0 -p "$one" os echo "Grüße, Ж"
out "Grüße, Ж"
run 0 -p "$one" upgrade windows.bin
out "1.2.3 runs and is confirmed"
run 0 -p "$one" image list
out "running, confirmed"
run 0 -p "$one" upgrade windows.bin
out "already running: version 1.2.3"

# Zip archives: the same bytes as on Linux; one from elsewhere, compressed; one that is damaged.
# shellcheck disable=SC2086  # words
run 0 sign --key key.pem --version 1.2.4 --header-size 0x200 --pad-header app.bin packed.bin
run 0 pack packed.bin --output 'an archive.zip'
mv 'an archive.zip' windows.zip  # its own name is in it
"$native" pack packed.bin --output 'an archive.zip' >/dev/null 2>&1
same "an archive" windows.zip 'an archive.zip'
run 0 -p "$one" upgrade windows.zip
out "1.2.4 runs and is confirmed"
python3 - windows.bin 'größe-Ж€/compressed.zip' <<'END'
import sys, zipfile
with zipfile.ZipFile(sys.argv[2], 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('manifest.json', '{"format-version":0,"files":[{"file":"app.bin"}]}')
    z.write(sys.argv[1], 'app.bin')
    assert z.getinfo('app.bin').compress_size < z.getinfo('app.bin').file_size
END
head -c 5000 'größe-Ж€/compressed.zip' >cut.zip
refused 14 "damaged zip archive" -p "$one" upgrade cut.zip
run 0 -p "$one" image list
out 1.2.4
run 0 -p "$one" upgrade --force 'größe-Ж€\compressed.zip'
out "1.2.3 runs and is confirmed"

# The device lets this image be read back: the same bytes, over a socket and into a file.
"$bin/tenon" -p dev image download back.want >/dev/null 2>err || fail "the device gives no image"
run 0 -p "$one" image download back.bin
same "what was read back" back.bin back.want

refused 3 "nothing listens on this port" -p udp:127.0.0.1:9 os echo x
refused 3 "no such host" -p udp:nosuch.invalid os echo x
refused 3 "no such port" -p COM77 os echo x
refused 64 "is no speed" -p COM5@fast os echo x

# wine lists the machine's own serial ports, which a container may lack.
if [ -e /dev/ttyS0 ]; then
    run 0 devices
    out COM1
    run 0 devices --json
    out '"path":"COM1"'
else
    refused 3 "no serial port on this machine" devices
fi
run 1 doctor -p COM77
out "COM77: no such port"

# The serial line: wine's COM5 is the simulated device's terminal.
run 0 -p COM5 os echo "by serial line"
out "by serial line"
run 0 -p serial:COM5@115200 image list
out "1.2.3"
# shellcheck disable=SC2086
run 0 sign --key key.pem --version 1.3.0 --header-size 0x200 --pad-header app.bin next.bin
run 0 -p bench --log 'the log.txt' upgrade next.bin
out "1.3.0 runs and is confirmed"
holds "the serial line is not lost" sh -c '! grep -q "lost the device" err'
holds "a record of the upgrade, in lines" grep -q '"event":"end".*"exit_code":0}$' 'the log.txt'

# Two devices at once, and all that answer.
run 0 -p "$one" -p "$two" os echo both
out "$one: both"
out "$two: both"
out "2 devices: 2 done, 0 failed"
run 0 -p "$one" -p "$two" upgrade 'a folder\deeper\signed app.bin' --force
out "2 devices: 2 done, 0 failed"
run 0 -p "$two" image list
out "1.2.3"
refused 64 "are the same port" -p COM5 -p serial:COM5 os echo x
TENON_PORTS="$two COM77 COM5" run 3 --all os echo found
out "COM5: found"
out "3 devices: 2 done, 1 failed: COM77"

# Only one program changes a device at a time.
head -c 100000 "$native" >payload
cat app.bin payload >large.bin
run 0 sign --key key.pem --version 2.0.0 --header-size 0x200 --pad-header large.bin large.img
# An answer wakes the program. Without that, each of the 80 requests would take a fifth of a second.
run 0 -p "$one" upgrade large.img
seconds=$(sed -n 's/.*(upload \([0-9]*\)\..*/\1/p' out)
holds "an upload of 118 KiB in ${seconds:-?} s" [ "${seconds:-99}" -lt 8 ]
kill -STOP "$sim2"
"$tenon" -t 10 -p "$two" upgrade large.img >upload.out 2>upload.err &
upload=$!
sleep 2
kill -CONT "$sim2"
await grep -sq '^upload:' upload.err || fail "the upload does not get under way"
kill -STOP "$sim2"
checks=$((checks + 1))
"$tenon" -t 3 -p "$two" upgrade large.img >out 2>err &
second=$!
sleep 1
kill -CONT "$sim2"
wait "$second"
code=$?
[ "$code" = 4 ] && grep -q busy err || fail "two upgrades of one device: exit code $code"
wait "$upload" || fail "the first of two upgrades"
upload=

# --- Ctrl-C -------------------------------------------------------------------------------------

kill -STOP "$sim2"
"$tenon" -t 30 -p "$two" os echo x >out 2>err &
pid=$!
sleep 3
kill -INT "$pid"
wait "$pid"
code=$?
kill -CONT "$sim2"
holds "Ctrl-C: exit code 130, not $code" [ "$code" = 130 ]
err "error: interrupted"

# --- the console, from a pipe -------------------------------------------------------------------

# What is typed is a whole packet here: os reset, as doc/reference/smp.md describes it.
python3 - >frame <<'END'
import base64, binascii, struct, sys
packet = bytes.fromhex("0200000100000005a0")
body = struct.pack(">H", len(packet) + 2) + packet + struct.pack(">H", binascii.crc_hqx(packet, 0))
sys.stdout.buffer.write(b"\x06\x09" + base64.b64encode(body) + b"\n")
END
before=$(resets)
checks=$((checks + 1))
{ sleep 2; cat frame; sleep 4; } | "$tenon" -p COM5 console --deadline 8 >out 2>err ||
    fail "console"
err "COM5 at 115200 baud"
err "not shared on Windows"
out ": work"
holds "what is typed reaches the device" [ "$(resets)" -gt "$before" ]

finish
