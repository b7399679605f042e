// SPDX-License-Identifier: Apache-2.0
// upgrade --dry-run: prints the plan of host/upgrade/plan.h in words.
#include <string.h>

#include "base/compiler.h"
#include "cli.h"
#include "host/upgrade/plan.h"

static void say_steps(const struct cli *cli, const struct tn_upgrade *u, const struct tn_plan *p) {
    char size[16];

    size_text(size, u->len);
    if (p->upload && p->slot >= 0) {
        say(cli, "would upload %s (%s) to slot %d", u->name, size, p->slot);
    }
    if (p->test) {
        say(cli, "would mark %s for the next reset", u->version);
    }
    if (p->reset) {
        say(cli, "would reset the device, and wait until %s runs", u->version);
    }
    if (p->confirm) {
        say(cli, "would confirm %s", u->version);
    }
    if (!p->reset && !p->confirm) {
        say(cli, "%s: already running: version %s, nothing to do", u->name, u->version);
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
    emit(cli, "plan", o);
    emit(cli, "result",
            json_pack("{ssss}", "command", "upgrade", "result",
                    p->reset || p->confirm ? "dry-run" : "up-to-date"));
}

int upgrade_dry_run(struct cli *cli, struct tn_upgrade *u) {
    struct tn_plan p;

    if (tn_upgrade_plan(u, &p, &cli->fault)) {
        return -1;
    }
    show_slots(cli, &p.list);
    say_steps(cli, u, &p);
    emit_plan(cli, u, &p);
    for (size_t i = 0; i < p.notes.n; i++) {
        warn(cli, "%s", p.notes.text[i]);
    }
    if (*p.replaces) {
        warn(cli, "%s", p.replaces);
    }
    if (*p.blocked) {
        return tn_fail(&cli->fault, TN_FAULT_REFUSED, "the device would refuse: %s", p.blocked);
    }
    note(cli, "nothing was sent that changes the device (--dry-run)");
    return 0;
}
