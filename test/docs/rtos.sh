#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The code of doc/rtos.md compiles, against the update.h of doc/your_app.md, the meter's driver and
# declarations of both systems' calls (test/docs/rtos). Its figures of the stack are your_app.md's.
#
#   rtos.sh SOURCE
set -eu
source=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# block PAGE LINE FILE: writes the block of C whose first line is LINE.
block() {
    awk -v first="$2" '
        /^```c$/ { getline; on = $0 == first; next }
        /^```/ { on = 0 }
        on' "$1" >"$3"
    [ -s "$3" ] || { echo "$1 has no block: $2"; exit 1; }
}

block "$source/doc/your_app.md" '// update.h' "$dir/update.h"
block "$source/doc/rtos.md" '// update_task.c, FreeRTOS' "$dir/update_task.c"
block "$source/doc/rtos.md" '// update_thread.c, Zephyr' "$dir/update_thread.c"
cp "$source/test/your_app/meter/uart.h" "$dir/"
for file in update_task.c update_thread.c; do
    # The RTOS calls handlers that no header declares.
    cc -std=c11 -Wall -Wextra -Werror -fsyntax-only -I"$source/test/docs/rtos" -I"$dir" "$dir/$file"
done
for figure in '1250' '17 thousand' '14.6 million'; do
    for page in rtos your_app; do
        tr '\n' ' ' <"$source/doc/$page.md" | grep -q "$figure" || {
            echo "doc/$page.md does not say: $figure"
            exit 1
        }
    done
done
