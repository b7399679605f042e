#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the shell blocks of README.md, PORTING.md and doc/ as a new user would: line by line, in the
# order of the page, in a fresh copy of the tracked files, each page in a shell of its own. Then
# the copy must have no file that git would show.
#
#   run_blocks.sh SOURCE
#
# A block is what stands between ```sh and ```. Not run here: ./run demo and ./run test, which the
# suite runs itself (their names must be commands), and doc/your_app.md, which has its own test.
set -eu
source=$1
dir=$(mktemp -d)
trap 'exit 130' INT TERM
trap 'end' EXIT
page_pid=

# Ends what a page left running: the shell of each page leads a session of its own.
end() {
    end_page
    rm -rf "$dir"
}
end_page() {
    [ -z "$page_pid" ] || kill -KILL "-$page_pid" 2>/dev/null || true
    page_pid=
}

fail() {
    echo "FAILED: $*"
    exit 1
}

unset TENON_PORT TENON_BAUD TENON_TIMEOUT TENON_PORTS
TENON_CONFIG=$dir/no-config
TENON_TIMEOUT=20   # a busy machine
export TENON_CONFIG TENON_TIMEOUT

copy=$dir/tenon
mkdir "$copy"
(cd "$source" && git ls-files -z | tar -c --null -T - --ignore-failed-read 2>/dev/null) | tar -x -C "$copy"
[ ! -d "$source/third_party" ] || cp -a "$source/third_party" "$copy/"
cd "$copy"
git init -q .
git add -A

# The lines of a page's blocks.
blocks() {
    awk '/^```sh$/ { on = 1; next } /^```/ { on = 0 } on' "$1"
}

# A command of the suite must be one that ./run knows; others are run.
known() {
    ./run help | grep -q "^ *$1 " || fail "$2: ./run has no command $1"
}

pages=0
for page in README.md PORTING.md $(ls doc/*.md doc/reference/*.md | grep -v '^doc/your_app.md$'); do
    blocks "$page" >"$dir/all"
    [ -s "$dir/all" ] || continue
    pages=$((pages + 1))
    for command in $(sed -n 's|^\./run \(demo\|test\)\( .*\)*$|\1|p' "$dir/all"); do
        known "$command" "$page"
    done
    grep -v '^\./run \(demo\|test\)\( \|$\)' "$dir/all" >"$dir/lines" || true
    echo "$page: $(wc -l <"$dir/lines") lines"
    setsid sh -e -x "$dir/lines" >"$dir/log" 2>&1 &
    page_pid=$!
    wait $page_pid || {
        tail -n 40 "$dir/log"
        fail "$page: the last line above ended badly"
    }
    end_page
    changed=$(git ls-files --others --modified --exclude-standard)
    [ -z "$changed" ] || fail "$page leaves or changes files in the tree: $changed"
done
[ $pages -ge 2 ] || fail "README.md and PORTING.md have no shell blocks"
echo "$pages pages"
