// SPDX-License-Identifier: Apache-2.0
// upgrade --dry-run: prints the plan of host/upgrade/plan.h in words.
#include <string.h>

#include "base/compiler.h"
#include "cli.h"
#include "host/upgrade/plan.h"
#include "package.h"

// The steps before the reset.
static void say_before(const struct cli *cli, const struct tn_upgrade *u, const struct tn_plan *p) {
    char which[24] = "";
    char size[16];

    size_text(size, u->len);
    if (u->first->next) {
        snprintf(which, sizeof(which), " of image %u", (unsigned)u->number);
    }
    if (p->upload && p->slot >= 0) {
        say(cli, "would upload %s (%s) to slot %d%s", u->name, size, p->slot, which);
    }
    if (p->test) {
        say(cli, "would mark %s%s for the next reset", u->version, which);
    }
    if (!p->reset && !p->confirm) {
        say(cli, "%s: already running: version %s, nothing to do", u->name, u->version);
    }
}

// "2.0.0", or the versions of all images that take this step.
static const char *versions_of(const struct tn_upgrade *u, const struct tn_plan *p,
        bool (*takes)(const struct tn_plan *)) {
    static char text[PACKAGE_IMAGES * (TN_VERSION_TEXT + 2)];
    size_t len = 0;

    text[0] = 0;
    for (; u; u = u->next, p++) {
        if (takes(p)) {
            len += (size_t)snprintf(
                    text + len, sizeof(text) - len, "%s%s", len ? ", " : "", u->version);
        }
    }
    return text;
}

static bool resets(const struct tn_plan *p) {
    return p->reset;
}

static bool confirms(const struct tn_plan *p) {
    return p->confirm;
}

// One reset is for all images.
static void say_steps(const struct cli *cli, const struct tn_upgrade *u, const struct tn_plan *p) {
    const char *versions = versions_of(u, p, resets);
    size_t i = 0;

    for (const struct tn_upgrade *v = u; v; v = v->next) {
        say_before(cli, v, &p[i++]);
    }
    if (*versions) {
        say(cli, "would reset the device, and wait until %s run%s", versions, u->next ? "" : "s");
    }
    versions = versions_of(u, p, confirms);
    if (*versions) {
        say(cli, "would confirm %s", versions);
    }
}

static void emit_plan(const struct cli *cli, const struct tn_upgrade *u, const struct tn_plan *p) {
    json_t *steps = json_array();
    const struct {
        bool on;
        const char *name;
    } all[] = {
            {p->upload, "upload"}, {p->test, "test"}, {p->reset, "reset"}, {p->confirm, "confirm"}};

    for (size_t i = 0; i < TN_LEN(all); i++) {
        if (all[i].on) {
            json_array_append_new(steps, json_string(all[i].name));
        }
    }
    json_t *o = json_pack("{sosssosi}", "steps", steps, "version", u->version, "hash",
            json_hex(u->hash, tn_upgrade_hash_len(u)), "size", (int)u->len);
    if (p->upload) {
        json_object_set_new(o, "slot", json_integer(p->slot));
    }
    if (*p->blocked) {
        json_object_set_new(o, "blocked", json_string(p->blocked));
    }
    if (u->first->next) {
        json_object_set_new(o, "image", json_integer(u->number));
    }
    emit(cli, "plan", o);
}

// What is not quite as the user may expect. Returns -1 with a fault if the device would refuse.
static int tell_troubles(struct cli *cli, const struct tn_plan *p) {
    for (size_t i = 0; i < p->notes.n; i++) {
        warn(cli, "%s", p->notes.text[i]);
    }
    if (*p->replaces) {
        warn(cli, "%s", p->replaces);
    }
    return *p->blocked
            ? tn_fail(&cli->fault, TN_FAULT_REFUSED, "the device would refuse: %s", p->blocked)
            : 0;
}

int upgrade_dry_run(struct cli *cli, struct tn_upgrade *u) {
    static struct tn_plan plans[PACKAGE_IMAGES];
    const struct tn_plan *p = plans;
    bool changes = false;

    if (tn_upgrade_plan(u, plans, &cli->fault)) {
        return -1;
    }
    show_slots(cli, &plans[0].list);
    say_steps(cli, u, plans);
    for (; u; u = u->next, p++) {
        emit_plan(cli, u, p);
        changes |= p->reset || p->confirm;
    }
    emit(cli, "result",
            json_pack(
                    "{ssss}", "command", "upgrade", "result", changes ? "dry-run" : "up-to-date"));
    for (const struct tn_plan *t = plans; t < p; t++) {
        if (tell_troubles(cli, t)) {
            return -1;
        }
    }
    note(cli, "nothing was sent that changes the device (--dry-run)");
    return 0;
}
