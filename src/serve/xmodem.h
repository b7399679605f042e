// SPDX-License-Identifier: Apache-2.0
// What a file by XMODEM or YMODEM means: an update of the device, as by any other link. It goes to
// the spare slot, or to slot 0 while that holds no genuine image.
#ifndef TN_SERVE_XMODEM_H
#define TN_SERVE_XMODEM_H

#include "base/compiler.h"
#include "link/xmodem.h"
#include "serve/file.h"

TN_C_BEGIN

// Set what stands before "private", the rest to 0.
struct tn_serve_xmodem {
    struct tn_serve_file file;  // set its update
    uint8_t mark;               // enum tn_swap_type: TN_SWAP_TEST, or TN_SWAP_PERM
    void (*leave)(void *ctx);   // the file is installed: resets the device
    void *ctx;                  // for leave
};

// The sink; its ctx is a struct tn_serve_xmodem.
extern const struct tn_xmodem_sink tn_serve_xmodem_sink;

TN_C_END

#endif
