# SPDX-License-Identifier: Apache-2.0
# Waiting for a state in a test by a script. A busy machine stands still for half a minute at times:
# the limit here only tells a program that hangs from one that is slow. Source it.
AWAIT_S=${AWAIT_S-200}

# await COMMAND...: repeats the command until it succeeds. Returns 1 when it never does.
await() {
    await_end=$(($(date +%s) + AWAIT_S))
    until "$@"; do
        [ "$(date +%s)" -lt $await_end ] || return 1
        sleep 0.05
    done
}

# is_over PID: the process has ended.
is_over() { ! kill -0 "$1" 2>/dev/null; }
