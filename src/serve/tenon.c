// SPDX-License-Identifier: Apache-2.0
#include "serve/tenon.h"

#include "base/err.h"
#include "base/text.h"
#include "image/format.h"

enum {
    AT_ONCE = 4,  // outcomes in an answer: about 60 bytes each
};

static void put_outcome(struct tn_cbor_out *out, const struct tn_record *r) {
    char version[TN_VERSION_TEXT];
    struct tn_text text = {version, sizeof(version), 0};

    tn_version_put(&text, &r->version);
    tn_cbor_open_map(out);
    tn_cbor_pair_uint(out, "outcome", r->code);
    tn_cbor_put_str(out, "version");
    tn_cbor_put_text(out, text.buf, text.len);
    tn_cbor_pair_uint(out, "attempts", r->attempts);
    if (r->reason) {
        tn_cbor_put_str(out, "reason");
        tn_cbor_put_int(out, r->reason);
    }
    tn_cbor_close(out);
}

static int history(void *ctx, struct tn_smp_req *rq) {
    static const struct tn_cbor_member member = {"skip", TN_FIELD_UINT, 0};
    const struct tn_serve_tenon *tenon = ctx;
    uint32_t skip = 0;
    uint32_t nth = 0;
    unsigned found = 0;
    bool more = false;
    struct tn_record r;
    struct tn_log log;

    if (!tenon->outcome) {
        return TN_ENOTSUP;
    }
    if (tn_cbor_get_members(&rq->in, &member, 1, &skip) < 0) {
        return TN_EINVAL;
    }
    tn_log_open(&log, tenon->outcome, 0);
    tn_cbor_put_str(&rq->out, "history");
    tn_cbor_open_list(&rq->out);
    // Steps on the way to an outcome, and records that can no longer be read, do not show.
    for (; nth < tn_log_room(&log) && !more; nth++) {
        if (tn_log_get(&log, nth, &r) || r.code >= TN_STEP_BEGUN) {
            continue;
        }
        found++;
        more = found > skip + AT_ONCE;
        if (found > skip && !more) {
            put_outcome(&rq->out, &r);
        }
    }
    tn_cbor_close(&rq->out);
    tn_cbor_pair_uint(&rq->out, "counter", log.last.counter);
    tn_cbor_pair_bool(&rq->out, "more", more);
    return 0;
}

static int capabilities(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_tenon *tenon = ctx;

    tn_cbor_pair_str(&rq->out, "version", tenon->version);
    tn_cbor_pair_bool(&rq->out, "history", tenon->outcome != NULL);
    tn_cbor_pair_bool(&rq->out, "resume", tenon->resumes);
    return 0;
}

const struct tn_smp_cmd tn_serve_tenon_cmds[] = {
        {TN_TENON_HISTORY, history, NULL, NULL},
        {TN_TENON_CAPABILITIES, capabilities, NULL, NULL},
};
