// SPDX-License-Identifier: Apache-2.0
// The kind of a file selects its parser; segments become one run of bytes.
#include "host/files/load.h"

#include "host/files/uf2.h"

static bool is_hex(const struct tn_kind_found *k, const char *path) {
    bool says_nothing = k->kind == TN_KIND_UNKNOWN || k->kind == TN_KIND_TEXT;
    return k->kind == TN_KIND_HEX || (says_nothing && tn_file_has_suffix(path, ".hex"));
}

// Takes the DFU suffix off, or adds the bytes of a DfuSe file. Does nothing to other files.
static int unpack_dfu(
        struct tn_load_found *l, struct tn_segments *s, const char *path, struct tn_fault *f) {
    struct tn_dfu_file dfu;

    if (!tn_dfu_is(l->file.p, l->file.len)) {
        return 0;
    }
    if (tn_dfu_read(l->file.p, l->file.len, path, &dfu, NULL, NULL, f) ||
            (dfu.is_dfuse && tn_dfu_segments(l->file.p, l->file.len, path, s, f))) {
        return -1;
    }
    l->is_dfu = true;
    l->ids = dfu.ids;
    l->has_addr = dfu.is_dfuse;
    l->file.len = dfu.len;
    l->file.p[dfu.len] = 0;  // as behind every file that was read
    return 0;
}

static int unpack(
        struct tn_load_found *l, struct tn_segments *s, const char *path, struct tn_fault *f) {
    int err = unpack_dfu(l, s, path, f);

    tn_kind_find(l->file.p, l->file.len, &l->kind);
    if (err || l->has_addr) {
        return err;
    }
    bool hex = is_hex(&l->kind, path);
    l->has_addr = hex || l->kind.kind == TN_KIND_UF2;
    if (hex) {
        return tn_ihex_parse(s, (char *)l->file.p, l->file.len, path, f);
    }
    return l->has_addr ? tn_uf2_parse(s, l->file.p, l->file.len, path, f) : 0;
}

int tn_load_segments(
        const char *path, struct tn_segments *s, struct tn_load_found *ret, struct tn_fault *f) {
    struct tn_load_found l = {.has_addr = false};

    if (tn_file_read(path, &l.file, f)) {
        return -1;
    }
    if (unpack(&l, s, path, f)) {
        tn_buf_free(&l.file);
        return -1;
    }
    *ret = l;
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
    struct tn_load_found found = {.has_addr = false};

    int err = tn_load_segments(path, &s, &found, f);
    struct tn_loaded l = {.bytes = found.file,
            .has_addr = found.has_addr,
            .is_dfu = found.is_dfu,
            .ids = found.ids};
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
