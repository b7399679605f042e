// SPDX-License-Identifier: Apache-2.0
// What can be seen in the file is seen before the port is opened: nobody waits for an upload to
// learn that it was the wrong file.
#include <string.h>

#include "cli.h"

// Looks, with the key if one is given.
static int look(struct cli *cli, struct image_file *f) {
    const char *path = cli->value[OPT_KEY];
    struct tn_key_pair key = {0};

    if (path && tn_key_load(path, &key, &cli->fault)) {
        return -1;
    }
    if (path) {
        warn_dev_key(cli, &key, path);
    }
    int err = tn_inspect(f->bytes.p, f->bytes.len, path ? &key : NULL, path ? 1 : 0, f->path,
            &f->in, &cli->fault);
    tn_key_free(&key);
    return err;
}

int image_file_read(struct cli *cli, const char *path, struct image_file *ret) {
    struct image_file f = {.path = path, .version = "?"};
    uint32_t addr;

    if (tn_image_load(path, &f.bytes, &addr, &cli->fault)) {
        return -1;
    }
    int err = look(cli, &f);
    // An empty file cannot be sent, and one that is no key is no matter of force.
    if (err && (!cli->given[OPT_FORCE] || f.bytes.len == 0 || f.in.file_len == 0)) {
        image_file_free(&f);
        return err;
    }
    if (err) {
        warn(cli, "%s (sent all the same: --force)", cli->fault.text);
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
    *ret = f;
    return 0;
}

void image_file_free(struct image_file *f) {
    tn_buf_free(&f->bytes);
}
