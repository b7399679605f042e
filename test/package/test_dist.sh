#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What ./run dist makes: an archive from which Tenon is built without a network, the same bytes when
# made again; checksums; a list of components that agrees with tools/third_party.txt; NOTICE.
. "$(dirname "$0")/../cli/lib.sh"

# A clone of a commit, so that the test neither depends on this folder's changes nor writes to it.
(cd "$source" && git ls-files -z | tar -c --null -T - --ignore-failed-read 2>/dev/null) >files.tar ||
    fail "this folder is no git clone"
mkdir clone
tar -x -C clone <files.tar
ln -s "$source/third_party" clone/third_party
cd clone || exit 1
GIT_AUTHOR_DATE='2026-01-02T03:04:05Z' GIT_COMMITTER_DATE='2026-01-02T03:04:05Z'
export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
{
    git init -q . && git add -A . && git rm -q --cached third_party 2>/dev/null
    git -c user.name=test -c user.email=test@localhost commit -q -m test
} >../out 2>../err || fail "no commit"
cd ..

checks=$((checks + 1))
clone/tools/dist --no-tool >out 2>err || fail "not made"
version=$("$tenon" version | cut -d' ' -f2)
name=tenon-$version
mkdir first
cp clone/build/dist/* first
(cd first && sha256sum -c SHA256SUMS) >out 2>err || fail "SHA256SUMS is wrong"
for file in "$name.tar.gz" "$name.spdx.json" NOTICE; do
    checks=$((checks + 1))
    grep -q "  $file\$" first/SHA256SUMS || fail "SHA256SUMS lacks $file"
done

# ---- Again, at another time, in another folder, by another umask ----
mv clone again
(umask 077 && TZ=Pacific/Auckland again/tools/dist --no-tool) >out 2>err || fail "not made again"
checks=$((checks + 1))
diff -r first again/build/dist >out || fail "made twice, and different"

# ---- The archive: complete, so that setup has nothing to fetch, and the library can be built ----
tar -xzf "first/$name.tar.gz"
checks=$((checks + 2))
find "$name" \( -name '*.o' -o -name .git -o -path "$name/keys" -o -path "$name/build" \) >out
[ ! -s out ] || fail "the archive has what it should not have"
"$name/tools/setup" base >out 2>err || fail "set-up fails in the archive"
[ ! -s err ] || fail "set-up fetches or installs something in the archive"
cmake --preset host -S "$name" -B "$work/build" >out 2>err || fail "the archive is not configured"
cmake --build "$work/build" --target tp_bearssl tp_micro_ecc tp_mbedtls tp_p256_m >out 2>err ||
    fail "the third parties in the archive are not complete"

# ---- The list of components ----
sbom=first/$name.spdx.json
grep -v '^#' "$source/tools/third_party.txt" | while IFS='|' read -r id _ v sha _ licence _; do
    for text in "\"SPDXID\": \"SPDXRef-$id\"" "\"versionInfo\": \"$v\"" "\"checksumValue\": \"$sha\"" \
        "\"licenseDeclared\": \"$licence\""; do
        grep -qF "$text" "$sbom" || echo "$id: $text"
    done
done >missing
checks=$((checks + 1))
[ ! -s missing ] || fail "the SBOM lacks: $(cat missing)"
archive=$(sed -n "s/  $name.tar.gz//p" first/SHA256SUMS)
checks=$((checks + 1))
grep -q "\"checksumValue\": \"$archive\"" "$sbom" || fail "the SBOM is of another archive"

# ---- The pins are those of what is compiled, and of Cargo.lock ----
for package in bearssl mbedtls; do
    checks=$((checks + 1))
    v=$(sed -n '1s/.*(\(.*\)).*/\1/p' "$source/third_party/$package/debian/changelog")
    grep -q "^$package|debian|$v|" "$source/tools/third_party.txt" || fail "$package $v is not pinned"
done
grep '|crate|' "$source/tools/third_party.txt" | while IFS='|' read -r id _ v sha _; do
    cat "$source"/tools/crates/*/Cargo.lock | grep -A 3 "^name = \"$id\"" | tr -d '\n' |
        grep -q "version = \"$v\".*checksum = \"$sha\"" || echo "$id"
done >missing
checks=$((checks + 1))
[ ! -s missing ] || fail "Cargo.lock pins others: $(cat missing)"

# ---- NOTICE: the licences as they are in the sources ----
checks=$((checks + 1))
"$source/tools/notice" --check 2>err || fail "NOTICE is not what tools/notice prints"

finish
