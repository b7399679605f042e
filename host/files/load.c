// SPDX-License-Identifier: Apache-2.0
// The kind of a file selects its parser; segments become one run of bytes.
#include "host/files/load.h"

#include "host/files/uf2.h"

static bool is_hex(const struct tn_kind_found *k, const char *path) {
    bool says_nothing = k->kind == TN_KIND_UNKNOWN || k->kind == TN_KIND_TEXT;
    return k->kind == TN_KIND_HEX || (says_nothing && tn_file_has_suffix(path, ".hex"));
}

int tn_load_segments(const char *path, struct tn_segments *s, struct tn_kind_found *ret_kind,
        bool *ret_has_addr, struct tn_buf *ret_file, struct tn_fault *f) {
    struct tn_buf file;
    struct tn_kind_found k;
    int err = 0;

    if (tn_file_read(path, &file, f)) {
        return -1;
    }
    tn_kind_find(file.p, file.len, &k);
    bool hex = is_hex(&k, path);
    if (hex) {
        err = tn_ihex_parse(s, (char *)file.p, file.len, path, f);
    } else if (k.kind == TN_KIND_UF2) {
        err = tn_uf2_parse(s, file.p, file.len, path, f);
    }
    if (err) {
        tn_buf_free(&file);
        return err;
    }
    *ret_kind = k;
    *ret_has_addr = hex || k.kind == TN_KIND_UF2;
    *ret_file = file;
    return 0;
}

// A file with other memories too, such as the UICR far behind the flash, is not flattened. If an
// image lies in its first part, the user wants to know where.
static void name_image(const struct tn_segments *s, const char *path, struct tn_fault *f) {
    struct tn_segments part = {.list = s->list};
    struct tn_kind_found k;
    struct tn_fault ignored;
    struct tn_buf bytes;
    uint32_t addr;

    while (part.n < s->n && s->list[part.n].addr - s->list[0].addr < TN_FILE_MAX / 2) {
        part.n++;
    }
    if (tn_segments_flatten(&part, 0xff, &addr, &bytes, path, &ignored)) {
        return;
    }
    tn_kind_find(bytes.p, bytes.len, &k);
    if (k.kind == TN_KIND_IMAGE_BEHIND) {
        tn_kind_refuse(&k, addr, TN_KIND_FOR_DEVICE, path, f);
    }
    tn_buf_free(&bytes);
}

int tn_load(const char *path, struct tn_loaded *ret, struct tn_fault *f) {
    struct tn_segments s = {0};
    struct tn_kind_found k;
    struct tn_loaded l = {0};

    int err = tn_load_segments(path, &s, &k, &l.has_addr, &l.bytes, f);
    if (!err && l.has_addr) {
        tn_buf_free(&l.bytes);
        err = tn_segments_flatten(&s, 0xff, &l.addr, &l.bytes, path, f);
        if (err && f->kind == TN_FAULT_TOO_LARGE) {
            name_image(&s, path, f);
        }
    }
    tn_segments_free(&s);
    if (err) {
        return err;
    }
    *ret = l;
    return 0;
}

int tn_image_load(const char *path, struct tn_buf *ret, uint32_t *ret_addr, struct tn_fault *f) {
    struct tn_loaded l;

    if (tn_load(path, &l, f)) {
        return -1;
    }
    *ret = l.bytes;
    *ret_addr = l.addr;
    return 0;
}
