// SPDX-License-Identifier: Apache-2.0
// smp-m0: app-m0 with the server, console lines, and all commands of the os and image groups.
// Without crypto: an application that checks signatures needs it, others leave the check to the
// loader.
#include "app/app.h"
#include "base/compiler.h"
#include "link/console.h"

extern uint32_t tn_board_work(void);

// Replaces a library's SHA-256, so that the size includes no library.
static void begin(struct tn_hash *h) {
    (void)h;
}

static void add(struct tn_hash *h, const void *buf, size_t len) {
    (void)h;
    (void)buf;
    (void)len;
}

static void end(struct tn_hash *h, uint8_t *ret_hash) {
    (void)h;
    *ret_hash = 0;
}

static struct {
    struct tn_service service;
    struct tn_line line;
    struct tn_smp_server server;
    struct tn_console console;
    struct tn_serve_os os;
    struct tn_serve_image image;
    struct tn_update update;
    const char *words[4];
    uint8_t response[TN_SERVICE_RESPONSE];
    uint8_t frame[TN_SERVICE_FRAME];
    uint8_t chunk[TN_SERVICE_PACKET];
} our;

static const struct tn_smp_group groups[] = {
        TN_SERVE_OS(&our.os),
        TN_SERVE_IMAGE(&our.image),
};

int main(void) {
    static const struct tn_hash_alg none = {TN_TLV_SHA256, TN_HASH_LEN, begin, add, end};
    static const struct tn_trust trust = {.hash = &none};
    const struct tn_app app = {&our.service, &our.line, tn_board_work, NULL};

    our.service = (struct tn_service){
            .board = &tn_board,
            .update = &our.update,
            .links = &our.line.channel,
            .linger = tn_service_linger,
    };
    our.line.channel = (struct tn_channel){
            .step = tn_line_step,
            .server = &our.server,
            .peer = {.buf_size = sizeof(our.frame),
                    .buf_count = tn_service_buf_count(tn_board.slots, 2)},
    };
    our.line.stream = tn_board.serial;
    our.line.framing = &tn_console_framing;
    our.line.link = &our.console;
    our.server = (struct tn_smp_server){
            .groups = groups,
            .ngroups = TN_LEN(groups),
            .rsp = our.response,
            .rsp_size = sizeof(our.response),
            .words = tn_smp_words,
    };
    our.console.buf = our.frame;
    our.console.size = sizeof(our.frame);
    our.image = (struct tn_serve_image){&our.update, TN_SLOTS_SPARE};
    our.update.slots = tn_board.slots;
    our.update.trust = &trust;
    our.update.buf = our.chunk;
    our.update.size = sizeof(our.chunk);
    tn_service_describe(&our.service, &our.os, our.words, "application");
    tn_app_run(&app);
    return 0;
}
