// SPDX-License-Identifier: Apache-2.0
// upgrade over USB DFU: what host/dfu does, for the user or a script. DFU cannot say what runs, nor
// confirm it: that goes over the device's own serial port, if it has one on which SMP answers.
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "host/dfu/upgrade.h"
#include "host/transport/ports.h"
#include "host/upgrade/upgrade.h"
#include "host/usb/bus.h"

enum {
    PORT_WAIT_MS = 3000,  // for the serial port of an application that is on the bus
    PORT_LOOK_MS = 200,
};

struct telling {
    const struct cli *cli;
    struct progress progress;
    struct tn_dfu_upgrade *upgrade;
    const char *task;  // the JSON task that has begun, or NULL
};

// What is sent: an image of ours, or, to devices that know no images, what the file holds.
struct payload {
    struct image_file image;
    bool is_image;
    struct tn_load_found raw;
    struct tn_segments data;
};

// ---- Progress --------------------------------------------------------------------------

static void on_progress(void *ctx, size_t done, size_t size) {
    const struct tn_progress p = {.done = done, .size = size};
    progress_show(&((struct telling *)ctx)->progress, &p);
}

static void end_task(struct telling *t, const char *result) {
    if (t->task) {
        emit(t->cli, "task_end", json_pack("{ssss}", "task", t->task, "result", result));
    }
    t->task = NULL;
}

static void tell_phase(struct telling *t, enum tn_dfu_phase phase) {
    const struct tn_dfu_upgrade *u = t->upgrade;
    char words[160];

    switch (phase) {
    case TN_DFU_PHASE_DETACH:
        note(t->cli, "detach:  asking the application to leave for DFU mode");
        break;
    case TN_DFU_PHASE_DOWNLOAD:
        for (size_t i = 0; i < u->device.nalts; i++) {
            if (u->device.alts[i].number == u->dfu.alt) {
                usb_memory_words(&u->device.alts[i], words, sizeof(words));
                note(t->cli, "device:  %04x:%04x, %s", u->device.vid, u->device.pid, words);
            }
        }
        progress_begin(&t->progress);
        break;
    case TN_DFU_PHASE_END:
        note(t->cli, "end:     the device checks what it got");
        break;
    case TN_DFU_PHASE_BACK:
        note(t->cli, "back:    waiting for the application");
        break;
    default:
        break;
    }
}

static void on_event(void *ctx, enum tn_dfu_phase phase, const char *text) {
    struct telling *t = ctx;

    progress_break(&t->progress);
    if (text) {
        note(t->cli, "%s", text);
        return;
    }
    end_task(t, "ok");
    t->task = tn_dfu_phase_name(phase);
    emit(t->cli, "task_begin", json_pack("{ss}", "task", t->task));
    tell_phase(t, phase);
}

// ---- The file --------------------------------------------------------------------------

static void payload_free(struct payload *p) {
    image_file_free(&p->image);
    tn_buf_free(&p->raw.file);
    tn_segments_free(&p->data);
}

// Is it a device in DFU mode that is no Tenon loader? Then what it takes is not known here.
static bool knows_no_images(const struct tn_usb_device *d) {
    for (size_t i = 0; i < d->nalts; i++) {
        if (strncmp(d->alts[i].name, "@Update", 7) == 0) {
            return false;
        }
    }
    return d->is_dfu_mode;
}

static int use_image(struct cli *cli, struct payload *p, struct tn_dfu_upgrade *u) {
    p->is_image = p->image.in.has_hash;  // with --force it may be anything
    u->has_addr = p->image.has_addr;
    u->is_dfu = p->image.is_dfu;
    u->ids = p->image.ids;
    tell_image(cli, &p->image, NULL);
    warn_dependencies(cli, p->image.path, p->image.bytes.p, &p->image.in);
    return tn_segments_add(
            &p->data, p->image.addr, p->image.bytes.p, p->image.len, u->file, &cli->fault);
}

static int use_raw(struct cli *cli, struct payload *p, struct tn_dfu_upgrade *u) {
    char size[16];

    if (tn_load_segments(u->file, &p->data, &p->raw, &cli->fault)) {
        return -1;
    }
    u->has_addr = p->raw.has_addr;
    u->is_dfu = p->raw.is_dfu;
    u->ids = p->raw.ids;
    size_text(size, p->raw.file.len);
    note(cli, "file:    %s, %s", u->file, size);
    return p->raw.has_addr
            ? 0
            : tn_segments_add(&p->data, 0, p->raw.file.p, p->raw.file.len, u->file, &cli->fault);
}

// --address gives bytes without addresses one.
static int place(struct cli *cli, struct payload *p, struct tn_dfu_upgrade *u) {
    uint32_t addr;

    if (!cli->given[OPT_ADDRESS]) {
        return 0;
    }
    if (u->has_addr) {
        return tn_fail(&cli->fault, TN_FAULT_USAGE,
                "%s: has addresses of its own; leave out --address", u->file);
    }
    if (cli_number(cli, OPT_ADDRESS, 0, UINT32_MAX, &addr)) {
        return -1;
    }
    for (size_t i = 0; i < p->data.n; i++) {
        p->data.list[i].addr = addr;
    }
    u->has_addr = true;
    return 0;
}

// Reads the file before the bus is looked at, as for every other port. Only if it is no image, the
// device decides whether that is wrong.
static int read_file(struct cli *cli, struct payload *p, struct tn_dfu_upgrade *u) {
    struct tn_usb_device d;

    if (image_file_read(cli, u->file, &p->image) == 0) {
        return use_image(cli, p, u) || place(cli, p, u) ? -1 : 0;
    }
    p->image = (struct image_file){.path = u->file};
    struct tn_fault why = cli->fault;
    bool may_be_right = why.kind == TN_FAULT_MAGIC;
    if (!may_be_right || tn_usb_find(u->usb, &u->name, &d, &cli->fault) || !knows_no_images(&d)) {
        cli->fault = why;
        return -1;
    }
    return use_raw(cli, p, u) || place(cli, p, u) ? -1 : 0;
}

// ---- Confirmation ----------------------------------------------------------------------

// The serial port of the device, if this machine shows one.
static bool find_port(const struct tn_usb_device *d, char *ret, size_t size) {
    struct tn_fault ignored;
    struct tn_port *ports;
    size_t n;
    size_t found = 0;

    if (tn_ports(&ports, &n, &ignored)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        const struct tn_port *p = &ports[i];
        bool is_its = p->is_usb && p->vid == d->vid && p->pid == d->pid &&
                strcmp(p->serial, d->serial) == 0;
        if (is_its && found++ == 0) {
            snprintf(ret, size, "%s", p->path);
        }
    }
    free(ports);
    // Without a number, two devices of one kind cannot be told apart.
    return found && (*d->serial || found == 1);
}

static bool wait_for_port(const struct tn_usb_device *d, char *ret, size_t size) {
    uint32_t from = tn_now_ms();

    while (d->has_serial_port && !is_stopped()) {
        if (find_port(d, ret, size)) {
            return true;
        }
        if (tn_now_ms() - from >= PORT_WAIT_MS) {
            break;
        }
        tn_wait(-1, 0, PORT_LOOK_MS);
    }
    return false;
}

static void tell_result(const struct cli *cli, const struct tn_dfu_upgrade *u,
        const struct payload *p, const char *result) {
    json_t *times = json_object();

    for (int i = 0; i < TN_DFU_PHASES; i++) {
        if (u->took_ms[i]) {
            json_object_set_new(times, tn_dfu_phase_name((enum tn_dfu_phase)i),
                    json_real(u->took_ms[i] / 1000.0));
        }
    }
    json_t *o = json_pack("{sssssbso}", "command", "upgrade", "result", result, "uploaded", true,
            "seconds", times);
    if (p->is_image) {
        json_object_set_new(o, "version", json_string(p->image.version));
        json_object_set_new(o, "hash", json_hex(tn_inspect_id(&p->image.in), p->image.in.hash_len));
    }
    emit(cli, "result", o);
}

// The device has taken the file, and nobody can be asked what runs.
static void tell_sent(const struct cli *cli, const struct tn_dfu_upgrade *u,
        const struct payload *p, const char *why) {
    bool runs = u->result == TN_DFU_APP_RUNS;
    const char *what = p->is_image ? p->image.version : u->file;

    if (!u->dfu.is_update) {
        say(cli, "%s: sent, and the device accepted it%s", u->file,
                runs ? "; its application runs" : "; it left DFU mode");
    } else {
        say(cli, "%s: sent, and the device accepted it; it is on test until it is confirmed", what);
        if (!cli->given[OPT_NO_CONFIRM]) {
            warn(cli, "%s", why);
        }
    }
    tell_result(cli, u, p, u->dfu.is_update ? "sent" : "installed");
}

// Asks over the serial port what runs, and confirms it.
static int confirm(struct cli *cli, const char *path, const struct tn_dfu_upgrade *u,
        const struct payload *p) {
    struct tn_upgrade over_smp;
    struct tn_session s;
    char why[320];

    cli->value[OPT_PORT] = path;
    if (device_open(cli, &s)) {
        return -1;
    }
    if (tn_session_probe(&s, &cli->fault)) {
        bool is_other = cli->fault.kind == TN_FAULT_NOT_SMP;
        snprintf(
                why, sizeof(why), "%s: no SMP server answers there, so it was not confirmed", path);
        if (is_other) {
            tell_sent(cli, u, p, why);
        }
        device_close(&s);
        return is_other ? 0 : -1;
    }
    note(cli, "port:    %s, the device's serial port", path);
    int err = upgrade_of_file(cli, &s, &p->image, &over_smp);
    over_smp.is_sent = true;
    over_smp.uploaded = true;
    over_smp.took_ms[TN_PHASE_UPLOAD] = u->took_ms[TN_DFU_PHASE_DOWNLOAD];
    over_smp.took_ms[TN_PHASE_RESET] =
            u->took_ms[TN_DFU_PHASE_DETACH] + u->took_ms[TN_DFU_PHASE_END];
    over_smp.took_ms[TN_PHASE_SWAP] = u->took_ms[TN_DFU_PHASE_BACK];
    err = err ? err : upgrade_carry_out(cli, &over_smp);
    device_close(&s);
    return err;
}

// After the download.
static int follow_up(struct cli *cli, const struct tn_dfu_upgrade *u, const struct payload *p) {
    static char path[128];  // the options point to it from here on
    const char *given = cli->value[OPT_PORT];

    if (!p->is_image || !u->dfu.is_update || u->result != TN_DFU_APP_RUNS) {
        tell_sent(cli, u, p,
                "its application has no USB here: it confirms itself, or confirm it over its own "
                "link: tenon image confirm");
        return 0;
    }
    if (!wait_for_port(&u->after, path, sizeof(path))) {
        tell_sent(cli, u, p,
                u->after.has_serial_port
                        ? "its serial port is not there on this machine, so it was not confirmed"
                        : "it has no serial port: it confirms itself, or confirm it over its own "
                          "link: tenon image confirm");
        return 0;
    }
    int err = confirm(cli, path, u, p);
    cli->value[OPT_PORT] = given;
    return err;
}

// ---- Before the application is stopped -------------------------------------------------

// The image that runs, asked over the serial port. Returns false if nobody answers there.
static bool ask_active(struct cli *cli, const char *path, struct tn_slot_state *ret) {
    struct tn_slot_list list;
    struct tn_session s;
    bool is_there = false;

    cli->value[OPT_PORT] = path;
    if (device_open(cli, &s) == 0) {
        bool answers = tn_session_probe(&s, &cli->fault) == 0 &&
                tn_device_list(&s, &list, &cli->fault) == 0;
        const struct tn_slot_state *active = answers ? tn_slot_active(&list) : NULL;
        if (active) {
            *ret = *active;
            is_there = true;
        }
        device_close(&s);
    }
    cli->fault = (struct tn_fault){0};  // DFU needs no answer
    return is_there;
}

// What the answer means. Returns 1 if there is nothing to send, 0 if there is, -1 with a fault.
static int decide(struct cli *cli, const char *path, const struct tn_slot_state *active,
        const struct tn_dfu_upgrade *u, const struct payload *p) {
    bool is_ours = active->hash_len == p->image.in.hash_len &&
            memcmp(active->hash, tn_inspect_id(&p->image.in), p->image.in.hash_len) == 0;

    if (is_ours && (active->confirmed || cli->given[OPT_NO_CONFIRM])) {
        say(cli, "%s: already running: version %s, nothing to do", u->file, p->image.version);
        emit(cli, "result",
                json_pack("{sssssssosb}", "command", "upgrade", "result", "up-to-date", "version",
                        p->image.version, "hash",
                        json_hex(tn_inspect_id(&p->image.in), p->image.in.hash_len), "uploaded",
                        false));
        return 1;
    }
    if (is_ours) {
        return confirm(cli, path, u, p) ? -1 : 1;
    }
    if (!active->confirmed) {
        return tn_fail(&cli->fault, TN_FAULT_REFUSED,
                "the device runs %s on test, and keeps the image before it in the spare slot; "
                "confirm it first: tenon image confirm -p %s (--force ends the test)",
                active->version, path);
    }
    return 0;
}

// An application with a serial port can say what it runs before it is stopped for an upgrade.
static int ask_first(struct cli *cli, const struct tn_dfu_upgrade *u, const struct payload *p) {
    static char path[128];  // the options point to it
    const char *given = cli->value[OPT_PORT];
    struct tn_slot_state active;
    struct tn_usb_device d;
    struct tn_fault ignored;

    if (!p->is_image || cli->given[OPT_FORCE] || tn_usb_find(u->usb, &u->name, &d, &ignored) ||
            d.is_dfu_mode || !d.has_serial_port || !find_port(&d, path, sizeof(path))) {
        return 0;
    }
    int done = ask_active(cli, path, &active) ? decide(cli, path, &active, u, p) : 0;
    cli->value[OPT_PORT] = given;
    return done;
}

// ---- The command -----------------------------------------------------------------------

static int dry_run(struct cli *cli, struct tn_dfu_upgrade *u, const struct payload *p) {
    char label[TN_USB_NAME];

    if (tn_dfu_upgrade_plan(u, &cli->fault)) {
        return -1;
    }
    tn_usb_name_put(label, u->before.vid, u->before.pid, u->before.serial);
    if (!u->before.is_dfu_mode) {
        say(cli, "would ask the application of %s to leave for DFU mode", label);
    }
    say(cli, "would send %s to %s", u->file, label);
    if (p->is_image && !cli->given[OPT_NO_CONFIRM] && u->before.has_serial_port) {
        say(cli, "would confirm %s over its serial port", p->image.version);
    }
    emit(cli, "result", json_pack("{ssss}", "command", "upgrade", "result", "dry-run"));
    note(cli, "nothing was sent to the device (--dry-run)");
    return 0;
}

static int send(struct cli *cli, struct tn_dfu_upgrade *u, const struct payload *p) {
    struct telling t = {.cli = cli, .progress = {.cli = cli, .task = "download"}, .upgrade = u};

    int done = ask_first(cli, u, p);
    if (done) {
        return done < 0 ? -1 : 0;
    }
    u->event = on_event;
    u->progress = on_progress;
    u->ctx = &t;
    int err = tn_dfu_upgrade(u, &cli->fault);
    progress_break(&t.progress);
    end_task(&t, err ? "failed" : "ok");
    snprintf(cli->id, sizeof(cli->id), "%s", u->before.serial);
    if (u->before.has_dfu) {
        warn_test_id(cli, u->before.vid, u->before.pid);
    }
    if (err) {
        detail(cli, "the failing step: %s", tn_dfu_phase_name(u->phase));
        return err;
    }
    return follow_up(cli, u, p);
}

int upgrade_usb(struct cli *cli, const char *port) {
    struct tn_dfu_upgrade u = {
            .file = cli->args[0], .alt = -1, .force = cli->given[OPT_FORCE], .stop = stop_flag()};
    struct payload p = {.is_image = false};
    uint32_t alt = 0;

    u.data = &p.data;
    if (tn_usb_name_get(port, &u.name, &cli->fault) ||
            cli_number(cli, OPT_ALT, 0, UINT8_MAX, &alt) || device_deadline(cli, &u.deadline_ms) ||
            tn_usb_bus_new(&u.usb, &cli->fault)) {
        return -1;
    }
    u.alt = cli->given[OPT_ALT] ? (int)alt : -1;
    catch_stop();
    int err = read_file(cli, &p, &u);
    if (!err) {
        err = cli->given[OPT_DRY_RUN] ? dry_run(cli, &u, &p) : send(cli, &u, &p);
    }
    payload_free(&p);
    tn_usb_bus_free(u.usb);
    return err;
}
