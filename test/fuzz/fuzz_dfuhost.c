// SPDX-License-Identifier: Apache-2.0
// A device that answers anything, and comes and goes as it likes, may make an upgrade over DFU
// fail. It may not make it crash, hang, or send what was not in the file. The clock is simulated.
#include <stdio.h>

#include "fuzz.h"
#include "host/base/clock.h"
#include "host/dfu/upgrade.h"

enum { FIRMWARE = 600, TIME_MAX_MS = 3600000, DEVICES = 3 };

static struct fuzz_in in;
static uint8_t firmware[FIRMWARE];
static bool is_open;

// ---- The bus ---------------------------------------------------------------------------

// A string as a device sends it, or as a maker writes it.
static void make_text(char *ret, size_t size) {
    static const char *const usual[] = {"@Update/0x08000000/64*001Kg",
            "@Internal Flash /0x08000000/04*016Kg,01*064Kg,07*128Kg", "@Option Bytes/0x1/1*16 g"};
    uint8_t how = fuzz_u8(&in);
    uint8_t raw[64] = {0};

    if (how < 3) {
        snprintf(ret, size, "%s", usual[how]);
        return;
    }
    size_t n = fuzz_take(&in, raw, how % sizeof(raw));
    if (how & 0x80) {
        tn_usb_string(raw, n, ret, size);
        PROMISE(strlen(ret) < size);
    } else {
        snprintf(ret, size, "@%.*s", (int)n, (char *)raw);
    }
}

static void make_device(struct tn_usb_device *d) {
    uint8_t bits = fuzz_u8(&in);
    uint8_t functional[16];

    *d = (struct tn_usb_device){.vid = 0x1209,
            .pid = fuzz_u8(&in) & 3,
            .bus = 1,
            .address = bits & 3,
            .path = "1-1",
            .has_dfu = bits & 4,
            .is_dfu_mode = bits & 8,
            .access = (enum tn_usb_access)(bits & 0x10 ? fuzz_u8(&in) & 3 : 0),
            .nalts = bits & 4 ? 1 + (bits >> 6) : 0};
    if (bits & 0x20) {
        snprintf(d->path, sizeof(d->path), "1-%u", fuzz_u8(&in) & 3u);
        make_text(d->serial, sizeof(d->serial));
    }
    tn_usb_functional(functional, fuzz_take(&in, functional, sizeof(functional)), d);
    for (size_t i = 0; i < d->nalts; i++) {
        d->alts[i].number = (uint8_t)i;
        make_text(d->alts[i].name, sizeof(d->alts[i].name));
    }
}

static int list(struct tn_usb *u, struct tn_usb_device **ret, size_t *ret_n, struct tn_fault *f) {
    (void)u, (void)f;
    *ret_n = fuzz_u8(&in) % DEVICES;
    *ret = calloc(*ret_n + 1, sizeof(**ret));
    PROMISE(*ret);
    for (size_t i = 0; i < *ret_n; i++) {
        make_device(&(*ret)[i]);
    }
    return 0;
}

static int open_device(struct tn_usb *u, const struct tn_usb_device *d, struct tn_fault *f) {
    (void)u;
    PROMISE(d->has_dfu && !is_open);
    if (fuzz_u8(&in) == 1) {
        return tn_fail(f, TN_FAULT_NO_DEVICE, "no");
    }
    is_open = true;
    return 0;
}

static void close_device(struct tn_usb *u) {
    (void)u;
    is_open = false;
}

static bool is_of_firmware(const uint8_t *p, size_t len) {
    for (size_t at = 0; at + len <= FIRMWARE; at++) {
        if (memcmp(firmware + at, p, len) == 0) {
            return true;
        }
    }
    return false;
}

static int control(struct tn_usb *u, const struct tn_usb_setup *s, void *data) {
    uint8_t how = fuzz_u8(&in);

    (void)u;
    PROMISE(is_open && s->len <= TN_DFU_BLOCK_MAX);
    if (how >= 0xf8) {
        return -(int)(how & 7);
    }
    if (!(s->type & 0x80)) {
        bool is_data = s->request == TN_DFU_DNLOAD && s->len > 0;
        PROMISE(!is_data || s->len <= 5 || is_of_firmware(data, s->len));
        return how == 0xf7 ? s->len / 2 : s->len;
    }
    memset(data, 0, s->len);
    size_t n = fuzz_take(&in, data, how & 0x80 ? s->len : s->len < 8 ? s->len : 8);
    return how & 0x40 ? (int)n : s->len;
}

static int select_alt(struct tn_usb *u, uint8_t alt) {
    (void)u, (void)alt;
    return -(int)(fuzz_u8(&in) % 2);
}

static int reset(struct tn_usb *u) {
    (void)u;
    return -(int)(fuzz_u8(&in) % 5);
}

static const struct tn_usb_ops ops = {list, open_device, close_device, control, select_alt, reset};

// ----------------------------------------------------------------------------------------

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct tn_usb usb = {&ops};
    struct tn_segments s = {NULL, 0};
    struct tn_fault f = {.kind = TN_FAULT_NONE};
    uint32_t from = tn_now_ms();

    in = (struct fuzz_in){data, size};
    is_open = false;
    for (size_t i = 0; i < FIRMWARE; i++) {
        firmware[i] = (uint8_t)(i * 31 >> 2);
    }
    uint8_t how = fuzz_u8(&in);
    PROMISE(!tn_segments_add(&s, how & 1 ? 0x08000000 : 0, firmware, FIRMWARE / 2, "x", &f));
    if (how & 2) {
        PROMISE(!tn_segments_add(&s, 0x08000400, firmware + 400, 200, "x", &f));
    }
    struct tn_dfu_upgrade u = {.usb = &usb,
            .file = "x",
            .data = &s,
            .has_addr = how & 1,
            .is_dfu = how & 4,
            .ids = {0x1209, 1, 0xffff, 0},
            .alt = how & 8 ? 1 : -1,
            .force = how & 16};
    int err = tn_dfu_upgrade(&u, &f);
    PROMISE(!is_open);
    PROMISE(!err || (f.kind != TN_FAULT_NONE && f.text[0]));
    PROMISE(tn_now_ms() - from < TIME_MAX_MS);
    tn_segments_free(&s);
    return 0;
}
