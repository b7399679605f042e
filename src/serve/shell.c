// SPDX-License-Identifier: Apache-2.0
#include "serve/shell.h"

#include <string.h>

#include "base/err.h"

// Errors that have a code of their own in this group.
enum {
    TOO_LONG = TN_ESIZE,
    EMPTY = TN_ENOENT,
};

const struct tn_smp_err tn_serve_shell_errs[] = {
        {TOO_LONG, 2 | TN_SMP_V1_INVALID},
        {EMPTY, 3 | TN_SMP_V1_INVALID},
};

// Joins the list's texts with blanks. 0 or an error.
static int join(struct tn_cbor_in in, char *line) {
    struct tn_cbor_seq seq;
    struct tn_span word;
    size_t n = 0;
    int rc = tn_cbor_enter(&in, TN_CBOR_LIST, &seq);

    while (!rc && (rc = tn_cbor_next(&in, &seq)) > 0) {
        rc = tn_cbor_get_text(&in, &word);
        if (!rc && n + (n > 0) + word.len > TN_SHELL_LINE_MAX) {
            rc = TOO_LONG;
        }
        if (!rc) {
            if (n) {
                line[n++] = ' ';
            }
            memcpy(line + n, word.ptr, word.len);
            n += word.len;
        }
    }
    line[n] = 0;
    return rc || n ? rc : EMPTY;
}

static int exec(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_shell *s = ctx;
    struct tn_cbor_in argv = {NULL, NULL};
    char line[TN_SHELL_LINE_MAX + 1];
    char out[TN_SHELL_OUTPUT_MAX];
    size_t len = 0;

    if (tn_cbor_get_form(&rq->in, "argv" TN_ANY, &argv) <= 0) {
        return TN_EINVAL;
    }
    int err = join(argv, line);
    if (err) {
        return err;
    }
    int ret = s->exec(s->ctx, line, out, sizeof(out), &len);
    tn_cbor_put_str(&rq->out, "o");
    tn_cbor_put_text(&rq->out, out, tn_min((uint32_t)len, sizeof(out)));
    tn_cbor_put_str(&rq->out, "ret");
    tn_cbor_put_int(&rq->out, ret);
    return 0;
}

const struct tn_smp_cmd tn_serve_shell_cmds[] = {{TN_SHELL_EXEC, NULL, exec}};
