# SPDX-License-Identifier: Apache-2.0
# Functions that the tests of the command line share. Source it with the folder of the programs as
# $1.
set -u
bin=$1
source=$(cd "$(dirname "$0")/../.." && pwd)
tenon=$bin/tenon
work=$(mktemp -d)
failures=0
checks=0
for name in $(env | sed -n 's/^\(TENON_[A-Z_]*\)=.*/\1/p'); do  # the user's own
    unset "$name"
done
TENON_CONFIG=$work/no-config
export TENON_CONFIG
. "$source/test/support/await.sh"
trap 'cleanup; rm -rf "$work"' EXIT
cd "$work" || exit 1

cleanup() {
    :
}

fail() {
    failures=$((failures + 1))
    echo "FAILED: $*"
    [ ! -s out ] || sed 's/^/  stdout: /' out
    [ ! -s err ] || sed 's/^/  stderr: /' err
}

# run CODE ARGS...: runs tenon, which must end with exit code CODE. Its output goes to the files out
# and err.
run() {
    want=$1
    shift
    checks=$((checks + 1))
    "$tenon" "$@" >out 2>err
    code=$?
    [ "$code" = "$want" ] || fail "tenon $*: exit code $code, not $want"
}

# err TEXT: the last run's stderr must contain TEXT. out TEXT: the same for its stdout.
err() {
    checks=$((checks + 1))
    grep -qF -- "$1" err || fail "stderr lacks: $1"
}

out() {
    checks=$((checks + 1))
    grep -qF -- "$1" out || fail "stdout lacks: $1"
}

# refused CODE TEXT ARGS...: tenon must print one line on stderr that begins with "error:" and
# contains TEXT.
refused() {
    want=$1
    text=$2
    shift 2
    run "$want" "$@"
    err "$text"
    [ "$(grep -c '^error:' err)" = 1 ] || fail "not exactly one line of error: tenon $*"
}

# flip FILE OFFSET: changes one bit of a copy of FILE, named flipped.bin.
flip() {
    cp "$1" flipped.bin
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    printf "\\$(printf %o $((byte ^ 1)))" | dd of=flipped.bin bs=1 seek="$2" conv=notrunc 2>/dev/null
}

finish() {
    echo "$checks checks, $failures failed"
    [ "$failures" = 0 ]
}
