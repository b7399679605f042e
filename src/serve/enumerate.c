// SPDX-License-Identifier: Apache-2.0
#include "serve/enumerate.h"

#include "base/err.h"

enum {
    ASKED_MAX = 16,  // groups that a client may name in one request
};

// Errors that mean something of their own in this group.
enum {
    TOO_MANY = TN_ERANGE,
    NO_SUCH_INDEX = TN_ENOENT,
};

const struct tn_smp_err tn_serve_enum_errs[] = {
        {TOO_MANY, 2, TN_RC_INVALID, 0},
        {NO_SUCH_INDEX, 4, TN_RC_UNKNOWN, 0},
};

static int count(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_enum *e = ctx;

    tn_cbor_pair_uint(&rq->out, "count", (uint32_t)e->ngroups);
    return 0;
}

static int list(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_enum *e = ctx;

    tn_cbor_put_str(&rq->out, "groups");
    tn_cbor_open_list(&rq->out);
    for (size_t i = 0; i < e->ngroups; i++) {
        tn_cbor_put_uint(&rq->out, e->groups[i].id);
    }
    tn_cbor_close(&rq->out);
    return 0;
}

static int single(void *ctx, struct tn_smp_req *rq) {
    static const struct tn_cbor_member member = {"index", TN_FIELD_UINT, 0};
    const struct tn_serve_enum *e = ctx;
    uint32_t index = 0;

    if (tn_cbor_get_members(&rq->in, &member, 1, &index) < 0) {
        return TN_EINVAL;
    }
    if (index >= e->ngroups) {
        return NO_SUCH_INDEX;
    }
    tn_cbor_pair_uint(&rq->out, "group", e->groups[index].id);
    if (index == e->ngroups - 1) {
        tn_cbor_pair_bool(&rq->out, "end", true);
    }
    return 0;
}

// Zephyr's names, which clients show.
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

// handlers is the highest command's number and one.
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

// True if the list of numbers at in holds id. A list that is malformed was found before.
static bool asks_for(struct tn_cbor_in in, uint16_t id) {
    struct tn_cbor_seq seq;
    uint32_t v;

    if (tn_cbor_enter(&in, TN_CBOR_LIST, &seq)) {
        return false;
    }
    while (tn_cbor_next(&in, &seq) > 0 && !tn_cbor_get_uint(&in, &v)) {
        if (v == id) {
            return true;
        }
    }
    return false;
}

// A list of numbers, not too many. 0 or an error.
static int check_list(struct tn_cbor_in in) {
    struct tn_cbor_seq seq;
    uint32_t v;
    int n = 0;
    int rc = tn_cbor_enter(&in, TN_CBOR_LIST, &seq);

    while (!rc && (rc = tn_cbor_next(&in, &seq)) > 0) {
        rc = ++n > ASKED_MAX ? TOO_MANY : tn_cbor_get_uint(&in, &v);
    }
    return rc;
}

static int details(void *ctx, struct tn_smp_req *rq) {
    static const struct tn_cbor_member member = {"groups", TN_FIELD_ANY, 0};
    const struct tn_serve_enum *e = ctx;
    struct tn_cbor_in asked = {NULL, NULL};

    if (tn_cbor_get_members(&rq->in, &member, 1, &asked) < 0) {
        return TN_EINVAL;
    }
    int err = asked.p ? check_list(asked) : 0;
    if (err) {
        return err;
    }
    tn_cbor_put_str(&rq->out, "groups");
    tn_cbor_open_list(&rq->out);
    for (size_t i = 0; i < e->ngroups; i++) {
        if (!asked.p || asks_for(asked, e->groups[i].id)) {
            put_details(&rq->out, &e->groups[i]);
        }
    }
    tn_cbor_close(&rq->out);
    return 0;
}

const struct tn_smp_cmd tn_serve_enum_cmds[] = {
        {TN_ENUM_COUNT, count, NULL, NULL},
        {TN_ENUM_LIST, list, NULL, NULL},
        {TN_ENUM_SINGLE, single, NULL, NULL},
        {TN_ENUM_DETAILS, details, NULL, NULL},
};
