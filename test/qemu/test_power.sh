#!/bin/sh
# A factory-programmed board gets an update, loses power, and starts again with the content of its
# flash: also while the update waits for its swap, while it is on test, and in the middle of
# uploads, which then continue.
set -eu
. "$(dirname "$0")/../support/await.sh"
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
export TENON_PORT="$dir/port" TENON_TIMEOUT=20

fail() {
    echo "test_power: $*" >&2
    exit 1
}

on() {
    "$TN_BIN/microbit-qemu" "$@" --save "$dir/flash.bin" --pty "$TENON_PORT" &
    pid=$!
    await board_is_on || fail "no board"
    [ -e "$TENON_PORT" ] || fail "no board"
}
board_is_on() { [ -e "$TENON_PORT" ] || is_over $pid; }

# runs PATTERN: checks that the list of images has such a line.
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

# cut_upload: cuts the power in the second half of an upload of version 2.
cut_upload() {
    "$TN_BIN/tenon" --json image upload "$@" "$TN_MICROBIT/app-v2.signed.bin" >"$dir/progress" 2>/dev/null &
    upload=$!
    await grep -q '"percent":[5-8]' "$dir/progress" || fail "the upload does not come to its half"
    kill $upload
    wait $upload || true
    end
}

# goes_on: repeats the upload, and checks that it sends less than half of the file.
goes_on() {
    "$TN_BIN/tenon" image upload "$@" "$TN_MICROBIT/app-v2.signed.bin" 2>"$dir/notes" >/dev/null ||
        fail "no second upload: $(cat "$dir/notes")"
    from=$(sed -n 's/.*device has \([0-9]*\) bytes of this file already: the upload continues.*/\1/p' "$dir/notes")
    [ "${from:-0}" -gt 9000 ] || fail "the upload began again: $(cat "$dir/notes")"
}

on --flash "$TN_MICROBIT/factory.hex" --baud 115200
cut_upload
on --flash "$dir/flash.bin"
goes_on
end
on --flash "$TN_MICROBIT/factory.hex" --baud 115200 --hold-button
cut_upload --slot 1
on --flash "$dir/flash.bin" --hold-button
goes_on --slot 1
end
on --flash "$TN_MICROBIT/factory.hex" --baud 115200
cut_upload
on --flash "$dir/flash.bin" --hold-button
goes_on --slot 1
end
