// SPDX-License-Identifier: Apache-2.0
// keygen, getpub and getpriv.
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "host/files/key_list.h"
#include "keys.h"

void warn_dev_key(const struct cli *cli, const struct tn_key_pair *k, const char *path) {
    if (k->is_dev) {
        warn(cli, "%s is a development key: for tests only, never for a product", path);
    }
}

// Gives back the passphrase that locked the file.
static int same_again(void *ctx, const char *what, char *ret, size_t size, struct tn_fault *f) {
    (void)what, (void)f;
    snprintf(ret, size, "%s", (const char *)ctx);
    return 0;
}

// Reads the file back, so that the output shows what other programs will read.
static int report_key(struct cli *cli, const char *path, char *passphrase) {
    const struct tn_passphrase p = {same_again, passphrase};
    struct tn_key_pair k;
    char hash[2 * TN_KEY_HASH_LEN + 1];

    if (tn_key_load_with(path, passphrase ? &p : NULL, &k, &cli->fault)) {
        return -1;
    }
    hex_text(hash, k.hash, TN_KEY_HASH_LEN);
    say(cli, "%s: a new %s key%s\nhash: %s", path, tn_key_kind_words(k.kind),
            k.is_dev ? ", for development" : "", hash);
    emit(cli, "key",
            json_pack("{sssssssb}", "file", path, "key_type", tn_key_kind_name(k.kind), "hash",
                    hash, "development", k.is_dev));
    if (!k.is_dev) {
        note(cli, "Keep this file secret, and keep a copy: without it you cannot %s these devices.",
                k.kind == TN_KEY_X25519 ? "encrypt for" : "sign for");
    }
    tn_key_free(&k);
    return 0;
}

static int make_key(struct cli *cli, const char *path, uint8_t kind, char *passphrase) {
    if (tn_key_generate_kind(
                kind, path, cli->given[OPT_FORCE], cli->given[OPT_DEV], passphrase, &cli->fault)) {
        return -1;
    }
    return report_key(cli, path, passphrase);
}

int cmd_keygen(struct cli *cli) {
    const char *path = cli->nargs ? cli->args[0] : cli->value[OPT_KEY];
    const char *type = cli->value[OPT_KEY_TYPE] ? cli->value[OPT_KEY_TYPE] : "p256";
    uint8_t kind = tn_key_kind_of(type);
    char passphrase[TN_KEY_PASSPHRASE_MAX];

    if (!path) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "missing: FILE; see: tenon keygen --help");
    }
    if (!kind) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "--type %s: one of p256, p384, ed25519, rsa-2048, rsa-3072 and x25519", type);
    }
    if (!cli->given[OPT_LOCK] && !cli->value[OPT_PASSPHRASE_FILE]) {
        return make_key(cli, path, kind, NULL);
    }
    if (new_passphrase(cli, passphrase, sizeof(passphrase))) {
        return -1;
    }
    int err = make_key(cli, path, kind, passphrase);
    wipe_secret(passphrase, sizeof(passphrase));
    return err;
}

// ---- getpub ----------------------------------------------------------------------------

// "lang-c" is imgtool's name.
static int parse_format(struct cli *cli, enum tn_key_format *ret) {
    static const char *const names[] = {"c", "pem", "raw", "hash"};
    const char *lang = cli->value[OPT_LANG];

    for (int i = 0; i < 4; i++) {
        if (!lang || strcmp(lang, names[i]) == 0 || (i == 0 && strcmp(lang, "lang-c") == 0)) {
            *ret = (enum tn_key_format)i;
            return 0;
        }
    }
    return tn_fail(&cli->fault, TN_FAULT_USAGE, "--lang %s: one of c, pem, raw and hash", lang);
}

static int write_export(struct cli *cli, const struct tn_buf *b) {
    if (cli->value[OPT_OUTPUT]) {
        return tn_file_write(cli->value[OPT_OUTPUT], b->p, b->len, TN_FILE_PLAIN, &cli->fault);
    }
    fwrite(b->p, 1, b->len, stdout);
    return fflush(stdout) ? tn_fail(&cli->fault, TN_FAULT_WRITE, "stdout cannot be written") : 0;
}

// keys has room for n, all zero. The caller frees them, also after a failure.
static int export_keys(struct cli *cli, const char *const *paths, size_t n,
        enum tn_key_format format, struct tn_key_pair *keys) {
    struct tn_buf out = {0};

    for (size_t i = 0; i < n; i++) {
        struct tn_key_arg arg;
        tn_key_arg_parse(paths[i], &arg);
        if (arg.is_revoked) {
            return tn_fail(&cli->fault, TN_FAULT_USAGE,
                    "%s: a key is revoked by a key list, tenon keylist make; leave it out of a "
                    "loader that is built anew",
                    paths[i]);
        }
        if (cli_key_load(cli, arg.file, &keys[i])) {
            return -1;
        }
        keys[i].role = arg.role;
    }
    if (tn_key_export(keys, paths, n, format, &out, &cli->fault)) {
        return -1;
    }
    int err = write_export(cli, &out);
    tn_buf_free(&out);
    return err;
}

int cmd_getpub(struct cli *cli) {
    const char *one[1] = {cli->value[OPT_KEY]};
    const char *const *paths = cli->nargs ? (const char *const *)cli->args : one;
    size_t n = cli->nargs ? (size_t)cli->nargs : 1;
    enum tn_key_format format = TN_KEY_FORMAT_C;

    if (!paths[0]) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "missing: KEY; see: tenon getpub --help");
    }
    if (parse_format(cli, &format)) {
        return -1;
    }
    struct tn_key_pair *keys = calloc(n, sizeof(*keys));
    if (!keys) {
        return tn_fail_memory(&cli->fault);
    }
    int err = export_keys(cli, paths, n, format, keys);
    for (size_t i = 0; i < n; i++) {
        tn_key_free(&keys[i]);
    }
    free(keys);
    return err;
}

// ---- getpriv ---------------------------------------------------------------------------

int cmd_getpriv(struct cli *cli) {
    const char *path = cli->nargs ? cli->args[0] : cli->value[OPT_KEY];
    const char *out = cli->value[OPT_OUTPUT];
    struct tn_key_pair key = {0};
    struct tn_buf text = {0};

    if (!path || !out) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "missing: KEY and --output FILE; see: tenon getpriv --help");
    }
    int err = cli_key_load(cli, path, &key) ||
                    tn_key_export_private(&key, path, &text, &cli->fault) ||
                    tn_file_write(out, text.p, text.len,
                            cli->given[OPT_FORCE] ? TN_FILE_PRIVATE_REPLACE : TN_FILE_PRIVATE,
                            &cli->fault)
            ? -1
            : 0;
    if (text.p) {
        wipe_secret(text.p, text.len);
    }
    tn_buf_free(&text);
    tn_key_free(&key);
    return err;
}
