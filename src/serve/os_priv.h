// SPDX-License-Identifier: Apache-2.0
// Handlers that both tables of the os group use.
#ifndef TN_SERVE_OS_PRIV_H
#define TN_SERVE_OS_PRIV_H

#include "base/err.h"
#include "serve/os.h"

int tn_serve_os_echo(void *ctx, struct tn_smp_req *rq);

// Refuses the ROM to a link that lacks TN_RIGHT_ROM.
int tn_serve_os_reset_by_right(void *ctx, struct tn_smp_req *rq);

int tn_serve_os_params(void *ctx, struct tn_smp_req *rq);
int tn_serve_os_info(void *ctx, struct tn_smp_req *rq);
int tn_serve_os_bootloader(void *ctx, struct tn_smp_req *rq);

// What the request for a reset asks for; 0 if it does not say. A missing payload counts as an empty
// map: mcumgr-web sends that.
static inline int get_boot_mode(struct tn_smp_req *rq, uint32_t *ret) {
    int found = 0;

    *ret = 0;
    if (rq->in.p < rq->in.end) {
        found = tn_cbor_get_form(&rq->in, "boot_mode" TN_UINT, ret);
    }
    return found < 0 ? found : 0;
}

// Errors that have a code of their own in this group.
enum {
    TN_OS_NO_SUCH_FORMAT = TN_ERANGE,
    TN_OS_NO_SUCH_QUERY = TN_EHEADER,
    TN_OS_NO_TIME = TN_ENOENT,
    TN_OS_CLOCK_FAILED = TN_EIO,
};

#endif
