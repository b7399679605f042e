#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Follows doc/your_app.md literally. The meter runs without Tenon. Then it gets the document's
# blocks, is built, signed and updated, and must do what the document says.
#
# The environment as in test/qemu/CMakeLists.txt: TN_BIN, TN_MICROBIT, TN_KEY.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
TENON=$(cd "$here/../.." && pwd)
. "$here/../support/await.sh"
export TENON_TIMEOUT=20  # a busy machine
doc=$TENON/doc/your_app.md
dir=$(mktemp -d)
pid=
off() {
    if [ -n "$pid" ]; then
        kill "$pid" 2>/dev/null || true
        wait "$pid" || true
        pid=
    fi
}
trap 'exit 130' INT TERM HUP
trap 'off; rm -rf "$dir"' EXIT
PATH=$TN_BIN:$PATH
KEY=$TN_KEY
BOOT=$TN_MICROBIT/boot.hex
export KEY BOOT
cd "$dir"
port=$dir/port

step() { echo "-- $*"; }

fail() {
    echo "test_doc: $*" >&2
    grep -a ': start' log 2>/dev/null | sed 's/^/  the meter: /' >&2
    tail -n 20 log 2>/dev/null | sed 's/^/  the meter: /' >&2
    tail -n 20 out 2>/dev/null | sed 's/^/  output: /' >&2
    exit 1
}

# quiet COMMAND...: shows the command's output only if it fails.
quiet() { "$@" >out 2>&1 || fail "$*"; }

# --- building -----------------------------------------------------------------------------------

# build PROGRAM VERSION [OPTION...]: makes PROGRAM/build/meter.elf.
build() {
    program=$1
    version=$2
    shift 2
    quiet cmake -S "$program" -B "$program/build" -G Ninja -DMETER_VERSION="$version" "$@"
    quiet cmake --build "$program/build"
}

# size_of PROGRAM: prints flash and RAM of the build.
size_of() {
    arm-none-eabi-size "$1/build/meter.elf" | awk 'NR == 2 { print $1 + $2, $2 + $3 }'
}

# --- the board ----------------------------------------------------------------------------------

on() {
    microbit-qemu --flash "$1" --pty "$port" --baud 115200 --log log --save saved.bin 2>err &
    pid=$!
    await board_is_on || fail "no board"
    [ -e "$port" ] || fail "no board: $(cat err)"
}
board_is_on() { [ -e "$port" ] || is_over $pid; }

# since: prints the meter's output since mark.
mark() { from=$(wc -c <log); }
since() { tail -c +$((from + 1)) log | tr -d '\r'; }

# says PATTERN: the meter must print such a line after mark. It may stand behind an answer that a
# reset cut off.
has_said() { since | grep -a -q "$1"; }
says() { await has_said "$1" || fail "the meter does not say '$1'"; }

# stack: the deepest stack that the meter reports.
stack() { tr -d '\r' <log | sed -n 's/.*: work .* stack //p' | sort -n | tail -n 1; }

# as_told WORDS: runs the document's command that begins with these words, on this port.
as_told() {
    command=$(sed -n "s|^\\$ \($1.*\)|\1|p" "$doc")
    [ "$(echo "$command" | wc -l)" = 1 ] && [ -n "$command" ] || fail "not one command '$1' in the document"
    quiet timeout 600 sh -c "$(echo "$command" | sed "s|/dev/ttyACM0|$port|")"
}

# runs PATTERN: the list of images must have such a line.
runs() {
    quiet tenon image list -p "$port"
    grep -q "$1" out || fail "no '$1' in the list of images"
}

# --- 1. what there is, and knows nothing of Tenon -------------------------------------------------

step "the meter as it is"
! grep -rqi 'tenon\|tn_' "$here/meter" || fail "the meter knows of Tenon"
cp -r "$here/meter" plain
build plain 1.0.0
quiet arm-none-eabi-objcopy -O ihex plain/build/meter.elf plain.hex
on plain.hex
from=0
says 'meter 1.0.0: start 1$'
says 'meter 1.0.0: work 3[0-9][0-9][0-9], '
plain_stack=$(stack)
off
rm -f log

# --- 2. the document's blocks ---------------------------------------------------------------------

step "the document's blocks"
cp -r "$here/meter" app
(cd app && quiet sh "$here/apply.sh" "$doc")
! grep -n '#include.*\(board\.h\|service\.h\|port/\|prog/\)' app/* ||
    fail "headers of port/ or prog/"
# The numbers must be the loader's.
layout=$TENON/port/nrf5x/boards/microbit/layout.h
sed -n 's/^ *\([A-Z_]*_\(ADDR\|SIZE\)\) = \(0x[0-9a-f]*\),.*/#define \1 \3/p' app/update.c >numbers
[ "$(wc -l <numbers)" = 8 ] || fail "not eight numbers of the layout in update.c"
while read -r number; do
    grep -q "^$number\( \|\$\)" "$layout" || fail "not in the loader's layout: $number"
done <numbers
version=$(sed -n 's/.*TN_VERSION "\(.*\)"/\1/p' "$TENON/src/base/version.h")
grep -q "version = \"$version\"" app/update.c || fail "Tenon's version is $version"

build app 2.0.0 -DTENON="$TENON"
(cd app && quiet sh sign.sh 2.0.0)
build app 1.0.0
(cd app && quiet sh sign.sh 1.0.0)
# A version that must not stay: it resets before its three seconds are over.
cp -r app broken
rm -rf broken/build
sed -i 's/^ *report();/&\n            if (work >= 2000) { chip_reset(); }/' broken/main.c
build broken 3.0.0 -DTENON="$TENON"
(cd broken && quiet sh sign.sh 3.0.0)

# --- 3. what it does ------------------------------------------------------------------------------

step "the first flash"
on app/factory.hex
from=0
says 'meter 1.0.0: start 1, nothing new$'
runs '^0  *1\.0\.0 .*running, confirmed'

step "an upgrade, by the document's command; the work goes on"
mark
says 'meter 1.0.0: work'
cp app/meter-2.0.0.bin .
mark
as_told 'tenon upgrade'
since | sed '/start/,$d' | sed -n 's/^meter 1.0.0: work \([0-9]*\),.*/\1/p' >work
[ "$(wc -l <work)" -ge 2 ] || fail "the work stood still during the upload: $(cat work)"
awk 'NR > 1 && $1 < last + 900 { exit 1 } { last = $1 }' work || fail "the counter does not grow: $(cat work)"
says 'meter 2.0.0: start 2, a new version, on test$'
as_told 'tenon image list'
grep -q '^0  *2\.0\.0 .*running, confirmed' out || fail "2.0.0 is not confirmed"

step "a version that confirms itself"
mark
quiet tenon image erase -p "$port"  # else 1.0.0, which the swap left there, comes back for good
quiet tenon upgrade --no-confirm -p "$port" app/meter-1.0.0.bin
says 'meter 1.0.0: start 3, a new version, on test$'
says 'meter 1.0.0: work 3'
runs '^0  *1\.0\.0 .*running, confirmed'

step "a version that falls over goes back"
mark
quiet tenon image upload -p "$port" broken/meter-3.0.0.bin
quiet tenon image test -p "$port" broken/meter-3.0.0.bin
quiet tenon os reset -p "$port"
says 'meter 3.0.0: start 4, a new version, on test$'
says 'meter 1.0.0: start 5, the previous version is back$'

step "recovery at the next reset, once"
as_told 'tenon os reset'
mark
in_recovery() { tenon os info -q -p "$port" 2>/dev/null | grep -q recovery; }
await in_recovery || fail "no recovery"
mark
quiet tenon os reset -p "$port"
says 'meter 1.0.0: start 6, nothing new$'
quiet tenon image history -p "$port"
grep -q '3\.0\.0' out || fail "no word of 3.0.0 in the history"
app_stack=$(stack)
off

# --- 4. what it costs -----------------------------------------------------------------------------

step "without what is optional"
cp -r app few
rm -rf few/build
sed -i '/\/\/ optional: /d' few/update.c
build few 1.0.0 -DTENON="$TENON"
(cd few && quiet sh sign.sh 1.0.0)
on few/factory.hex
runs '^0  *1\.0\.0 .*running, confirmed'
off

step "with signatures"
cp -r app strict
rm -rf strict/build
(cd strict && quiet sh "$here/apply.sh" "$doc" optional && quiet tenon getpub --quiet --lang c --output keys.c "$KEY")
build strict 1.0.0 -DTENON="$TENON"
(cd strict && quiet sh sign.sh 1.0.0)
quiet tenon keygen stranger.pem
(cd app && KEY=../stranger.pem && quiet sh sign.sh 4.0.0)
on strict/factory.hex
quiet tenon image upload -p "$port" app/meter-4.0.0.bin
! tenon image test -p "$port" app/meter-4.0.0.bin >out 2>&1 || fail "a stranger's image is tested"
grep -q "does not trust this image's key" out || fail "no word of the key"
quiet tenon image upload -p "$port" app/meter-2.0.0.bin
quiet tenon image test -p "$port" app/meter-2.0.0.bin
mark
says 'work'
strict_stack=$(stack)
off

# added PROGRAM: what it needs more than the plain one.
added() { echo "$(size_of plain) $(size_of "$1")" | awk '{ print $3 - $1, $4 - $2 }'; }
# told PATTERN: prints the numbers of the document's sentence; \1 and so on are its groups.
told() {
    grep -q "$1" "$doc" || fail "the document has no figures like: $1"
    sed -n "s/.*$1.*/$2/p" "$doc"
}
# holds WHAT TOLD IS: the document's figure must be a ceiling, and at most a third above the real
# figure.
holds() {
    echo "$1: $3 bytes; the document says at most $2"
    [ "$3" -le "$2" ] && [ "$3" -ge $(($2 * 3 / 4)) ] || fail "doc/your_app.md says $2 for $1, it is $3"
}
number='\([0-9]*\)'
all="at most $number bytes of flash, $number of RAM and $number of stack"
few="at most $number of flash without what is optional"
strict="at most $number bytes of flash more, and $number of stack"
set -- $(added app) $((app_stack - plain_stack)) $(added few) $(added strict) $((strict_stack - app_stack))
holds "flash of all" "$(told "$all" '\1')" "$1"
holds "RAM of all" "$(told "$all" '\2')" "$2"
holds "stack of all" "$(told "$all" '\3')" "$3"
holds "flash without what is optional" "$(told "$few" '\1')" "$4"
holds "flash of signatures" "$(told "$strict" '\1')" $(($6 - $1))
holds "stack of signatures" "$(told "$strict" '\2')" "$8"
