// SPDX-License-Identifier: Apache-2.0
#include "dfu_device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "host/base/clock.h"

enum { MOVE_MS = 300, REASON_INDEX = 7 };

static struct device *of(struct tn_usb *u) {
    return (struct device *)u;
}

// ---- The bus ---------------------------------------------------------------------------

static bool is_due(uint32_t at) {
    return at && (int32_t)(tn_now_ms() - at) >= 0;
}

static void move_after(struct device *d, uint32_t ms, bool on_bus, bool in_app) {
    d->moves_at = tn_now_ms() + ms;
    d->moves_at += !d->moves_at;
    d->then_on_bus = on_bus;
    d->then_in_app = in_app;
}

// A device that leaves is off the bus for a while before it comes back.
static void leave(struct device *d, bool comes_back, bool in_app) {
    d->on_bus = false;
    d->address++;
    d->moves_at = 0;
    if (comes_back) {
        move_after(d, MOVE_MS, true, in_app);
    }
}

static void pass_time(struct device *d) {
    if (!is_due(d->moves_at)) {
        return;
    }
    d->moves_at = 0;
    if (!d->then_on_bus) {
        leave(d, d->end != END_NO_USB && d->end != END_NEVER_BACK, d->then_in_app);
        return;
    }
    d->on_bus = true;
    d->in_app = d->then_in_app;
    d->state = d->in_app ? TN_DFU_APP_IDLE : TN_DFU_IDLE;
    d->status = 0;
}

static void describe(const struct device *d, struct tn_usb_device *ret) {
    bool in_dfu = !d->in_app;
    const char *serial = in_dfu && d->serial_dfu ? d->serial_dfu : d->serial;

    *ret = (struct tn_usb_device){.vid = 0x1209,
            .pid = in_dfu ? 2 : 1,
            .bus = 1,
            .address = d->address,
            .access = d->is_denied ? TN_USB_DENIED : TN_USB_READY,
            .has_dfu = true,
            .is_dfu_mode = in_dfu,
            .attributes = (uint8_t)(TN_DFU_CAN_DOWNLOAD | TN_DFU_CAN_UPLOAD | TN_DFU_TOLERANT |
                    (d->will_detach ? TN_DFU_WILL_DETACH : 0)),
            .detach_ms = 500,
            .transfer_size = d->transfer,
            .bcd_dfu = d->is_dfuse ? 0x011a : 0x0110,
            .nalts = d->memory2 && in_dfu ? 2 : 1};
    snprintf(ret->path, sizeof(ret->path), "%s", in_dfu && d->path_dfu ? d->path_dfu : "1-4");
    snprintf(ret->serial, sizeof(ret->serial), "%s", serial ? serial : "");
    snprintf(ret->alts[0].name, TN_USB_TEXT, "%s", in_dfu && d->memory ? d->memory : "");
    ret->alts[1].number = 1;
    snprintf(ret->alts[1].name, TN_USB_TEXT, "%s", d->memory2 ? d->memory2 : "");
}

static int list(struct tn_usb *u, struct tn_usb_device **ret, size_t *ret_n, struct tn_fault *f) {
    struct device *d = of(u);
    struct tn_usb_device *all = calloc(d->nothers + 1, sizeof(*all));
    size_t n = 0;

    (void)f;
    pass_time(d);
    if (d->on_bus) {
        describe(d, &all[n++]);
    }
    for (size_t i = 0; i < d->nothers; i++) {
        all[n++] = d->others[i];
    }
    *ret = all;
    *ret_n = n;
    return 0;
}

static int open_device(struct tn_usb *u, const struct tn_usb_device *what, struct tn_fault *f) {
    struct device *d = of(u);

    pass_time(d);
    if (!d->on_bus || what->address != d->address || d->is_denied) {
        return tn_fail(f, TN_FAULT_NO_DEVICE, "cannot be opened; x");
    }
    if (d->is_busy) {
        return tn_fail(f, TN_FAULT_BUSY, "busy; x");
    }
    d->is_open = true;
    return 0;
}

static void close_device(struct tn_usb *u) {
    of(u)->is_open = false;
}

// ---- States ----------------------------------------------------------------------------

static int stall(struct device *d, uint8_t status) {
    if (!d->in_app) {
        d->state = TN_DFU_ERROR;
        d->status = status;
    }
    return TN_USB_ERR_STALL;
}

static int put_status(struct device *d, uint8_t *p, uint32_t poll_ms) {
    bool has_reason = d->reason && d->status;

    p[0] = d->status;
    p[1] = (uint8_t)poll_ms;
    p[2] = (uint8_t)(poll_ms >> 8);
    p[3] = (uint8_t)(poll_ms >> 16);
    p[4] = (uint8_t)d->state;
    p[5] = has_reason ? REASON_INDEX : 0;
    return 6;
}

static bool is_in_flash(uint32_t addr, size_t len) {
    return addr >= DEVICE_BASE && addr - DEVICE_BASE + len <= DEVICE_SIZE;
}

static void fail(struct device *d, uint8_t status) {
    d->state = TN_DFU_ERROR;
    d->status = status;
}

// Carries out the pending command, as its first status request does.
static void run_command(struct device *d) {
    if (d->pending && d->pending_addr && !is_in_flash(d->pending_addr, 1)) {
        fail(d, 8);
    } else if (d->pending == 0x21) {
        d->pointer = d->pending_addr;
    } else if (d->pending == 0x41 && d->pending_addr) {
        uint32_t page = (d->pending_addr - DEVICE_BASE) / DEVICE_PAGE * DEVICE_PAGE;
        memset(d->flash + page, 0xff, DEVICE_PAGE);
        d->erases++;
    } else if (d->pending == 0x41) {
        memset(d->flash, 0xff, DEVICE_SIZE);
        d->erases++;
    }
    d->pending = 0;
}

static int status_at_end(struct device *d, uint8_t *p) {
    if (d->end_status) {
        fail(d, d->end_status);
        return put_status(d, p, 0);
    }
    switch (d->end) {
    case END_GONE:
        leave(d, true, true);
        return TN_USB_ERR_GONE;
    case END_STAYS:
    case END_IDLE_THEN_LEAVES:
        d->state = TN_DFU_IDLE;
        if (d->end == END_IDLE_THEN_LEAVES) {
            move_after(d, MOVE_MS, false, true);
        }
        break;
    case END_WAITS_RESET:
        d->state = TN_DFU_MANIFEST_WAIT_RESET;
        break;
    default:
        d->state = TN_DFU_MANIFEST;
        move_after(d, 20, false, d->end != END_RECOVERY);
    }
    return put_status(d, p, d->state == TN_DFU_MANIFEST ? 50 : 0);
}

static int get_status(struct device *d, uint8_t *p) {
    switch (d->state) {
    case TN_DFU_DNLOAD_SYNC:
        run_command(d);
        if (d->state != TN_DFU_ERROR) {
            d->state = TN_DFU_DNBUSY;
            d->busy_until = tn_now_ms() + d->poll_ms;
        }
        return put_status(d, p, d->poll_ms);
    case TN_DFU_DNBUSY:
        if (d->is_busy_for_ever) {
            return put_status(d, p, d->poll_ms);
        }
        if ((int32_t)(tn_now_ms() - d->busy_until) < 0) {
            d->early++;
            return d->is_deaf_when_busy ? TN_USB_ERR_TIMEOUT : stall(d, 15);
        }
        d->state = TN_DFU_DNLOAD_IDLE;
        return put_status(d, p, 0);
    case TN_DFU_MANIFEST_SYNC:
        return status_at_end(d, p);
    default:
        return put_status(d, p, 0);
    }
}

static int take_command(struct device *d, const uint8_t *p, size_t len) {
    bool is_known = (p[0] == 0x21 && len == 5) || (p[0] == 0x41 && (len == 5 || len == 1));

    if (!is_known) {
        return stall(d, 15);
    }
    d->pending = p[0];
    d->pending_addr = len == 5 ? tn_get_le32(p + 1) : 0;
    d->sets += p[0] == 0x21;
    d->state = TN_DFU_DNLOAD_SYNC;
    return (int)len;
}

static int take_block(struct device *d, uint16_t block, const uint8_t *p, size_t len) {
    uint32_t addr = d->is_dfuse ? d->pointer + (uint32_t)(block - 2) * d->transfer
                                : DEVICE_BASE + (uint32_t)d->plain_at;

    if (d->blocks++ == d->fail_at) {
        return d->state = TN_DFU_ERROR, d->status = d->fail_status, TN_USB_ERR_STALL;
    }
    if (!is_in_flash(addr, len) || len > d->transfer) {
        return stall(d, 8);
    }
    memcpy(d->flash + (addr - DEVICE_BASE), p, len);
    d->plain_at += len;
    d->state = TN_DFU_DNLOAD_SYNC;
    return (int)len;
}

static int download(struct device *d, uint16_t block, const uint8_t *p, size_t len) {
    if (d->state != TN_DFU_IDLE && d->state != TN_DFU_DNLOAD_IDLE) {
        return stall(d, 15);
    }
    if (len == 0) {
        if (d->state == TN_DFU_IDLE && !d->is_dfuse) {
            return stall(d, 15);
        }
        d->has_end = true;
        d->state = TN_DFU_MANIFEST_SYNC;
        return 0;
    }
    return d->is_dfuse && block == 0 ? take_command(d, p, len) : take_block(d, block, p, len);
}

static int upload(struct device *d, uint16_t block, uint8_t *p, size_t len) {
    if (d->state != TN_DFU_IDLE && d->state != TN_DFU_UPLOAD_IDLE) {
        return stall(d, 15);
    }
    uint32_t addr = d->is_dfuse ? d->pointer + (uint32_t)(block - 2) * d->transfer
                                : DEVICE_BASE + (uint32_t)block * d->transfer;
    if (!is_in_flash(addr, 0)) {
        return stall(d, 8);
    }
    uint32_t left = DEVICE_SIZE - (addr - DEVICE_BASE);
    size_t n = len < left ? len : left;
    memcpy(p, d->flash + (addr - DEVICE_BASE), n);
    d->state = n < len ? TN_DFU_IDLE : TN_DFU_UPLOAD_IDLE;
    return (int)n;
}

static int detach(struct device *d) {
    if (!d->in_app && d->state == TN_DFU_IDLE && d->memory &&
            strncmp(d->memory, "@Update", 7) == 0) {
        leave(d, true, true);  // as Tenon's loader does
        return 0;
    }
    if (!d->in_app || d->stalls_detach) {
        return TN_USB_ERR_STALL;
    }
    if (d->will_detach && !d->ignores_detach) {
        leave(d, !d->lost_after_detach, false);
    }
    d->state = TN_DFU_APP_DETACH;
    return 0;
}

static int put_reason(const struct device *d, uint16_t index, uint8_t *p) {
    size_t n = d->reason && index == REASON_INDEX ? strlen(d->reason) : 0;

    p[0] = (uint8_t)(2 + 2 * n);
    p[1] = 3;
    for (size_t i = 0; i < n; i++) {
        tn_put_le16(p + 2 + 2 * i, (uint8_t)d->reason[i]);
    }
    return n ? p[0] : TN_USB_ERR_STALL;
}

static int answer(struct device *d, const struct tn_usb_setup *s, uint8_t *p) {
    if (s->type == 0x80) {
        return put_reason(d, s->value & 0xff, p);
    }
    switch (s->request) {
    case TN_DFU_DETACH:
        return detach(d);
    case TN_DFU_DNLOAD:
        return download(d, s->value, p, s->len);
    case TN_DFU_UPLOAD:
        return upload(d, s->value, p, s->len);
    case TN_DFU_GETSTATUS:
        return get_status(d, p);
    case TN_DFU_CLRSTATUS:
        if (d->state != TN_DFU_ERROR) {
            return stall(d, 15);
        }
        d->state = TN_DFU_IDLE;
        d->status = 0;
        return 0;
    case TN_DFU_ABORT:
        d->aborts++;
        if (d->state != TN_DFU_IDLE && d->state != TN_DFU_DNLOAD_IDLE &&
                d->state != TN_DFU_UPLOAD_IDLE) {
            return stall(d, 15);
        }
        d->state = TN_DFU_IDLE;
        return 0;
    default:
        return stall(d, 15);
    }
}

static int control(struct tn_usb *u, const struct tn_usb_setup *s, void *data) {
    struct device *d = of(u);

    pass_time(d);
    if (!d->is_open || !d->on_bus || d->requests++ == d->gone_at) {
        d->on_bus = d->on_bus && d->is_open && d->requests - 1 != d->gone_at;
        return TN_USB_ERR_GONE;
    }
    return answer(d, s, data);
}

static int select_alt(struct tn_usb *u, uint8_t alt) {
    of(u)->alt = alt;
    return 0;
}

// A reset takes a device to DFU mode if it was told to detach, and out of it after a download.
static int reset(struct tn_usb *u) {
    struct device *d = of(u);

    d->resets++;
    if (d->state == TN_DFU_APP_DETACH && !d->ignores_detach) {
        leave(d, !d->lost_after_detach, false);
    } else if (!d->in_app && d->has_end && d->end != END_STAYS) {
        leave(d, true, true);
    }
    return 0;
}

static const struct tn_usb_ops ops = {list, open_device, close_device, control, select_alt, reset};

void device_init(struct device *d) {
    *d = (struct device){.usb = {&ops},
            .is_dfuse = true,
            .memory = "@Internal Flash/0x08004000/64*001Kg",
            .serial = "A1",
            .transfer = 256,
            .poll_ms = 10,
            .fail_at = -1,
            .gone_at = -1,
            .on_bus = true,
            .address = 5,
            .state = TN_DFU_IDLE};
    memset(d->flash, 0xff, sizeof(d->flash));
}
