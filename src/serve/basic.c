// SPDX-License-Identifier: Apache-2.0
#include "serve/basic.h"

#include "base/err.h"

// In version 1, Zephyr answers 0 as if the erase had worked (doc/reference/smp.md section 3). Tenon
// answers an error.
const struct tn_smp_err tn_serve_basic_errs[] = {{TN_EIO, 4 | TN_SMP_V1_UNKNOWN}};

static int erase(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_basic *b = ctx;

    (void)rq;
    b->pos = 0;
    return TN_LATER;
}

int tn_serve_basic_late(void *ctx, struct tn_smp_req *rq) {
    struct tn_serve_basic *b = ctx;
    struct tn_sector sector;

    (void)rq;
    if (b->pos >= b->storage->size) {
        return 0;
    }
    int rc = tn_area_erase(b->storage, b->pos, &sector);
    if (rc < 0) {
        return TN_EIO;
    }
    if (!rc) {
        b->pos += sector.size;
    }
    return TN_LATER;
}

const struct tn_smp_cmd tn_serve_basic_cmds[] = {{TN_BASIC_ERASE, NULL, erase}};
