// SPDX-License-Identifier: Apache-2.0
// Reads a board's layout.h: lines of "#define NAME NUMBER", as linker scripts and tools read them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "host/base/file.h"
#include "host/files/dump.h"

// The number of this macro. False if the text has no such line, or no plain number in it.
static bool find(const char *text, const char *name, uint32_t *ret) {
    size_t n = strlen(name);

    for (const char *p = text; (p = strstr(p, "#define ")) != NULL;) {
        p += strlen("#define ");
        if (strncmp(p, name, n) == 0 && p[n] == ' ') {
            char *end;
            unsigned long v = strtoul(p + n, &end, 0);
            *ret = (uint32_t)v;
            return end != p + n && v <= UINT32_MAX && (!*end || strchr(" \t\r\n", *end));
        }
    }
    return false;
}

static int read_map(
        const char *text, const char *path, struct tn_dump_shape *ret, struct tn_fault *f) {
    struct tn_dump_shape s = *ret;
    const struct {
        const char *name;
        uint32_t *to;
        bool is_optional;
    } rows[] = {
            {"SECTOR", &s.slot.sector_size, false},
            {"PRIMARY_ADDR", &s.addr[TN_PRIMARY], false},
            {"PRIMARY_SIZE", &s.slot.slot_size, false},
            {"SECONDARY_ADDR", &s.addr[TN_SECONDARY], false},
            {"SECONDARY_SIZE", &s.slot.spare_size, false},
            {"OUTCOME_ADDR", &s.log_addr, true},
            {"OUTCOME_SIZE", &s.log_size, true},
    };

    for (size_t i = 0; i < TN_LEN(rows); i++) {
        if (!find(text, rows[i].name, rows[i].to) && !rows[i].is_optional) {
            return tn_fail(f, TN_FAULT_MALFORMED,
                    "%s: no line '#define %s NUMBER'; give a board's layout.h, or the numbers by "
                    "--slot-size, --slot-addr and so on",
                    path, rows[i].name);
        }
    }
    *ret = s;
    return 0;
}

int tn_dump_board(const char *path, struct tn_dump_shape *ret, struct tn_fault *f) {
    char whole[4096];
    struct tn_buf file;

    snprintf(whole, sizeof(whole), "%s%s", path, tn_file_has_suffix(path, ".h") ? "" : "/layout.h");
    if (tn_file_read(whole, &file, f)) {
        return -1;
    }
    int err = read_map((const char *)file.p, whole, ret, f);
    tn_buf_free(&file);
    return err;
}
