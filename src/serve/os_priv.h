// SPDX-License-Identifier: Apache-2.0
// Handlers that both tables of the os group hold.
#ifndef TN_SERVE_OS_PRIV_H
#define TN_SERVE_OS_PRIV_H

#include "serve/os.h"

int tn_serve_os_echo(void *ctx, struct tn_smp_req *rq);
int tn_serve_os_reset(void *ctx, struct tn_smp_req *rq);
int tn_serve_os_params(void *ctx, struct tn_smp_req *rq);

#endif
