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
    int found = tn_cbor_get_form(&rq->in, "format" TN_TEXT, &format);

    if (found < 0) {
        return found;
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
    const struct tn_span output = {(const uint8_t *)buf, text.len};
    tn_cbor_put_form(&rq->out, "output" TN_TEXT, &output);
    return 0;
}

// Answers "MCUboot": this loader uses its image and trailer formats, and clients look for this
// name.
int tn_serve_os_bootloader(void *ctx, struct tn_smp_req *rq) {
    static const struct tn_span name = {(const uint8_t *)"MCUboot", 7};
    const struct tn_serve_os *os = ctx;
    struct tn_span query = {NULL, 0};
    uint32_t mode = os->mode;
    int found = tn_cbor_get_form(&rq->in, "query" TN_TEXT, &query);

    if (found < 0) {
        return found;
    }
    if (!found) {
        tn_cbor_put_form(&rq->out, "bootloader" TN_TEXT, &name);
    } else if (tn_span_is(query, "mode")) {
        tn_cbor_put_form(&rq->out, "mode" TN_UINT, &mode);
    } else {
        return TN_OS_NO_SUCH_QUERY;
    }
    return 0;
}

int tn_serve_os_reset_by_right(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_os *os = ctx;
    uint32_t mode;
    int err = get_boot_mode(rq, &mode);

    if (err) {
        return err;
    }
    if (tn_run_mode_of(mode) == TN_RUN_ROM && !(rq->peer->rights & TN_RIGHT_ROM)) {
        return TN_ENOTSUP;
    }
    return os->reset(os->ctx, mode);
}

const struct tn_smp_cmd tn_serve_os_cmds[] = {
        {TN_OS_ECHO, tn_serve_os_echo, tn_serve_os_echo},
        {TN_OS_RESET, NULL, tn_serve_os_reset_by_right},
        {TN_OS_PARAMS, tn_serve_os_params, NULL},
        {TN_OS_INFO, tn_serve_os_info, NULL},
        {TN_OS_BOOTLOADER, tn_serve_os_bootloader, NULL},
};
