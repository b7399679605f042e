// SPDX-License-Identifier: Apache-2.0
// settings read, write, delete, commit, load, save.
#include <string.h>

#include "cli.h"
#include "host/base/hex.h"
#include "host/device/groups.h"

static int done(struct cli *cli, const char *what) {
    note(cli, "%s", what);
    emit(cli, "result", json_pack("{ssss}", "command", cli->cmd->name, "result", "done"));
    return 0;
}

static bool is_text(const uint8_t *p, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (p[i] < 0x20 || p[i] > 0x7e) {
            return false;
        }
    }
    return len > 0;
}

// Prints the value as text if it is text, and always as bytes.
static int read_one(struct cli *cli, struct tn_session *s) {
    uint8_t value[TN_SETTING_MAX];
    char hex[2 * TN_SETTING_MAX + 1];
    size_t len;

    if (tn_session_probe(s, &cli->fault) ||
            tn_device_setting_get(s, cli->args[0], value, &len, &cli->fault)) {
        return -1;
    }
    hex_text(hex, value, len);
    json_t *data = json_pack("{ssss}", "name", cli->args[0], "value", hex);
    if (is_text(value, len)) {
        say(cli, "%.*s", (int)len, (const char *)value);
        json_object_set_new(data, "text", json_stringn((const char *)value, len));
    } else {
        say(cli, "0x%s", hex);
    }
    emit(cli, "setting", data);
    return 0;
}

int cmd_settings_read(struct cli *cli) {
    return with_device(cli, read_one);
}

// Converts n digits to bytes.
static int read_hex(struct cli *cli, const char *digits, size_t n, uint8_t *ret) {
    if (n % 2) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "0x%s: an odd number of digits", digits);
    }
    for (size_t i = 0; i < n; i += 2) {
        int high = tn_hex_digit(digits[i]);
        int low = tn_hex_digit(digits[i + 1]);
        if (high < 0 || low < 0) {
            return tn_fail(&cli->fault, TN_FAULT_USAGE, "0x%s: not hexadecimal", digits);
        }
        ret[i / 2] = (uint8_t)(high << 4 | low);
    }
    return 0;
}

// "0x0102" is two bytes; anything else is text.
static int value_of(struct cli *cli, const char *text, uint8_t *ret, size_t *ret_len) {
    size_t n = strlen(text);
    bool hex = n > 2 && text[0] == '0' && text[1] == 'x';

    *ret_len = hex ? (n - 2) / 2 : n;
    if (*ret_len > TN_SETTING_MAX) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE, "the value is too long: at most %d bytes",
                TN_SETTING_MAX);
    }
    if (hex) {
        return read_hex(cli, text + 2, n - 2, ret);
    }
    memcpy(ret, text, n);
    return 0;
}

static int write_one(struct cli *cli, struct tn_session *s) {
    uint8_t value[TN_SETTING_MAX];
    size_t len;

    if (value_of(cli, cli->args[1], value, &len) || tn_session_probe(s, &cli->fault) ||
            tn_device_setting_set(s, cli->args[0], value, len, &cli->fault)) {
        return -1;
    }
    return done(cli, "written; to keep it over a reset: tenon settings save");
}

int cmd_settings_write(struct cli *cli) {
    return with_device(cli, write_one);
}

static int delete_one(struct cli *cli, struct tn_session *s) {
    return tn_session_probe(s, &cli->fault) ||
                    tn_device_setting_delete(s, cli->args[0], &cli->fault)
            ? -1
            : done(cli, "deleted");
}

int cmd_settings_delete(struct cli *cli) {
    return with_device(cli, delete_one);
}

static int commit(struct cli *cli, struct tn_session *s) {
    return tn_session_probe(s, &cli->fault) || tn_device_settings_commit(s, &cli->fault)
            ? -1
            : done(cli, "committed");
}

int cmd_settings_commit(struct cli *cli) {
    return with_device(cli, commit);
}

static int load(struct cli *cli, struct tn_session *s) {
    return tn_session_probe(s, &cli->fault) || tn_device_settings_load(s, &cli->fault)
            ? -1
            : done(cli, "loaded");
}

int cmd_settings_load(struct cli *cli) {
    return with_device(cli, load);
}

static int save(struct cli *cli, struct tn_session *s) {
    return tn_session_probe(s, &cli->fault) ||
                    tn_device_settings_save(s, cli->nargs ? cli->args[0] : NULL, &cli->fault)
            ? -1
            : done(cli, "saved");
}

int cmd_settings_save(struct cli *cli) {
    return with_device(cli, save);
}
