// SPDX-License-Identifier: Apache-2.0
// upgrade and image rollback: run host/upgrade, and report its steps to the user or a script.
#include <string.h>

#include "cli.h"
#include "host/base/usb_name.h"
#include "host/upgrade/pick.h"
#include "host/upgrade/upgrade.h"
#include "package.h"

struct telling {
    const struct cli *cli;
    struct progress progress;
    struct tn_upgrade *upgrade;
    const char *task;  // the JSON task that has begun, or NULL
    bool told_device;
};

static void on_progress(void *ctx, const struct tn_progress *p) {
    progress_show(&((struct telling *)ctx)->progress, p);
}

// Every task_begin gets a task_end, whatever happens between them.
static void end_task(struct telling *t, const char *result) {
    if (t->task) {
        emit(t->cli, "task_end", json_pack("{ssss}", "task", t->task, "result", result));
    }
    t->task = NULL;
}

// Prints what the device runs before the upgrade.
static void tell_device(struct telling *t) {
    const struct tn_session *s = t->upgrade->session;
    const struct tn_slot_state *active = tn_slot_active(&t->upgrade->list);
    char hash[9];

    if (t->told_device) {
        return;
    }
    t->told_device = true;
    if (active && active->hash_len >= 4) {
        short_hash(hash, active->hash);
        note(t->cli, "device:  %s, runs %s (%s)%s", s->kernel[0] ? s->kernel : "an SMP server",
                active->version, hash, active->confirmed ? "" : ", on test");
    } else {
        note(t->cli, "device:  %s, no image runs (the bootloader is serving)",
                s->kernel[0] ? s->kernel : "an SMP server");
    }
}

// "2.0.0", or of several images "2.0.0, 1.4.0".
static const char *all_versions(const struct tn_upgrade *u) {
    static char text[PACKAGE_IMAGES * (TN_VERSION_TEXT + 2)];
    size_t len = 0;

    text[0] = 0;
    for (; u; u = u->next) {
        len += (size_t)snprintf(
                text + len, sizeof(text) - len, "%s%s", len ? ", " : "", u->version);
    }
    return text;
}

// Prints a line for a phase that takes time or changes something. Only programs see the other
// phases.
static void tell_phase(struct telling *t, enum tn_upgrade_phase phase) {
    switch (phase) {
    case TN_PHASE_UPLOAD:
        tell_device(t);
        if (t->upgrade->next) {
            note(t->cli, "upload:  %s", t->upgrade->at->name);
        }
        progress_begin(&t->progress);
        break;
    case TN_PHASE_TEST:
        note(t->cli, "test:    marking %s for the next reset", t->upgrade->at->version);
        break;
    case TN_PHASE_RESET:
        note(t->cli, "reset:   asking the device to reset");
        break;
    case TN_PHASE_SWAP:
        note(t->cli, "swap:    waiting for the device to come back");
        break;
    case TN_PHASE_CONFIRM:
        note(t->cli, "confirm: %s %s; making %s permanent", all_versions(t->upgrade),
                t->upgrade->next ? "run" : "runs", t->upgrade->next ? "them" : "it");
        break;
    default:
        break;
    }
}

// The text goes to the terminal and to JSON. A bar on the terminal ends before it.
static void on_event(void *ctx, enum tn_upgrade_phase phase, const char *text) {
    struct telling *t = ctx;

    progress_break(&t->progress);
    if (text) {
        if (phase == TN_PHASE_LIST) {
            tell_device(t);
        }
        note(t->cli, "%s", text);
        emit(t->cli, "log", json_pack("{ssss}", "level", "info", "message", text));
        if (phase == TN_PHASE_UPLOAD) {
            progress_begin(&t->progress);
        }
        return;
    }
    end_task(t, "ok");
    t->task = tn_phase_name(phase);
    emit(t->cli, "task_begin", json_pack("{ss}", "task", t->task));
    tell_phase(t, phase);
}

// Seconds of each phase that took place.
static json_t *times(const struct tn_upgrade *u) {
    json_t *o = json_object();
    for (int i = 0; i < TN_PHASES; i++) {
        if (u->took_ms[i]) {
            json_object_set_new(
                    o, tn_phase_name((enum tn_upgrade_phase)i), json_real(u->took_ms[i] / 1000.0));
        }
    }
    return o;
}

static bool has_uploaded(const struct tn_upgrade *u) {
    while (u && !u->uploaded) {
        u = u->next;
    }
    return u;
}

// One object for each image.
static json_t *images_json(const struct tn_upgrade *u) {
    json_t *list = json_array();

    for (; u; u = u->next) {
        json_array_append_new(list,
                json_pack("{sisssosb}", "image", (int)u->number, "version", u->version, "hash",
                        json_hex(u->hash, tn_upgrade_hash_len(u)), "uploaded", u->uploaded));
    }
    return list;
}

// Prints the only line on stdout.
static void tell_result(const struct cli *cli, const struct tn_upgrade *u, const char *command) {
    static const char *const names[] = {
            [TN_UPGRADE_UP_TO_DATE] = "up-to-date",
            [TN_UPGRADE_ON_TEST] = "on-test",
            [TN_UPGRADE_CONFIRMED] = "confirmed",
    };
    const char *verb = u->next ? "run" : "runs";
    const char *versions = all_versions(u);
    char took[80] = "";

    if (has_uploaded(u)) {
        snprintf(took, sizeof(took), " (upload %.1f s, reset and swap %.1f s)",
                u->took_ms[TN_PHASE_UPLOAD] / 1000.0,
                (u->took_ms[TN_PHASE_RESET] + u->took_ms[TN_PHASE_SWAP]) / 1000.0);
    }
    if (u->result == TN_UPGRADE_UP_TO_DATE) {
        say(cli, "%s%s: already running: version%s %s, nothing to do", u->name,
                u->next ? " and the others" : "", u->next ? "s" : "", versions);
    } else if (u->result == TN_UPGRADE_ON_TEST) {
        say(cli, "%s %s, on test: the next reset reverts %s%s", versions, verb,
                u->next ? "them" : "it", took);
    } else {
        say(cli, "%s %s and %s confirmed%s", versions, verb, u->next ? "are" : "is", took);
    }
    json_t *o = json_pack("{sssssssosbso}", "command", command, "result", names[u->result],
            "version", u->version, "hash", json_hex(u->hash, tn_upgrade_hash_len(u)), "uploaded",
            has_uploaded(u), "seconds", times(u));
    if (u->next) {
        json_object_set_new(o, "images", images_json(u));
    }
    emit(cli, "result", o);
}

int upgrade_carry_out(struct cli *cli, struct tn_upgrade *u) {
    struct telling t = {.cli = cli, .progress = {.cli = cli}, .upgrade = u};

    u->event = on_event;
    u->ctx = &t;
    u->session->progress = on_progress;
    u->session->ctx = &t;
    int err = tn_upgrade(u, &cli->fault);
    progress_break(&t.progress);
    end_task(&t, err ? "failed" : "ok");
    if (err) {
        detail(cli, "the failing step: %s", tn_phase_name(u->phase));
        return err;
    }
    tell_result(cli, u, cli->cmd->name);
    return 0;
}

int upgrade_of_file(struct cli *cli, struct tn_session *s, const struct image_file *file,
        struct tn_upgrade *ret) {
    *ret = (struct tn_upgrade){.session = s,
            .name = file->path,
            .file = file->bytes.p,
            .len = file->len,
            .in = &file->in,
            .no_confirm = cli->given[OPT_NO_CONFIRM],
            .force = cli->given[OPT_FORCE]};

    // Compares the content's own hash: a damaged copy of the running image is not that image.
    memcpy(ret->hash, tn_inspect_id(&file->in), sizeof(ret->hash));
    ret->hash_len = file->in.hash_len;
    memcpy(ret->version, file->version, sizeof(ret->version));
    return cli_number(cli, OPT_IMAGE, 0, 255, &ret->image) ||
                    device_deadline(cli, &ret->deadline_ms)
            ? -1
            : 0;
}

// Of files for each slot, only the one that suits this device: *n becomes 1. *n stays if they are
// the files of several images.
static int pick(
        struct cli *cli, struct tn_session *s, const struct package *p, size_t *first, size_t *n) {
    const struct tn_inspect *files[PACKAGE_IMAGES];
    int which = -1;

    for (size_t i = 0; i < p->n; i++) {
        files[i] = &p->members[i].file.in;
    }
    if (tn_upgrade_pick(s, files, p->n, &which, &cli->fault)) {
        return -1;
    }
    if (which < 0 && p->members[0].image == p->members[p->n - 1].image) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: its files are one image, linked for two slots, and the device has several "
                "images",
                cli->args[0]);
    }
    if (which >= 0) {
        note(cli, "of the files, this device gets %s", p->members[which].file.path);
        *first = (size_t)which;
        *n = 1;
    }
    return 0;
}

static int run(struct cli *cli, struct tn_session *s, const struct package *p) {
    struct tn_upgrade u[PACKAGE_IMAGES];
    size_t first = 0;
    size_t n = p->n;

    if (p->is_variants && pick(cli, s, p, &first, &n)) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        const struct package_member *m = &p->members[first + i];
        if (upgrade_of_file(cli, s, &m->file, &u[i])) {
            return -1;
        }
        u[i].number = m->image;
        u[i].is_numbered = n == p->n && (n > 1 || m->image);
        u[i].next = i + 1 < n ? &u[i + 1] : NULL;
    }
    return cli->given[OPT_DRY_RUN] ? upgrade_dry_run(cli, u) : upgrade_carry_out(cli, u);
}

static int roll_back(struct cli *cli, struct tn_session *s) {
    struct tn_upgrade u = {.session = s, .name = "the previous image", .is_rollback = true};

    return device_deadline(cli, &u.deadline_ms) ? -1 : upgrade_carry_out(cli, &u);
}

int cmd_image_rollback(struct cli *cli) {
    return with_device(cli, roll_back);
}

void tell_image(const struct cli *cli, const struct image_file *file, const uint32_t *number) {
    char which[16] = "image:";
    char size[16];
    char hash[9];

    if (number) {
        snprintf(which, sizeof(which), "image %u:", (unsigned)*number);
    }
    size_text(size, file->len);
    short_hash(hash, file->in.hash);
    note(cli, "%-8s %s, version %s, %s, hash %s", which, file->path, file->version, size,
            file->in.has_hash ? hash : "unknown");
}

// What several files, or an archive, do not go with.
static int check_options(struct cli *cli, const struct package *p) {
    if (p->n > 1 && cli->given[OPT_IMAGE]) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "--image is for one file; several are images 0, 1 and so on, in their order");
    }
    if (p->n == 1 && p->members[0].image && cli->given[OPT_IMAGE]) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s says which image its file is: leave out --image", cli->args[0]);
    }
    return 0;
}

static int upgrade_smp(struct cli *cli, const struct package *p) {
    struct tn_session s;

    if (check_options(cli, p)) {
        return -1;
    }
    for (size_t i = 0; i < p->n; i++) {
        bool is_known = p->n > 1 && !p->is_variants;
        tell_image(cli, &p->members[i].file, is_known ? &p->members[i].image : NULL);
    }
    if (p->n == 1) {
        const struct image_file *file = &p->members[0].file;
        warn_dependencies(cli, file->path, file->bytes.p, &file->in);
    }
    int err = device_open(cli, &s);
    if (!err) {
        err = run(cli, &s, p);
        device_close(&s);
    }
    return err;
}

int cmd_upgrade(struct cli *cli) {
    static struct package p;
    const char *port = cli->value[OPT_PORT];

    if (port && tn_usb_is_name(port)) {
        return cli->nargs > 1 ? tn_fail(&cli->fault, TN_FAULT_USAGE,
                                        "DFU takes one file; send several images over the "
                                        "device's serial port")
                              : upgrade_usb(cli, port);
    }
    if (cli->given[OPT_ADDRESS] || cli->given[OPT_ALT]) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "--address and --alt are for devices with DFU, on a port such as usb:1209:0001");
    }
    int err = package_read(cli, cli->args, cli->nargs, &p) || upgrade_smp(cli, &p) ? -1 : 0;
    package_free(&p);
    return err;
}
