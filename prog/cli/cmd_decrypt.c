// SPDX-License-Identifier: Apache-2.0
// Encryption of images: for whom `sign` encrypts, and `decrypt`, for the owner of a device's key.
#include <string.h>

#include "cli.h"
#include "host/files/encrypt.h"
#include "host/files/inspect.h"
#include "keys.h"
#include "options.h"

// A file of 16 or 32 bytes is a key for AES-KW: no other key is so short.
static bool is_kek(const char *path, struct tn_buf *ret) {
    struct tn_fault ignored = {0};

    if (tn_file_read(path, ret, &ignored)) {
        return false;
    }
    if (ret->len == 16 || ret->len == 32) {
        return true;
    }
    tn_buf_free(ret);
    return false;
}

int cli_encrypt_load(struct cli *cli, const char *path, struct cli_encrypt *ret) {
    if (is_kek(path, &ret->kek)) {
        ret->encrypt.kek = &ret->kek;
        return 0;
    }
    ret->encrypt.key = &ret->key;
    return cli_key_load(cli, path, &ret->key);
}

void cli_encrypt_free(struct cli_encrypt *e) {
    tn_key_free(&e->key);
    tn_buf_free(&e->kek);
}

static int read_choice(struct cli *cli, enum opt o, unsigned a, unsigned b, unsigned *ret) {
    uint32_t value = 0;

    if (cli->value[o] && (cli_number(cli, o, a, b, &value) || (value != a && value != b))) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "%s: %u or %u", cli->value[o], a, b);
    }
    *ret = value;
    return 0;
}

int cli_encrypt_options(struct cli *cli, struct cli_encrypt *ret) {
    const char *path = cli->value[OPT_ENCRYPT];

    *ret = (struct cli_encrypt){0};
    if (!path && (cli->given[OPT_CLEAR] || cli->given[OPT_ENCRYPT_KEYLEN])) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "--clear and --encrypt-keylen are about encryption: give the device's public key "
                "by "
                "--encrypt");
    }
    if (!path || read_choice(cli, OPT_ENCRYPT_KEYLEN, 128, 256, &ret->encrypt.bits) ||
            read_choice(cli, OPT_HMAC_SHA, 256, 512, &ret->encrypt.hmac_sha)) {
        return path ? -1 : 0;
    }
    return cli_encrypt_load(cli, path, ret);
}

// ---- decrypt -----------------------------------------------------------------------------

// The TLV with the wrapped key; the first one, as devices do.
static int find_wrapped(struct cli *cli, const struct tn_buf *file, const struct tn_inspect *in,
        struct tn_wrapped *ret) {
    for (size_t i = 0; i < in->ntlvs; i++) {
        const struct tn_inspect_tlv *t = &in->tlvs[i];
        if (t->type == in->wrap_type && t->len <= sizeof(ret->bytes)) {
            ret->type = t->type;
            ret->len = t->len;
            memcpy(ret->bytes, file->p + t->off, t->len);
            return 0;
        }
    }
    return tn_fail(&cli->fault, TN_FAULT_MALFORMED,
            "%s: encrypted, and no key is wrapped in it; build the file again", cli->args[0]);
}

// Decrypts the image at file, and checks what comes out.
static int decrypt(struct cli *cli, struct tn_buf *file, const struct tn_encrypt *by) {
    struct tn_inspect in;
    struct tn_wrapped wrapped;
    struct tn_image_secret key;

    if (tn_inspect(file->p, file->len, NULL, 0, cli->args[0], &in, &cli->fault)) {
        return -1;
    }
    if (!in.is_sealed) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "%s: is not encrypted", cli->args[0]);
    }
    if (find_wrapped(cli, file, &in, &wrapped) ||
            tn_encrypt_open(by, &wrapped, &key, &cli->fault) ||
            tn_encrypt_payload(&key, file->p + in.hdr.hdr_size, in.hdr.img_size, &cli->fault)) {
        return -1;
    }
    wipe_secret(&key, sizeof(key));
    if (tn_inspect(file->p, file->len, NULL, 0, cli->args[0], &in, &cli->fault)) {
        return -1;
    }
    return in.is_sealed
            ? tn_fail(&cli->fault, TN_FAULT_DAMAGED,
                      "%s: damaged: what it decrypts to does not match its hash; copy it again",
                      cli->args[0])
            : 0;
}

int cmd_decrypt(struct cli *cli) {
    const char *path = cli->value[OPT_KEY];
    struct cli_encrypt by = {0};
    struct tn_buf file = {0};

    if (!path) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "give the device's private key by --key");
    }
    int err = cli_encrypt_load(cli, path, &by) || tn_file_read(cli->args[0], &file, &cli->fault) ||
                    decrypt(cli, &file, &by.encrypt) ||
                    tn_file_write(cli->args[1], file.p, file.len, TN_FILE_PLAIN, &cli->fault)
            ? -1
            : 0;
    if (!err) {
        say(cli, "%s: decrypted; a device runs it in slot 0 only", cli->args[1]);
        emit(cli, "image", json_pack("{ssss}", "file", cli->args[1], "from", cli->args[0]));
    }
    cli_encrypt_free(&by);
    tn_buf_free(&file);
    return err;
}
