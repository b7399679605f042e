// SPDX-License-Identifier: Apache-2.0
// The log cannot tell a revert that the user asked for from one for want of a confirmation: both
// leave the same trailers, which are MCUboot's. So the server that hears the user writes the
// outcome. It ends the attempt in the log, and the loader then adds nothing to it (boot/outcome.c).
#include "base/err.h"
#include "boot/mark.h"
#include "serve/tenon.h"

int tn_serve_take_back(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_tenon *tenon = ctx;
    struct tn_record r;
    struct tn_log log;

    (void)rq;
    if (!tenon->outcome || !tenon->slots) {
        return TN_ENOTSUP;
    }
    if (tn_boot_pending(tenon->slots) == TN_SWAP_NONE ||
            tn_record_identify(tenon->slots, TN_RUNNING, &r)) {
        return TN_ESTATE;
    }
    r.code = TN_OUTCOME_TAKEN_BACK;
    tn_log_open(&log, tenon->outcome, tenon->slots->image);
    if (tn_record_is_of(&log.last, &r)) {
        r.attempts = log.last.attempts;
        if (log.last.code == TN_OUTCOME_TAKEN_BACK) {
            return 0;  // a repeated request
        }
    }
    return tn_log_add(&log, &r);
}

const struct tn_smp_cmd tn_serve_tenon_app_cmds[] = {
        TN_SERVE_TENON_BASE,
        {TN_TENON_TAKE_BACK, NULL, tn_serve_take_back},
};
