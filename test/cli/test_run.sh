#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ./run with wrong arguments, and a demo that is ended half-way.
. "$(dirname "$0")/lib.sh"

# misused TEXT ARGS...: ./run must print one line with TEXT, end with exit code 64, and do nothing.
misused() {
    text=$1
    shift
    checks=$((checks + 1))
    "$source/run" "$@" >out 2>err
    code=$?
    [ "$code" = 64 ] || fail "run $*: exit code $code, not 64"
    err "$text"
    [ "$(wc -l <err)" = 1 ] || fail "not exactly one line: run $*"
    [ ! -s out ] || fail "something on stdout: run $*"
}

misused "no command 'frobnicate'" frobnicate
misused "no command '-x'" -x
misused "no '--foo'" size --foo
misused "no 'extra'" size --json extra
misused "no '--foo'" bench --foo
misused "no board 'nowhere'" build nowhere
misused "no board.cmake in './nowhere'" build ./nowhere
misused "no 'extra'" build microbit extra
misused "takes no board" demo --sim extra
misused "no board 'extra'" demo extra
misused "no 'foo'" help foo
misused "no '--foo'" vectors --foo
misused "no '--foo'" vectors "$source/test/vectors/mcuboot" --foo
misused "no 'extra'" vectors --json "$source/test/vectors/mcuboot" extra
misused "not a folder of vectors" vectors /nowhere --json
misused "no '--foo'" powerfail --foo
misused "no '--foo'" powerfail microbit --foo
misused "no '--seed'" powerfail --seed 1 microbit
misused "'--seed' wants a value" powerfail --seed
misused "no board 'nowhere'" powerfail nowhere
misused "no '--foo'" reproducible --foo
misused "no '--foo'" skips --short --foo
misused "no 'extra'" skips extra --json
misused "no mutant 'nonsense'" mutants --json nonsense
misused "no '--foo'" mutants --foo
misused "no '--foo'" fuzz cbor --foo
misused "no '--foo'" messages --foo
misused "'--count' wants a value" messages --count
misused "no 'extra'" plant --seed 1 extra
misused "no '--foo'" fresh --foo
misused "no '--foo'" build host --foo
misused "no '--foo'" install --foo
misused "no 'extra'" install --prefix /usr extra
misused "'--prefix' wants a folder" install --prefix
misused "no 'here'" install --prefix here
misused "no ''" install --prefix=
misused "no '--foo'" uninstall --foo
misused "no 'here'" uninstall --prefix here
for c in setup test interop format check clean amalgamate dist; do
    misused "'$c' takes no 'extra'" $c extra
done

# ---- A tree that belongs to somebody else ----
mkdir tree
cp "$source/run" tree
chmod 755 "$work"
chmod 555 tree
other=   # root may write everywhere, so another user tries
[ "$(id -u)" != 0 ] || other="setpriv --reuid 65534 --regid 65534 --clear-groups"
for c in build test "demo --sim" size; do
    checks=$((checks + 1))
    # shellcheck disable=SC2086  # lists of words
    $other tree/run $c >out 2>err
    [ $? = 73 ] || fail "run $c in a folder that may not be written: not exit code 73"
    err "work in a clone of your own"
done
chmod 755 tree

# ---- A demo that is told to end leaves nothing behind, and at once ----
# left: the processes whose command lines have the demo's programs with its folder.
left() {
    for p in /proc/[0-9]*; do
        # A process may end meanwhile.
        cat "$p/cmdline" 2>/dev/null | tr '\0' ' ' | grep -F -- "$folder" | grep -v '^grep' || true
    done
}

"$tenon" -q keygen demo.pem >out 2>err || fail "no key for the demo"
TN_BIN=$bin TN_KEY=$work/demo.pem "$source/tools/demo" --sim >out 2>err &
demo=$!
# Waits until its upload is in progress: the device and tenon both run.
await grep -q 'tenon upgrade' out || fail "the demo does not come to its upload"
folder=$(sed -n "s|.*TENON_PORT=\(.*\)/port.*|$source/\1|p" out)
[ -d "$folder" ] || fail "the demo has no folder"
[ -n "$(left)" ] || fail "no device is seen to run"
kill -TERM $demo
wait $demo
code=$?
checks=$((checks + 1))
[ $code = 130 ] || fail "a demo that was ended: not exit code 130 but $code"
# The demo must not have ended by itself.
grep -q 'At the end' out && fail "the demo goes on after SIGTERM"
nothing_left() { [ -z "$(left)" ]; }
await nothing_left || fail "processes are left: $(left)"
[ ! -e "$folder" ] || fail "its folder is left: $folder"

finish
