#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tenon explain: the log of R18, dumps by the tools of this machine, and tenon's own trace of a real
# update. test/host/test_explain.c tests each form of log.
. "$(dirname "$0")/lib.sh"
. "$source/test/cli/sim.sh"
log=$source/test/vectors/logs/r18_nrf_connect.txt

# ---- R18 ----
run 0 explain "$log"
out "os: parameters (answer to 1): packets of up to 2475 bytes, 4 buffers"
out "slot 1: version 0.0.0, hash bc1d3df3..., next reset tries it"
out "erase storage (basic) is not supported by this device: optional, no fault (packet 6)"
out "the confirmation of 0.0.0 in slot 1 did nothing"
out "zephyr#56720"
out "the log ends without a reset"
out "both slots hold version 0.0.0"
out "What to do: the test is still scheduled: a plain reset swaps the image in for trial"
cp out told
[ ! -s err ] || fail "something on stderr"
"$tenon" explain <"$log" >out || fail "no log from standard input"
cmp -s out told || fail "standard input is told in other words"
run 0 explain --json "$log"
grep -qv '^{"type":"[a-z]*","data":{.*}}$' out && fail "not JSON lines"
[ "$(grep -c '^{"type":"packet"' out)" = 8 ] || fail "not a line for each packet"
[ "$(tail -n 1 out | cut -c 1-17)" = '{"type":"verdict"' ] || fail "the verdict is not the last line"
out '"id":"confirm-did-nothing"'
out '"faults":2,"warnings":1'
out '"answers":7'

# ---- The tools of this machine ----
printf '\010\000\000\001\000\000\002\006\240' >request
printf '\011\000\000\031\000\000\002\006\277hbuf_size\031\010\000ibuf_count\002\377' >answer
dumped() {
    run 0 explain dump
    out "packets of up to 2048 bytes, 2 buffers"
    out "2  <- os: parameters (answer to 1)"
    out "nothing went wrong"
}
for dump in "od -t x1" "od -A x -t x1" "od -An -t x1" "od -t x1z" "hexdump -C" xxd "xxd -p" cat; do
    command -v "${dump%% *}" >/dev/null || continue
    { $dump request && $dump answer; } >dump
    dumped
done
cat request answer | od -t x1 >dump
dumped
run 0 explain request answer
out "packets of up to 2048 bytes"

# ---- Our own trace ----
run 0 keygen key.pem
make v1 1.0.0 none 9000
start_sim
"$tenon" -v -v upgrade v1.bin >/dev/null 2>trace || fail "no update to trace"
run 0 explain trace
out "image: upload"
out "4 buffers"
out "In short: the update is done: 1.0.0 runs and is confirmed."
make v2 2.0.0 none 9000
"$tenon" -v -v upgrade v2.bin >/dev/null 2>trace || fail "no update to trace"
run 0 explain trace
out "2.0.0 runs and is confirmed."
sed '/^reset:/,$d' trace >cut
run 0 explain cut
out "the log ends without a reset: 2.0.0 in slot 1 waits for it"
grep -v '^  <-' trace >deaf
run 0 explain deaf
out "the device sent no answer"
stop_sim

# ---- Texts without packets ----
echo "PlatformException(McuMgr Error: 25 (Group: 1), null)" >code
run 0 explain code
out "In short: error 25 of group 1 (image): the image is built for another address."
out "What to do: build it for the right slot."
run 0 explain --json code
out '"codes":1'
printf '\033[1;32muart:~$ \033[m' >prompt
refused 14 "a shell answered, and no SMP server" explain prompt

# ---- Bytes as programs print them ----
echo "[0, 0, 0, 1, 0, 0, 2, 6, 160]" >numbers
echo "[1, 0, 0, 25, 0, 0, 2, 6, -65, 104, 98, 117, 102, 95, 115, 105, 122, 101, 25, 8, 0," \
    "105, 98, 117, 102, 95, 99, 111, 117, 110, 116, 2, -1]" >>numbers
run 0 explain numbers
out "packets of up to 2048 bytes, 2 buffers"
cat >python <<'END'
sent b'\x00\x00\x00\x01\x00\x00\x02\x06\xa0'
received b'\x01\x00\x00\x19\x00\x00\x02\x06\xbfhbuf_size\x19\x08\x00ibuf_count\x02\xff'
END
run 0 explain python
out "packets of up to 2048 bytes, 2 buffers"

# ---- What is no log ----
refused 14 "no SMP packet was found" explain "$source/README.md"
refused 14 "no SMP packet was found" explain /dev/null
run 14 explain --json "$source/README.md"
out '"id":"no-packet"'
out '"error":"malformed"'
refused 66 "cannot be read" explain nowhere.txt
refused 66 "cannot be read" explain .

finish
