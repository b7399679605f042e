// SPDX-License-Identifier: Apache-2.0
// XMODEM and YMODEM on a service's line, beside the packets that it carries.
#ifndef TN_PROG_SERVICE_XMODEM_H
#define TN_PROG_SERVICE_XMODEM_H

#include "serve/xmodem.h"
#include "service/service.h"

// Set to 0. Must live on; about 1.3 KB.
struct tn_service_xmodem {
    // private
    struct tn_xmodem xmodem;
    struct tn_serve_xmodem sink;
    uint8_t block[TN_XMODEM_BLOCK];
};

// A loader's line accepts files, too. mark: what becomes of them, TN_SWAP_TEST or TN_SWAP_PERM. The
// service must pass the time to its links (its round). Call it before the service runs.
void tn_service_xmodem(struct tn_service_xmodem *x, struct tn_service *s, struct tn_line *line,
        enum tn_swap_type mark);

#endif
