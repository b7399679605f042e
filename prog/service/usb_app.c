// SPDX-License-Identifier: Apache-2.0
// The run-time interface.
#include "boot/request.h"
#include "usb/dfu_app.h"
#include "usb_priv.h"

static struct tn_dfu_app app;

static void detach(void *service) {
    struct tn_service *s = service;

    tn_request_put(s->board->request, TN_RUN_RECOVERY, 0);
    tn_service_end(s);
}

static void touch(void *ctx) {
    (void)ctx;
    tn_dfu_app_detach(&app);
}

static void text(void *ctx, uint8_t index, struct tn_text *out) {
    (void)ctx;
    if (index == TN_USB_STRING_ALT) {
        tn_text_str(out, "DFU");
    }
}

static void describe(
        struct tn_service *s, struct tn_usb_device *d, const struct tn_service_usb_cfg *cfg) {
    app = (struct tn_dfu_app){.detach = detach, .ctx = s};
    d->product = cfg->ids->application;
    d->dfu = (struct tn_usb_dfu_descriptor){.protocol = 1,
            .nalts = 1,
            .attributes = TN_USB_DFU_DOWNLOADS | TN_USB_DFU_UPLOADS | TN_USB_DFU_TOLERANT |
                    TN_USB_DFU_DETACHES,
            .block = TN_DFU_BLOCK_MAX};
    d->function = (struct tn_usb_function)TN_DFU_APP_FUNCTION(&app);
    d->text = text;
    d->touch = touch;
}

static bool step(struct tn_channel *usb, uint32_t now_ms) {
    (void)usb;
    tn_dfu_app_step(&app, now_ms);
    return false;
}

void tn_service_usb_application(struct tn_service *s, const struct tn_service_usb_cfg *cfg) {
    static const struct tn_service_usb_part part = {describe, step};

    tn_service_usb_begin(s, cfg, &part);
}
