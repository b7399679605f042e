// SPDX-License-Identifier: Apache-2.0
// One statement fills the fault and fails, so that no path returns -1 without a reason.
#include "host/base/fault.h"

#include <stdarg.h>
#include <stdio.h>

int tn_fail(struct tn_fault *f, enum tn_fault_kind kind, const char *format, ...) {
    va_list args;

    f->kind = kind;
    f->group = -1;
    f->rc = 0;
    va_start(args, format);
    vsnprintf(f->text, sizeof(f->text), format, args);
    va_end(args);
    return -1;
}

int tn_fail_memory(struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_INTERNAL, "out of memory; close other programs and try again");
}
