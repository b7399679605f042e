// SPDX-License-Identifier: Apache-2.0
#include "serve/tenon.h"

#include "base/err.h"
#include "base/text.h"
#include "image/format.h"

enum {
    AT_ONCE = 4,  // outcomes in an answer, about 60 bytes each; or keys
    KEY_HASH = 32,
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

int tn_serve_history(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_tenon *tenon = ctx;
    const struct tn_area *area = tenon->outcome;
    struct {
        uint32_t skip;
        uint32_t image;
    } v = {0};
    uint32_t nth = 0;
    unsigned found = 0;
    bool more = false;
    struct tn_record r;
    struct tn_log log;

    if (tn_cbor_get_form(&rq->in, "skip" TN_UINT "image" TN_UINT, &v) < 0) {
        return TN_EINVAL;
    }
    if (v.image) {
        area = v.image < tenon->nlogs ? tenon->logs[v.image] : NULL;
    }
    if (!area) {
        return TN_ENOTSUP;
    }
    tn_log_open(&log, area, (uint8_t)v.image);
    tn_cbor_put_str(&rq->out, "history");
    tn_cbor_open_list(&rq->out);
    // Skips records of steps before an outcome, and records that can no longer be read.
    for (; nth < tn_log_room(&log) && !more; nth++) {
        if (tn_log_get(&log, nth, &r) || r.code >= TN_STEP_BEGUN) {
            continue;
        }
        found++;
        more = found > v.skip + AT_ONCE;
        if (found > v.skip && !more) {
            put_outcome(&rq->out, &r);
        }
    }
    tn_cbor_close(&rq->out);
    tn_cbor_pair_uint(&rq->out, "counter", log.last.counter);
    tn_cbor_pair_bool(&rq->out, "more", more);
    return 0;
}

int tn_serve_capabilities(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_tenon *tenon = ctx;

    tn_cbor_pair_str(&rq->out, "version", tenon->version);
    tn_cbor_pair_bool(&rq->out, "history", tenon->outcome != NULL);
    tn_cbor_pair_bool(&rq->out, "resume", tenon->resumes);
    return 0;
}

// ---- Requirements for images --------------------------------------------------------------

// A kind that is not listed may be a secret; its hash must not be disclosed.
static bool may_be_told(const struct tn_key *key) {
    return key->kind <= TN_KEY_RSA3072 && key->role == TN_KEY_FOR_IMAGES;
}

// Returns true if there are more.
static bool put_keys(struct tn_cbor_out *out, const struct tn_trust *trust, uint32_t skip) {
    size_t found = 0;

    tn_cbor_put_str(out, "keys");
    tn_cbor_open_list(out);
    for (const struct tn_key *key = trust ? trust->keys : NULL; key && key->kind; key++) {
        if (!may_be_told(key) || found++ < skip) {
            continue;
        }
        if (found > (uint64_t)skip + AT_ONCE) {
            break;
        }
        tn_cbor_put_bytes(out, key->hash, KEY_HASH);
    }
    tn_cbor_close(out);
    return found > (uint64_t)skip + AT_ONCE;
}

static void put_slots(struct tn_cbor_out *out, const struct tn_slots *slots) {
    tn_cbor_put_str(out, "slots");
    tn_cbor_open_list(out);
    for (int i = TN_PRIMARY; i <= TN_SECONDARY; i++) {
        tn_cbor_open_map(out);
        tn_cbor_pair_uint(out, "addr", slots->addr[i]);
        tn_cbor_pair_uint(out, "size", slots->area[i].size);
        tn_cbor_close(out);
    }
    tn_cbor_close(out);
    tn_cbor_pair_uint(out, "max", tn_slots_max_image(slots));
}

static void put_rules(struct tn_cbor_out *out, uint8_t rules) {
    static const struct {
        uint8_t bit;
        const char *name;
    } names[] = {
            {TN_RULE_NO_ROLLBACK, "no-rollback"},
            {TN_RULE_NO_DOWNGRADE, "no-downgrade"},
            {TN_RULE_ATTEMPTS, "attempts"},
            {TN_RULE_OUTCOMES, "outcomes"},
    };

    tn_cbor_put_str(out, "rules");
    tn_cbor_open_list(out);
    for (size_t i = 0; i < TN_LEN(names); i++) {
        if (rules & names[i].bit) {
            tn_cbor_put_str(out, names[i].name);
        }
    }
    tn_cbor_close(out);
}

int tn_serve_facts(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_tenon *tenon = ctx;
    uint32_t skip = 0;

    if (!tenon->slots) {
        return TN_ENOTSUP;
    }
    if (tn_cbor_get_form(&rq->in, "skip" TN_UINT, &skip) < 0) {
        return TN_EINVAL;
    }
    bool more = put_keys(&rq->out, tenon->trust, skip);
    put_slots(&rq->out, tenon->slots);
    put_rules(&rq->out, tenon->rules);
    tn_cbor_pair_bool(&rq->out, "more", more);
    return 0;
}

const struct tn_smp_cmd tn_serve_tenon_cmds[] = {
        TN_SERVE_TENON_BASE,
};
