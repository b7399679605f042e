// SPDX-License-Identifier: Apache-2.0
// DFU mode.
#include "base/err.h"
#include "serve/dfu.h"
#include "usb_priv.h"

static struct {
    struct tn_dfu dfu;
    struct tn_serve_dfu sink;
    struct tn_dfu_memory memories[TN_DFU_ALTS];
    const struct tn_slots *slots;
    uint8_t block[TN_DFU_BLOCK_MAX];
} our;

static void text(void *ctx, uint8_t index, struct tn_text *out) {
    (void)ctx;
    if (index == TN_USB_STRING_ERROR) {
        tn_dfu_text(&our.dfu, out);
    } else if (index - TN_USB_STRING_ALT < TN_DFU_ALTS) {
        tn_serve_dfu_name(our.slots, (uint8_t)(index - TN_USB_STRING_ALT), out);
    }
}

static void leave(void *service) {
    tn_service_end(service);
}

static void describe(
        struct tn_service *s, struct tn_usb_device *d, const struct tn_service_usb_cfg *cfg) {
    our.slots = s->board->slots;
    our.sink = (struct tn_serve_dfu){.file = {.update = s->update},
            .mark = (uint8_t)cfg->mark,
            .may_replace = cfg->may_replace,
            .may_read = cfg->may_read,
            .leave = leave,
            .ctx = s};
    tn_serve_dfu_memory(our.slots, our.memories);
    our.dfu = (struct tn_dfu){.state = TN_DFU_IDLE,
            .nmemories = TN_DFU_ALTS,
            .block = sizeof(our.block),
            .memories = our.memories,
            .sink = &tn_serve_dfu_sink,
            .ctx = &our.sink,
            .buf = our.block,
            .text_index = TN_USB_STRING_ERROR,
            .words = cfg->words};
    d->product = cfg->ids->recovery;
    d->dfu = (struct tn_usb_dfu_descriptor){.protocol = 2,
            .nalts = TN_DFU_ALTS,
            .attributes = TN_USB_DFU_DOWNLOADS | TN_USB_DFU_UPLOADS | TN_USB_DFU_TOLERANT |
                    TN_USB_DFU_DETACHES,
            .block = sizeof(our.block)};
    d->function = (struct tn_usb_function)TN_DFU_FUNCTION(&our.dfu);
    d->text = text;
}

static bool step(struct tn_channel *usb, uint32_t now_ms) {
    usb->answers = our.dfu.requests;
    return tn_dfu_step(&our.dfu, now_ms) == TN_MORE;
}

void tn_service_usb_recovery(struct tn_service *s, const struct tn_service_usb_cfg *cfg) {
    static const struct tn_service_usb_part part = {describe, step};

    tn_service_usb_begin(s, cfg, &part);
}
