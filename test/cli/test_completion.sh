#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Completion and manual pages. The test queries real bash, and fish if it is installed. groff reads
# the pages with all its warnings. All of them must have every command and option of the parser.
. "$(dirname "$0")/lib.sh"
PATH=$bin:$PATH
export PATH

# ---- bash ----
run 0 completion bash
cp out tenon.bash
[ ! -s err ] || fail "something on stderr"
bash -n tenon.bash || fail "no bash"

# ask WORDS...: prints what bash offers for the last word.
ask() {
    bash -c '. ./tenon.bash
        COMP_WORDS=("$@")
        COMP_CWORD=$(($# - 1))
        _tenon
        printf "%s\n" "${COMPREPLY[@]}"' bash tenon "$@" >out 2>err
    [ ! -s err ] || fail "bash complains: $*"
}
# offers WORD WORDS...: the offer must include WORD. only WORD...: the offer must be exactly these.
offers() {
    word=$1
    shift
    ask "$@"
    checks=$((checks + 1))
    grep -qxF -- "$word" out || fail "'$word' is not offered for: $*"
}
lacks() {
    word=$1
    shift
    ask "$@"
    checks=$((checks + 1))
    ! grep -qxF -- "$word" out || fail "'$word' is offered for: $*"
}
: >app.bin
offers upgrade ""
offers image ""
lacks "list" ""
offers upgrade up
lacks image up
offers list image ""
offers history image h
lacks upload image h
offers --no-confirm upgrade --no
offers -k upgrade -
offers --port image list --
lacks --strategy image list --
offers recovery os reset --mode ""
offers normal reset --mode n
offers recovery reset --mode = r
offers recovery reset --mode = 
offers overwrite-only sign --strategy o
lacks swap-move sign --strategy o
offers ed25519 keygen -t ""
lacks ed25519 image list -t ""
offers serial image list --conntype ""
offers udp image list --conntype ""
offers hash getpub -l h
offers app.bin upgrade ""
offers app.bin upgrade -p /dev/ttyACM0 --no-confirm a
offers app.bin upgrade --key ""
offers list -p /dev/ttyACM0 image ""
offers --force -b 9600 upgrade --f
offers upgrade help ""
offers image man i
offers zsh completion ""
offers app.bin image list --port a

# The ports of this machine, whatever their names.
"$tenon" completion ports >ports || fail "no list of ports"
while read -r port; do
    offers "$port" upgrade --port ""
done <ports

# All commands and options that help prints must be there.
"$tenon" --help | sed -n 's/^  \([a-z][a-z-]*\( [a-z][a-z]*\)\{0,1\}\) .*/\1/p' >commands
"$tenon" completion fish >tenon.fish
n=0
for name in upgrade "image list" "image upload" "os reset" sign keygen getpub man explain; do
    for option in $("$tenon" $name --help | grep -o -- '--[a-z][a-z-]*' | sort -u); do
        n=$((n + 1))
        case $option in --usage) continue ;; esac
        offers "$option" $name --
        grep -q -- "__tenon_is '$name'\" -l ${option#--}" tenon.fish ||
            fail "fish lacks $option of $name"
    done
done
[ $n -gt 80 ] || fail "help names only $n options"
refused 64 "no completion for tcsh" completion tcsh

# ---- fish, zsh ----
run 0 completion zsh
cp out _tenon
[ "$(head -n 1 _tenon)" = "#compdef tenon" ] || fail "zsh: no #compdef"
if command -v zsh >/dev/null; then
    zsh -n _tenon || fail "zsh does not read it"
fi
if command -v fish >/dev/null; then
    export HOME="$work"
    fish --no-execute tenon.fish || fail "fish does not read it"
    fish -c 'source tenon.fish; complete -C "tenon image "' >out
    grep -q '^list' out || fail "fish does not offer image list"
    grep -q '^upgrade' out && fail "fish offers upgrade behind image"
    fish -c 'source tenon.fish; complete -C "tenon os reset --mode "' >out
    grep -q '^recovery' out || fail "fish does not offer the modes"
fi

# ---- Manual pages ----
mkdir pages
run 0 man --output pages
checks=$((checks + 1))
ls pages >out
[ "$(wc -l <out)" = $(($(grep -c . commands) + 1)) ] || fail "not a page for each command"
for page in pages/*.1; do
    checks=$((checks + 1))
    groff -man -ww -Tutf8 "$page" >out 2>err || fail "$page: groff fails"
    [ ! -s err ] || fail "$page: groff warns"
    if command -v mandoc >/dev/null; then
        mandoc -T lint -W warning "$page" >out 2>&1 || fail "$page: mandoc warns"
    fi
done
groff -man -P-cbou -Tascii pages/tenon-os-reset.1 >out
out "tenon-os-reset - reset the device"
out "--mode MODE"
out "what to run next: normal, recovery, safe, rom"
groff -man -P-cbou -Tascii pages/tenon.1 >out
out "tenon-image-list(1)"
out "130  interrupted"
out "TENON_PORT"
run 0 man os reset
cmp -s out pages/tenon-os-reset.1 || fail "tenon man os reset is another page"
run 0 man
cmp -s out pages/tenon.1 || fail "tenon man is another page"
refused 64 "no command frobnicate" man frobnicate
refused 64 "all pages" man upgrade -o pages
refused 73 "" man -o nowhere

finish
