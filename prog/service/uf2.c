// SPDX-License-Identifier: Apache-2.0
#include "service/uf2.h"

#include "base/err.h"
#include "base/version.h"
#include "serve/uf2.h"

static struct {
    struct tn_serve_uf2 sink;
    struct tn_service *service;
    struct tn_usb_drive drive;
    struct tn_channel steps;
    uint8_t seen[TN_SERVICE_UF2_MAX / TN_SCATTER_PIECE / 8];
} our;

static bool read_block(void *ctx, uint32_t block, uint8_t *buf) {
    (void)ctx;
    return tn_serve_uf2_read(&our.sink, block, buf);
}

// TinyUSB's loop calls this until the block is taken, so the watchdog is fed here.
static int write_block(void *ctx, uint32_t block, const uint8_t *data) {
    const struct tn_guard *guard = our.service->board->guard;

    (void)ctx;
    if (guard) {
        guard->alive();
    }
    return tn_serve_uf2_write(&our.sink, block, data);
}

static enum tn_usb_medium medium(void *ctx) {
    static const enum tn_usb_medium media[] = {[TN_UF2_THERE] = TN_USB_MEDIUM_THERE,
            [TN_UF2_GONE] = TN_USB_MEDIUM_GONE,
            [TN_UF2_CHANGED] = TN_USB_MEDIUM_CHANGED};

    (void)ctx;
    return media[tn_serve_uf2_medium(&our.sink)];
}

static void eject(void *ctx) {
    (void)ctx;
    tn_serve_uf2_eject(&our.sink);
}

static void leave(void *service) {
    tn_service_end(service);
}

// A channel that carries no packets.
static enum tn_channel_did step(struct tn_channel *c) {
    c->answers = tn_serve_uf2_count(&our.sink);
    return tn_serve_uf2_step(&our.sink, c->peer.now_ms) == TN_MORE ? TN_CHANNEL_ANSWERED
                                                                   : TN_CHANNEL_IDLE;
}

const struct tn_usb_drive *tn_service_uf2(
        struct tn_service *s, uint32_t family, enum tn_swap_type mark) {
    our.service = s;
    our.sink = (struct tn_serve_uf2){
            .scatter = {.update = s->update, .seen = our.seen, .seen_size = sizeof(our.seen)},
            .family = family,
            .board = s->board->name,
            .version = TN_VERSION,
            .mark = (uint8_t)mark,
            .leave = leave,
            .ctx = s};
    our.drive = (struct tn_usb_drive){.blocks = TN_DRIVE_BLOCKS,
            .name = "UF2 drive",
            .descriptor = tn_usb_drive_descriptor,
            .read = read_block,
            .write = write_block,
            .medium = medium,
            .eject = eject};
    our.steps = (struct tn_channel){.step = step, .next = s->links->next};
    s->links->next = &our.steps;
    return &our.drive;
}
