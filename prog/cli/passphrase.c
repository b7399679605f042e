// SPDX-License-Identifier: Apache-2.0
// Passphrases of key files, and PINs of tokens. Never an argument: other users of the machine can
// read those.
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "keys.h"

void wipe_secret(void *bytes, size_t len) {
    memset(bytes, 0, len);
    __asm__ volatile("" : : "r"(bytes) : "memory");
}

// The first line of the file.
static int from_file(const char *name, char *ret, size_t size, struct tn_fault *f) {
    struct tn_buf file;

    if (strncmp(name, "fd:", 3) == 0 ? tn_file_read_fd(name + 3, &file, f)
                                     : tn_file_read(name, &file, f)) {
        return -1;
    }
    size_t len = strcspn((char *)file.p, "\r\n");
    bool fits = len < size;
    if (fits) {
        memcpy(ret, file.p, len);
        ret[len] = '\0';
    }
    wipe_secret(file.p, file.len);
    tn_buf_free(&file);
    return fits
            ? 0
            : tn_fail(f, TN_FAULT_USAGE, "%s: its first line is longer than a passphrase", name);
}

// The ways that need nobody. 1: none is given.
static int unasked(struct cli *cli, char *ret, size_t size, struct tn_fault *f) {
    const char *file = cli->value[OPT_PASSPHRASE_FILE];
    const char *text = getenv("TENON_PASSPHRASE");

    if (file) {
        return from_file(file, ret, size, f);
    }
    if (!text) {
        return 1;
    }
    if (strlen(text) >= size) {
        return tn_fail(f, TN_FAULT_USAGE, "TENON_PASSPHRASE is longer than a passphrase");
    }
    strcpy(ret, text);
    return 0;
}

static int no_terminal(const char *what, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_USAGE,
            "no %s: there is no terminal to ask for it; give --passphrase-file FILE, or set "
            "TENON_PASSPHRASE",
            what);
}

static int get(void *ctx, const char *what, char *ret, size_t size, struct tn_fault *f) {
    int err = unasked(ctx, ret, size, f);

    if (err > 0) {
        err = keys_secret(what, ret, (unsigned)size) < 0 ? no_terminal(what, f) : 0;
    }
    return err;
}

int cli_key_load(struct cli *cli, const char *name, struct tn_key_pair *ret) {
    const struct tn_passphrase p = {get, cli};

    if (tn_key_load_with(name, &p, ret, &cli->fault)) {
        return -1;
    }
    warn_dev_key(cli, ret, strcmp(name, "-") ? name : "standard input");
    return 0;
}

static int ask_twice(char *ret, size_t size, struct tn_fault *f) {
    char again[TN_KEY_PASSPHRASE_MAX];

    if (keys_secret("new passphrase", ret, (unsigned)size) < 0 ||
            keys_secret("the same again", again, sizeof(again)) < 0) {
        return no_terminal("passphrase", f);
    }
    bool differ = strcmp(ret, again) != 0;
    wipe_secret(again, sizeof(again));
    return differ ? tn_fail(f, TN_FAULT_USAGE, "the two passphrases differ; no key was made") : 0;
}

int new_passphrase(struct cli *cli, char *ret, size_t size) {
    int err = unasked(cli, ret, size, &cli->fault);

    if (err > 0) {
        err = ask_twice(ret, size, &cli->fault);
    }
    if (!err && strlen(ret) < 4) {  // libcrypto's least
        err = tn_fail(&cli->fault, TN_FAULT_USAGE,
                "the passphrase is shorter than 4 characters; no key was made");
    }
    return err;
}
