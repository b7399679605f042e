// SPDX-License-Identifier: Apache-2.0
#include "serve/os.h"

#include "base/err.h"
#include "serve/os_priv.h"

int tn_serve_os_echo(void *ctx, struct tn_smp_req *rq) {
    struct tn_span text = {NULL, 0};
    int found = tn_cbor_get_form(&rq->in, "d" TN_TEXT, &text);

    (void)ctx;
    if (found < 0) {
        return found;
    }
    tn_cbor_put_form(&rq->out, "r" TN_TEXT, &text);
    return 0;
}

// A missing payload counts as an empty map: mcumgr-web sends that.
int tn_serve_os_boot_mode(struct tn_smp_req *rq, uint32_t *ret) {
    *ret = 0;
    return rq->in.p < rq->in.end ? tn_cbor_get_form(&rq->in, "boot_mode" TN_UINT, ret) : 0;
}

int tn_serve_os_reset(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_os *os = ctx;
    uint32_t mode;
    int found = tn_serve_os_boot_mode(rq, &mode);

    return found < 0 ? found : os->reset(os->ctx, mode);
}

int tn_serve_os_params(void *ctx, struct tn_smp_req *rq) {
    const uint32_t v[] = {rq->peer->buf_size, rq->peer->buf_count};

    (void)ctx;
    tn_cbor_put_form(&rq->out, "buf_size" TN_UINT "buf_count" TN_UINT, v);
    return 0;
}

const struct tn_smp_cmd tn_serve_os_recovery_cmds[] = {
        {TN_OS_ECHO, tn_serve_os_echo, tn_serve_os_echo},
        {TN_OS_RESET, NULL, tn_serve_os_reset},
        {TN_OS_PARAMS, tn_serve_os_params, NULL},
};
