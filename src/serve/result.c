// SPDX-License-Identifier: Apache-2.0
// Command 5 of group 64.
#include "base/err.h"
#include "serve/tenon.h"

int tn_serve_result(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_tenon *tenon = ctx;

    if (!tenon->result) {
        return TN_ENOENT;
    }
    tn_cbor_pair_str(&rq->out, "result", tenon->result);
    return 0;
}

const struct tn_smp_cmd tn_serve_tenon_result_cmds[] = {
        TN_SERVE_TENON_BASE,
        {TN_TENON_RESULT, tn_serve_result, NULL},
};
