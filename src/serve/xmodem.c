// SPDX-License-Identifier: Apache-2.0
#include "serve/xmodem.h"

#include "serve/file_words.h"

static int write(void *ctx, uint32_t off, const uint8_t *data, uint32_t len) {
    struct tn_serve_xmodem *x = ctx;

    return off ? tn_serve_file_write(&x->file, data, len)
               : tn_serve_file_begin(&x->file, TN_TO_FREE, data, len);
}

static int finish(void *ctx) {
    struct tn_serve_xmodem *x = ctx;

    return tn_serve_file_install(&x->file, (enum tn_swap_type)x->mark);
}

static bool is_whole(void *ctx) {
    const struct tn_serve_xmodem *x = ctx;

    return tn_serve_file_is_whole(&x->file);
}

static int step(void *ctx) {
    struct tn_serve_xmodem *x = ctx;

    return tn_serve_file_is_open(&x->file) ? tn_serve_file_step(&x->file) : 0;
}

static void abort_file(void *ctx) {
    struct tn_serve_xmodem *x = ctx;

    tn_serve_file_abort(&x->file);
}

static void leave(void *ctx) {
    struct tn_serve_xmodem *x = ctx;

    x->leave(x->ctx);
}

const struct tn_xmodem_sink tn_serve_xmodem_sink = {
        .write = write,
        .finish = finish,
        .is_whole = is_whole,
        .step = step,
        .abort = abort_file,
        .leave = leave,
        .words = tn_serve_file_words,
};
