#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copies the blocks of a document that name a file into the program in the current folder.
#
#   apply.sh DOCUMENT            the blocks for every program
#   apply.sh DOCUMENT optional   the blocks that are marked "optional: "
#
# A block's first line is a comment. "FILE" alone creates the file. "FILE, at the end", "FILE,
# behind the line: TEXT" and "FILE, in the place of the line: TEXT" change an existing file. TEXT is
# a whole line without the blanks around it, and the file has it exactly once.
set -eu
awk -v only="${2-}" '
    function fail(text) {
        print "apply: " text > "/dev/stderr"
        failed = 1
        exit 1
    }
    function trim(s) {
        sub(/^[ \t]+/, "", s)
        sub(/[ \t]+$/, "", s)
        return s
    }
    function exists(file,    line, got) {
        got = (getline line < file)
        close(file)
        return got >= 0
    }
    # Reads the file into lines[1..]; returns their number.
    function slurp(file,    n) {
        for (n = 0; (getline lines[n + 1] < file) > 0; n++) {
        }
        close(file)
        return n
    }
    function change(file, where, text, block,    n, i, hits, behind) {
        n = slurp(file)
        behind = where == "behind"
        for (i = 1; i <= n; i++) {
            hits += trim(lines[i]) == text
        }
        if (hits != 1) {
            fail(file " has " hits + 0 " lines that read: " text)
        }
        printf "" > file
        for (i = 1; i <= n; i++) {
            if (trim(lines[i]) != text) {
                print lines[i] > file
            } else {
                printf "%s%s", behind ? lines[i] "\n" : "", block > file
            }
        }
        close(file)
    }
    # A block is complete: first is its first line without comment signs.
    function take(first, block, whole,    file, how) {
        if (sub(/^optional: /, "", first) != (only == "optional")) {
            return
        }
        file = first
        sub(/,.*/, "", file)
        how = substr(first, length(file) + 3)
        if (how == "") {
            if (exists(file)) {
                fail(file " is there already")
            }
            printf "%s", whole > file
            close(file)
        } else if (!exists(file)) {
            fail("no file " file)
        } else if (how == "at the end") {
            printf "%s", block >> file
            close(file)
        } else if (sub(/^behind the line: /, "", how)) {
            change(file, "behind", how, block)
        } else if (sub(/^in the place of the line: /, "", how)) {
            change(file, "place", how, block)
        } else {
            fail("what is meant by: " first)
        }
        taken++
    }

    /^```/ {
        if (inside && named) {
            take(first, block, whole)
        }
        inside = !inside
        at = 0
        next
    }
    inside && ++at == 1 {
        first = $0
        # A comment that begins with the name of a file.
        named = first ~ /^(\/\/|#|\/\*) (optional: )?[A-Za-z0-9_]+\.(c|h|ld|txt|sh)(,| \*\/$|$)/
        sub(/^(\/\/|#|\/\*) /, "", first)
        sub(/ \*\/$/, "", first)
        block = ""
        whole = $0 "\n"
        next
    }
    inside {
        block = block $0 "\n"
        whole = whole $0 "\n"
    }
    END {
        if (!failed && !taken) {
            fail("no block of " FILENAME " was taken")
        }
        exit failed
    }
' "$1"
