// SPDX-License-Identifier: Apache-2.0
// pack: puts the images of one update into a zip archive with a manifest, as the nRF Connect SDK
// makes them. tenon upgrade takes it, and so do Nordic's programs for phones.
#include <string.h>

#include "base/compiler.h"
#include "package.h"

// A file's name without its folders.
static const char *bare(const char *path) {
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static int add_file(struct cli *cli, const struct image_file *file, struct tn_zip *z) {
    const char *name = bare(file->path);
    struct tn_zip_entry *e = &z->entries[z->n];

    if (strlen(name) >= sizeof(e->name)) {
        return tn_fail(
                &cli->fault, TN_FAULT_USAGE, "%s: the name is too long for an archive", file->path);
    }
    if (tn_zip_find(z, name)) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: another file has the same name; rename one of them", file->path);
    }
    memcpy(e->name, name, strlen(name) + 1);
    e->bytes = file->bytes;
    e->bytes.len = file->len;
    z->n++;
    return 0;
}

// The members that Nordic's readers demand are there, though nothing is known for some of them.
// Times are 0, so that the same files make the same archive.
static json_t *describe(const struct image_file *file, const char *name, size_t nth, bool is_xip) {
    char number[8];
    char slot[8];
    char version[TN_VERSION_TEXT + 16];
    const struct tn_version *v = &file->in.hdr.version;

    snprintf(number, sizeof(number), "%u", is_xip ? 0 : (unsigned)nth);
    snprintf(slot, sizeof(slot), "%u", (unsigned)nth);
    snprintf(version, sizeof(version), "%u.%u.%u+%u", v->major, v->minor, v->revision,
            (unsigned)v->build);
    json_t *o = json_pack("{ssssssssssssss*sisisi}", "type",
            nth && !is_xip ? "image" : "application", "board", "", "soc", "", "file", name,
            "image_index", number, "version_MCUBOOT", version, "slot", is_xip ? slot : NULL, "size",
            (int)file->len, "modtime", 0, "load_address", (int)file->in.hdr.load_addr);
    json_object_set_new(o, "hash", json_hex(tn_inspect_id(&file->in), file->in.hash_len));
    return o;
}

static int check_xip(struct cli *cli, const struct package *p) {
    return p->is_variants ? 0
                          : tn_fail(&cli->fault, TN_FAULT_USAGE,
                                    "--xip: the files are not one image that is built for two "
                                    "addresses (tenon sign --rom-fixed)");
}

// Fills the archive, with the manifest as its first file.
static int make(struct cli *cli, const struct package *p, struct tn_zip *z, json_t *files) {
    bool is_xip = cli->given[OPT_XIP];

    if (is_xip && check_xip(cli, p)) {
        return -1;
    }
    z->n = 1;
    for (size_t i = 0; i < p->n; i++) {
        const struct image_file *file = &p->members[i].file;
        if (add_file(cli, file, z)) {
            return -1;
        }
        json_array_append_new(files, describe(file, z->entries[z->n - 1].name, i, is_xip));
    }
    json_t *manifest = json_pack("{sisisssO}", "format-version", 1, "time", 0, "name",
            bare(cli->value[OPT_OUTPUT]), "files", files);
    char *text = json_dumps(manifest, JSON_INDENT(4));
    json_decref(manifest);
    strcpy(z->entries[0].name, "manifest.json");
    z->entries[0].bytes = (struct tn_buf){(uint8_t *)text, text ? strlen(text) : 0};
    return text ? 0 : tn_fail_memory(&cli->fault);
}

static int write_archive(struct cli *cli, const struct package *p) {
    static struct tn_zip z;
    const char *path = cli->value[OPT_OUTPUT];
    json_t *files = json_array();
    struct tn_buf bytes = {NULL, 0};
    char size[16];

    int err = make(cli, p, &z, files) || tn_zip_make(&z, &bytes, &cli->fault) ||
            tn_file_write(path, bytes.p, bytes.len, TN_FILE_PLAIN, &cli->fault);
    if (!err) {
        size_text(size, bytes.len);
        say(cli, "%s: %u image%s, %s", path, (unsigned)p->n, p->n > 1 ? "s" : "", size);
        emit(cli, "result", json_pack("{sssssO}", "command", "pack", "file", path, "files", files));
    }
    tn_buf_free(&z.entries[0].bytes);  // the others are p's
    tn_buf_free(&bytes);
    json_decref(files);
    return err ? -1 : 0;
}

int cmd_pack(struct cli *cli) {
    static struct package p;

    if (!cli->value[OPT_OUTPUT]) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "no name for the archive: tenon pack FILE... --output UPDATE.zip");
    }
    int err = package_read(cli, cli->args, cli->nargs, &p);
    for (size_t i = 0; !err && i < p.n; i++) {
        tell_image(cli, &p.members[i].file, &p.members[i].image);
    }
    err = err || write_archive(cli, &p) ? -1 : 0;
    package_free(&p);
    return err;
}
