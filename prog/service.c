// SPDX-License-Identifier: Apache-2.0
#include "service.h"

#include "base/err.h"

enum {
    PACKET = 1024,   // bytes of the largest request
    RESPONSE = 384,  // of the largest response: a list of two images takes 260
};

// In one struct, so that a Cortex-M0 needs one address: the large things come last.
static struct {
    bool reset_asked;
    struct tn_smp_server server;
    struct tn_line line;
    struct tn_update update;
    uint8_t response[RESPONSE];
    uint8_t packet[PACKET + TN_CONSOLE_OVERHEAD];
    uint8_t chunk[PACKET];
} service;

void tn_service_end(void) {
    service.reset_asked = true;
}

void tn_service_begin(
        const struct tn_board *board, const struct tn_trust *trust, enum tn_writable writable) {
    service.update.slots = board->slots;
    service.update.trust = trust;
    service.update.buf = service.chunk;
    service.update.size = sizeof(service.chunk);
    service.server.rsp = service.response;
    service.server.rsp_size = sizeof(service.response);
    service.line.stream = board->serial;
    service.line.server = &service.server;
    service.line.console.buf = service.packet;
    service.line.console.size = sizeof(service.packet);
    service.line.peer.buf_size = sizeof(service.packet);
    // Where an erase stops the core, bytes that come meanwhile are lost: a count of 1 keeps the
    // client from sending before it has its answer.
    service.line.peer.buf_count = board->slots->area[TN_SECONDARY].flash->stalls_cpu ? 1 : 2;
    tn_service_describe(board, &service.update, writable, &service.line);
}

void tn_service_poll(const struct tn_board *board) {
    tn_service_more();
    if (tn_line_poll(&service.line) || tn_update_step(&service.update) == TN_MORE) {
        return;
    }
    if (service.reset_asked) {
        tn_service_linger(board);
        board->reset();
    }
    if (board->idle) {
        board->idle();
    }
}

bool tn_service_print(const char *text, size_t len) {
    return tn_line_print(&service.line, text, len);
}
