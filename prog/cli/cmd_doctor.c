// SPDX-License-Identifier: Apache-2.0
// doctor: prints what host/doctor finds on this machine, one line each; with --port also whether a
// device answers there.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "host/doctor/doctor.h"
#include "host/transport/ports.h"
#include "host/usb/bus.h"

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

// Does a device answer on the given port?
static void check_smp(struct cli *cli, const struct tn_doctor *d) {
    struct tn_session s;
    char text[200];
    struct tn_check c = {.level = TN_CHECK_FAIL, .id = "smp", .text = cli->fault.text, .next = ""};

    if (device_open(cli, &s)) {
        d->check(d->ctx, &c);
        return;
    }
    if (tn_session_probe(&s, &cli->fault) == 0) {
        snprintf(text, sizeof(text), "%s: %s answers", s.transport->name,
                s.kernel[0] ? s.kernel : "an SMP server");
        c.level = TN_CHECK_OK;
        c.text = text;
    }
    d->check(d->ctx, &c);
    device_close(&s);
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
        check_smp(cli, d);
        return 0;
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
