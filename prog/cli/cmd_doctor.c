// SPDX-License-Identifier: Apache-2.0
// doctor: prints what host/doctor finds on this machine, one line each; with --port also whether a
// device answers there, and whether it trusts who signs.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "host/doctor/doctor.h"
#include "host/files/inspect.h"
#include "host/transport/ports.h"
#include "host/usb/bus.h"
#include "keys.h"

struct telling {
    const struct cli *cli;
    unsigned fails, warnings;
};

static void on_check(void *ctx, const struct tn_check *c) {
    static const char *const levels[] = {"ok", "warn", "fail"};
    struct telling *t = ctx;

    t->fails += c->level == TN_CHECK_FAIL;
    t->warnings += c->level == TN_CHECK_WARN;
    say(t->cli, "%-4s  %s", levels[c->level], c->text);
    if (*c->next) {
        say(t->cli, "      -> %s", c->next);
    }
    emit(t->cli, "check",
            json_pack("{ssssssss}", "level", levels[c->level], "id", c->id, "text", c->text, "next",
                    c->next));
}

// ---- Does the device trust who signs? ----------------------------------------------------------

// The hash of the key that signed FILE, or else of --key. 1: neither is given, or the file names no
// key. name: for the user.
static int signer_of(struct cli *cli, uint8_t ret[TN_KEY_HASH_LEN], const char **ret_name) {
    struct tn_key_pair key;
    struct tn_inspect in;
    struct tn_buf file;

    *ret_name = cli->nargs ? cli->args[0] : cli->value[OPT_KEY];
    if (!*ret_name) {
        return 1;
    }
    if (!cli->nargs) {
        if (cli_key_load(cli, *ret_name, &key)) {
            return 1;  // tn_doctor_key says why
        }
        memcpy(ret, key.hash, TN_KEY_HASH_LEN);
        tn_key_free(&key);
        return 0;
    }
    if (tn_file_read(*ret_name, &file, &cli->fault)) {
        return -1;
    }
    int err = tn_inspect(file.p, file.len, NULL, 0, *ret_name, &in, &cli->fault);
    tn_buf_free(&file);
    if (!err && in.has_key_hash) {
        memcpy(ret, in.key_hash, TN_KEY_HASH_LEN);
    }
    return err ? -1 : !in.has_key_hash;
}

static void say_signer(const struct tn_doctor *d, enum tn_check_level level, const char *name,
        const char *what, const char *next) {
    char text[400];
    const struct tn_check c = {.level = level, .id = "signer", .text = text, .next = next};

    snprintf(text, sizeof(text), "%s: %s", name, what);
    d->check(d->ctx, &c);
}

// True if the device has said it: its key of this hash signs images, or was revoked.
static bool say_by_roles(const struct tn_doctor *d, const struct tn_device_keys *keys,
        const uint8_t *hash, const char *name) {
    for (size_t i = 0; i < keys->n; i++) {
        if (memcmp(keys->list[i].hash, hash, TN_KEY_HASH_LEN)) {
            continue;
        }
        if (keys->list[i].is_revoked) {
            say_signer(d, TN_CHECK_FAIL, name, "its key was revoked on the device",
                    "sign with another of its keys: tenon image keys");
            return true;
        }
        if (keys->list[i].role == TN_KEY_FOR_LISTS) {
            say_signer(d, TN_CHECK_FAIL, name,
                    "its key signs key lists on the device, and no image",
                    "sign with another of its keys: tenon image keys");
            return true;
        }
    }
    return false;
}

static int check_signer(struct cli *cli, const struct tn_doctor *d, struct tn_session *s) {
    uint8_t hash[TN_KEY_HASH_LEN];
    struct tn_device_keys keys;
    struct tn_facts facts = {0};
    const char *name;
    int rc = signer_of(cli, hash, &name);

    if (rc) {
        return rc < 0 ? -1 : 0;
    }
    if (tn_device_keys(s, &keys, &cli->fault) == 0 && say_by_roles(d, &keys, hash, name)) {
        return 0;
    }
    if (tn_device_facts(s, &facts, &cli->fault) || !facts.nkeys) {
        say_signer(d, TN_CHECK_WARN, name, "the device does not tell which keys it trusts", "");
        return 0;
    }
    for (size_t i = 0; i < facts.nkeys; i++) {
        if (memcmp(facts.keys[i], hash, TN_KEY_HASH_LEN) == 0) {
            say_signer(d, TN_CHECK_OK, name, "the device trusts its key", "");
            return 0;
        }
    }
    if (facts.all_keys) {
        say_signer(d, TN_CHECK_FAIL, name, "the device does not trust its key",
                "sign with the device's key: the loader refuses this one");
    } else {
        say_signer(d, TN_CHECK_WARN, name, "its key is none of those that the device tells", "");
    }
    return 0;
}

// ---- Ports -------------------------------------------------------------------------------------

// Does a device answer on the given port?
static int check_smp(struct cli *cli, const struct tn_doctor *d) {
    struct tn_session s;
    int err = 0;
    char text[200];
    struct tn_check c = {.level = TN_CHECK_FAIL, .id = "smp", .text = cli->fault.text, .next = ""};

    if (device_open(cli, &s)) {
        d->check(d->ctx, &c);
        return 0;
    }
    if (tn_session_probe(&s, &cli->fault) == 0) {
        snprintf(text, sizeof(text), "%s: %s answers", s.transport->name,
                s.kernel[0] ? s.kernel : "an SMP server");
        c.level = TN_CHECK_OK;
        c.text = text;
    }
    d->check(d->ctx, &c);
    if (c.level == TN_CHECK_OK) {
        err = check_signer(cli, d, &s);
    }
    device_close(&s);
    return err;
}

// The devices with DFU; with a name, only the one that it means.
static int check_usb(struct cli *cli, const struct tn_doctor *d, const char *port) {
    struct tn_usb_device *list = NULL;
    struct tn_usb_device one;
    struct tn_usb_name name;
    struct tn_usb *usb;
    size_t n = 0;
    int err;

    if ((port && tn_usb_name_get(port, &name, &cli->fault)) || tn_usb_bus_new(&usb, &cli->fault)) {
        return -1;
    }
    err = port ? tn_usb_find(usb, &name, &one, &cli->fault)
               : usb->ops->list(usb, &list, &n, &cli->fault);
    if (err) {
        const struct tn_check c = {.level = port ? TN_CHECK_FAIL : TN_CHECK_WARN,
                .id = "usb",
                .text = cli->fault.text,
                .next = ""};
        d->check(d->ctx, &c);
    } else {
        tn_doctor_usb(d, port ? &one : list, port ? 1 : n);
    }
    free(list);
    tn_usb_bus_free(usb);
    return 0;
}

static int check_ports(struct cli *cli, const struct tn_doctor *d) {
    const char *port = cli->value[OPT_PORT];
    struct tn_port *ports;
    size_t n;

    if (port && tn_usb_is_name(port)) {
        return check_usb(cli, d, port);
    }
    if (port && *port) {
        const char *path = strncmp(port, "serial:", 7) == 0 ? port + 7 : port;
        char alone[512];
        snprintf(alone, sizeof(alone), "%.*s", (int)strcspn(path, "@"), path);
        tn_doctor_port(d, alone);
        return check_smp(cli, d);
    }
    if (tn_ports(&ports, &n, &cli->fault)) {
        return -1;
    }
    tn_doctor_ports(d, n);
    for (size_t i = 0; i < n; i++) {
        tn_doctor_port(d, ports[i].path);
    }
    free(ports);
    return tn_usb_bus_is_there() ? check_usb(cli, d, NULL) : 0;
}

int cmd_doctor(struct cli *cli) {
    struct telling t = {.cli = cli};
    const struct tn_doctor d = {.root = "", .check = on_check, .ctx = &t};
    const char *key = cli->value[OPT_KEY];

    if (check_ports(cli, &d)) {
        return -1;
    }
    tn_doctor_system(&d);
    tn_doctor_key(&d, key ? key : "keys/dev.pem", key != NULL);
    emit(cli, "result",
            json_pack("{sssisi}", "command", "doctor", "fails", (int)t.fails, "warnings",
                    (int)t.warnings));
    if (t.fails) {
        return tn_fail(&cli->fault, TN_FAULT_INTERNAL,
                "%u check%s failed; the line below %s says what to do", t.fails,
                t.fails > 1 ? "s" : "", t.fails > 1 ? "each" : "it");
    }
    say(cli, t.warnings ? "no check failed" : "all checks passed");
    return 0;
}
