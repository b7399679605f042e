// SPDX-License-Identifier: Apache-2.0
// Info and bootloader info, and the table of the whole os group.
#include "base/err.h"
#include "base/text.h"
#include "boot/request.h"
#include "serve/os_priv.h"

enum {
    WORDS_MAX = 96,  // bytes of all words of `os info`; more is cut off
};

const struct tn_smp_err tn_serve_os_errs[] = {
        {TN_OS_NO_SUCH_FORMAT, 2 | TN_SMP_V1_INVALID},
        {TN_OS_NO_SUCH_QUERY, 3 | TN_SMP_V1_NOENT},
};

static bool has(struct tn_span s, char c) {
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == c) {
            return true;
        }
    }
    return false;
}

int tn_serve_os_info(void *ctx, struct tn_smp_req *rq) {
    static const struct tn_span known = {(const uint8_t *)"asnrvbmpiod", 11};
    const struct tn_serve_os *os = ctx;
    struct tn_span format = {(const uint8_t *)"s", 1};
    char buf[WORDS_MAX];
    struct tn_text text = {buf, sizeof(buf), 0};

    if (tn_cbor_get_form(&rq->in, "format" TN_TEXT, &format) < 0) {
        return TN_EINVAL;
    }
    for (size_t i = 0; i < format.len; i++) {
        if (!has(known, (char)format.ptr[i])) {
            return TN_OS_NO_SUCH_FORMAT;
        }
    }
    for (size_t i = 0; os->letters[i]; i++) {
        if (has(format, os->letters[i]) || has(format, 'a')) {
            if (text.len) {
                tn_text_char(&text, ' ');
            }
            tn_text_str(&text, os->words[i]);
        }
    }
    tn_cbor_put_str(&rq->out, "output");
    tn_cbor_put_text(&rq->out, text.buf, text.len);
    return 0;
}

// Answers "MCUboot": this loader uses its image and trailer formats, and clients look for this
// name.
int tn_serve_os_bootloader(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_os *os = ctx;
    struct tn_span query = {NULL, 0};
    int found = tn_cbor_get_form(&rq->in, "query" TN_TEXT, &query);

    if (found < 0) {
        return TN_EINVAL;
    }
    if (!found) {
        tn_cbor_pair_str(&rq->out, "bootloader", "MCUboot");
    } else if (tn_span_is(query, "mode")) {
        tn_cbor_pair_uint(&rq->out, "mode", os->mode);
    } else {
        return TN_OS_NO_SUCH_QUERY;
    }
    return 0;
}

int tn_serve_os_reset_by_right(void *ctx, struct tn_smp_req *rq) {
    struct tn_cbor_in in = rq->in;
    uint32_t mode = 0;

    if (!(rq->peer->rights & TN_RIGHT_ROM) && in.p < in.end &&
            tn_cbor_get_form(&in, "boot_mode" TN_UINT, &mode) >= 0 &&
            tn_run_mode_of(mode) == TN_RUN_ROM) {
        return TN_ENOTSUP;
    }
    return tn_serve_os_reset(ctx, rq);
}

const struct tn_smp_cmd tn_serve_os_cmds[] = {
        {TN_OS_ECHO, tn_serve_os_echo, tn_serve_os_echo},
        {TN_OS_RESET, NULL, tn_serve_os_reset_by_right},
        {TN_OS_PARAMS, tn_serve_os_params, NULL},
        {TN_OS_INFO, tn_serve_os_info, NULL},
        {TN_OS_BOOTLOADER, tn_serve_os_bootloader, NULL},
};
