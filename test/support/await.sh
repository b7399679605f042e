# SPDX-License-Identifier: Apache-2.0
# Waits for a state, in tests that are scripts. A busy machine sometimes stands still for half a
# minute. The limit here is only for a program that hangs, not for a slow one. Source this file.
AWAIT_S=${AWAIT_S-200}

# await COMMAND...: repeats the command until it succeeds. Returns 1 if it never does.
await() {
    await_end=$(($(date +%s) + AWAIT_S))
    until "$@"; do
        [ "$(date +%s)" -lt $await_end ] || return 1
        sleep 0.05
    done
}

# is_over PID: the process has ended.
is_over() { ! kill -0 "$1" 2>/dev/null; }
