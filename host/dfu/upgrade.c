// SPDX-License-Identifier: Apache-2.0
// What the bus shows decides, never what was sent: a device that is gone after the end of the
// download has done what it should, and whether its application runs is seen when it is back.
#include "host/dfu/upgrade.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "host/base/clock.h"
#include "host/dfu/client_priv.h"

enum {
    LOOK_EVERY_MS = 100,
    TO_DFU_MS = 15000,      // from DETACH until the device is in DFU mode and may be opened
    STAYS_MS = 10000,       // in DFU mode, after the end: it does not leave any more
    UNSEEN_MS = 5000,       // off the bus: an application without USB
    BACK_BASE_MS = 30000,   // until the application of a Tenon device is there,
    BACK_BYTES_PER_MS = 4,  // plus the firmware's length at the speed of a slow swap
};

const char *tn_dfu_phase_name(enum tn_dfu_phase phase) {
    static const char *const names[] = {"find", "detach", "download", "end", "back"};
    return names[phase];
}

static void tell(struct tn_dfu_upgrade *u, const char *text) {
    if (u->event) {
        u->event(u->ctx, u->phase, text);
    }
}

static void enter(struct tn_dfu_upgrade *u, enum tn_dfu_phase phase) {
    uint32_t now = tn_now_ms();

    u->took_ms[u->phase] += now - u->phase_from;
    u->phase = phase;
    u->phase_from = now;
    tell(u, NULL);
}

// ---- File and device -------------------------------------------------------------------

static bool is_for(const struct tn_dfu_ids *ids, const struct tn_usb_device *d, bool product) {
    return (ids->vid == TN_DFU_ANY || ids->vid == d->vid) &&
            (!product || ids->pid == TN_DFU_ANY || ids->pid == d->pid);
}

// The ids may be those of the application or those of DFU mode. Before the device is in DFU mode,
// only the vendor can be compared. The release is no condition (DFU 1.1, appendix B).
static int check_ids(const struct tn_dfu_upgrade *u, struct tn_fault *f) {
    bool in_dfu = u->device.has_dfu;

    if (!u->is_dfu || u->force || is_for(&u->ids, &u->before, in_dfu) ||
            (in_dfu && is_for(&u->ids, &u->device, true))) {
        return 0;
    }
    return tn_fail(f, TN_FAULT_USAGE,
            "%s: its suffix says that it is for %04x:%04x, and the device is %04x:%04x; give the "
            "file for this device (--force sends it all the same)",
            u->file, u->ids.vid, u->ids.pid, u->before.vid, u->before.pid);
}

// "0 \"Internal Flash\", 1 \"Option Bytes\""
static void list_alts(const struct tn_usb_device *d, char *ret, size_t size) {
    size_t at = 0;

    ret[0] = 0;
    for (size_t i = 0; i < d->nalts && at < size; i++) {
        at += (size_t)snprintf(ret + at, size - at, "%s%u \"%.*s\"", i ? ", " : "",
                d->alts[i].number, (int)strcspn(d->alts[i].name + (*d->alts[i].name == '@'), "/"),
                d->alts[i].name + (*d->alts[i].name == '@'));
    }
}

static bool takes(const struct tn_dfu_upgrade *u, const struct tn_usb_alt *a) {
    struct tn_dfu_client d = {.has_layout = true, .name = ""};
    struct tn_fault ignored;

    return u->has_addr && tn_dfu_layout_get(a->name, &d.layout) &&
            tn_dfuse_check(&d, u->data, &ignored) == 0;
}

// The alternate setting that was chosen; else the only one; else "@Update"; else, if exactly one
// memory takes the file's addresses, that.
static const struct tn_usb_alt *choose(const struct tn_dfu_upgrade *u) {
    const struct tn_usb_device *d = &u->device;
    const struct tn_usb_alt *found = NULL;
    unsigned fitting = 0;

    for (size_t i = 0; i < d->nalts; i++) {
        const struct tn_usb_alt *a = &d->alts[i];
        if (u->alt >= 0 ? a->number == u->alt
                        : d->nalts == 1 || strncmp(a->name, "@Update", 7) == 0) {
            return a;
        }
        if (u->alt < 0 && takes(u, a)) {
            found = a;
            fitting++;
        }
    }
    return fitting == 1 ? found : NULL;
}

static int choose_alt(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    const struct tn_usb_alt *a = choose(u);
    char names[200];

    if (a) {
        u->dfu.alt = a->number;
        u->dfu.has_layout = tn_dfu_layout_get(a->name, &u->dfu.layout);
        u->dfu.is_update = strncmp(a->name, "@Update", 7) == 0;
        u->dfu.is_dfuse = u->device.bcd_dfu == TN_DFU_DFUSE ||
                (u->has_addr && u->dfu.has_layout && !u->dfu.is_update);
        return 0;
    }
    list_alts(&u->device, names, sizeof(names));
    if (u->alt >= 0) {
        return tn_fail(f, TN_FAULT_USAGE, "%s: has no alternate setting %d; it has %s", u->label,
                u->alt, names);
    }
    return tn_fail(f, TN_FAULT_USAGE, "%s: has several memories: %s; select one by --alt N",
            u->label, names);
}

static int no_address(const struct tn_dfu_upgrade *u, struct tn_fault *f) {
    const struct tn_dfu_layout *l = &u->dfu.layout;
    char where[120] = "";

    if (u->dfu.has_layout && l->nruns) {
        snprintf(where, sizeof(where), "; its memory \"%s\" begins at 0x%08x", l->name,
                (unsigned)l->runs[0].addr);
    }
    return tn_fail(f, TN_FAULT_USAGE,
            "%s: the device wants an address for each byte (DfuSe), and %s has none; give the "
            "address of its first byte by --address%s",
            u->label, u->file, where);
}

static int too_large(
        const struct tn_dfu_upgrade *u, size_t len, uint32_t room, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_TOO_LARGE,
            "%s: too large: it has %zu bytes, and the device's memory \"%s\" has %u; build a "
            "smaller one",
            u->file, len, u->dfu.layout.name, (unsigned)room);
}

// A Tenon loader takes an image at the first address of its memory, whether it is told or not.
static int check_update(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    uint32_t base = u->dfu.layout.runs[0].addr;
    uint32_t room = tn_dfu_layout_size(&u->dfu.layout);

    if (u->has_addr && u->data->list[0].addr != base) {
        return tn_fail(f, TN_FAULT_ADDRESS,
                "%s: begins at 0x%08x, and the device takes an image at 0x%08x; sign it with "
                "--hex-addr 0x%x, or give the image alone, as a .bin",
                u->file, (unsigned)u->data->list[0].addr, (unsigned)base, (unsigned)base);
    }
    if (u->data->n == 1 && u->data->list[0].bytes.len > room) {
        return too_large(u, u->data->list[0].bytes.len, room, f);
    }
    u->addr = base;
    return 0;
}

static int check_addr(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    if (u->dfu.is_update && u->dfu.layout.nruns) {
        return check_update(u, f);
    }
    if (!u->dfu.is_dfuse) {
        return 0;
    }
    u->addr = u->data->list[0].addr;
    return u->has_addr ? tn_dfuse_check(&u->dfu, u->data, f) : no_address(u, f);
}

// What must be right before the first byte is sent. The device is in DFU mode.
static int check(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    if (check_ids(u, f) || choose_alt(u, f)) {
        return -1;
    }
    if (check_addr(u, f)) {
        return -1;
    }
    if (!u->dfu.is_dfuse && u->data->n != 1) {
        return tn_fail(f, TN_FAULT_USAGE,
                "%s: has gaps between its bytes, and the device takes bytes without addresses; "
                "give one run of bytes, as a .bin",
                u->file);
    }
    return 0;
}

static int find(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    if (u->data->n == 0) {
        return tn_fail(f, TN_FAULT_TRUNCATED, "%s: holds no data; build it again", u->file);
    }
    if (tn_usb_find(u->usb, &u->name, &u->before, f)) {
        return -1;
    }
    tn_usb_name_put(u->label, u->before.vid, u->before.pid, u->before.serial);
    u->device = (struct tn_usb_device){.has_dfu = false};
    if (u->before.is_dfu_mode) {
        u->device = u->before;
        return check(u, f);
    }
    return check_ids(u, f);
}

static void begin(struct tn_dfu_upgrade *u) {
    u->phase = TN_DFU_PHASE_FIND;
    u->phase_from = tn_now_ms();
    u->dfu = (struct tn_dfu_client){.usb = u->usb,
            .name = u->label,
            .stop = u->stop,
            .deadline_ms = u->deadline_ms,
            .from_ms = u->phase_from,
            .progress = u->progress,
            .ctx = u->ctx};
}

int tn_dfu_upgrade_plan(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    begin(u);
    return find(u, f);
}

// ---- Waiting ---------------------------------------------------------------------------

// Finds the device on the bus, whatever its ids are now. Returns whether it is there; -1: the bus
// cannot be listed.
static int look(struct tn_dfu_upgrade *u, const struct tn_usb_device *as, struct tn_usb_device *ret,
        struct tn_fault *f) {
    struct tn_usb_device *list;
    const struct tn_usb_device *found = NULL;
    size_t n;

    if (u->usb->ops->list(u->usb, &list, &n, f)) {
        return -1;
    }
    for (size_t i = 0; i < n; i++) {
        bool same_port = strcmp(list[i].path, as->path) == 0;
        if (tn_usb_is_same(as, &list[i]) && (!found || same_port)) {
            found = &list[i];
        }
    }
    if (found) {
        *ret = *found;
    }
    free(list);
    return found != NULL;
}

// Waits until the next look. Faults: INTERRUPTED, DEADLINE.
static int pause_ms(const struct tn_dfu_upgrade *u, struct tn_fault *f) {
    tn_wait(-1, 0, LOOK_EVERY_MS);
    return tn_dfu_client_stopped(&u->dfu, f);
}

static int no_dfu_mode(const struct tn_dfu_upgrade *u, int is_there,
        const struct tn_usb_device *now, struct tn_fault *f) {
    unsigned seconds = TO_DFU_MS / 1000;

    if (!is_there) {
        return tn_fail(f, TN_FAULT_SILENT,
                "%s: left for DFU mode, and did not come back for %u s; plug it in again; what "
                "this machine sees: tenon devices",
                u->label, seconds);
    }
    if (now->is_dfu_mode) {
        return tn_fail(f, TN_FAULT_NO_DEVICE,
                "%s: is in DFU mode, and may not be opened%s; tenon doctor says why", u->label,
                now->access == TN_USB_DENIED ? ": no permission" : "");
    }
    return tn_fail(f, TN_FAULT_REFUSED,
            "%s: its application still runs, %u s after it was told to leave for DFU mode; start "
            "the recovery in another way, such as its button",
            u->label, seconds);
}

// After DETACH: until the device is in DFU mode, and udev has set its permissions.
static int wait_for_dfu(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    uint32_t start = tn_now_ms();
    struct tn_usb_device now = {.has_dfu = false};
    int is_there = 0;

    while (tn_now_ms() - start < TO_DFU_MS) {
        is_there = look(u, &u->before, &now, f);
        if (is_there < 0) {
            return -1;
        }
        if (is_there && now.is_dfu_mode && now.access == TN_USB_READY) {
            u->device = now;
            return 0;
        }
        if (pause_ms(u, f)) {
            return -1;
        }
    }
    return no_dfu_mode(u, is_there, &now, f);
}

// ---- Steps -----------------------------------------------------------------------------

static int detach(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    struct tn_dfu_client d = {
            .usb = u->usb, .device = &u->before, .name = u->label, .stop = u->stop};

    if (u->before.is_dfu_mode) {
        return 0;
    }
    enter(u, TN_DFU_PHASE_DETACH);
    if (u->usb->ops->open(u->usb, &u->before, f)) {
        return -1;
    }
    int err = tn_dfu_client_detach(&d, f);
    u->usb->ops->close(u->usb);
    return err || wait_for_dfu(u, f) || check(u, f) ? -1 : 0;
}

// A copy of the data at the address where the device wants it.
static int send_dfuse(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    struct tn_segments at_base = {0};
    const struct tn_segments *data = u->data;

    if (!u->has_addr) {
        const struct tn_buf *b = &u->data->list[0].bytes;
        if (tn_segments_add(&at_base, u->addr, b->p, b->len, u->file, f)) {
            return -1;
        }
        data = &at_base;
    }
    int err = tn_dfuse_download(&u->dfu, data, f);
    tn_segments_free(&at_base);
    if (err) {
        return -1;
    }
    enter(u, TN_DFU_PHASE_END);
    return tn_dfuse_leave(&u->dfu, u->addr, f);
}

// A plain device starts its firmware at a reset of the bus.
static int send_plain(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    const struct tn_buf *b = &u->data->list[0].bytes;
    int end = tn_dfu_client_download(&u->dfu, b->p, b->len, f);

    if (end < 0) {
        return -1;
    }
    enter(u, TN_DFU_PHASE_END);
    if (end == TN_DFU_STAYS) {
        u->usb->ops->reset(u->usb);
    }
    return 0;
}

static int download(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    u->dfu.device = &u->device;
    enter(u, TN_DFU_PHASE_DOWNLOAD);
    if (u->usb->ops->open(u->usb, &u->device, f)) {
        return -1;
    }
    int err = tn_dfu_client_begin(&u->dfu, f) ||
                    (u->dfu.is_dfuse ? send_dfuse(u, f) : send_plain(u, f)) < 0
            ? -1
            : 0;
    u->usb->ops->close(u->usb);
    return err;
}

// ---- The application -------------------------------------------------------------------

static int not_back(const struct tn_dfu_upgrade *u, bool was_gone, struct tn_fault *f) {
    if (was_gone) {
        return tn_fail(f, TN_FAULT_NOT_RUNNING,
                "%s: took %s, and is in DFU mode again: its loader found no image that may run, or "
                "the new one crashed and was taken back; why: tenon image history, over its serial "
                "port",
                u->label, u->file);
    }
    return tn_fail(f, TN_FAULT_NOT_RUNNING,
            "%s: took %s, and stays in DFU mode; unplug it and plug it in again to start its "
            "application",
            u->label, u->file);
}

// Longest time until the application must be seen.
static uint32_t back_ms(const struct tn_dfu_upgrade *u) {
    return u->dfu.is_update
            ? BACK_BASE_MS + (uint32_t)(u->data->list[0].bytes.len / BACK_BYTES_PER_MS)
            : STAYS_MS + UNSEEN_MS;
}

static int gave_up(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    if (u->dfu.is_update && !u->before.is_dfu_mode) {
        return tn_fail(f, TN_FAULT_SILENT,
                "%s: took %s and left DFU mode, and is off the bus for %u s: the application may "
                "hang, or have no USB; the next reset takes an image on test back",
                u->label, u->file, (unsigned)(back_ms(u) / 1000));
    }
    u->result = TN_DFU_APP_UNSEEN;
    return 0;
}

// Until the application is on the bus. A device that has no USB in its application is not seen any
// more, which is no fault if its application was not seen before either.
static int wait_for_application(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    uint32_t start = tn_now_ms();
    uint32_t gone_since = start;
    bool was_gone = false;
    struct tn_usb_device now;

    enter(u, TN_DFU_PHASE_BACK);
    for (;;) {
        uint32_t time = tn_now_ms();
        int is_there = look(u, &u->device, &now, f);
        if (is_there < 0) {
            return -1;
        }
        if (is_there && !now.is_dfu_mode) {
            u->after = now;
            u->result = TN_DFU_APP_RUNS;
            return 0;
        }
        if (is_there && (was_gone || now.address != u->device.address)) {
            return not_back(u, true, f);
        }
        if (is_there && time - start >= STAYS_MS) {
            return not_back(u, false, f);
        }
        gone_since = was_gone || is_there ? gone_since : time;
        was_gone = was_gone || !is_there;
        if (was_gone && !u->dfu.is_update && time - gone_since >= UNSEEN_MS) {
            u->result = TN_DFU_APP_UNSEEN;
            return 0;
        }
        if (time - start >= back_ms(u)) {
            return gave_up(u, f);
        }
        if (pause_ms(u, f)) {
            return -1;
        }
    }
}

// ---- A download that failed ------------------------------------------------------------

static bool has_update(const struct tn_usb_device *d) {
    for (size_t i = 0; i < d->nalts; i++) {
        if (strncmp(d->alts[i].name, "@Update", 7) == 0) {
            return true;
        }
    }
    return false;
}

// The application worked until the upgrade stopped it: a Tenon loader that is told to detach starts
// it again. Nothing is lost if that fails: the loader does so by itself after a while.
static void give_back(struct tn_dfu_upgrade *u) {
    struct tn_dfu_client d = {.usb = u->usb, .device = &u->device, .name = u->label};
    struct tn_fault ignored;

    if (u->before.is_dfu_mode || !u->device.has_dfu || !has_update(&u->device) ||
            u->phase > TN_DFU_PHASE_END || u->usb->ops->open(u->usb, &u->device, &ignored)) {
        return;
    }
    if (tn_dfu_client_begin(&d, &ignored) == 0 && tn_dfu_client_detach(&d, &ignored) == 0) {
        tell(u, "its loader starts the application again");
    }
    u->usb->ops->close(u->usb);
}

int tn_dfu_upgrade(struct tn_dfu_upgrade *u, struct tn_fault *f) {
    begin(u);
    tell(u, NULL);
    int err = find(u, f) || detach(u, f) || download(u, f) || wait_for_application(u, f) ? -1 : 0;
    if (err) {
        give_back(u);
    }
    u->took_ms[u->phase] += tn_now_ms() - u->phase_from;
    return err;
}
