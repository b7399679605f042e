#!/bin/sh
# Power off and on: a board is factory-programmed, takes an update, loses power, and comes back with
# what its flash held; also while the update waits for its swap, and while it is on test.
set -eu
dir=$(mktemp -d)
pid=
end() {
    if [ -n "$pid" ]; then
        kill "$pid" 2>/dev/null || true
        wait "$pid" || true
        pid=
    fi
}
trap 'end; rm -rf "$dir"' EXIT
export TENON_PORT="$dir/port"

fail() {
    echo "test_power: $*" >&2
    exit 1
}

on() {
    "$TN_BIN/microbit-qemu" "$@" --save "$dir/flash.bin" --pty "$TENON_PORT" &
    pid=$!
    while [ ! -e "$TENON_PORT" ]; do
        kill -0 $pid || fail "no board"
        sleep 0.05
    done
}

# runs PATTERN: the list of images has such a line.
runs() {
    "$TN_BIN/tenon" image list >"$dir/list" || fail "no list of images"
    grep -q "$1" "$dir/list" || fail "no '$1' in: $(cat "$dir/list")"
}

on --flash "$TN_MICROBIT/factory.hex"
runs '^0  *1\.0\.0 .*running, confirmed'
"$TN_BIN/tenon" --quiet image upload "$TN_MICROBIT/app-v2.signed.bin"
"$TN_BIN/tenon" --quiet image test "$TN_MICROBIT/app-v2.signed.bin"
end
on --flash "$dir/flash.bin"
runs '^0  *2\.0\.0 .*running, on test'
end
on --flash "$dir/flash.bin"
runs '^0  *1\.0\.0 .*running, confirmed'
runs '^1  *2\.0\.0 '
end
