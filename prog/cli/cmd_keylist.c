// SPDX-License-Identifier: Apache-2.0
// keylist make and keylist show; image keys.
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "cli.h"
#include "host/files/key_list.h"
#include "host/files/kind.h"

// ---- make --------------------------------------------------------------------------------------

// Reads the keys of the arguments behind OUT.
static int load_keys(struct cli *cli, struct tn_key_pair *keys, bool *revoked) {
    for (int i = 1; i < cli->nargs; i++) {
        struct tn_key_arg arg;
        tn_key_arg_parse(cli->args[i], &arg);
        if (cli_key_load(cli, arg.file, &keys[i - 1])) {
            return -1;
        }
        keys[i - 1].role = arg.role;
        revoked[i - 1] = arg.is_revoked;
    }
    return 0;
}

static int write_list(struct cli *cli, struct tn_key_list_opts *o) {
    const char *out = cli->args[0];
    struct tn_buf list;
    struct tn_key_list l;

    if (tn_key_list_make(o, &list, &cli->fault)) {
        return -1;
    }
    int err = tn_file_write(out, list.p, list.len, TN_FILE_PLAIN, &cli->fault);
    if (!err) {
        err = tn_key_list_open(list.p, list.len, out, &l, &cli->fault);
    }
    if (!err) {
        say(cli, "%s", out);
        keylist_say(cli, &l, "  ");
        emit(cli, "key_list", keylist_json(&l));
        note(cli, "put it into an image by: tenon sign --key-list %s ...", out);
    }
    tn_buf_free(&list);
    return err;
}

int cmd_keylist_make(struct cli *cli) {
    struct tn_key_pair keys[TN_KEY_LIST_KEYS] = {{0}};
    bool revoked[TN_KEY_LIST_KEYS];
    struct tn_key_pair signer = {0};
    struct tn_key_list_opts o = {
            .signer = &signer, .keys = keys, .revoked = revoked, .n = (size_t)cli->nargs - 1};

    if (!cli->value[OPT_KEY] || !cli->value[OPT_NUMBER]) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "missing: --key KEY and --number N; see: tenon keylist make --help");
    }
    if (cli_number(cli, OPT_NUMBER, 1, UINT32_MAX, &o.number)) {
        return -1;
    }
    int err = cli_key_load(cli, cli->value[OPT_KEY], &signer) || load_keys(cli, keys, revoked) ||
                    write_list(cli, &o)
            ? -1
            : 0;
    for (size_t i = 0; i < o.n; i++) {
        tn_key_free(&keys[i]);
    }
    tn_key_free(&signer);
    return err;
}

// ---- show --------------------------------------------------------------------------------------

void keylist_say(const struct cli *cli, const struct tn_key_list *l, const char *indent) {
    char hash[2 * TN_HASH_LEN + 1];
    char role[TN_KEY_ROLE_TEXT];
    struct tn_key_entry e;

    hex_text(hash, tn_key_list_signer(l), TN_HASH_LEN);
    say(cli, "%skey list   number %u, signed by key %.16s...", indent, (unsigned)l->number, hash);
    for (unsigned i = 0; i < l->count; i++) {
        tn_key_list_entry(l, i, &e);
        hex_text(hash, e.hash, TN_HASH_LEN);
        say(cli, "%s  %-8s %-10s %s", indent, e.is_revoked ? "REVOKED" : "in use",
                tn_key_role_words(e.role, role), hash);
    }
}

json_t *keylist_json(const struct tn_key_list *l) {
    char role[TN_KEY_ROLE_TEXT];
    struct tn_key_entry e;
    json_t *keys = json_array();

    for (unsigned i = 0; i < l->count; i++) {
        tn_key_list_entry(l, i, &e);
        json_array_append_new(keys,
                json_pack("{sosssb}", "hash", json_hex(e.hash, TN_HASH_LEN), "role",
                        tn_key_role_words(e.role, role), "revoked", e.is_revoked));
    }
    return json_pack("{sIsoso}", "number", (json_int_t)l->number, "signer",
            json_hex(tn_key_list_signer(l), TN_HASH_LEN), "keys", keys);
}

int keylist_of_image(const uint8_t *image, const struct tn_inspect *in, struct tn_key_list *ret) {
    for (size_t i = 0; i < in->ntlvs; i++) {
        const struct tn_inspect_tlv *t = &in->tlvs[i];
        if (t->type == TN_TLV_KEY_LIST && t->is_protected) {
            return tn_key_list_get(ret, image + t->off, t->len) ? -1 : 0;
        }
    }
    return -1;
}

// The list in the file's bytes: of an image, or of its own file.
static int open_list(
        struct cli *cli, const char *path, const struct tn_buf *file, struct tn_key_list *ret) {
    struct tn_kind_found kind;
    struct tn_inspect in;
    struct tn_fault ignored;

    tn_kind_find(file->p, file->len, &kind);
    if (kind.kind != TN_KIND_IMAGE) {
        return tn_key_list_open(file->p, file->len, path, ret, &cli->fault);
    }
    tn_inspect(file->p, file->len, NULL, 0, path, &in, &ignored);
    return keylist_of_image(file->p, &in, ret) == 0
            ? 0
            : tn_fail(&cli->fault, TN_FAULT_MALFORMED,
                      "%s: an image that brings no key list, or a damaged one; sign it with: tenon "
                      "sign --key-list FILE",
                      path);
}

static int show_list(struct cli *cli, const char *path, const struct tn_key_pair *key) {
    struct tn_buf file;
    struct tn_key_list l;

    if (tn_file_read(path, &file, &cli->fault)) {
        return -1;
    }
    int err = open_list(cli, path, &file, &l);
    if (!err) {
        say(cli, "%s", path);
        keylist_say(cli, &l, "  ");
        json_t *data = keylist_json(&l);
        json_object_set_new(data, "file", json_string(path));
        emit(cli, "key_list", data);
    }
    if (!err && key && !tn_key_list_is_by(&l, key)) {
        err = tn_fail(&cli->fault, TN_FAULT_SIGNATURE,
                "%s: the key list is not signed by this key, or it was changed; no device takes it",
                path);
    } else if (!err && key) {
        say(cli, "  signature  genuine");
    }
    tn_buf_free(&file);
    return err;
}

int cmd_keylist_show(struct cli *cli) {
    const char *path = cli->value[OPT_KEY];
    struct tn_key_pair key = {0};
    int err = path && cli_key_load(cli, path, &key) ? -1 : 0;

    for (int i = 0; i < cli->nargs && !err; i++) {
        err = show_list(cli, cli->args[i], path ? &key : NULL);
    }
    tn_key_free(&key);
    return err;
}

// ---- image keys --------------------------------------------------------------------------------

// What becomes of the list of the running image.
static const char *next_words(int next) {
    switch (next) {
    case 0:
        return "the running image brings another list: the bootloader takes it at a reset, when "
               "the image is confirmed";
    case TN_EKEY:
    case TN_ESIG:
        return "the running image's list is refused: no key that signs lists on this device has "
               "signed it";
    case TN_EREVOKED:
        return "the running image's list is refused: the key that signed it is revoked";
    case TN_ESTATE:
        return "the running image's list is refused: it leaves out a key that is revoked already; "
               "make it again with every revoked key";
    case TN_ENOSPC:
        return "the running image's list is refused: no key for images would remain";
    case TN_EINVAL:
        return "the running image's list is refused: it contradicts itself, or a key has another "
               "role on this device";
    default:
        return "the running image's list is refused: it cannot be read";
    }
}

static void say_keys(struct cli *cli, const struct tn_device_keys *keys) {
    char hash[2 * 32 + 1];
    char role[TN_KEY_ROLE_TEXT];

    for (size_t i = 0; i < keys->n; i++) {
        const char *words = keys->list[i].role > UINT8_MAX
                ? "unknown role"
                : tn_key_role_words((uint8_t)keys->list[i].role, role);
        bool is_revoked = keys->list[i].is_revoked;
        hex_text(hash, keys->list[i].hash, 32);
        say(cli, "%-8s %-10s %s", is_revoked ? "REVOKED" : "in use", words, hash);
        emit(cli, "key", json_pack("{sssssb}", "hash", hash, "role", words, "revoked", is_revoked));
    }
    if (keys->number) {
        say(cli, "key list: number %u", (unsigned)keys->number);
    } else {
        say(cli, "key list: none, nothing is revoked");
    }
    emit(cli, "key_list",
            json_pack("{sIsb}", "number", (json_int_t)keys->number, "lost", keys->is_lost));
    if (keys->is_lost) {
        warn(cli,
                "the device's key list cannot be read, and it runs no image: install one that "
                "brings the list (tenon sign --key-list)");
    }
    if (keys->has_next) {
        note(cli, "%s", next_words(keys->next));
    }
}

static int image_keys(struct cli *cli, struct tn_session *s) {
    struct tn_device_keys keys;

    if (tn_session_probe(s, &cli->fault)) {
        return -1;
    }
    int rc = tn_device_keys(s, &keys, &cli->fault);
    if (rc > 0) {
        return tn_fail(&cli->fault, TN_FAULT_REFUSED,
                "this device has no keys of several roles and takes no key lists; tenon doctor "
                "and tenon upgrade --dry-run compare a file's key with the device's");
    }
    if (rc == 0) {
        say_keys(cli, &keys);
    }
    return rc;
}

int cmd_image_keys(struct cli *cli) {
    return with_device(cli, image_keys);
}
