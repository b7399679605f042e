// SPDX-License-Identifier: Apache-2.0
#include "serve/os.h"

#include "base/err.h"

enum {
    WORDS_MAX = 96,  // bytes of all words of `os info`
};

// Errors that mean something of their own in this group.
enum {
    NO_SUCH_FORMAT = TN_ERANGE,
    NO_SUCH_QUERY = TN_ENOENT,
};

const struct tn_smp_err tn_serve_os_errs[] = {
    {NO_SUCH_FORMAT, 2, TN_RC_INVALID, NULL},
    {NO_SUCH_QUERY, 3, TN_RC_NOENT, NULL},
};

static int echo(void *ctx, struct tn_smp_req *rq) {
    struct tn_span text = {NULL, 0};
    const struct tn_cbor_field field = {"d", TN_FIELD_TEXT, &text};

    (void)ctx;
    if (tn_cbor_get_map(&rq->in, &field, 1) < 0) {
        return TN_EINVAL;
    }
    tn_cbor_put_str(&rq->out, "r");
    tn_cbor_put_text(&rq->out, text.ptr, text.len);
    return 0;
}

// No payload at all is taken as an empty map: mcumgr-web sends that.
static int reset(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_os *os = ctx;
    uint32_t mode = 0;
    const struct tn_cbor_field field = {"boot_mode", TN_FIELD_UINT, &mode};

    if (rq->in.p < rq->in.end && tn_cbor_get_map(&rq->in, &field, 1) < 0) {
        return TN_EINVAL;
    }
    if (mode) {
        if (!os->request) {
            return TN_ENOTSUP;
        }
        if (mode > 1) {
            return TN_EINVAL;
        }
        tn_request_put(os->request, TN_RUN_RECOVERY, 0);
    }
    os->reset(os->ctx);
    return 0;
}

static int params(void *ctx, struct tn_smp_req *rq) {
    (void)ctx;
    tn_cbor_pair_uint(&rq->out, "buf_size", rq->peer->buf_size);
    tn_cbor_pair_uint(&rq->out, "buf_count", rq->peer->buf_count);
    return 0;
}

static bool has(struct tn_span s, char c) {
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == c) {
            return true;
        }
    }
    return false;
}

static int info(void *ctx, struct tn_smp_req *rq) {
    static const struct tn_span known = {(const uint8_t *)"asnrvbmpio", 10};
    const struct tn_serve_os *os = ctx;
    struct tn_span format = {(const uint8_t *)"s", 1};
    const struct tn_cbor_field field = {"format", TN_FIELD_TEXT, &format};
    char text[WORDS_MAX];
    size_t n = 0;

    if (tn_cbor_get_map(&rq->in, &field, 1) < 0) {
        return TN_EINVAL;
    }
    for (size_t i = 0; i < format.len; i++) {
        if (!has(known, (char)format.ptr[i])) {
            return NO_SUCH_FORMAT;
        }
    }
    for (size_t i = 0; os->letters[i]; i++) {
        if (has(format, os->letters[i]) || has(format, 'a')) {
            if (n) {
                text[n++] = ' ';
            }
            for (const char *p = os->words[i]; *p && n < sizeof(text) - 1;) {
                text[n++] = *p++;
            }
        }
    }
    tn_cbor_put_str(&rq->out, "output");
    tn_cbor_put_text(&rq->out, text, n);
    return 0;
}

// "MCUboot": whose images and trailers this loader keeps to, and what clients look for.
static int bootloader(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_os *os = ctx;
    struct tn_span query = {NULL, 0};
    const struct tn_cbor_field field = {"query", TN_FIELD_TEXT, &query};
    int found = tn_cbor_get_map(&rq->in, &field, 1);

    if (found < 0) {
        return TN_EINVAL;
    }
    if (!found) {
        tn_cbor_pair_str(&rq->out, "bootloader", "MCUboot");
    } else if (tn_span_is(query, "mode")) {
        tn_cbor_pair_uint(&rq->out, "mode", os->mode);
    } else {
        return NO_SUCH_QUERY;
    }
    return 0;
}

const struct tn_smp_cmd tn_serve_os_cmds[] = {
    {TN_OS_ECHO, echo, echo, NULL},
    {TN_OS_RESET, NULL, reset, NULL},
    {TN_OS_PARAMS, params, NULL, NULL},
    {TN_OS_INFO, info, NULL, NULL},
    {TN_OS_BOOTLOADER, bootloader, NULL, NULL},
};
