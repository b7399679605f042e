// SPDX-License-Identifier: Apache-2.0
#include "serve/stat.h"

#include "base/err.h"

const struct tn_smp_err tn_serve_stat_errs[] = {{TN_ENOENT, 2 | TN_SMP_V1_NOENT}};

static const struct tn_stat_group *find(const struct tn_serve_stat *s, struct tn_span name) {
    for (size_t i = 0; i < s->ngroups; i++) {
        if (tn_span_is(name, s->groups[i].name)) {
            return &s->groups[i];
        }
    }
    return NULL;
}

static int show(void *ctx, struct tn_smp_req *rq) {
    struct tn_span name = {NULL, 0};

    if (tn_cbor_get_form(&rq->in, "name" TN_TEXT, &name) <= 0) {
        return TN_EINVAL;
    }
    const struct tn_stat_group *g = find(ctx, name);
    if (!g) {
        return TN_ENOENT;
    }
    tn_cbor_pair_str(&rq->out, "name", g->name);
    tn_cbor_put_str(&rq->out, "fields");
    tn_cbor_open_map(&rq->out);
    for (size_t i = 0; i < g->n; i++) {
        tn_cbor_pair_uint(&rq->out, g->stats[i].name, *g->stats[i].value);
    }
    tn_cbor_close(&rq->out);
    return 0;
}

static int list(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_stat *s = ctx;

    tn_cbor_put_str(&rq->out, "stat_list");
    tn_cbor_open_list(&rq->out);
    for (size_t i = 0; i < s->ngroups; i++) {
        tn_cbor_put_str(&rq->out, s->groups[i].name);
    }
    tn_cbor_close(&rq->out);
    return 0;
}

const struct tn_smp_cmd tn_serve_stat_cmds[] = {
        {TN_STAT_SHOW, show, NULL},
        {TN_STAT_LIST, list, NULL},
};
