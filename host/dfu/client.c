// SPDX-License-Identifier: Apache-2.0
// Each block is followed by polls of the status. A poll tells how long the device wants to be left
// alone, and the first one after a block is what starts the work on some devices. Every wait ends:
// the sum of the waits for one step is limited, whatever the device says.
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/compiler.h"
#include "host/base/clock.h"
#include "host/dfu/client_priv.h"
#include "host/files/dfu.h"

enum {
    OUT = 0x21,  // bmRequestType: class, interface; to the device, and from it
    IN = 0xa1,
    GET_DESCRIPTOR = 6,
    STANDARD_IN = 0x80,
    ENGLISH = 0x0409,

    BLOCK_DEFAULT = 64,  // for a device that names no size: one packet of EP0
    STEP_MS = 120000,    // longest time that one step may keep the device busy
    POLL_MIN_MS = 1,     // a device that says 0 is polled at this rate
    RETRIES = 3,         // GETSTATUS refused while the device is busy
    RETRY_MS = 50,
    DETACH_MS = 1000,  // time for the reset that follows DETACH
    STATES_MAX = 8,    // steps from any state to dfuIDLE
    SLICE_MS = 100,    // of a wait, so that Ctrl-C is seen
};

struct status {
    uint8_t status;
    uint32_t poll_ms;
    uint8_t state;
    uint8_t text;  // index of the string that explains the status, or 0
};

int tn_dfu_client_stopped(const struct tn_dfu_client *d, struct tn_fault *f) {
    if (d->stop && *d->stop) {
        return tn_fail(f, TN_FAULT_INTERRUPTED, "stopped");
    }
    if (d->deadline_ms && tn_now_ms() - d->from_ms >= d->deadline_ms) {
        return tn_fail(f, TN_FAULT_DEADLINE,
                "%s: not done within the time of --deadline; the same command begins again",
                d->name);
    }
    return 0;
}

static int wait_ms(const struct tn_dfu_client *d, uint32_t ms, struct tn_fault *f) {
    while (ms && !tn_dfu_client_stopped(d, f)) {
        uint32_t slice = tn_min(ms, SLICE_MS);
        tn_wait(-1, 0, slice);
        ms -= slice;
    }
    return tn_dfu_client_stopped(d, f);
}

// ---- Requests --------------------------------------------------------------------------

static int request(struct tn_dfu_client *d, uint8_t type, uint8_t what, uint16_t value, void *data,
        size_t len) {
    const struct tn_usb_setup setup = {type, what, value, d->device->interface, (uint16_t)len};
    return d->usb->ops->control(d->usb, &setup, data);
}

static int lost(const struct tn_dfu_client *d, int error, const char *what, struct tn_fault *f) {
    static const char gone[] = "it is gone: unplugged, or it reset itself";
    static const char *const words[] = {
            "", "it refused the request", gone, "it does not answer", "the transfer failed"};
    int i = -error;

    return tn_fail(f, TN_FAULT_LINK, "%s: lost at %s: %s; plug it in again, and try again", d->name,
            what, i > 0 && i < (int)TN_LEN(words) ? words[i] : words[4]);
}

// Returns 0, or a tn_usb_error. A short answer counts as a failed transfer.
static int get_status(struct tn_dfu_client *d, struct status *ret) {
    uint8_t p[TN_DFU_STATUS_LEN];
    int n = request(d, IN, TN_DFU_GETSTATUS, 0, p, sizeof(p));

    if (n != TN_DFU_STATUS_LEN) {
        return n < 0 ? n : TN_USB_ERR_FAILED;
    }
    *ret = (struct status){p[0], tn_get_le16(p + 1) | (uint32_t)p[3] << 16, p[4], p[5]};
    return 0;
}

// The device's own text on its status, or "".
static void own_text(struct tn_dfu_client *d, uint8_t index, char *ret, size_t size) {
    const struct tn_usb_setup setup = {
            STANDARD_IN, GET_DESCRIPTOR, (uint16_t)(0x0300 | index), ENGLISH, 255};
    uint8_t p[255];
    int n = index ? d->usb->ops->control(d->usb, &setup, p) : 0;

    ret[0] = 0;
    if (n > 0) {
        tn_usb_string(p, (size_t)n, ret, size);
    }
}

// The device is in dfuERROR: says why, and brings it back to dfuIDLE.
static int refused(
        struct tn_dfu_client *d, const struct status *s, const char *what, struct tn_fault *f) {
    const struct tn_dfu_reason *r = tn_dfu_reason(s->status);
    char text[160];

    own_text(d, s->text, text, sizeof(text));
    request(d, OUT, TN_DFU_CLRSTATUS, 0, NULL, 0);
    if (*text) {
        return tn_fail(f, TN_FAULT_REFUSED, "%s: the device refused %s: it says \"%s\" (%s); %s",
                d->name, what, text, r->name, r->next);
    }
    return tn_fail(f, TN_FAULT_REFUSED, "%s: the device refused %s: %s (%s); %s", d->name, what,
            r->what, r->name, r->next);
}

int tn_dfu_client_wrong_state(
        const struct tn_dfu_client *d, int state, const char *what, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_REFUSED,
            "%s: after %s the device is in the state %s, which does not belong there; plug it in "
            "again, and try again",
            d->name, what, tn_dfu_state_name((uint8_t)state));
}

// After a request failed: asks for the reason, and forgets it in the device.
static int why(struct tn_dfu_client *d, int error, const char *what, struct tn_fault *f) {
    struct status s;

    if (error != TN_USB_ERR_STALL || get_status(d, &s)) {
        return lost(d, error, what, f);
    }
    if (s.state == TN_DFU_ERROR || s.status != TN_DFU_OK) {
        return refused(d, &s, what, f);
    }
    return tn_fail(f, TN_FAULT_REFUSED,
            "%s: the device refused %s in the state %s, without a reason; does it support that?",
            d->name, what, tn_dfu_state_name(s.state));
}

int tn_dfu_client_send(struct tn_dfu_client *d, uint16_t block, const void *bytes, size_t len,
        const char *what, struct tn_fault *f) {
    uint8_t copy[TN_DFU_BLOCK_MAX];

    if (tn_dfu_client_stopped(d, f)) {
        return -1;
    }
    if (len) {
        memcpy(copy, bytes, len);
    }
    int n = request(d, OUT, TN_DFU_DNLOAD, block, copy, len);
    if (n < 0) {
        return why(d, n, what, f);
    }
    return (size_t)n == len ? 0 : lost(d, TN_USB_ERR_FAILED, what, f);
}

int tn_dfu_client_receive(struct tn_dfu_client *d, uint16_t block, void *bytes, size_t size,
        const char *what, struct tn_fault *f) {
    if (tn_dfu_client_stopped(d, f)) {
        return -1;
    }
    int n = request(d, IN, TN_DFU_UPLOAD, block, bytes, size);
    return n < 0 ? why(d, n, what, f) : n;
}

int tn_dfu_client_abort(struct tn_dfu_client *d, struct tn_fault *f) {
    int n = request(d, OUT, TN_DFU_ABORT, 0, NULL, 0);
    return n < 0 ? why(d, n, "an abort", f) : 0;
}

// ---- Waiting ---------------------------------------------------------------------------

static bool is_busy(uint8_t state) {
    return state == TN_DFU_DNLOAD_SYNC || state == TN_DFU_DNBUSY || state == TN_DFU_MANIFEST_SYNC ||
            state == TN_DFU_MANIFEST;
}

static int too_long(
        const struct tn_dfu_client *d, const char *what, uint32_t ms, struct tn_fault *f) {
    return tn_fail(f, TN_FAULT_LINK,
            "%s: the device is busy with %s and wants %u s for it, more than any memory needs; "
            "plug it in again, and try again",
            d->name, what, (unsigned)(ms / 1000));
}

// One answer to GETSTATUS. A busy device may refuse it, or be deaf while its flash works. One that
// may leave is deaf because it has left.
static int ask_status(struct tn_dfu_client *d, struct status *s, bool may_leave, uint32_t from,
        struct tn_fault *f) {
    for (int tries = 0;; tries++) {
        int err = get_status(d, s);
        bool again = (err == TN_USB_ERR_STALL && tries < RETRIES) ||
                (err == TN_USB_ERR_TIMEOUT && !may_leave && tn_now_ms() - from < STEP_MS);
        if (!again) {
            return err;
        }
        if (wait_ms(d, RETRY_MS, f)) {
            return err;
        }
    }
}

int tn_dfu_client_settle(
        struct tn_dfu_client *d, bool may_leave, const char *what, struct tn_fault *f) {
    uint32_t from = tn_now_ms();
    uint32_t waited = 0;
    struct status s;

    for (;;) {
        int err = ask_status(d, &s, may_leave, from, f);
        if (tn_dfu_client_stopped(d, f)) {
            return -1;
        }
        if (err) {
            return may_leave ? TN_DFU_GONE : lost(d, err, what, f);
        }
        if (s.state == TN_DFU_ERROR || s.status != TN_DFU_OK) {
            return refused(d, &s, what, f);
        }
        if (!is_busy(s.state)) {
            return s.state;
        }
        uint32_t ms = tn_max(s.poll_ms, POLL_MIN_MS);
        waited += tn_min(ms, STEP_MS);
        if (ms > STEP_MS || waited > STEP_MS || tn_now_ms() - from > STEP_MS) {
            return too_long(d, what, ms > STEP_MS ? ms : waited, f);
        }
        if (wait_ms(d, ms, f)) {
            return -1;
        }
    }
}

// ---- Begin -----------------------------------------------------------------------------

// One step from a state towards dfuIDLE.
static int towards_idle(struct tn_dfu_client *d, const struct status *s, struct tn_fault *f) {
    int n = 0;

    switch (s->state) {
    case TN_DFU_ERROR:
        n = request(d, OUT, TN_DFU_CLRSTATUS, 0, NULL, 0);
        break;
    case TN_DFU_DNLOAD_IDLE:
    case TN_DFU_UPLOAD_IDLE:
        n = request(d, OUT, TN_DFU_ABORT, 0, NULL, 0);
        break;
    case TN_DFU_DNLOAD_SYNC:
    case TN_DFU_DNBUSY:
    case TN_DFU_MANIFEST_SYNC:
    case TN_DFU_MANIFEST:
        return s->poll_ms > STEP_MS ? too_long(d, "earlier work", s->poll_ms, f)
                                    : wait_ms(d, s->poll_ms, f);
    default:
        return tn_fail(f, TN_FAULT_REFUSED,
                "%s: the device is in the state %s, which only a reset ends; plug it in again, and "
                "try again",
                d->name, tn_dfu_state_name(s->state));
    }
    return n < 0 ? lost(d, n, "the start", f) : 0;
}

static void find_layout(struct tn_dfu_client *d) {
    d->is_dfuse = d->is_dfuse || d->device->bcd_dfu == TN_DFU_DFUSE;
    for (size_t i = 0; i < d->device->nalts; i++) {
        const struct tn_usb_alt *a = &d->device->alts[i];
        if (a->number == d->alt) {
            d->has_layout = tn_dfu_layout_get(a->name, &d->layout);
            d->is_update = strncmp(a->name, "@Update", 7) == 0;
        }
    }
}

int tn_dfu_client_begin(struct tn_dfu_client *d, struct tn_fault *f) {
    uint16_t transfer = d->device->transfer_size ? d->device->transfer_size : BLOCK_DEFAULT;
    uint32_t from = tn_now_ms();
    struct status s = {.state = TN_DFU_ERROR};

    d->transfer = (uint16_t)tn_min(transfer, TN_DFU_BLOCK_MAX);
    d->erased_from = 0;
    d->erased_to = 0;
    find_layout(d);
    // Devices with one setting only may refuse the request.
    int err = d->device->nalts > 1 ? d->usb->ops->select(d->usb, d->alt) : 0;
    if (err) {
        return tn_fail(f, err == TN_USB_ERR_STALL ? TN_FAULT_REFUSED : TN_FAULT_LINK,
                "%s: alternate setting %u cannot be selected; the device's are listed by: tenon "
                "devices",
                d->name, d->alt);
    }
    for (int i = 0; i < STATES_MAX && tn_now_ms() - from < STEP_MS; i++) {
        err = ask_status(d, &s, false, from, f);
        if (tn_dfu_client_stopped(d, f)) {
            return -1;
        }
        if (err) {
            return lost(d, err, "the start", f);
        }
        if (s.state == TN_DFU_IDLE) {
            return 0;
        }
        if (towards_idle(d, &s, f)) {
            return -1;
        }
    }
    return tn_dfu_client_wrong_state(d, s.state, "several attempts to make it ready", f);
}

// ---- Detach ----------------------------------------------------------------------------

// A device that is already gone when DETACH is acknowledged did what it was asked for.
int tn_dfu_client_detach(struct tn_dfu_client *d, struct tn_fault *f) {
    uint16_t ms = d->device->detach_ms;
    int n = request(d, OUT, TN_DFU_DETACH, ms && ms < DETACH_MS ? ms : DETACH_MS, NULL, 0);

    if (n == TN_USB_ERR_STALL) {
        return tn_fail(f, TN_FAULT_REFUSED,
                "%s: the application refuses to leave for DFU mode; start its recovery in another "
                "way, such as its button",
                d->name);
    }
    if (n < 0 || d->device->attributes & TN_DFU_WILL_DETACH) {
        return n == TN_USB_ERR_FAILED ? lost(d, n, "the detach", f) : 0;
    }
    n = d->usb->ops->reset(d->usb);
    return n == TN_USB_ERR_FAILED ? lost(d, n, "the reset behind the detach", f) : 0;
}

// ---- Plain DFU -------------------------------------------------------------------------

static void show(const struct tn_dfu_client *d, size_t done, size_t size) {
    if (d->progress) {
        d->progress(d->ctx, done, size);
    }
}

// The end of a download: the device checks and installs what it got.
static int manifest(struct tn_dfu_client *d, uint16_t block, struct tn_fault *f) {
    if (tn_dfu_client_send(d, block, NULL, 0, "the end of the firmware", f)) {
        return -1;
    }
    int state = tn_dfu_client_settle(d, true, "the firmware", f);
    if (state == TN_DFU_GONE) {
        return TN_DFU_LEFT;
    }
    if (state < 0 || state == TN_DFU_IDLE || state == TN_DFU_MANIFEST_WAIT_RESET) {
        return state < 0 ? -1 : TN_DFU_STAYS;
    }
    return tn_dfu_client_wrong_state(d, state, "the end of the firmware", f);
}

int tn_dfu_client_download(
        struct tn_dfu_client *d, const uint8_t *bytes, size_t len, struct tn_fault *f) {
    uint16_t block = 0;
    char what[40];

    if (!(d->device->attributes & TN_DFU_CAN_DOWNLOAD)) {
        return tn_fail(
                f, TN_FAULT_REFUSED, "%s: the device says that it takes no download", d->name);
    }
    for (size_t at = 0; at < len; block++) {
        size_t n = tn_min((uint32_t)(len - at), d->transfer);
        snprintf(what, sizeof(what), "the bytes from %zu on", at);
        if (tn_dfu_client_send(d, block, bytes + at, n, what, f)) {
            return -1;
        }
        int state = tn_dfu_client_settle(d, false, what, f);
        if (state != TN_DFU_DNLOAD_IDLE) {
            return state < 0 ? -1 : tn_dfu_client_wrong_state(d, state, what, f);
        }
        at += n;
        show(d, at, len);
    }
    return manifest(d, block, f);
}

int tn_dfu_client_upload(
        struct tn_dfu_client *d, uint8_t *bytes, size_t size, size_t *ret_len, struct tn_fault *f) {
    uint16_t block = 0;
    size_t at = 0;

    while (at < size) {
        uint8_t copy[TN_DFU_BLOCK_MAX];
        int n = tn_dfu_client_receive(d, block++, copy, d->transfer, "to be read", f);
        if (n < 0) {
            return -1;
        }
        size_t got = tn_min((uint32_t)n, (uint32_t)(size - at));
        memcpy(bytes + at, copy, got);
        at += got;
        show(d, at, size);
        if (n < d->transfer) {
            break;
        }
    }
    *ret_len = at;
    return at == size ? tn_dfu_client_abort(d, f) : 0;
}
