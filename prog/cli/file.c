// SPDX-License-Identifier: Apache-2.0
// Finds a file's defects before the port is opened, so that the user need not wait for an upload to
// learn that the file is wrong.
#include <string.h>

#include "base/bytes.h"
#include "cli.h"
#include "host/base/sha256.h"

// Inspects the file, with the key if one is given.
static int look(struct cli *cli, const struct tn_loaded *file, struct image_file *f) {
    const char *path = cli->value[OPT_KEY];
    struct tn_key_pair key = {0};

    if (path && cli_key_load(cli, path, &key)) {
        return -1;
    }
    int err =
            tn_inspect_loaded(file, path ? &key : NULL, path ? 1 : 0, f->path, &f->in, &cli->fault);
    tn_key_free(&key);
    return err;
}

// A dependency TLV has 12 bytes: the image's number (1), 0 (3), and the least version that the
// image must have: major, minor, revision (2), build (4) (MCUboot docs/design.md, "Dependencies").
void warn_dependencies(const struct cli *cli, const char *path, const uint8_t *image,
        const struct tn_inspect *in) {
    for (size_t i = 0; i < in->ntlvs; i++) {
        const struct tn_inspect_tlv *t = &in->tlvs[i];
        const uint8_t *p = image + t->off;
        char version[TN_VERSION_TEXT];
        if (t->type != TN_TLV_DEPENDENCY || !t->is_protected || t->len != 12) {
            continue;
        }
        const struct tn_version v = {p[4], p[5], tn_get_le16(p + 6), tn_get_le32(p + 8)};
        tn_version_text(version, &v);
        warn(cli,
                "%s needs image %u in version %s or newer; a device of one image does not check "
                "that",
                path, p[0], version);
    }
}

int image_file_read(struct cli *cli, const char *path, struct image_file *ret) {
    struct tn_loaded file;

    if (tn_load(path, &file, &cli->fault)) {
        return -1;
    }
    int err = image_file_take(cli, &file, path, ret);
    if (err) {
        tn_buf_free(&file.bytes);
        return err;
    }
    ret->is_borrowed = false;
    return 0;
}

int image_file_take(
        struct cli *cli, const struct tn_loaded *file, const char *path, struct image_file *ret) {
    struct image_file f = {.path = path, .version = "?", .is_borrowed = true};

    f.bytes = file->bytes;
    f.has_addr = file->has_addr;
    f.addr = file->addr;
    f.is_dfu = file->is_dfu;
    f.ids = file->ids;
    cli->sent_file = path;
    tn_sha256(f.bytes.p, f.bytes.len, cli->sent_sha);
    int err = look(cli, file, &f);
    // An empty file cannot be sent. --force does not cover a key file that cannot be read.
    if (err && (!cli->given[OPT_FORCE] || f.bytes.len == 0 || f.in.file_len == 0)) {
        return err;
    }
    if (err) {
        warn(cli, "%s (sent anyway: --force)", cli->fault.text);
        cli->fault = (struct tn_fault){0};
    }
    f.len = f.in.image_len ? f.in.image_len : f.bytes.len;
    if (f.in.has_header) {
        tn_version_text(f.version, &f.in.hdr.version);
    }
    if (f.in.is_padded) {
        note(cli, "%s: padded to a whole slot: only the image's %zu bytes are sent", path, f.len);
    } else if (f.len < f.bytes.len) {
        f.len = err ? f.bytes.len : f.len;
    }
    if (f.in.is_sealed) {
        note(cli,
                "%s: encrypted: neither its hash nor its signature can be checked here; the "
                "device's loader checks them",
                path);
    }
    *ret = f;
    return 0;
}

void image_file_free(struct image_file *f) {
    if (!f->is_borrowed) {
        tn_buf_free(&f->bytes);
    }
}
