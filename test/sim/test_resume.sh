# SPDX-License-Identifier: Apache-2.0
# tenon-sim loses power in the middle of uploads: the next one goes on, in the application and in
# recovery, at most a sector behind. And what an upload costs the application meanwhile.
#
#   test_resume.sh BIN
. "$(dirname "$0")/../cli/lib.sh"
. "$source/test/cli/sim.sh"

SECTOR=4096
CHUNK=2000 # more than a request carries

run 0 keygen key.pem
make v1 1.0.0 none 9000
make v2 2.0.0 none 100000
make v3 3.0.0 none 100000
start_sim
run 0 -q upgrade v1.bin
stop_sim
cp flash.img first.img

# cut_at OPERATIONS KIND: an upload of v2 ends by a loss of power. sent: up to where it was
# answered.
cut_at() {
    start_sim --cut-after "$1" --cut "$2" $3
    "$tenon" --json image upload $4 v2.bin --deadline 1 >out 2>err
    kill -KILL "$sim" 2>/dev/null # where the power was not lost
    wait "$sim"
    [ $? = 9 ] || fail "power was not lost at operation $1"
    sim=
    rm -f dev
    sent=$(sed -n 's/.*"done":\([0-9]*\).*/\1/p' out | sort -n | tail -1)
    sent=${sent:-0}
}

# goes_on: the same upload again begins no more than a sector, and the chunk, behind.
goes_on() {
    start_sim $1
    run 0 image upload $2 v2.bin
    from=$(sed -n 's/.*device has \([0-9]*\) bytes of this file already.*/\1/p' err)
    from=${from:-0}
    checks=$((checks + 1))
    [ $((sent - from)) -le $((SECTOR + CHUNK)) ] ||
        fail "$sent bytes were there, and the upload goes on at $from"
    [ "$sent" -lt 20000 ] || [ "$from" -gt 10000 ] || fail "nothing is resumed: $sent, $from"
    stop_sim
}

for kind in before torn after; do
    for at in 17 111 201; do
        cp first.img flash.img
        cut_at $at $kind "" ""
        goes_on "" ""
    done
done
start_sim
run 0 upgrade v2.bin
out "2.0.0 runs and is confirmed"
stop_sim

# In recovery, and what the application began, recovery goes on with.
cp first.img flash.img
cut_at 122 torn --hold-button "--slot 1"
goes_on --hold-button "--slot 1"
cp first.img flash.img
cut_at 122 before "" ""
goes_on --hold-button "--slot 1"

# Another file begins at its beginning; so does this one after an erase.
cp first.img flash.img
cut_at 170 before "" ""
start_sim
run 0 image upload v3.bin
grep -q "the upload continues" err && fail "another file goes on where this one was"
stop_sim
cp first.img flash.img
cut_at 170 before "" ""
start_sim
run 0 image erase
run 0 image upload v2.bin
grep -q "the upload continues" err && fail "an upload goes on in an erased slot"
stop_sim

# The application is held up by one sector's erase and not by the slot's: an erase that takes longer
# than anything else here, 26 sectors of it.
cp first.img flash.img
# A busy machine holds it up as well, but not each of several times.
reported() { [ "$(wc -l <app.log)" -gt "$before" ]; }
for _ in $(seq 20); do
    cp first.img flash.img
    rm -f app.log
    start_sim --erase-ms 60 --log app.log
    run 0 image upload v2.bin
    run 0 image erase
    before=$(wc -l <app.log)
    await reported || fail "the application does not report"
    stop_sim
    held=$(sed -n 's/.*held up \([0-9]*\) ms at most.*/\1/p' app.log | tail -1)
    [ "${held:-9999}" -ge 600 ] || break
done
checks=$((checks + 1))
[ "${held:-0}" -ge 60 ] || fail "no erase is seen: ${held:-nothing}"
[ "${held:-9999}" -lt 600 ] || fail "the application was held up $held ms by erases of 60 ms"
finish
