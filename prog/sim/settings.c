// SPDX-License-Identifier: Apache-2.0
// Settings of the simulated program. They are in memory until they are saved to FOLDER/settings.
// There, a setting is one byte for the length of its name, one for the length of its value, the
// name, the value.
#include <stdio.h>
#include <string.h>

#include "sim_priv.h"
#include "things.h"

enum {
    SETTINGS = 32,
    PATH_LEN = 4096,
};

struct setting {
    uint8_t name_len;  // 0: free
    uint8_t len;
    char name[TN_SETTING_NAME_MAX];
    uint8_t value[TN_SETTING_VALUE_MAX];
};

static struct setting settings[SETTINGS];

static bool is_named(const struct setting *s, struct tn_span name) {
    return s->name_len == name.len && memcmp(s->name, name.ptr, name.len) == 0;
}

// The setting with this name; NULL if there is none.
static struct setting *find(struct tn_span name) {
    for (int i = 0; i < SETTINGS; i++) {
        if (settings[i].name_len && is_named(&settings[i], name)) {
            return &settings[i];
        }
    }
    return NULL;
}

// The names of this program begin with "app/".
static int missing(struct tn_span name) {
    return name.len > 4 && memcmp(name.ptr, "app/", 4) == 0 ? TN_SETTING_NO_NAME
                                                            : TN_SETTING_NO_ROOT;
}

static int read_one(void *ctx, struct tn_span name, void *buf, size_t size) {
    const struct setting *s = find(name);

    (void)ctx;
    if (!s) {
        return missing(name);
    }
    memcpy(buf, s->value, s->len < size ? s->len : size);
    return s->len;
}

static int write_one(void *ctx, struct tn_span name, struct tn_span value) {
    struct setting *s = find(name);

    (void)ctx;
    for (int i = 0; !s && i < SETTINGS; i++) {
        s = settings[i].name_len ? NULL : &settings[i];
    }
    if (missing(name) == TN_SETTING_NO_ROOT) {
        return TN_SETTING_NO_ROOT;
    }
    if (!s || value.len > sizeof(s->value)) {
        return TN_ENOSPC;
    }
    s->name_len = (uint8_t)name.len;
    s->len = (uint8_t)value.len;
    memcpy(s->name, name.ptr, name.len);
    if (value.len) {
        memcpy(s->value, value.ptr, value.len);
    }
    return 0;
}

static int remove_one(void *ctx, struct tn_span name) {
    struct setting *s = find(name);

    (void)ctx;
    if (!s) {
        return missing(name);
    }
    s->name_len = 0;
    return 0;
}

static int path(char *ret, const char *suffix) {
    const char *folder = tn_sim_folder();

    return folder && snprintf(ret, PATH_LEN, "%s/settings%s", folder, suffix) < PATH_LEN
            ? 0
            : TN_SETTING_CANNOT;
}

static int load(void *ctx) {
    char name[PATH_LEN];
    uint8_t len[2];
    int rc = path(name, "");
    FILE *f = rc ? NULL : fopen(name, "rb");

    (void)ctx;
    memset(settings, 0, sizeof(settings));
    for (int i = 0; f && i < SETTINGS && fread(len, 1, 2, f) == 2; i++) {
        struct setting s = {len[0], len[1], "", {0}};
        if (!len[0] || len[0] > sizeof(s.name) || len[1] > sizeof(s.value) ||
                fread(s.name, 1, len[0], f) != len[0] || fread(s.value, 1, len[1], f) != len[1]) {
            break;
        }
        settings[i] = s;
    }
    if (f) {
        fclose(f);
    }
    return rc;
}

// Saves all settings, whichever was requested: the file is replaced as a whole.
static int save(void *ctx, struct tn_span which) {
    char now[PATH_LEN];
    char temp[PATH_LEN];
    int rc = path(now, "") || path(temp, ".new") ? TN_SETTING_CANNOT : 0;
    FILE *f = rc ? NULL : fopen(temp, "wb");

    (void)ctx;
    (void)which;
    if (!f) {
        return rc ? rc : TN_EIO;
    }
    for (int i = 0; i < SETTINGS; i++) {
        const struct setting *s = &settings[i];
        uint8_t len[] = {s->name_len, s->len};
        if (s->name_len) {
            fwrite(len, 1, 2, f);
            fwrite(s->name, 1, s->name_len, f);
            fwrite(s->value, 1, s->len, f);
        }
    }
    rc = ferror(f);
    return fclose(f) || rc || rename(temp, now) ? TN_EIO : 0;
}

const struct tn_serve_settings tn_sim_settings = {
        .read = read_one, .write = write_one, .remove = remove_one, .load = load, .save = save};
