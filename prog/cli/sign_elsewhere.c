// SPDX-License-Identifier: Apache-2.0
// Signing where the key is: the bytes to sign go out, the signature comes in.
#include <stdlib.h>
#include <string.h>

#include "base/base64.h"
#include "cli.h"
#include "host/files/sign.h"

// ---- The signature ------------------------------------------------------------------------------

// Decodes base64 with line ends, in place. Anything else stays as it is.
static void decode(struct tn_buf *b) {
    size_t n = 0, len = 0;
    char *text = malloc(b->len + 1);
    uint8_t *out = malloc(b->len + 4);

    for (size_t i = 0; text && i < b->len; i++) {
        if (b->p[i] != '\n' && b->p[i] != '\r') {
            text[n++] = (char)b->p[i];
        }
    }
    int got = text && out && n % 4 == 0 ? 3 : -1;
    for (size_t i = 0; i < n && got > 0; i += 4) {
        got = got == 3 ? tn_base64_get(out + len, text + i) : -1;  // nothing follows padding
        len += got > 0 ? (size_t)got : 0;
    }
    if (got > 0 && len) {
        memcpy(b->p, out, len);
        b->len = len;
    }
    free(out);
    free(text);
}

int read_signature(struct cli *cli, struct tn_buf *ret) {
    if (tn_file_read(cli->value[OPT_SIGNATURE], ret, &cli->fault)) {
        return -1;
    }
    decode(ret);
    return 0;
}

// ---- What is to be signed -----------------------------------------------------------------------

int write_digest(struct cli *cli, const struct tn_sign_opts *o, const struct tn_buf *payload) {
    const char *path = cli->value[OPT_DIGEST_OUT];
    struct tn_buf message;

    if (tn_sign_message(payload, o, cli->args[0], &message, &cli->fault)) {
        return -1;
    }
    int err = tn_file_write(path, message.p, message.len, TN_FILE_PLAIN, &cli->fault);
    if (!err) {
        json_t *data =
                json_pack("{sssisb}", "file", path, "size", (int)message.len, "pure", o->pure);
        if (!o->pure) {
            json_object_set_new(data, "hash", json_hex(message.p, message.len));
        }
        say(cli, "%s: %zu bytes to sign, %s", path, message.len,
                o->pure ? "the image" : "its hash: sign them without another hash");
        emit(cli, "digest", data);
    }
    tn_buf_free(&message);
    return err;
}
