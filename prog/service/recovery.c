// SPDX-License-Identifier: Apache-2.0
// Only what an update needs, for small loaders.
#include "base/compiler.h"
#include "base/err.h"
#include "link/console.h"
#include "service/service.h"

static struct tn_service service;
static struct tn_serve_image image;
static struct tn_console console;
static struct tn_smp_server server;
static struct tn_line line;
static struct tn_update update;
static uint8_t response[TN_SERVICE_RESPONSE];
static uint8_t frame[TN_SERVICE_FRAME];
static uint8_t chunk[TN_SERVICE_PACKET];

// Without a clock there is no delay; the board's reset waits until the last byte is sent.
static int reset(void *ctx, uint32_t mode) {
    (void)ctx;
    if (mode) {
        return TN_ENOTSUP;
    }
    tn_service_end(&service);
    return 0;
}

static const struct tn_serve_os os = {.reset = reset};
static const struct tn_smp_group groups[] = {
        TN_SERVE_OS_RECOVERY((void *)&os),
        TN_SERVE_IMAGE_CODES(&image),
};

struct tn_service *tn_service_recovery(const struct tn_board *board, const struct tn_trust *trust) {
    update.slots = board->slots;
    update.trust = trust;
    update.buf = chunk;
    update.size = sizeof(chunk);
    service.board = board;
    service.update = &update;
    service.links = &line.channel;
    line.channel.step = tn_line_step;
    line.channel.server = &server;
    line.channel.peer.buf_size = sizeof(frame);
    line.channel.peer.buf_count = tn_service_buf_count(board->slots, 2);
    line.stream = board->serial;
    line.framing = &tn_console_framing;
    line.link = &console;
    server.groups = groups;
    server.ngroups = TN_LEN(groups);
    server.rsp = response;
    server.rsp_size = sizeof(response);
    console.buf = frame;
    console.size = sizeof(frame);
    image.update = &update;
    image.writable = TN_SLOTS_ANY;
    return &service;
}
