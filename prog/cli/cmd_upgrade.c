// SPDX-License-Identifier: Apache-2.0
// upgrade and image rollback: run host/upgrade, and report its steps to the user or a script.
#include <string.h>

#include "cli.h"
#include "host/base/usb_name.h"
#include "host/upgrade/upgrade.h"

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

// Prints a line for a phase that takes time or changes something. Only programs see the other
// phases.
static void tell_phase(struct telling *t, enum tn_upgrade_phase phase) {
    switch (phase) {
    case TN_PHASE_UPLOAD:
        tell_device(t);
        progress_begin(&t->progress);
        break;
    case TN_PHASE_TEST:
        note(t->cli, "test:    marking %s for the next reset", t->upgrade->version);
        break;
    case TN_PHASE_RESET:
        note(t->cli, "reset:   asking the device to reset");
        break;
    case TN_PHASE_SWAP:
        note(t->cli, "swap:    waiting for the device to come back");
        break;
    case TN_PHASE_CONFIRM:
        note(t->cli, "confirm: %s runs; making it permanent", t->upgrade->version);
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

// Prints the only line on stdout.
static void tell_result(const struct cli *cli, const struct tn_upgrade *u, const char *command) {
    static const char *const names[] = {
            [TN_UPGRADE_UP_TO_DATE] = "up-to-date",
            [TN_UPGRADE_ON_TEST] = "on-test",
            [TN_UPGRADE_CONFIRMED] = "confirmed",
    };
    char took[80] = "";

    if (u->uploaded) {
        snprintf(took, sizeof(took), " (upload %.1f s, reset and swap %.1f s)",
                u->took_ms[TN_PHASE_UPLOAD] / 1000.0,
                (u->took_ms[TN_PHASE_RESET] + u->took_ms[TN_PHASE_SWAP]) / 1000.0);
    }
    if (u->result == TN_UPGRADE_UP_TO_DATE) {
        say(cli, "%s: already running: version %s, nothing to do", u->name, u->version);
    } else if (u->result == TN_UPGRADE_ON_TEST) {
        say(cli, "%s runs, on test: the next reset reverts it%s", u->version, took);
    } else {
        say(cli, "%s runs and is confirmed%s", u->version, took);
    }
    emit(cli, "result",
            json_pack("{sssssssosbso}", "command", command, "result", names[u->result], "version",
                    u->version, "hash", json_hex(u->hash, tn_upgrade_hash_len(u)), "uploaded",
                    u->uploaded, "seconds", times(u)));
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

static int run(struct cli *cli, struct tn_session *s, const struct image_file *file) {
    struct tn_upgrade u;

    if (upgrade_of_file(cli, s, file, &u)) {
        return -1;
    }
    return cli->given[OPT_DRY_RUN] ? upgrade_dry_run(cli, &u) : upgrade_carry_out(cli, &u);
}

static int roll_back(struct cli *cli, struct tn_session *s) {
    struct tn_upgrade u = {.session = s, .name = "the previous image", .is_rollback = true};

    return device_deadline(cli, &u.deadline_ms) ? -1 : upgrade_carry_out(cli, &u);
}

int cmd_image_rollback(struct cli *cli) {
    return with_device(cli, roll_back);
}

void tell_image(const struct cli *cli, const struct image_file *file) {
    char size[16];
    char hash[9];

    size_text(size, file->len);
    short_hash(hash, file->in.hash);
    note(cli, "image:   %s, version %s, %s, hash %s", file->path, file->version, size,
            file->in.has_hash ? hash : "unknown");
}

int cmd_upgrade(struct cli *cli) {
    const char *port = cli->value[OPT_PORT];
    struct image_file file;
    struct tn_session s;

    if (port && tn_usb_is_name(port)) {
        return upgrade_usb(cli, port);
    }
    if (cli->given[OPT_ADDRESS] || cli->given[OPT_ALT]) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "--address and --alt are for devices with DFU, on a port such as usb:1209:0001");
    }
    if (image_file_read(cli, cli->args[0], &file)) {
        return -1;
    }
    tell_image(cli, &file);
    int err = device_open(cli, &s);
    if (!err) {
        err = run(cli, &s, &file);
        device_close(&s);
    }
    image_file_free(&file);
    return err;
}
