#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What doc/stability.md promises: exit codes, commands of group 64 and flash formats are those of
# public.txt; and CHANGELOG.md has a heading for this version.
#
#   test_stability.sh SOURCE
set -eu
cd "$1"
failed=0
fail() {
    echo "FAILED: $*"
    failed=1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# format NAME FILE: prints a line with the number of the record format that a file writes.
format() {
    sed -n "s/^ *FORMAT = \([0-9]*\),.*/format $1 \1/p" "$2"
}

# ---- What there is is listed, and what is listed is there ----
{
    sed -n 's/^ *\([0-9][0-9]*\)  \([a-z-]*\)  .*/exit \1 \2/p' doc/exit_codes.md
    awk '/^Group 64:/ { on = 1 } /^## / { on = 0 } on && /^- Command/' SPEC.md |
        sed 's/^- Command \([0-9]*\), \(read\|write\) .*/group64 \1 \2/'
    format handover src/boot/handover.c
    format outcomes src/boot/log.c
    format journal src/update/journal.c
} | sort >"$work/is"
grep -v '^#' test/docs/public.txt | sort >"$work/listed"
for line in $(comm -13 "$work/is" "$work/listed" | tr ' ' ':'); do
    fail "promised by test/docs/public.txt, and gone: $(echo "$line" | tr ':' ' ')"
done
for line in $(comm -23 "$work/is" "$work/listed" | tr ' ' ':'); do
    fail "new, to be added to test/docs/public.txt: $(echo "$line" | tr ':' ' ')"
done
[ "$(wc -l <"$work/is")" -gt 25 ] || fail "only $(wc -l <"$work/is") public numbers were found"

# The document's numbers.
grep -q "hand-over: $(sed -n 's/^format handover /format /p' "$work/is"))" doc/stability.md ||
    fail "doc/stability.md has another format of the hand-over"
grep -q "outcomes ($(sed -n 's/^format outcomes /format /p' "$work/is"))" doc/stability.md ||
    fail "doc/stability.md has another format of the log"
grep -q "journal ($(sed -n 's/^format journal /format /p' "$work/is"))" doc/stability.md ||
    fail "doc/stability.md has another format of the journal"

# ---- CHANGELOG.md: a heading for each version, the newest first, with the sections of Keep a
# Changelog 1.1.0 (https://keepachangelog.com) ----
version=$(sed -n 's/.*TN_VERSION "\(.*\)"/\1/p' src/base/version.h)
echo "$version" | grep -qE '^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$' ||
    fail "TN_VERSION '$version' is no version of SemVer 2.0.0"
grep '^## ' CHANGELOG.md >"$work/headings" || fail "CHANGELOG.md has no versions"
head -n 1 "$work/headings" | grep -q "^## \[$version\] - " ||
    fail "CHANGELOG.md begins with $(head -n 1 "$work/headings"), not with $version"
grep -vE '^## \[[0-9]+\.[0-9]+\.[0-9]+\] - (unreleased|[0-9]{4}-[0-9]{2}-[0-9]{2})$' "$work/headings" &&
    fail "the headings above are not of the form: ## [1.2.3] - 2026-01-31"
sed 1d "$work/headings" | grep unreleased && fail "an older version is not released"
sed 's/.*\[\(.*\)\].*/\1/' "$work/headings" >"$work/versions"
sort -t. -k1,1nr -k2,2nr -k3,3nr "$work/versions" | cmp -s - "$work/versions" ||
    fail "CHANGELOG.md is not in the order of its versions"
sed -n 's/^### //p' CHANGELOG.md | grep -vE '^(Added|Changed|Deprecated|Removed|Fixed|Security)(: .*)?$' &&
    fail "CHANGELOG.md has sections of other names"
[ $failed = 0 ]
