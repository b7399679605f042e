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

static struct tn_service service;
static struct tn_line line;
static struct tn_smp_server server;
static struct tn_console console;
static struct tn_serve_os os;
static struct tn_serve_image image;
static struct tn_update update;
static const char *words[4];
static uint8_t response[TN_SERVICE_RESPONSE];
static uint8_t frame[TN_SERVICE_FRAME];
static uint8_t chunk[TN_SERVICE_PACKET];

static const struct tn_smp_group groups[] = {
        TN_SERVE_OS(&os),
        TN_SERVE_IMAGE(&image),
};

int main(void) {
    static const struct tn_hash_alg none = {TN_TLV_SHA256, TN_HASH_LEN, begin, add, end};
    static const struct tn_trust trust = {.hash = &none};
    static const struct tn_app app = {&service, &line, tn_board_work, NULL};

    update.slots = tn_board.slots;
    update.trust = &trust;
    update.buf = chunk;
    update.size = sizeof(chunk);
    image.update = &update;
    image.writable = TN_SLOTS_SPARE;
    console.buf = frame;
    console.size = sizeof(frame);
    server.groups = groups;
    server.ngroups = TN_LEN(groups);
    server.rsp = response;
    server.rsp_size = sizeof(response);
    server.words = tn_smp_words;
    line.channel.step = tn_line_step;
    line.channel.server = &server;
    line.channel.peer.buf_size = sizeof(frame);
    line.channel.peer.buf_count = tn_service_buf_count(tn_board.slots, 2);
    line.stream = tn_board.serial;
    line.framing = &tn_console_framing;
    line.link = &console;
    service.board = &tn_board;
    service.update = &update;
    service.links = &line.channel;
    service.linger = tn_service_linger;
    tn_service_describe(&service, &os, words, "application");
    tn_app_run(&app);
    return 0;
}
