// SPDX-License-Identifier: Apache-2.0
#include "serve/enumerate.h"

#include "base/err.h"

enum {
    NO_SUCH_INDEX = TN_ENOENT,  // an error that has a code of its own in this group
};

const struct tn_smp_err tn_serve_enum_errs[] = {{NO_SUCH_INDEX, 4 | TN_SMP_V1_UNKNOWN}};

static int count(void *ctx, struct tn_smp_req *rq) {
    (void)ctx;
    tn_cbor_pair_uint(&rq->out, "count", (uint32_t)tn_smp_server_of(rq)->ngroups);
    return 0;
}

static int list(void *ctx, struct tn_smp_req *rq) {
    const struct tn_smp_server *s = tn_smp_server_of(rq);

    (void)ctx;
    tn_cbor_put_str(&rq->out, "groups");
    tn_cbor_open_list(&rq->out);
    for (size_t i = 0; i < s->ngroups; i++) {
        tn_cbor_put_uint(&rq->out, s->groups[i].id);
    }
    tn_cbor_close(&rq->out);
    return 0;
}

static int single(void *ctx, struct tn_smp_req *rq) {
    const struct tn_smp_server *s = tn_smp_server_of(rq);
    uint32_t index = 0;

    (void)ctx;
    if (tn_cbor_get_form(&rq->in, "index" TN_UINT, &index) < 0) {
        return TN_EINVAL;
    }
    if (index >= s->ngroups) {
        return NO_SUCH_INDEX;
    }
    tn_cbor_pair_uint(&rq->out, "group", s->groups[index].id);
    if (index == s->ngroups - 1) {
        tn_cbor_pair_bool(&rq->out, "end", true);
    }
    return 0;
}

// The names that Zephyr uses. Clients show them.
static const char *name_of(uint16_t group) {
    static const struct {
        uint16_t id;
        const char *name;
    } names[] = {
            {TN_SMP_OS, "os mgmt"},
            {TN_SMP_IMAGE, "img mgmt"},
            {TN_SMP_STAT, "stat mgmt"},
            {TN_SMP_SETTINGS, "settings mgmt"},
            {TN_SMP_FS, "fs mgmt"},
            {TN_SMP_SHELL, "shell mgmt"},
            {TN_SMP_ENUM, "enum mgmt"},
            {TN_SMP_BASIC, "zephyr basic mgmt"},
            {TN_SMP_TENON, "tenon"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (names[i].id == group) {
            return names[i].name;
        }
    }
    return NULL;
}

// The member handlers is the highest command number plus one.
static void put_details(struct tn_cbor_out *out, const struct tn_smp_group *g) {
    const char *name = name_of(g->id);
    uint32_t handlers = 0;

    for (size_t i = 0; i < g->ncmds; i++) {
        handlers = tn_max(handlers, g->cmds[i].id + 1u);
    }
    tn_cbor_open_map(out);
    tn_cbor_pair_uint(out, "group", g->id);
    if (name) {
        tn_cbor_pair_str(out, "name", name);
    }
    tn_cbor_pair_uint(out, "handlers", handlers);
    tn_cbor_close(out);
}

// 1 if the list of numbers at in holds id, 0 if not, or an error if it is not such a list.
static int asks_for(struct tn_cbor_in in, uint16_t id) {
    struct tn_cbor_seq seq;
    uint32_t v;
    int rc = tn_cbor_enter(&in, TN_CBOR_LIST, &seq);

    while (!rc && (rc = tn_cbor_next(&in, &seq)) > 0) {
        rc = tn_cbor_get_uint(&in, &v);
        if (!rc && v == id) {
            return 1;
        }
    }
    return rc;
}

static int details(void *ctx, struct tn_smp_req *rq) {
    const struct tn_smp_server *s = tn_smp_server_of(rq);
    struct tn_cbor_in asked = {NULL, NULL};

    (void)ctx;
    if (tn_cbor_get_form(&rq->in, "groups" TN_ANY, &asked) < 0) {
        return TN_EINVAL;
    }
    tn_cbor_put_str(&rq->out, "groups");
    tn_cbor_open_list(&rq->out);
    for (size_t i = 0; i < s->ngroups; i++) {
        int wanted = asked.p ? asks_for(asked, s->groups[i].id) : 1;
        if (wanted < 0) {
            return wanted;
        }
        if (wanted) {
            put_details(&rq->out, &s->groups[i]);
        }
    }
    tn_cbor_close(&rq->out);
    return 0;
}

const struct tn_smp_cmd tn_serve_enum_cmds[] = {
        {TN_ENUM_COUNT, count, NULL},
        {TN_ENUM_LIST, list, NULL},
        {TN_ENUM_SINGLE, single, NULL},
        {TN_ENUM_DETAILS, details, NULL},
};
