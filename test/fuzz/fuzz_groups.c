// SPDX-License-Identifier: Apache-2.0
// Each function checks its arguments: that a name ends, that a length is within the header's
// limits.
#include "fuzz_groups.h"

#include "base/compiler.h"
#include "base/err.h"
#include "fuzz.h"
#include "image/trust.h"
#include "support/device.h"

enum {
    FILE_MAX = 700,
};

static uint8_t file[FILE_MAX];
static uint32_t file_len;
static uint8_t value[TN_SETTING_VALUE_MAX];
static size_t value_len;
static bool has_time;

void fuzz_groups_begin(void) {
    memset(file, 0x5a, sizeof(file));
    file_len = 300;
    memcpy(value, "tenon", 5);
    value_len = 5;
    has_time = false;
}

// ---- os ------------------------------------------------------------------------------------

static bool task(void *ctx, size_t nth, struct tn_os_task *ret) {
    (void)ctx;
    *ret = (struct tn_os_task){"main", -1, 2, 100, 256, 5};
    return nth < 2;
}

static bool pool(void *ctx, size_t nth, struct tn_os_pool *ret) {
    (void)ctx;
    *ret = (struct tn_os_pool){"packets", 600, 4, 3, 1};
    return nth < 1;
}

static int get_time(void *ctx, struct tn_datetime *ret) {
    (void)ctx;
    *ret = (struct tn_datetime){2026, 11, 21, 19, 0, 0, 0};
    return has_time ? 0 : TN_ENOENT;
}

static int set_time(void *ctx, const struct tn_datetime *t) {
    (void)ctx;
    PROMISE(t->year >= 1900 && t->year <= 11899 && t->month >= 1 && t->month <= 12);
    PROMISE(t->day >= 1 && t->day <= 31 && t->hour < 24 && t->minute < 60 && t->second < 61);
    PROMISE(t->ms < 1000);
    has_time = true;
    return 0;
}

const struct tn_os_time_tasks fuzz_os_time_tasks = {task, pool, get_time, set_time, NULL};

// ---- stat ----------------------------------------------------------------------------------

static volatile uint32_t uploads = 7;
static volatile uint32_t resets = 70000;
static const struct tn_stat stats[] = {{"uploads", &uploads}, {"resets", &resets}};
static const struct tn_stat_group stat_groups[] = {{"update", stats, 2}, {"none", NULL, 0}};
const struct tn_serve_stat fuzz_stat = {stat_groups, TN_LEN(stat_groups)};

// ---- settings ------------------------------------------------------------------------------

static int find(struct tn_span name) {
    PROMISE(name.len >= 1 && name.len <= TN_SETTING_NAME_MAX);
    if (name.len < 4 || memcmp(name.ptr, "app/", 4)) {
        return TN_SETTING_NO_ROOT;
    }
    return tn_span_is(name, "app/name")     ? 0
            : tn_span_is(name, "app/fixed") ? TN_SETTING_CANNOT
                                            : TN_SETTING_NO_NAME;
}

static int read_value(void *ctx, struct tn_span name, void *buf, size_t size) {
    int err = find(name);

    (void)ctx;
    memset(buf, 0xee, size);
    if (!err) {
        memcpy(buf, value, size < value_len ? size : value_len);
    }
    return err ? err : (int)value_len;
}

static int write_value(void *ctx, struct tn_span name, struct tn_span val) {
    int err = find(name);

    (void)ctx;
    if (!err && val.len > sizeof(value)) {
        err = TN_ENOSPC;
    }
    if (!err) {
        memcpy(value, val.ptr, val.len);
        value_len = val.len;
    }
    return err;
}

static int remove_value(void *ctx, struct tn_span name) {
    int err = find(name);

    (void)ctx;
    value_len = err ? value_len : 0;
    return err;
}

static int nothing(void *ctx) {
    (void)ctx;
    return 0;
}

static int save(void *ctx, struct tn_span name) {
    (void)ctx;
    PROMISE(name.len <= TN_SETTING_NAME_MAX);
    return 0;
}

const struct tn_serve_settings fuzz_settings = {
        read_value, write_value, remove_value, nothing, nothing, save, NULL};

// ---- fs ------------------------------------------------------------------------------------

// There is one file, "f", and a folder.
static int find_file(const char *name) {
    PROMISE(name[0] && strlen(name) <= TN_FS_NAME_MAX);
    return !strcmp(name, "f") ? 0 : !strcmp(name, "folder") ? TN_FS_IS_FOLDER : TN_FS_NO_FILE;
}

static int size_of(void *ctx, const char *name, uint32_t *ret) {
    int err = find_file(name);

    (void)ctx;
    *ret = err ? *ret : file_len;
    return err;
}

static int read_file(void *ctx, const char *name, uint32_t off, void *buf, uint32_t len) {
    int err = find_file(name);

    (void)ctx;
    if (err || off >= file_len) {
        return err;
    }
    len = len < file_len - off ? len : file_len - off;
    memcpy(buf, file + off, len);
    return (int)len;
}

static int create(void *ctx, const char *name) {
    int err = find_file(name);

    (void)ctx;
    file_len = err ? file_len : 0;
    return err;
}

static int append(void *ctx, const char *name, const void *buf, uint32_t len) {
    int err = find_file(name);

    (void)ctx;
    if (err || len > FILE_MAX - file_len) {
        return err ? err : TN_EIO;
    }
    memcpy(file + file_len, buf, len);
    file_len += len;
    return 0;
}

const struct tn_serve_fs fuzz_fs = {
        .size = size_of,
        .read = read_file,
        .create = create,
        .append = append,
        .sha256 = &tn_sha256_bearssl,
};

// ---- shell ---------------------------------------------------------------------------------

static int run_line(void *ctx, const char *line, char *out, size_t size, size_t *ret_len) {
    size_t n = strlen(line);

    (void)ctx;
    PROMISE(n <= TN_SHELL_LINE_MAX && n <= size);
    memset(out, 'x', size);
    memcpy(out, line, n);
    *ret_len = n & 1 ? size : n;
    return -(int)n;
}

const struct tn_serve_shell fuzz_shell = {run_line, NULL};
