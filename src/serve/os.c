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

static int reset(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_os *os = ctx;
    uint32_t mode;
    int err = get_boot_mode(rq, &mode);

    return err ? err : os->reset(os->ctx, mode);
}

int tn_serve_os_params(void *ctx, struct tn_smp_req *rq) {
    const uint32_t v[] = {rq->peer->buf_size, rq->peer->buf_count};

    (void)ctx;
    tn_cbor_put_form(&rq->out, "buf_size" TN_UINT "buf_count" TN_UINT, v);
    return 0;
}

const struct tn_smp_cmd tn_serve_os_recovery_cmds[] = {
        {TN_OS_ECHO, tn_serve_os_echo, tn_serve_os_echo},
        {TN_OS_RESET, NULL, reset},
        {TN_OS_PARAMS, tn_serve_os_params, NULL},
};
