// SPDX-License-Identifier: Apache-2.0
#include "serve/settings.h"

#include "base/compiler.h"

// Errors that have a code of their own in this group and that the program's functions never return.
// They reuse core errors that cannot occur here.
enum {
    NAME_TOO_LONG = TN_ESIZE,
    NO_READ = TN_ENOHASH,
    NO_WRITE = TN_ENOSLOT,
    NO_REMOVE = TN_ENOOFF,
    NO_SAVE = TN_ENOLEN,
};

const struct tn_smp_err tn_serve_settings_errs[] = {
        {NAME_TOO_LONG, 2 | TN_SMP_V1_INVALID},
        {TN_SETTING_NO_NAME, 3 | TN_SMP_V1_NOENT},
        {NO_READ, 4 | TN_SMP_V1_NOENT},
        {TN_SETTING_NO_ROOT, 5 | TN_SMP_V1_UNKNOWN},
        {NO_WRITE, 6 | TN_SMP_V1_UNKNOWN},
        {NO_REMOVE, 7 | TN_SMP_V1_UNKNOWN},
        {NO_SAVE, 8 | TN_SMP_V1_UNKNOWN},
};

struct request {
    struct tn_span name;
    struct tn_span val;
    uint32_t max_size;
};

static const char form[] = "name" TN_TEXT "val" TN_BYTES "max_size" TN_UINT;

enum {
    HAS_NAME = 1,
    HAS_VAL = 2,
    HAS_MAX = 4,
};

// Returns a bit for each member of the request, or an error.
static int get(struct tn_smp_req *rq, struct request *ret) {
    int found = tn_cbor_get_form(&rq->in, form, ret);

    if (found < 0) {
        return TN_EINVAL;
    }
    return ret->name.len > TN_SETTING_NAME_MAX ? NAME_TOO_LONG : found;
}

// The same, and an error if the name is missing.
static int get_named(struct tn_smp_req *rq, struct request *ret) {
    int found = get(rq, ret);

    return found < 0 || ret->name.len ? found : TN_EINVAL;
}

// Maps a TN_SETTING_CANNOT of the program to cannot, the command's own error.
static int said(int rc, int cannot) {
    return rc == TN_SETTING_CANNOT ? cannot : rc;
}

static int read_value(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_settings *s = ctx;
    struct request r = {.max_size = TN_SETTING_VALUE_MAX};
    uint8_t value[TN_SETTING_VALUE_MAX];
    int found = get_named(rq, &r);

    if (found < 0) {
        return found;
    }
    uint32_t size = tn_min(r.max_size, sizeof(value));
    int n = s->read ? s->read(s->ctx, r.name, value, size) : TN_SETTING_CANNOT;
    if (n < 0) {
        return said(n, NO_READ);
    }
    tn_cbor_put_str(&rq->out, "val");
    tn_cbor_put_bytes(&rq->out, value, tn_min((uint32_t)n, size));
    if ((found & HAS_MAX) && r.max_size > sizeof(value)) {
        tn_cbor_pair_uint(&rq->out, "max_size", sizeof(value));
    }
    return 0;
}

static int write_value(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_settings *s = ctx;
    struct request r = {.max_size = 0};
    int found = get_named(rq, &r);

    if (found < 0) {
        return found;
    }
    if (!(found & HAS_VAL)) {
        return TN_EINVAL;
    }
    return said(s->write ? s->write(s->ctx, r.name, r.val) : TN_SETTING_CANNOT, NO_WRITE);
}

static int remove_value(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_settings *s = ctx;
    struct request r = {.max_size = 0};
    int found = get_named(rq, &r);

    if (found < 0) {
        return found;
    }
    return said(s->remove ? s->remove(s->ctx, r.name) : TN_SETTING_CANNOT, NO_REMOVE);
}

static int commit(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_settings *s = ctx;

    (void)rq;
    return s->commit ? s->commit(s->ctx) : 0;  // without a commit function, writes take effect at
                                               // once
}

static int load(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_settings *s = ctx;

    (void)rq;
    return said(s->load ? s->load(s->ctx) : TN_SETTING_CANNOT, NO_SAVE);
}

static int save(void *ctx, struct tn_smp_req *rq) {
    const struct tn_serve_settings *s = ctx;
    struct request r = {.max_size = 0};
    int found = get(rq, &r);

    if (found < 0) {
        return found;
    }
    return said(s->save ? s->save(s->ctx, r.name) : TN_SETTING_CANNOT, NO_SAVE);
}

const struct tn_smp_cmd tn_serve_settings_cmds[] = {
        {TN_SETTINGS_VALUE, read_value, write_value},
        {TN_SETTINGS_DELETE, NULL, remove_value},
        {TN_SETTINGS_COMMIT, NULL, commit},
        {TN_SETTINGS_STORE, load, save},
};
