#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The result of `./run install`, as a user has it. A program that upgrades a device is built against
# the installed tree with pkg-config alone; the device must then run the new image. $2: the build
# that is installed.
build=$2
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"

root=$work/root
DESTDIR=$root cmake --install "$build" --prefix /opt/tenon >out 2>err || fail "not installed"
tree=$root/opt/tenon
PKG_CONFIG_PATH=$(dirname "$(find "$tree" -name tenon.pc)")
export PKG_CONFIG_PATH

# ---- The program and what belongs to it ----
for file in bin/tenon share/man/man1/tenon.1 share/man/man1/tenon-image-list.1 \
    share/bash-completion/completions/tenon share/zsh/site-functions/_tenon \
    share/fish/vendor_completions.d/tenon.fish lib/udev/rules.d/70-tenon.rules; do
    checks=$((checks + 1))
    [ -s "$tree/$file" ] || fail "not installed: $file"
done
version=$("$tree/bin/tenon" version)
[ "$version" = "tenon $(pkg-config --modversion tenon)" ] || fail "pkg-config has another version"
bash -c ". $tree/share/bash-completion/completions/tenon; complete -p tenon" >out ||
    fail "the completion does not load"
grep -rlI -e "$source" -e "$root" "$tree" >out && fail "a path of the build is installed"

# ---- Headers: each can be included alone, and all are needed ----
cflags=$(pkg-config --cflags tenon)
include=${cflags#-I}
include=${include% }
for header in $(cd "$include" && find . -name '*.h' | cut -c 3-); do
    checks=$((checks + 1))
    echo "#include \"$header\"" | cc -x c -std=c11 -Wall -Wextra -Wpedantic -Werror $cflags \
        -fsyntax-only - 2>err || fail "$header cannot be included alone"
    echo "#include <$header>"
done >all.c
cc -M -x c $cflags all.c | tr -s ' \\' '\n' | grep "^$include" | sort -u >reached
(cd "$include" && for h in host/*/*.h base/version.h; do echo "#include \"$h\""; done) >hosts.c
cc -M -x c $cflags hosts.c | tr -s ' \\' '\n' | grep "^$include" | sort -u >needed
cmp -s reached needed || fail "a header is installed that no user sees"
[ "$(wc -l <needed)" -gt 15 ] || fail "only $(wc -l <needed) headers"
find "$include" -name '*_priv.h' >out
[ ! -s out ] || fail "private headers are installed"

# ---- The library is whole: no member of it wants what is not there ----
echo 'int main(void) { return 0; }' >main.c
libs=$(pkg-config --libs --static tenon)
cc main.c -Wl,--whole-archive $(pkg-config --libs tenon) -Wl,--no-whole-archive $libs -o whole \
    2>err || fail "the archive lacks something"

# ---- The example of doc/ ----
[ "$(wc -l <"$source/doc/upgrade_example.c")" -lt 60 ] || fail "the example is too long"
cp "$source/doc/upgrade_example.c" .
checks=$((checks + 1))
cc -std=c11 -Wall -Wextra -Werror upgrade_example.c -o example \
    $(pkg-config --cflags --libs --static tenon) 2>err || fail "the example cannot be built"

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 12000
start_sim
./example dev v1.bin >out 2>err || fail "the example fails on an empty device"
out "v1.bin runs and is confirmed"
runs 1.0.0 confirmed
./example dev v2.bin >out 2>err || fail "the example fails"
out "swap"
runs 2.0.0 confirmed
flip v1.bin 3000
./example dev flipped.bin >out 2>err && fail "a damaged image is a success"
err "error: "
err "does not match"
runs 2.0.0 confirmed
./example nowhere v1.bin >out 2>err && fail "no port is a success"
err "no such port"
stop_sim

# ---- udev rules: their grammar, and what they must and must not do ----
rules=$tree/lib/udev/rules.d/70-tenon.rules
number=${rules##*/}
[ "${number%%-*}" -lt 73 ] || fail "the rules come behind 73-seat-late.rules, which reads the tag"
key='[A-Z]+(\{[A-Za-z_]+\})?(==|!=|=|\+=)"[^"]*"'
checks=$((checks + 1))
grep -vE "^(#.*|$key(, $key)*)?\$" "$rules" >out && fail "not a rule"
grep -nE '(MODE|GROUP|OWNER|RUN|PROGRAM|IMPORT)' "$rules" >out && fail "rules that do more"
# Every jump must have its label, behind it.
sed -n 's/.*GOTO="\([a-z_]*\)".*/\1/p' "$rules" | sort -u >jumps
sed -n 's/^LABEL="\([a-z_]*\)"$/\1/p' "$rules" | sort >labels
cmp -s jumps labels || fail "jumps and labels differ"
# The rules list the same boards twice: for the port and for the device.
sed -n 's/^SUBSYSTEMS=="usb", \(.*\), TAG+="uaccess"$/\1/p' "$rules" | sed 's/ATTRS/ATTR/g' >ports
sed -n 's/^\(ATTR{.*\), ENV{ID_MM_DEVICE_IGNORE}="1"$/\1/p' "$rules" >devices
[ "$(wc -l <ports)" -ge 5 ] || fail "no rules for ports"
cmp -s ports devices || fail "ports and devices differ"
for id in $(grep -oE '=="[0-9a-f?|]+"' "$rules" | tr -d '="' | tr '|' ' '); do
    checks=$((checks + 1))
    [ ${#id} = 4 ] || fail "$id is no number of four digits"
done
out=$(grep -c 'fe01.*TAG+="uaccess"' "$rules")
[ "$out" = 1 ] || fail "no rule for DFU"

finish
