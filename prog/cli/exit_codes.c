// SPDX-License-Identifier: Apache-2.0
// The only table of exit codes. `tenon help exit-codes` prints it, doc/exit_codes.md holds the same
// text (test/cli compares them), and JSON errors carry the names.
#include "base/compiler.h"
#include "cli.h"

struct row {
    enum tn_fault_kind kind;
    int code;
    const char *name;
    const char *meaning;
};

static const struct row rows[] = {
        {TN_FAULT_NONE, 0, "done", "done; also when the image was already running"},
        {TN_FAULT_INTERNAL, 1, "failed",
                "an unexpected failure, such as no memory; or a failed check of doctor"},
        {TN_FAULT_NO_DEVICE, 3, "no-device", "the port does not exist, or may not be opened"},
        {TN_FAULT_BUSY, 4, "busy", "another program is using the port"},
        {TN_FAULT_NOT_SMP, 5, "not-smp", "nothing on the port answers as an SMP device"},
        {TN_FAULT_LINK, 6, "link-lost", "the device stopped answering; try again"},
        {TN_FAULT_REFUSED, 7, "refused",
                "the device refused, or does not support it; the error line says why"},
        {TN_FAULT_NOT_RUNNING, 8, "not-running", "after the reset the old image runs, or recovery"},
        {TN_FAULT_SILENT, 9, "silent", "after the reset the device does not answer"},
        {TN_FAULT_MAGIC, 10, "not-an-image", "the file is no firmware image"},
        {TN_FAULT_TRUNCATED, 11, "truncated", "the file is shorter than it says"},
        {TN_FAULT_DAMAGED, 12, "damaged", "the file's content does not match its hash"},
        {TN_FAULT_TOO_LARGE, 13, "too-large", "the image does not fit the slot"},
        {TN_FAULT_MALFORMED, 14, "malformed", "the file contradicts itself"},
        {TN_FAULT_UNSUPPORTED, 15, "unsupported", "the file needs a feature that is not supported"},
        {TN_FAULT_UNSIGNED, 20, "unsigned", "the image is not signed"},
        {TN_FAULT_FOREIGN_KEY, 21, "foreign-key", "the image is signed with another key"},
        {TN_FAULT_SIGNATURE, 22, "bad-signature", "the image's signature is wrong"},
        {TN_FAULT_ADDRESS, 23, "wrong-address", "the image is built for another flash address"},
        {TN_FAULT_DOWNGRADE, 24, "downgrade", "the image is older than the device accepts"},
        {TN_FAULT_USAGE, 64, "usage", "the command line is invalid"},
        {TN_FAULT_READ, 66, "cannot-read", "a file cannot be read"},
        {TN_FAULT_WRITE, 73, "cannot-write", "a file cannot be written, or exists already"},
        {TN_FAULT_DEADLINE, 124, "deadline", "not done within the time of --deadline"},
        {TN_FAULT_INTERRUPTED, 130, "interrupted", "stopped by Ctrl-C"},
};

// A kind without a row would be a bug here; then "failed" is the safe answer.
static const struct row *find(enum tn_fault_kind kind) {
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        if (rows[i].kind == kind) {
            return &rows[i];
        }
    }
    return &rows[1];
}

int exit_code(enum tn_fault_kind kind) {
    return find(kind)->code;
}

const char *exit_name(enum tn_fault_kind kind) {
    return find(kind)->name;
}

const char *exit_name_of(int code) {
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        if (rows[i].code == code) {
            return rows[i].name;
        }
    }
    return rows[1].name;
}

void exit_codes_print(FILE *out) {
    for (size_t i = 0; i < TN_LEN(rows); i++) {
        fprintf(out, "%4d  %-14s %s\n", rows[i].code, rows[i].name, rows[i].meaning);
    }
}
