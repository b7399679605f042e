// SPDX-License-Identifier: Apache-2.0
// Of the manifest only what says which file is which image is read: "file", "image_index" (text or
// a number; 0 if it is missing), and, of one image's files for its slots, nothing more: they are
// told apart by the addresses that they are linked for. Source: nRF Connect SDK, "DFU zip
// archives".
#include "package.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"
#include "host/base/sha256.h"
#include "host/files/load.h"

#define MANIFEST "manifest.json"

enum { FORMAT = 1 };  // and 0, which has the same members

static int is_wrong(struct cli *cli, const char *path, const char *what) {
    return tn_fail(&cli->fault, TN_FAULT_MALFORMED,
            "%s: %s: not an update of images; tenon pack makes one", path, what);
}

// Old manifests have load_address as 0x..., which is not JSON. Nothing here needs it.
static void blank_hex(char *text) {
    for (char *at = strstr(text, ":0x"); at; at = strstr(at, ":0x")) {
        for (at += 2; isxdigit((unsigned char)*at) || *at == 'x'; at++) {
            *at = ' ';
        }
    }
}

// The number of a file's image. -1: it makes no sense.
static int image_of(const json_t *file) {
    const json_t *index = json_object_get(file, "image_index");
    long n = 0;
    char *end = "";

    if (json_is_string(index)) {
        const char *text = json_string_value(index);
        n = isdigit((unsigned char)*text) ? strtol(text, &end, 10) : -1;
    } else if (index) {
        n = json_is_integer(index) ? (long)json_integer_value(index) : -1;
    }
    return *end || n < 0 || n >= PACKAGE_IMAGES ? -1 : (int)n;
}

static int take_member(struct cli *cli, const char *path, const json_t *file, struct package *p) {
    const char *name = json_string_value(json_object_get(file, "file"));
    const struct tn_zip_entry *e = name ? tn_zip_find(&p->zip, name) : NULL;
    int image = image_of(file);

    if (!e) {
        return is_wrong(cli, path, "its manifest names a file that the archive does not have");
    }
    if (image < 0) {
        return is_wrong(cli, path, "an image_index of its manifest is no image's number");
    }
    if (p->n == PACKAGE_IMAGES) {
        return is_wrong(cli, path, "its manifest has too many files");
    }
    struct package_member *m = &p->members[p->n];
    snprintf(m->name, sizeof(m->name), "%s: %s", path, name);
    m->image = (uint32_t)image;
    if (image_file_take(cli, &(struct tn_loaded){.bytes = e->bytes}, m->name, &m->file)) {
        return -1;
    }
    p->n++;
    return 0;
}

static int by_image(const void *a, const void *b) {
    const struct package_member *x = a;
    const struct package_member *y = b;
    return x->image < y->image ? -1 : x->image > y->image;
}

// Each image has one file; or all files are the same image's.
static int check_images(struct cli *cli, const char *path, struct package *p) {
    qsort(p->members, p->n, sizeof(p->members[0]), by_image);
    for (size_t i = 0; i < p->n; i++) {
        p->members[i].file.path = p->members[i].name;  // sorting has moved it
    }
    p->is_variants = p->n > 1 && p->members[0].image == p->members[p->n - 1].image;
    for (size_t i = 1; i < p->n && !p->is_variants; i++) {
        if (p->members[i].image == p->members[i - 1].image) {
            return is_wrong(cli, path, "its manifest has two files for one of several images");
        }
    }
    return p->n ? 0 : is_wrong(cli, path, "its manifest names no file");
}

static int take_manifest(struct cli *cli, const char *path, struct package *p) {
    const struct tn_zip_entry *e = tn_zip_find(&p->zip, MANIFEST);
    json_error_t error;

    if (!e) {
        return is_wrong(cli, path, "it has no " MANIFEST);
    }
    blank_hex((char *)e->bytes.p);
    json_t *manifest = json_loadb((char *)e->bytes.p, e->bytes.len, 0, &error);
    const json_t *format = json_object_get(manifest, "format-version");
    const json_t *files = json_object_get(manifest, "files");
    int err = 0;
    if (!json_is_integer(format) || json_integer_value(format) < 0 || !json_is_array(files)) {
        err = is_wrong(cli, path, "its " MANIFEST " cannot be read");
    } else if (json_integer_value(format) > FORMAT) {
        err = tn_fail(&cli->fault, TN_FAULT_UNSUPPORTED,
                "%s: its manifest has format %d, and this tenon reads formats up to %d", path,
                (int)json_integer_value(format), FORMAT);
    }
    for (size_t i = 0; !err && i < json_array_size(files); i++) {
        err = take_member(cli, path, json_array_get(files, i), p);
    }
    json_decref(manifest);
    return err ? err : check_images(cli, path, p);
}

// Reads an archive. Returns 1 if the file is none.
static int read_zip(struct cli *cli, const char *path, struct package *ret) {
    struct tn_buf file;

    if (tn_file_read(path, &file, &cli->fault)) {
        return -1;
    }
    int rc = 1;
    if (tn_zip_is(file.p, file.len)) {
        rc = tn_zip_read(file.p, file.len, path, &ret->zip, &cli->fault) ||
                        take_manifest(cli, path, ret)
                ? -1
                : 0;
        cli->sent_file = path;
        tn_sha256(file.p, file.len, cli->sent_sha);
    }
    tn_buf_free(&file);
    return rc;
}

static bool have_addresses_of_their_own(const struct package *p) {
    for (size_t i = 0; i < p->n; i++) {
        const struct tn_image_hdr *h = &p->members[i].file.in.hdr;
        if (!(h->flags & TN_IMAGE_ROM_FIXED) ||
                (i && h->load_addr == p->members[i - 1].file.in.hdr.load_addr)) {
            return false;
        }
    }
    return p->n > 1;
}

int package_read(struct cli *cli, char **paths, int n, struct package *ret) {
    memset(ret, 0, sizeof(*ret));
    int rc = n == 1 ? read_zip(cli, paths[0], ret) : 1;
    if (rc <= 0) {
        return rc;
    }
    for (int i = 0; i < n; i++) {
        struct package_member *m = &ret->members[i];
        m->image = (uint32_t)i;
        if (image_file_read(cli, paths[i], &m->file)) {
            return -1;
        }
        ret->n++;
    }
    ret->is_variants = have_addresses_of_their_own(ret);
    return 0;
}

void package_free(struct package *p) {
    for (size_t i = 0; i < p->n; i++) {
        image_file_free(&p->members[i].file);
    }
    tn_zip_free(&p->zip);
    p->n = 0;
}
