// SPDX-License-Identifier: Apache-2.0
#include "host/device/groups.h"

#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "host/device/ask_priv.h"

enum { ERASE_PATIENCE = 15 };  // times the timeout of other commands

// A command without a body, whose answer has no content.
static int plain(struct tn_session *s, uint16_t group, uint8_t id, uint8_t op, uint32_t patience,
        const char *what, struct tn_fault *f) {
    struct tn_call call = tn_call_of(group, id, op, NULL, 0);
    struct tn_reply r;

    call.timeout_ms = patience ? tn_times(s, patience) : 0;
    return tn_session_ask(s, &call, what, &r, f);
}

// A command whose body is one text.
static struct tn_call named(struct tn_body *b, uint16_t group, uint8_t id, uint8_t op,
        const char *key, const char *text) {
    tn_body_begin(b);
    tn_cbor_pair_str(&b->out, key, text);
    return tn_call_of(group, id, op, b, 1);
}

static int too_long(const struct tn_body *b, struct tn_fault *f) {
    return b->out.full ? tn_fail(f, TN_FAULT_USAGE, "too long for a request: at most 400 bytes")
                       : 0;
}

// ---- os ----------------------------------------------------------------------------------

struct task_reader {
    void (*take)(void *ctx, const struct tn_device_task *task);
    void *ctx;
};

static int take_task(struct tn_cbor_in *in, struct tn_span name, void *ctx) {
    const struct task_reader *reader = ctx;
    struct tn_device_task t = {.prio = 0};
    const struct tn_cbor_field fields[] = {
            {"prio", TN_FIELD_INT, &t.prio},
            {"tid", TN_FIELD_UINT, &t.id},
            {"state", TN_FIELD_UINT, &t.state},
            {"stkuse", TN_FIELD_UINT, &t.stack_used},
            {"stksiz", TN_FIELD_UINT, &t.stack_size},
            {"runtime", TN_FIELD_UINT, &t.runtime},
    };

    if (tn_cbor_get_map(in, fields, TN_LEN(fields)) < 0) {
        return -1;
    }
    tn_text_copy(t.name, sizeof(t.name), name);
    reader->take(reader->ctx, &t);
    return 0;
}

int tn_device_tasks(struct tn_session *s,
        void (*take)(void *ctx, const struct tn_device_task *task), void *ctx, struct tn_fault *f) {
    struct tn_call call = tn_call_of(TN_SMP_OS, TN_OS_TASKSTAT, TN_SMP_READ, NULL, 0);
    struct task_reader reader = {take, ctx};
    struct tn_cbor_in tasks = {0};
    const struct tn_cbor_field field = {"tasks", TN_FIELD_ANY, &tasks};
    int found = tn_ask_fields(s, &call, "cannot query the tasks", &field, 1, f);

    if (found < 0) {
        return -1;
    }
    return found && tn_each_pair(&tasks, take_task, &reader) ? tn_unreadable(s, "tasks", f) : 0;
}

struct pool_reader {
    void (*take)(void *ctx, const struct tn_device_pool *pool);
    void *ctx;
};

// Python's server writes "blksize", other servers "blksiz" (doc/reference/smp.md section 4).
static int take_pool(struct tn_cbor_in *in, struct tn_span name, void *ctx) {
    const struct pool_reader *reader = ctx;
    struct tn_device_pool p = {.blocks = 0};
    const struct tn_cbor_field fields[] = {
            {"blksiz", TN_FIELD_UINT, &p.block_size},
            {"blksize", TN_FIELD_UINT, &p.block_size},
            {"nblks", TN_FIELD_UINT, &p.blocks},
            {"nfree", TN_FIELD_UINT, &p.free},
            {"min", TN_FIELD_UINT, &p.min_free},
    };

    if (tn_cbor_get_map(in, fields, TN_LEN(fields)) < 0) {
        return -1;
    }
    tn_text_copy(p.name, sizeof(p.name), name);
    reader->take(reader->ctx, &p);
    return 0;
}

// Some servers put the pools into the answer's own map, maybe beside "rc"; others put them under
// "mpools".
static int take_pools(struct tn_cbor_in *in, struct tn_span name, void *ctx) {
    if (in->p < in->end && *in->p >> 5 != TN_CBOR_MAP) {
        return tn_cbor_skip(in);
    }
    return tn_span_is(name, "mpools") ? tn_each_pair(in, take_pool, ctx) : take_pool(in, name, ctx);
}

int tn_device_pools(struct tn_session *s,
        void (*take)(void *ctx, const struct tn_device_pool *pool), void *ctx, struct tn_fault *f) {
    struct tn_call call = tn_call_of(TN_SMP_OS, TN_OS_MPSTAT, TN_SMP_READ, NULL, 0);
    struct pool_reader reader = {take, ctx};
    struct tn_reply r;
    struct tn_cbor_in in;

    if (tn_session_ask(s, &call, "cannot query the memory pools", &r, f)) {
        return -1;
    }
    tn_cbor_in_init(&in, r.body.ptr, r.body.len);
    return tn_each_pair(&in, take_pools, &reader) ? tn_unreadable(s, "memory pools", f) : 0;
}

int tn_device_get_time(struct tn_session *s, char *ret, size_t size, struct tn_fault *f) {
    struct tn_call call = tn_call_of(TN_SMP_OS, TN_OS_DATETIME, TN_SMP_READ, NULL, 0);

    return tn_ask_text(s, &call, "cannot read the clock", "datetime", ret, size, f);
}

int tn_device_set_time(struct tn_session *s, const char *text, struct tn_fault *f) {
    struct tn_body b;
    struct tn_reply r;
    struct tn_call call = named(&b, TN_SMP_OS, TN_OS_DATETIME, TN_SMP_WRITE, "datetime", text);

    return too_long(&b, f) ? -1 : tn_session_ask(s, &call, "cannot set the clock", &r, f);
}

// ---- enum, ours, storage -----------------------------------------------------------------

static int take_group(struct tn_cbor_in *in, void *ctx) {
    struct tn_device_groups *groups = ctx;
    struct tn_device_group g = {.id = 0};
    struct tn_span name = {0};
    const struct tn_cbor_field fields[] = {
            {"group", TN_FIELD_UINT, &g.id}, {"name", TN_FIELD_TEXT, &name}};

    if (tn_cbor_get_map(in, fields, TN_LEN(fields)) < 0) {
        return -1;
    }
    tn_text_copy(g.name, sizeof(g.name), name);
    if (groups->n < TN_DEVICE_GROUPS) {
        groups->groups[groups->n++] = g;
    }
    return 0;
}

static int take_group_id(struct tn_cbor_in *in, void *ctx) {
    struct tn_device_groups *groups = ctx;
    struct tn_device_group g = {.id = 0};

    if (tn_cbor_get_uint(in, &g.id)) {
        return -1;
    }
    if (groups->n < TN_DEVICE_GROUPS) {
        groups->groups[groups->n++] = g;
    }
    return 0;
}

// Queries one form of the list of groups.
static int ask_groups(struct tn_session *s, uint8_t id,
        int (*take)(struct tn_cbor_in *in, void *ctx), struct tn_device_groups *ret,
        struct tn_fault *f) {
    struct tn_call call = tn_call_of(TN_SMP_ENUM, id, TN_SMP_READ, NULL, 0);
    struct tn_device_groups groups = {.n = 0};
    struct tn_cbor_in list = {0};
    const struct tn_cbor_field field = {"groups", TN_FIELD_ANY, &list};
    int found = tn_ask_fields(s, &call, "cannot query the groups", &field, 1, f);

    if (found < 0) {
        return -1;
    }
    if (!found || tn_each(&list, take, &groups)) {
        return tn_unreadable(s, "groups", f);
    }
    *ret = groups;
    return 0;
}

// Details are an option of Zephyr's server. A server without them has the numbers alone.
int tn_device_groups(struct tn_session *s, struct tn_device_groups *ret, struct tn_fault *f) {
    int err = ask_groups(s, TN_ENUM_DETAILS, take_group, ret, f);

    return err && f->kind == TN_FAULT_REFUSED ? ask_groups(s, TN_ENUM_LIST, take_group_id, ret, f)
                                              : err;
}

int tn_device_capabilities(struct tn_session *s, struct tn_capabilities *ret, struct tn_fault *f) {
    struct tn_call call = tn_call_of(TN_SMP_TENON, TN_TENON_CAPABILITIES, TN_SMP_READ, NULL, 0);
    struct tn_capabilities c = {.history = false};
    struct tn_span version = {0};
    const struct tn_cbor_field fields[] = {
            {"version", TN_FIELD_TEXT, &version},
            {"history", TN_FIELD_BOOL, &c.history},
            {"resume", TN_FIELD_BOOL, &c.resume},
    };

    if (tn_ask_fields(s, &call, "cannot query its capabilities", fields, TN_LEN(fields), f) < 0) {
        return -1;
    }
    tn_text_copy(c.version, sizeof(c.version), version);
    *ret = c;
    return 0;
}

int tn_device_erase_storage(struct tn_session *s, struct tn_fault *f) {
    return plain(s, TN_SMP_BASIC, TN_BASIC_ERASE, TN_SMP_WRITE, ERASE_PATIENCE,
            "cannot erase the storage", f);
}

// ---- stat --------------------------------------------------------------------------------

struct name_reader {
    void (*take)(void *ctx, const char *name);
    void *ctx;
};

static int take_name(struct tn_cbor_in *in, void *ctx) {
    const struct name_reader *reader = ctx;
    char name[TN_DEVICE_NAME];
    struct tn_span text;

    if (tn_cbor_get_text(in, &text)) {
        return -1;
    }
    tn_text_copy(name, sizeof(name), text);
    reader->take(reader->ctx, name);
    return 0;
}

int tn_device_stat_groups(struct tn_session *s, void (*take)(void *ctx, const char *name),
        void *ctx, struct tn_fault *f) {
    struct tn_call call = tn_call_of(TN_SMP_STAT, TN_STAT_LIST, TN_SMP_READ, NULL, 0);
    struct name_reader reader = {take, ctx};
    struct tn_cbor_in list = {0};
    const struct tn_cbor_field field = {"stat_list", TN_FIELD_ANY, &list};
    int found = tn_ask_fields(s, &call, "cannot query the counters", &field, 1, f);

    if (found < 0) {
        return -1;
    }
    return found && tn_each(&list, take_name, &reader) ? tn_unreadable(s, "counters", f) : 0;
}

struct number_reader {
    void (*take)(void *ctx, const char *name, uint64_t value);
    void *ctx;
};

static int take_number(struct tn_cbor_in *in, struct tn_span name, void *ctx) {
    const struct number_reader *reader = ctx;
    char text[TN_DEVICE_NAME];
    uint64_t value;

    if (tn_cbor_get_uint64(in, &value)) {
        return -1;
    }
    tn_text_copy(text, sizeof(text), name);
    reader->take(reader->ctx, text, value);
    return 0;
}

int tn_device_stat(struct tn_session *s, const char *group,
        void (*take)(void *ctx, const char *name, uint64_t value), void *ctx, struct tn_fault *f) {
    struct tn_body b;
    struct tn_call call = named(&b, TN_SMP_STAT, TN_STAT_SHOW, TN_SMP_READ, "name", group);
    struct number_reader reader = {take, ctx};
    struct tn_cbor_in map = {0};
    const struct tn_cbor_field field = {"fields", TN_FIELD_ANY, &map};

    if (too_long(&b, f)) {
        return -1;
    }
    int found = tn_ask_fields(s, &call, "cannot query the counters", &field, 1, f);
    if (found < 0) {
        return -1;
    }
    return found && tn_each_pair(&map, take_number, &reader) ? tn_unreadable(s, "counters", f) : 0;
}

// ---- settings ----------------------------------------------------------------------------

int tn_device_setting_get(
        struct tn_session *s, const char *name, uint8_t *ret, size_t *ret_len, struct tn_fault *f) {
    struct tn_body b;
    struct tn_call call = named(&b, TN_SMP_SETTINGS, TN_SETTINGS_VALUE, TN_SMP_READ, "name", name);
    struct tn_span val = {0};
    const struct tn_cbor_field field = {"val", TN_FIELD_BYTES, &val};

    if (too_long(&b, f)) {
        return -1;
    }
    int found = tn_ask_fields(s, &call, "cannot read the setting", &field, 1, f);
    if (found < 0) {
        return -1;
    }
    if (!found || val.len > TN_SETTING_MAX) {
        return tn_unreadable(s, "value", f);
    }
    if (val.len) {
        memcpy(ret, val.ptr, val.len);
    }
    *ret_len = val.len;
    return 0;
}

int tn_device_setting_set(
        struct tn_session *s, const char *name, const void *value, size_t len, struct tn_fault *f) {
    struct tn_body b;
    struct tn_reply r;

    tn_body_begin(&b);
    tn_cbor_pair_str(&b.out, "name", name);
    tn_cbor_put_str(&b.out, "val");
    tn_cbor_put_bytes(&b.out, value, len);
    struct tn_call call = tn_call_of(TN_SMP_SETTINGS, TN_SETTINGS_VALUE, TN_SMP_WRITE, &b, 2);
    return too_long(&b, f) ? -1 : tn_session_ask(s, &call, "cannot write the setting", &r, f);
}

int tn_device_setting_delete(struct tn_session *s, const char *name, struct tn_fault *f) {
    struct tn_body b;
    struct tn_reply r;
    struct tn_call call =
            named(&b, TN_SMP_SETTINGS, TN_SETTINGS_DELETE, TN_SMP_WRITE, "name", name);

    return too_long(&b, f) ? -1 : tn_session_ask(s, &call, "cannot delete the setting", &r, f);
}

int tn_device_settings_commit(struct tn_session *s, struct tn_fault *f) {
    return plain(s, TN_SMP_SETTINGS, TN_SETTINGS_COMMIT, TN_SMP_WRITE, 0,
            "cannot commit the settings", f);
}

int tn_device_settings_load(struct tn_session *s, struct tn_fault *f) {
    return plain(
            s, TN_SMP_SETTINGS, TN_SETTINGS_STORE, TN_SMP_READ, 0, "cannot load the settings", f);
}

int tn_device_settings_save(struct tn_session *s, const char *name, struct tn_fault *f) {
    struct tn_body b;
    struct tn_reply r;
    struct tn_call call = tn_call_of(TN_SMP_SETTINGS, TN_SETTINGS_STORE, TN_SMP_WRITE, NULL, 0);

    if (name) {
        call = named(&b, TN_SMP_SETTINGS, TN_SETTINGS_STORE, TN_SMP_WRITE, "name", name);
        if (too_long(&b, f)) {
            return -1;
        }
    }
    call.timeout_ms = tn_times(s, 3);
    return tn_session_ask(s, &call, "cannot save the settings", &r, f);
}

// ---- shell -------------------------------------------------------------------------------

int tn_device_shell(struct tn_session *s, char *const *words, size_t n, bool raw, char *out,
        size_t size, int32_t *ret_rc, struct tn_fault *f) {
    struct tn_body b;
    struct tn_span text = {0};
    int32_t rc = 0;
    const struct tn_cbor_field fields[] = {{"o", TN_FIELD_TEXT, &text}, {"ret", TN_FIELD_INT, &rc}};

    tn_body_begin(&b);
    tn_cbor_put_str(&b.out, "argv");
    tn_cbor_open_list(&b.out);
    for (size_t i = 0; i < n; i++) {
        tn_cbor_put_str(&b.out, words[i]);
    }
    tn_cbor_close(&b.out);
    struct tn_call call = tn_call_of(TN_SMP_SHELL, TN_SHELL_EXEC, TN_SMP_WRITE, &b, 1);
    call.tries = 1;  // a repeated request would run the command twice
    call.timeout_ms = tn_times(s, 5);
    if (too_long(&b, f) ||
            tn_ask_fields(s, &call, "cannot run the command", fields, TN_LEN(fields), f) < 0) {
        return -1;
    }
    if (raw) {
        snprintf(out, size, "%.*s", (int)text.len, (const char *)text.ptr);
    } else {
        tn_lines_copy(out, size, text);
    }
    *ret_rc = rc;
    return 0;
}
