#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The demo runs, and doc/demo.txt is a recording of it: the same steps and the same commands.
#
#   demo.sh SOURCE [--record]    --record: writes doc/demo.txt
set -eu
source=$1
out=$(mktemp)
trap 'rm -f "$out" "$out.want" "$out.got"' EXIT

NO_COLOR=1 "$source/tools/demo" >"$out" || {
    cat "$out"
    exit 1
}
# The folder of a run has a random name.
sed -i 's|build/demo/[A-Za-z0-9]*|build/demo/run|' "$out"
if [ "${2-}" = --record ]; then
    cp "$out" "$source/doc/demo.txt"
    exit
fi
skeleton() { grep -E '^([0-9]+\. |   \$ )' "$1"; }
skeleton "$out" >"$out.got"
skeleton "$source/doc/demo.txt" >"$out.want"
diff "$out.want" "$out.got" || {
    echo "doc/demo.txt has other steps than the demo; record it: test/docs/demo.sh . --record"
    exit 1
}
